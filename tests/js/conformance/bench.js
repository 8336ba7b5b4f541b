// Where operations are tried: a sandbox in this process here, one behind HTTP in tests/js/http. Cases see no difference.

import { has, same } from "./assert.js";

const SIGNED = { doku: "verified" };
// A GET's answer is signed without the body's digest.
const BODILESS = { checkStatus: "headers-only" };
const SNAP = ["checkSnapStatus", "createQrisRefund", "createSnapRefund", "queryQris", "requestAccessToken"];

/**
 * A sandbox in this process. What it gives is plain JSON, so that a sandbox elsewhere can give the same.
 *
 * @param {object} api the package
 * @param {object} [options] those of `createSandbox`
 */
export async function openHere({ createSandbox }, options) {
  const sandbox = createSandbox(options);
  return {
    fetch: sandbox.fetch,
    credentials: sandbox.credentials,
    payments: sandbox.payments,
    refunds: async () => plain(sandbox.ledger.refunds),
    settle: async (...which) => sandbox.settle(...which),
    fault: async (...which) => sandbox.faults.next(...which),
    registerMerchantKey: async (...key) => sandbox.registerMerchantKey(...key),
    close: async () => {},
  };
}

/** A copy of what JSON can hold; amounts, which are BigInts, become texts. */
export function plain(value) {
  return JSON.parse(JSON.stringify(value, (_, member) => (typeof member === "bigint" ? String(member) : member)));
}

/** What the cases of one provider work with. `sent` collects the names of the operations that were answered. */
export function benchOf(api, world, provider, sent = new Set()) {
  const { signer, send, webcrypto } = api;
  const credentials = world.credentials[provider];
  const requests = [];
  const fetch = (url, init) => {
    requests.push({ url, ...init });
    return world.fetch(url, init);
  };

  /** Plans, signs, sends, and reads. `key` signs where the module does not; `settings` go before the sandbox's. */
  async function run(operation, input, how) {
    return sendPlan(signer[provider][operation](input), how);
  }

  async function sendPlan(plan, { settings, credentials: own = credentials, key, ...options } = {}) {
    const client = new signer[provider].Client({ ...own, ...settings });
    const sign = key && ((signing, unsigned) => webcrypto.signWith(signing, unsigned, key));
    try {
      const verdict = await send(client, plan, { fetch, ...(sign && { sign }), ...options });
      // No provider gives an answer that the sandbox's makes unreadable: whatever is wrong then is ours.
      sent.add(plan.operation);
      return verdict;
    } finally {
      client.free();
    }
  }

  /** The verdict of a call that went well. */
  async function good(operation, input, how) {
    const verdict = await run(operation, input, how);
    const offered = SNAP.includes(operation) ? undefined : (BODILESS[operation] ?? SIGNED[provider]);
    const expected = { status: "succeeded", next: "done", signature: offered ?? "not-offered", replayed: false };
    has(verdict, expected, operation);
    return verdict;
  }

  /** Does what is refused, and compares why; nothing may be in the ledger that was not there. */
  async function refused(operation, input, expected, how) {
    const before = await ledger();
    const { status, next, problem } = await run(operation, input, how);
    same({ status, next, code: problem?.code }, { status: "rejected", next: "fix", ...expected }, operation);
    same(await ledger(), before, "ledger");
  }

  /** The same for a refusal that an earlier attempt can have caused: nobody knows, so ask. */
  const doubted = (operation, input, code) => refused(operation, input, { status: "unknown", next: "query", code });

  /** The same where the provider recognizes the key: refused as a first attempt, and unknown after one in doubt. */
  async function exhausted(operation, input, { status, code }) {
    await refused(operation, input, { status, code });
    await refused(operation, input, { status: "unknown", next: "query", code }, { earlier: null });
  }

  /** The provider's refunds in the ledger, oldest first. */
  async function ledger() {
    return (await world.refunds()).filter((refund) => refund.provider === provider);
  }

  /** Compares the whole ledger of the provider, member by member of what is expected. */
  async function booked(...expected) {
    const found = await ledger();
    same(found.length, expected.length, `refunds in the ledger: ${JSON.stringify(found)}`);
    for (const [index, { details, ...entry }] of expected.entries()) {
      has(found[index], entry, `ledger, refund ${index + 1}`);
      if (details) has(found[index].details, details, `ledger, details of refund ${index + 1}`);
    }
  }

  /** A private key that signs, whose public half the provider knows. */
  async function registeredKey() {
    const { publicPem, privatePem } = await merchantKey();
    await world.registerMerchantKey(provider, publicPem);
    return webcrypto.importPrivateKey(privatePem);
  }

  /** A private key that nobody knows. */
  async function unregisteredKey() {
    return webcrypto.importPrivateKey((await merchantKey()).privatePem);
  }

  /** The client's secret as a CryptoKey. */
  function secretKey(algorithm) {
    return webcrypto.importSecret(credentials.clientSecret ?? credentials.secretKey, algorithm);
  }

  const plan = (operation, input) => signer[provider][operation](input);
  const { settle, fault } = world;
  return {
    credentials,
    allCredentials: world.credentials,
    payments: world.payments[provider],
    /** What was sent so far. */
    requests,
    plan,
    queryFor: (of) => signer[provider].queryFor(of),
    run,
    sendPlan,
    good,
    refused,
    doubted,
    exhausted,
    ledger,
    booked,
    registeredKey,
    unregisteredKey,
    secretKey,
    settle: (id, status) => settle(id, status, provider),
    fault: (...which) => fault(provider, ...which),
  };
}

let made;

/** An RSA key pair as PEM texts, made once: it takes a while. */
export function merchantKey() {
  made ??= makeKey();
  return made;
}

async function makeKey() {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
  const pair = await crypto.subtle.generateKey({ ...algorithm, hash: "SHA-256" }, true, ["sign", "verify"]);
  const pem = async (format, key, label) => {
    const der = new Uint8Array(await crypto.subtle.exportKey(format, key));
    const lines = btoa(String.fromCharCode(...der)).match(/.{1,64}/g);
    return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
  };
  return {
    publicPem: await pem("spki", pair.publicKey, "PUBLIC KEY"),
    privatePem: await pem("pkcs8", pair.privateKey, "PRIVATE KEY"),
  };
}
