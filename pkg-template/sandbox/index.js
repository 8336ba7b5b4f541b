// refund-signer/sandbox: the five providers behind a function shaped like fetch. No network, no clock but `now`,
// nothing shared with the signing core: it checks the core, and lets you test your own code without any account.
import { amountOf, mustBeKnown } from "./arguments.js";
import { craftgate } from "./craftgate.js";
import { publicKey, rsaKeyPair, spkiPem } from "./crypto.js";
import { doku } from "./doku.js";
import { durianpay } from "./durianpay.js";
import { Faults, misdirect } from "./faults.js";
import { bodyBytes, Refusal, readCall } from "./http.js";
import { Ledger } from "./ledger.js";
import { toMajor } from "./money.js";
import { payermax } from "./payermax.js";
import { razorpay } from "./razorpay.js";
import { addSamples } from "./samples.js";
import { Webhooks } from "./webhooks.js";

/** @typedef {import("./types.js").ProviderName} ProviderName */
/** @typedef {import("./types.js").Provider} Provider */
/** @typedef {import("./types.js").Payment} Payment */
/** @template {string} [Currency=string] @typedef {import("./types.js").NewPayment<Currency>} NewPayment */
/** @template {string} [Currency=string] @template [Given=NewPayment] @typedef {import("./types.js").ReadyPayment<Currency, Given>} ReadyPayment */
/** @typedef {import("./types.js").WebhookSettings} WebhookSettings */
/** @typedef {import("./types.js").WebhookSettingsOf} WebhookSettingsOf */
/** @typedef {import("./types.js").Call} Call */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").World} World */
/** @typedef {import("./faults.js").Fault} Fault */

/** @type {Record<ProviderName, (world: World) => Provider>} */
const PROVIDERS = { durianpay, doku, razorpay, craftgate, payermax };
const NAMES = /** @type {ProviderName[]} */ (Object.keys(PROVIDERS));

// What `new provider.Client({...})` takes, name by name.
const CREDENTIALS = {
  durianpay: {
    serverKey: "dp_test_sandbox0000000001",
    clientKey: "dp-client-sandbox",
    clientSecret: "dp-secret-sandbox",
    channelId: "95221",
    accessToken: "sandbox.durianpay.token",
  },
  doku: {
    clientId: "MCH-0001-10791114622547",
    secretKey: "SK-sandbox0000000000001",
    accessToken: "sandbox.doku.token",
  },
  razorpay: {
    keyId: "rzp_test_sandbox0000001",
    keySecret: "sandboxKeySecret00000001",
  },
  razorpayOAuth: { oauthToken: "rzp_test_oauth_sandbox0000001" },
  razorpayPartner: {
    keyId: "rzp_test_partner_sandbox1",
    keySecret: "sandboxPartnerSecret0001",
    account: "acc_Sandbox0000002",
  },
  craftgate: { apiKey: "sandbox-api-key", secretKey: "sandbox-secret-key" },
  payermax: {
    partnerId: "SANDBOXPARTNER01",
    clientKey: "SANDBOXCLIENTKEY01",
    clientSecret: "payermax-sandbox-client-secret",
    channelId: "95221",
    accessToken: "sandbox.payermax.token",
  },
};

const WEBHOOK_SECRETS = { razorpay: "sandboxWebhookSecret", craftgate: "sandbox-webhook-key" };

const RULES = {
  /** DOKU publishes no tolerance. */
  dokuSkewMs: 15 * 60_000,
  /** PayerMax: two minutes. */
  snapSkewMs: 2 * 60_000,
  /** Accept RSA in X-SIGNATURE as well, as PayerMax's older pages say. */
  asymmetricSnap: false,
  /** Demand PayerMax's `sign` header, as its refund page says. */
  requireSign: false,
};

const WEBHOOK_URLS = {
  doku: "https://merchant.example/payments/notifications",
  razorpay: "https://merchant.example/webhooks/razorpay",
  craftgate: "https://merchant.example/webhooks/craftgate",
  payermax: "https://merchant.example/v1.0/debit/notify",
};

