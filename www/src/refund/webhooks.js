// The end of a pending refund in the sandbox, and the webhooks that tell of it, read as a merchant's server reads them.

import { remember } from "../session.js";
import { RefundError } from "../signer.js";
import { provider } from "./attempt.js";

/** @typedef {import("../sandbox.js").Sandbox} Sandbox */
/** @typedef {import("../session.js").Entry} Entry */
/** @typedef {import("refund-signer/sandbox").ProviderName} ProviderName */
/** @typedef {Awaited<ReturnType<Sandbox["takeWebhooks"]>>[number]} Delivery */

/**
 * Ends a pending refund, and reads what the provider sends.
 *
 * @param {Sandbox} sandbox @param {ProviderName} name @param {string} key the refund's id or reference
 * @param {"succeeded" | "failed"} status @returns {Promise<Entry[]>} a record of it, and one for each webhook
 */
export async function settle(sandbox, name, key, status) {
  await sandbox.settle({ provider: name, key, status });
  const settled = remember({ kind: "settle", provider: name, operation: status });
  const deliveries = await sandbox.takeWebhooks({ provider: name });
  const [first] = deliveries;
  if (!first) return [settled];
  const settings = await sandbox.webhookSettings({ provider: first.provider });
  const read = deliveries.map(async (delivery) => recorded(delivery, await told(settings, delivery)));
  return [settled, ...(await Promise.all(read))];
}

/** @param {Delivery} delivery @param {{ verified: boolean, text: string, refund?: import("refund-signer").Refund }} story */
function recorded({ provider, event, body }, story) {
  return remember({ kind: "webhook", provider, operation: event, webhook: { ...story, body } });
}

/** What a webhook says, if it can be believed. @param {Record<string, unknown>} settings @param {Delivery} delivery */
async function told({ publicKeys, ...settings }, delivery) {
  const reader = new (provider(delivery.provider).Webhooks)(settings);
  try {
    const event = publicKeys
      ? await readWithKeys(reader, delivery, /** @type {string[]} */ (publicKeys))
      : reader.read(delivery);
    const { kind, refund } = event;
    return { verified: true, text: `${kind}${refund ? `, refund ${refund.status}` : ""}`, ...(refund && { refund }) };
  } catch (error) {
    if (!(error instanceof RefundError)) throw error;
    return { verified: false, text: error.message };
  } finally {
    reader.free();
  }
}

/** PayerMax signs with RSA, which the browser verifies. @param {any} reader @param {Delivery} delivery @param {string[]} publicKeys */
async function readWithKeys(reader, delivery, publicKeys) {
  const { importPublicKey, readWebhook } = await import("refund-signer/webcrypto");
  return readWebhook(reader, delivery, await Promise.all(publicKeys.map(importPublicKey)));
}
