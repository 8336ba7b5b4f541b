// What the environment holds: the keys of the clients and of the webhooks, as JSON. It never gets into a message.

import * as signer from "refund-signer";
import { importPublicKey, readWebhook } from "refund-signer/webcrypto";

/** The same face, whatever the provider. @type {Record<string, any>} */
const FACES = signer;

/** @param {any} env @param {string} name */
export function settingsOf(env, name) {
  if (!env[name]) throw new Error(`${name} is not set`);
  return objectOf(name, env[name]);
}

/** JSON's own errors quote the text, which may be a secret: no log may show it. @param {string} name @param {string} text */
export function objectOf(name, text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {}
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${name} is no JSON object`);
  return value;
}

/**
 * The event of a webhook, verified.
 *
 * @param {any} env the settings are in it, as `WEBHOOKS_RAZORPAY` and so on
 * @param {string} provider
 * @param {import("refund-signer").Delivery} delivery
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
