// The mailbox: events wait here until the test delivers them, signed at that moment.

/** @typedef {import("./types.js").ProviderName} ProviderName */
/** @typedef {import("./types.js").Event} Event */
/** @typedef {import("./types.js").Provider} Provider */
/** @typedef {import("./types.js").WebhookProvider} WebhookProvider */
/** @typedef {import("./types.js").WebhookSettings} WebhookSettings */
/** @typedef {import("./types.js").WebhookSettingsOf} WebhookSettingsOf */

/**
 * A signed delivery.
 * @typedef {object} Delivery
 * @property {WebhookProvider} provider
 * @property {string} event the provider's word, e.g. refund.processed
 * @property {string} refundId
 * @property {"POST"} method
 * @property {string} url
 * @property {string} path what was signed, where the provider signs it
 * @property {Record<string, string>} headers
 * @property {string} body exactly as signed
 */

export class Webhooks {
  /** @type {Event[]} */
  #queue = [];
  #provider;
  #urls;
  #settings;

  /**
   * @param {(name: ProviderName) => Provider} provider
   * @param {Record<string, string>} urls
   * @param {WebhookSettingsOf} settings
   */
  constructor(provider, urls, settings) {
    this.#provider = provider;
    this.#urls = urls;
    this.#settings = settings;
  }

  /** @param {Event} event */
  add(event) {
    this.#queue.push(event);
  }

  /** What waits, oldest first. */
  get pending() {
    return this.#queue.map(({ provider, event, refundId }) => ({ provider, event, refundId }));
  }

  /**
   * What `new provider.Webhooks({...})` takes to verify these deliveries; PayerMax's `publicKeys`, in PEM, are for `readWebhook`.
   * @template {WebhookProvider} Name @param {Name} provider @returns {Promise<WebhookSettings[Name]>}
   */
  async settings(provider) {
    const url = this.#urls[provider];
    if (!url) throw new TypeError(`${provider} documents no refund webhooks.`);
    return this.#settings[provider](new URL(url).pathname);
  }

  /** @param {Event} event @returns {Promise<Delivery>} */
  async #sign(event) {
    const url = event.url ?? this.#urls[event.provider] ?? "";
    const path = new URL(url).pathname;
    const signed = await this.#provider(event.provider).signEvent?.(event, path);
    const headers = { "Content-Type": "application/json", ...signed };
    return {
      provider: event.provider,
      event: event.event,
      refundId: event.refundId,
      method: "POST",
      url,
      path,
      headers,
      body: event.body,
    };
  }

  /** Signs and hands out everything that waits (of one provider), and forgets it. @param {ProviderName} [provider] */
  async take(provider) {
    const mine = this.#queue.filter((event) => !provider || event.provider === provider);
    this.#queue = this.#queue.filter((event) => !mine.includes(event));
    return Promise.all(mine.map((event) => this.#sign(event)));
  }

  /**
   * Delivers what waits, in order, to a handler (or a fetch). An answer that is not 2xx, or a throw, leaves the event
   * in the mailbox, as the providers do: they come again.
   * @param {(request: Request, delivery: Delivery) => unknown} handler @param {{ provider?: ProviderName }} [only]
   * @returns {Promise<{ delivery: Delivery, ok: boolean, status: number | undefined, error: unknown }[]>}
   */
  async deliver(handler, { provider } = {}) {
    const outcomes = [];
    for (const event of this.#queue.filter((entry) => !provider || entry.provider === provider)) {
      const delivery = await this.#sign(event);
      const { url, method, headers, body } = delivery;
      /** @type {{ status?: number, error?: unknown, ok: boolean }} */
      let outcome;
      try {
        const response = await handler(new Request(url, { method, headers, body }), delivery);
        outcome = response instanceof Response ? { ok: response.ok, status: response.status } : { ok: true };
      } catch (error) {
        outcome = { ok: false, error };
      }
      if (outcome.ok) this.#queue = this.#queue.filter((entry) => entry !== event);
      outcomes.push({ delivery, ok: outcome.ok, status: outcome.status, error: outcome.error });
    }
    return outcomes;
  }
}
