// The providers: which operation refunds, the clients with their keys, the webhooks.

import * as signer from "refund-signer";
import { catalog } from "refund-signer/catalog";
import { send } from "refund-signer/fetch";
import { importPrivateKey, signWith } from "refund-signer/webcrypto";
import { objectOf, settingsOf } from "../../edge-signer/settings.js";

/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("refund-signer/refunds").RefundClient} RefundClient */
/** @typedef {"craftgate" | "doku" | "durianpay" | "payermax" | "razorpay"} Provider */

/** The same face, whatever the provider. @type {Record<string, any>} */
const FACES = signer;

/** @type {Record<Provider, string>} */
const OPERATIONS = Object.freeze({
  craftgate: "refundPaymentTransaction",
  doku: "createRefund",
  durianpay: "createRefund",
  payermax: "createRefund",
  razorpay: "createRefund",
});

/** A reminder in less time than it takes to get through would only fill the queue. */
const REMIND_MS = 15 * 60_000;
const RENEW_BEFORE_MS = 5 * 60_000;
/** How long a token is waited for. */
const ANSWER_MS = 10_000;

/** @param {unknown} name @returns {name is Provider} */
export function isProvider(name) {
  return typeof name === "string" && Object.hasOwn(OPERATIONS, name);
}

/** A queue for each, so that a slow provider holds up nobody else, and each has a pace of its own. @param {any} env @param {string} provider @returns {Queue} */
export function queueOf(env, provider) {
  return env[`REFUNDS_${provider.toUpperCase()}`];
}

/**
 * What differs from the lifecycle's own policy, and when the queue is reminded again of what it was reminded of (`POLICY`, JSON).
 *
 * @param {any} env
 * @returns {{ policy: import("refund-signer/lifecycle").Policy, remindMs: number }}
 */
export function policyOf({ POLICY: figures = "{}" }) {
  const { remindMs = REMIND_MS, ...policy } = objectOf("POLICY", figures);
  return { policy, remindMs };
}

/** The plan of one refund. Its id travels as the merchant's reference, which the provider's lists are searched for. @param {Provider} provider @param {string} id @param {Record<string, unknown>} input @returns {Plan} */
export function planOf(provider, id, input) {
  const operation = OPERATIONS[provider];
  return FACES[provider][operation]({ ...input, [referenceOf(provider, operation)]: id });
}

/** @param {string} provider @param {string} operation */
function referenceOf(provider, operation) {
  const operations = catalog().find(({ name }) => name === provider)?.operations;
  return operations?.find(({ name }) => name === operation)?.reference ?? "reference";
}

/** A client for one step. @param {any} env the keys are in it, as `KEYS_…` @param {string} provider @param {boolean} renew whether the provider refused the token @returns {Promise<RefundClient>} */
export async function clientOf(env, provider, renew) {
  const settings = settingsOf(env, `KEYS_${provider.toUpperCase()}`);
  if (provider !== "payermax") return new FACES[provider].Client(settings);
  const { privateKey, ...others } = settings;
  if (renew || !token.value || Date.now() >= token.until)
    await renewToken(others, privateKey, Number(env.ANSWER_MS ?? ANSWER_MS));
  return new signer.payermax.Client({ ...others, accessToken: token.value });
}

// PayerMax's token lasts an hour: one for all batches of this isolate. The token, never a promise of it: a promise ends
// with the batch that made it.
const token = { value: "", until: 0 };

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
