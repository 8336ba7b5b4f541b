// Deliveries to begin with: the sandbox refunds a payment, and its provider tells of it.

import { send } from "refund-signer/fetch";
import { operationNamed } from "../catalog.js";
import { clientOf, planned, settingsFor } from "../refund/attempt.js";

/** @typedef {import("../sandbox.js").Sandbox} Sandbox */
/** @typedef {import("refund-signer").WebhookProvider} WebhookProvider */
/** @typedef {{ provider: WebhookProvider, headers: string, body: string, settings: Record<string, string> }} Example */

export const EXAMPLES = [
  { name: "right", title: "As it came" },
  { name: "parsed", title: "Parsed and written again" },
  { name: "altered", title: "Altered on its way" },
  { name: "space", title: "Secret with a space" },
  { name: "stale", title: "Too old" },
];

const AMOUNTS = {
  craftgate: ["50", "TRY"],
  doku: ["45000", "IDR"],
  payermax: ["8000", "IDR"],
  razorpay: ["120.00", "INR"],
};

/** @param {Sandbox} sandbox @param {WebhookProvider} provider @param {string} name @returns {Promise<Example>} */
export async function makeExample(sandbox, provider, name) {
  const delivery = await delivered(sandbox, provider);
  const { secrets, publicKeys, ...others } = /** @type {Record<string, any>} */ (
    await sandbox.webhookSettings({ provider })
  );
  const settings = {
    ...others,
    ...(secrets && { secrets: secrets.join("\n") }),
    ...(publicKeys && { publicKeys: publicKeys.join("\n") }),
  };
  const headers = Object.entries(delivery.headers)
    .map((header) => header.join(": "))
    .join("\n");
  return changed({ provider, headers, body: delivery.body, settings }, name);
}

/** @param {Example} example @param {string} name @returns {Example} */
function changed(example, name) {
  const { provider, body, settings } = example;
  switch (name) {
    case "parsed":
      return { ...example, body: body.replaceAll('":', '": ').replaceAll(',"', ', "') };
    case "altered":
      return {
        ...example,
        body: body.replace(/(SUCCESS|REFUNDED|processed|"00")/, (word) =>
          word === "SUCCESS" ? "FAILURE" : word === '"00"' ? '"06"' : word.toLowerCase() === word ? "failed" : "FAILED",
        ),
      };
    case "space":
      return { ...example, settings: { ...settings, ...(settings.secrets && { secrets: `${settings.secrets} ` }) } };
    case "stale":
      return provider === "razorpay" ? example : { ...example, settings: { ...settings, windowSeconds: "1" } };
    default:
      return example;
  }
}

/** The last thing that a provider says about a new refund. @param {Sandbox} sandbox @param {WebhookProvider} provider */
async function delivered(sandbox, provider) {
  const [value = "", currency = ""] = AMOUNTS[provider];
  const payment = await sandbox.addPayment({ provider, payment: { amount: { value, currency } } });
  const { fields } = operationNamed(provider, "createRefund");
  const reference = `example-${Date.now()}`;
  const known = /** @type {Record<string, unknown>} */ ({
    ...payment,
    amount: { value, currency },
    partnerRefundNo: reference,
    receipt: reference,
  });
  const input = Object.fromEntries(
    fields.filter(({ name }) => known[name] !== undefined).map(({ name }) => [name, known[name]]),
  );
  const { plan } = planned(provider, "createRefund", input);
  if (!plan) throw new Error(`There is no example of ${provider}.`);
  const client = clientOf(provider, settingsFor(sandbox, provider));
  await send(client, plan, { fetch: /** @type {typeof globalThis.fetch} */ (sandbox.fetch) }).finally(() =>
    client.free(),
  );
  const deliveries = await sandbox.takeWebhooks({ provider });
  const last = deliveries.at(-1);
  if (!last) throw new Error(`${provider} said nothing.`);
  return last;
}