/** @typedef {typeof RULES} Rules */
/** @typedef {{ environment: "sandbox" } | { baseUrl: string }} Target */
/** PayerMax's client is always told its host. @typedef {{ [Name in keyof typeof CREDENTIALS]: (typeof CREDENTIALS)[Name] & (Name extends "payermax" ? { baseUrl: string } : { environment?: "sandbox", baseUrl?: string }) }} Credentials */

/**
 * @typedef {object} SandboxOptions
 * @property {() => number} [now] epoch milliseconds
 * @property {string} [origin] where the sandbox is served: credentials then carry `baseUrl: origin/provider`
 * @property {{ [Name in keyof typeof CREDENTIALS]?: Partial<(typeof CREDENTIALS)[Name]> }} [credentials]
 * @property {({ provider: ProviderName } & NewPayment)[]} [payments] on top of the ready-made ones
 * @property {Partial<Rules>} [rules]
 * @property {Partial<Record<ProviderName, CryptoKey | string>>} [merchantKeys] public keys for SNAP, CryptoKey or SPKI PEM
 * @property {Partial<typeof WEBHOOK_SECRETS>} [webhookSecrets] DOKU signs with its secretKey
 * @property {Partial<typeof WEBHOOK_URLS>} [webhookUrls] the path is what DOKU and PayerMax sign
 */

/** Where a client must send its requests. @param {string} name @param {string | undefined} origin @returns {{ environment?: "sandbox", baseUrl?: string }} */
function target(name, origin) {
  if (origin) return { baseUrl: `${origin.replace(/\/$/, "")}/${name.replace(/(OAuth|Partner)$/, "")}` };
  return name === "payermax" ? { baseUrl: "https://pay-gate-uat.payermax.com" } : { environment: "sandbox" };
}

/** @param {SandboxOptions} options @returns {Credentials} */
function credentialsOf({ credentials = {}, origin }) {
  const entries = Object.entries(CREDENTIALS).map(([name, settings]) => {
    const own = credentials[/** @type {keyof typeof CREDENTIALS} */ (name)];
    return [name, Object.freeze({ ...settings, ...own, ...target(name, origin) })];
  });
  return Object.freeze(Object.fromEntries(entries));
}

/** Keys of either side, made or imported when they are needed. @param {SandboxOptions} options */
function keyring({ merchantKeys = {} }) {
  /** @type {Map<string, CryptoKey | string>} */
  const merchants = new Map(Object.entries(merchantKeys));
  /** @type {Map<string, Promise<CryptoKeyPair>>} */
  const pairs = new Map();
  /** @param {string} use */
  function pair(use) {
    const made = pairs.get(use) ?? rsaKeyPair();
    pairs.set(use, made);
    return made;
  }
  return {
    /** @param {ProviderName} name */
    async merchantKey(name) {
      const key = merchants.get(name);
      return key === undefined ? undefined : publicKey(key);
    },
    /** @param {ProviderName} name */
    ownKey: (name) => pair(`${name} own`),
    /** @param {ProviderName} name @param {CryptoKey | string} key */
    register(name, key) {
      merchants.set(name, key);
    },
    /** @param {ProviderName} name */
    async merchantKeyPair(name) {
      const made = await pair(`${name} merchant`);
      merchants.set(name, made.publicKey);
      return made;
    },
  };
}

/** By the provider's own host, or by the first path segment of any other origin. @param {Call} call @param {Provider[]} providers */
function route(call, providers) {
  const byHost = providers.find(({ host }) => host === new URL(call.url).host);
  if (byHost) return { provider: byHost, path: call.path };
  const [, name, path] = /^\/([^/]+)(\/.*)?$/.exec(call.path) ?? [];
  return { provider: providers.find((candidate) => candidate.name === name), path: path ?? "/" };
}

