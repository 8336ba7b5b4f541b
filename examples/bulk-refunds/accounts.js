// The providers: which operation refunds, which name a refund has there, the clients with their keys, the webhooks.

import * as signer from "refund-signer";
import { send } from "refund-signer/fetch";
import { importPrivateKey, importPublicKey, readWebhook, signWith } from "refund-signer/webcrypto";
import { POLICY } from "./step.js";

/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("refund-signer").SigningClient & { free(): void }} Client */
/** @typedef {"craftgate" | "doku" | "durianpay" | "payermax" | "razorpay"} Provider */

/** The same face, whatever the provider. @type {Record<string, any>} */
const FACES = signer;

/**
 * `reference` is the field in which the refund's own id travels, so that the provider's lists can be searched for it.
 * DOKU has none: nothing there lists refunds.
 */
const REFUNDS = Object.freeze({
  craftgate: { operation: "refundPaymentTransaction", reference: "conversationId" },
  doku: { operation: "createRefund", reference: undefined },
  durianpay: { operation: "createRefund", reference: "refId" },
  payermax: { operation: "createRefund", reference: "partnerRefundNo" },
  razorpay: { operation: "createRefund", reference: "receipt" },
});

const RENEW_BEFORE_MS = 5 * 60_000;

/** @param {unknown} name @returns {name is Provider} */
export function isProvider(name) {
  return typeof name === "string" && Object.hasOwn(REFUNDS, name);
}

/** A queue for each, so that a slow provider holds up nobody else, and each has a pace of its own. @param {any} env @param {string} provider @returns {Queue} */
export function queueOf(env, provider) {
  return env[`REFUNDS_${provider.toUpperCase()}`];
}

/** The policy, with what `POLICY` (JSON) says otherwise. @param {any} env @returns {import("./step.js").Policy} */
export function policyOf({ POLICY: others = "{}" }) {
  return { ...POLICY, ...objectOf("POLICY", others) };
}

/** The plan of one refund. @param {Provider} provider @param {string} id @param {Record<string, unknown>} input @returns {Plan} */
export function planOf(provider, id, input) {
  const { operation, reference } = REFUNDS[provider];
  return FACES[provider][operation]({ ...input, ...(reference && { [reference]: id }) });
}

/** The plan that asks what became of a refund. @param {Plan} plan @returns {Plan | undefined} */
export function queryOf(plan) {
  return FACES[plan.provider].queryFor(plan);
}

/** The clients of one batch: made when they are first needed, wiped at its end. */
export class Accounts {
  #env;
  /** @type {Map<string, Promise<Client>>} */
  #clients = new Map();

  /** @param {any} env the keys are in it, as `KEYS_…` */
  constructor(env) {
    this.#env = env;
  }

  /** @param {string} provider @returns {Promise<Client>} */
  client(provider) {
    const client = this.#clients.get(provider) ?? this.#open(provider);
    this.#clients.set(provider, client);
    return client;
  }

  async free() {
    for (const client of await Promise.allSettled(this.#clients.values())) {
      if (client.status === "fulfilled") client.value.free();
    }
  }

  /** @param {string} provider @returns {Promise<Client>} */
  async #open(provider) {
    const settings = settingsOf(this.#env, `KEYS_${provider.toUpperCase()}`);
    if (provider !== "payermax") return new FACES[provider].Client(settings);
    const { privateKey, ...others } = settings;
    if (!token.value || Date.now() >= token.until) await renewToken(others, privateKey, policyOf(this.#env).answerMs);
    return new signer.payermax.Client({ ...others, accessToken: token.value });
  }
}

// PayerMax's token lasts an hour: one for all batches of this isolate. The token, never a promise of it: a promise ends
// with the batch that made it.
const token = { value: "", until: 0 };

/** After it was refused. */
export function forgetToken() {
  token.value = "";
}

/** @param {any} settings @param {string} privateKey @param {number} timeoutMs */
async function renewToken(settings, privateKey, timeoutMs) {
  const key = await importPrivateKey(privateKey);
  const client = new signer.payermax.Client(settings);
  try {
    const sign = (/** @type {import("refund-signer").SigningClient} */ client, /** @type {Plan} */ plan) =>
      signWith(client, plan, key);
    const { accessToken, problem } = await send(client, signer.payermax.requestAccessToken(), { sign, timeoutMs });
    if (!accessToken) throw new Error(`PayerMax gave no token: ${problem?.code}`);
    token.value = accessToken.token;
    token.until = Date.now() + (accessToken.expiresInSeconds ?? 3600) * 1000 - RENEW_BEFORE_MS;
  } finally {
    client.free();
  }
}

/**
 * The event of a webhook, verified.
 *
 * @param {any} env the settings are in it, as `WEBHOOKS_…`
 * @param {Provider} provider
 * @param {{ headers: Headers, body: Uint8Array }} delivery
 * @returns {Promise<import("refund-signer").WebhookEvent>}
 * @throws {signer.RefundError} when it is not the provider's
 */
export async function readEvent(env, provider, delivery) {
  const { publicKeys, ...settings } = settingsOf(env, `WEBHOOKS_${provider.toUpperCase()}`);
  const webhooks = new FACES[provider].Webhooks(settings);
  try {
    if (!publicKeys) return webhooks.read(delivery);
    return await readWebhook(webhooks, delivery, await Promise.all(publicKeys.map(importPublicKey)));
  } finally {
    webhooks.free();
  }
}

/** @param {any} env @param {string} name */
function settingsOf(env, name) {
  if (!env[name]) throw new Error(`${name} is not set`);
  return objectOf(name, env[name]);
}

/** JSON's own errors quote the text, which may be a secret: no log may show it. @param {string} name @param {string} text */
function objectOf(name, text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {}
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${name} is no JSON object`);
  return value;
}
