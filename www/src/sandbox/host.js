// The sandbox as the console uses it: in the page where the host has static files only, and in the server of `npm start`,
// where it outlives the page. The same operations in both, with plain JSON in and out.

import { createSandbox } from "refund-signer/sandbox";

/** @typedef {import("refund-signer/sandbox").ProviderName} ProviderName */
/** @typedef {import("refund-signer").WebhookProvider} WebhookProvider */
/** @typedef {import("refund-signer/sandbox").Sandbox} RawSandbox */
/** @typedef {import("refund-signer/sandbox").NewPayment} NewPayment */
/** @typedef {Parameters<RawSandbox["faults"]["next"]>[1]} FaultName */

/** @typedef {{ method: string, url: string, headers: Record<string, string>, body?: string }} Outgoing */
/** @typedef {{ lost: true } | { lost?: false, status: number, headers: [string, string][], body: string }} Incoming the body in base64 */

/**
 * @typedef {object} LedgerRefund
 * @property {ProviderName} provider
 * @property {string} id
 * @property {string} paymentId
 * @property {string} [reference]
 * @property {string} [idempotencyKey]
 * @property {string} minor the amount in minor units
 * @property {string} currency
 * @property {"pending" | "succeeded" | "failed"} status
 * @property {number} createdAt
 */

export function createHost() {
  let sandbox = createSandbox();

  return {
    /** The sandbox itself; replaced by `reset`. */
    get sandbox() {
      return sandbox;
    },

    /** One request to a provider. @param {Outgoing} request @param {AbortSignal} [signal] @returns {Promise<Incoming>} */
    async exchange({ method, url, headers, body }, signal) {
      const asked = sandbox.fetch(url, {
        method,
        headers,
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
      });
      const response = await asked.catch(() => undefined);
      if (!response) return { lost: true };
      const bytes = new Uint8Array(await response.arrayBuffer());
      return { status: response.status, headers: [...response.headers], body: btoa(String.fromCharCode(...bytes)) };
    },

    /** The next refund of this provider meets a fault. @param {{ provider: ProviderName, name: FaultName }} fault */
    async fault({ provider, name }) {
      sandbox.faults.next(provider, name);
    },

    /** The faults that wait. */
    async faults() {
      return sandbox.faults.pending;
    },

    async clearFaults() {
      sandbox.faults.clear();
    },

    /** Every refund, oldest first. @returns {Promise<LedgerRefund[]>} */
    async ledger() {
      return sandbox.ledger.refunds.map(({ amount, details, history, ...refund }) => ({
        ...refund,
        minor: String(amount),
      }));
    },

    /** Ends a pending refund. @param {{ key: string, status: "succeeded" | "failed", provider: ProviderName }} settlement */
    async settle({ key, status, provider }) {
      sandbox.settle(key, status, provider);
    },

    /** The webhooks of a provider that wait, signed now. @param {{ provider: ProviderName }} of */
    async takeWebhooks({ provider }) {
      return sandbox.webhooks.take(provider);
    },

    /** What a webhook reader of a provider takes. @param {{ provider: WebhookProvider }} of */
    async webhookSettings({ provider }) {
      return sandbox.webhooks.settings(provider);
    },

    /** One more payment that can be refunded. @param {{ provider: ProviderName, payment: NewPayment }} of */
    async addPayment({ provider, payment }) {
      return sandbox.addPayment(provider, payment);
    },

    /** A sandbox in which nothing was refunded. */
    async reset() {
      sandbox = createSandbox();
    },
  };
}

/** @typedef {ReturnType<typeof createHost>} Host */