/** A path segment without its percent-encoding; as it is where that is broken. @param {string} segment */
function decoded(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** @param {Provider} provider @param {Call} call */
function match({ operations }, call) {
  for (const { method, pattern, handle, moves } of operations) {
    const found = method === call.method ? pattern.exec(call.path) : null;
    if (found) return { moves, run: () => handle(call, ...found.slice(1).map(decoded)) };
  }
  return undefined;
}

/** @param {() => Promise<Answer> | Answer} run @returns {Promise<Answer>} */
async function refusable(run) {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

/** @param {Provider} provider @param {Call} call @param {Answer} answer */
async function respond(
  provider,
  call,
  answer,
  { forged = false, cut = (/** @type {Uint8Array<ArrayBuffer>} */ bytes) => bytes } = {},
) {
  const bytes = bodyBytes(answer);
  const signed = await provider.seal?.(call, answer, bytes, forged);
  const headers = { "Content-Type": "application/json", ...signed, ...answer.headers };
  return new Response(cut(bytes), { status: answer.status, headers });
}

const BAD_GATEWAY =
  "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";

/**
 * What the fault makes of the answer; undefined where this answer cannot show it.
 * @param {Fault} fault @param {Provider} provider @param {Call} call @param {Answer} answer @param {Ledger} ledger
 * @returns {Promise<Response | undefined>}
 */
async function afflict({ name, retryAfter }, provider, call, answer, ledger) {
  switch (name) {
    case "timeout":
    case "timeout-after":
      return new Promise(() => {});
    case "lost-response":
      throw new TypeError("fetch failed: the connection was closed before the response arrived (sandbox fault)");
    case "status-429":
      return respond(provider, call, {
        ...provider.failure(429, call),
        headers: { "Retry-After": String(retryAfter) },
      });
    case "status-500":
      return respond(provider, call, provider.failure(500, call));
    case "status-503":
      return respond(provider, call, provider.failure(503, call));
    case "html":
      return new Response(BAD_GATEWAY, { status: 502, headers: { "Content-Type": "text/html" } });
    case "status-204":
      return new Response(null, { status: 204 });
    case "empty":
      return respond(provider, call, answer, { cut: () => new Uint8Array() });
    case "truncated":
      return respond(provider, call, answer, { cut: (bytes) => bytes.slice(0, bytes.length >> 1) });
    case "forged-signature": {
      // Not every answer of a provider that signs is signed.
      const seals = Object.keys((await provider.seal?.(call, answer, bodyBytes(answer), true)) ?? {}).length > 0;
      const forgery = seals ? answer : misdirect(answer, provider.name, ledger);
      return forgery && respond(provider, call, forgery, { forged: true });
    }
    default:
      return call.met ? respond(provider, call, answer) : undefined;
  }
}

/** Settles with the work, or rejects with the signal's reason if that comes first. @template T @param {AbortSignal | undefined} signal @param {Promise<T>} work @returns {Promise<T>} */
function orAborted(signal, work) {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** @typedef {ReturnType<typeof createSandbox>} Sandbox */

/** @param {SandboxOptions} [options] */
export function createSandbox(options = {}) {
  const now = options.now ?? Date.now;
  const credentials = credentialsOf(options);
  const ledger = new Ledger(now);
  const keys = keyring(options);
  const faults = new Faults(NAMES);
  /** @type {Map<string, number>} */
  const counters = new Map();
  const webhooks = new Webhooks(providerOf, { ...WEBHOOK_URLS, ...options.webhookUrls }, webhookSettings());
  /** @type {World} */
  const world = {
    now,
    ledger,
    credentials,
    webhookSecrets: { ...WEBHOOK_SECRETS, ...options.webhookSecrets },
    rules: { ...RULES, ...options.rules },
    count: (name) => /** @type {number} */ (counters.set(name, (counters.get(name) ?? 0) + 1).get(name)),
    notify: (event) => webhooks.add({ ...event, number: world.count(`${event.provider} event`) }),
    merchantKey: keys.merchantKey,
    ownKey: keys.ownKey,
  };
  const providers = NAMES.map((name) => PROVIDERS[name](world));

  /** @param {ProviderName} name @returns {Provider} */
  function providerOf(name) {
    mustBeKnown("provider", name, NAMES);
    return /** @type {Provider} */ (providers.find((candidate) => candidate.name === name));
  }

  /** @returns {WebhookSettingsOf} */
  function webhookSettings() {
    return {
      doku: (path) => ({ clientId: credentials.doku.clientId, secrets: [credentials.doku.secretKey], path }),
      razorpay: () => ({ secrets: [world.webhookSecrets.razorpay] }),
      craftgate: () => ({ secrets: [world.webhookSecrets.craftgate] }),
      payermax: async (path) => {
        const { merchantId } = payments.payermax.standard;
        return { merchantId, publicKeys: [await spkiPem((await keys.ownKey("payermax")).publicKey)], path };
      },
    };
  }

  /**
   * Adds a payment that can be refunded; ids that are not given are made.
   * @param {ProviderName} provider @param {NewPayment} payment
   */
  function add(provider, payment) {
    const { identify } = providerOf(provider);
    const { amount, currency } = amountOf(payment);
    const { age = 0, ...rest } = payment;
    const { id, input, shown = input, transactions = [] } = identify(payment, amount);
    // workerd's clock stands at 0 outside of a request: the time of such a payment is fixed when it is first asked for.
    let createdAt = rest.createdAt ?? (now() && now() - age);
    /** @type {Payment} */
    const entry = {
      provider,
      id,
      amount,
      currency,
      get createdAt() {
        createdAt ||= now() - age;
        return createdAt;
      },
      status: rest.status ?? "captured",
      settled: rest.settled ?? true,
      manual: rest.manual ?? false,
      outcome: rest.outcome,
      partial: rest.partial ?? true,
      instant: rest.instant ?? true,
      dayEnded: rest.dayEnded,
      method: rest.method ?? "card",
      account: rest.account,
      input,
      transactions,
      transfers: rest.transfers ?? [],
    };
    ledger.payments.push(entry);
    return Object.freeze({ ...shown, amount: Object.freeze({ value: toMajor(amount, currency), currency }) });
  }
  const addPayment = /** @type {import("./types.js").AddPayment} */ (/** @type {unknown} */ (add));

  /** @param {Call} call */
  async function dispatch(call) {
    const { provider, path } = route(call, providers);
    if (!provider) {
      const hint = `refund-signer sandbox: no provider answers at ${call.url}; use the providers' sandbox hosts or a path that starts with /${NAMES.join(", /")}.`;
      return new Response(JSON.stringify({ error: hint }), {
        status: 404,
        headers: { "Content-Type": "application/json" },
      });
    }
    call.path = path;
    const operation = match(provider, call);
    const fault = operation && faults.take(provider.name, operation.moves);
    if (fault?.name === "pending" || fault?.name === "declined" || fault?.name === "in-progress")
      call.outcome = fault.name;
    const skipped = fault && !fault.done;
    const answer = !operation ? provider.notFound(call) : skipped ? { status: 200 } : await refusable(operation.run);
    const afflicted = fault && (await afflict(fault, provider, call, answer, ledger));
    if (fault && !afflicted) faults.giveBack(fault);
    return afflicted ?? respond(provider, call, answer);
  }

  /** @param {RequestInfo | URL} input @param {RequestInit} [init] @returns {Promise<Response>} */
  async function fetch(input, init) {
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    signal?.throwIfAborted();
    return orAborted(signal, readCall(input, init).then(dispatch));
  }

  /**
   * Ends a pending refund and queues the provider's webhook.
   * @param {string} key the provider's refund id, or the merchant's reference or idempotency key
   * @param {"succeeded" | "failed"} status @param {ProviderName} [provider]
   */
  function settle(key, status, provider) {
    mustBeKnown("status", status, ["succeeded", "failed"]);
    const named = ledger.refunds.filter(
      (entry) =>
        [entry.id, entry.reference, entry.idempotencyKey].includes(key) && (!provider || entry.provider === provider),
    );
    const refund = named.find((entry) => entry.status === "pending");
    if (named[0] && !refund) throw new TypeError(`Refund ${key} is ${named[0].status} already.`);
    const payment = refund && ledger.payment(refund.provider, ({ id }) => id === refund.paymentId);
    if (!refund || !payment) throw new TypeError(`The sandbox has no refund ${JSON.stringify(key)}.`);
    ledger.move(refund, status);
    providerOf(refund.provider).settled(refund, payment);
  }

  const payments = addSamples(addPayment);
  for (const { provider, ...payment } of options.payments ?? []) add(provider, payment);

  return Object.freeze({
    fetch,
    credentials,
    payments,
    addPayment,
    ledger: ledger.view(),
    faults,
    webhooks,
    settle,
    /** Registers the merchant's public key for SNAP. */
    registerMerchantKey: keys.register,
    /** A merchant's RSA pair for SNAP, made on demand, its public half registered. */
    merchantKeyPair: keys.merchantKeyPair,
  });
}
