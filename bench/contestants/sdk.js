// The official SDKs, where there are any for JavaScript: they build and sign the whole request, and hand it to an axios
// that sends nothing. Node only.

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** Takes the place of axios' network: what would be sent is there, and an answer comes at once. */
const adapter = async (config) => ({ data: {}, status: 200, statusText: "OK", headers: {}, config, request: {} });

/** Makes a client whose axios has our adapter; each SDK may bring an axios of its own. */
function withoutNetwork(sdk, make) {
  const axios = createRequire(require.resolve(sdk))("axios").default;
  const original = axios.defaults.adapter;
  axios.defaults.adapter = adapter;
  try {
    return make(require(sdk));
  } finally {
    axios.defaults.adapter = original;
  }
}

export function sdk({ refunds, webhook }) {
  const { settings, secrets, input } = refunds.razorpay;
  const razorpay = withoutNetwork(
    "razorpay",
    (Razorpay) => new Razorpay({ key_id: settings.keyId, key_secret: secrets.keySecret }),
  );
  const { apiKey } = refunds.craftgate.settings;
  const { secretKey } = refunds.craftgate.secrets;
  const craftgate = withoutNetwork(
    "@craftgate/craftgate",
    ({ Client }) => new Client({ apiKey, secretKey, baseUrl: "https://sandbox-api.craftgate.io" }),
  );
  const { validateWebhookSignature } = require("razorpay/dist/utils/razorpay-utils.js");
  const decoder = new TextDecoder();

  return {
    razorpay: () =>
      razorpay.payments.refund(input.paymentId, {
        amount: Math.round(Number(input.amount.value) * 100),
        receipt: input.receipt,
      }),
    craftgate() {
      const { paymentTransactionId, conversationId, amount } = refunds.craftgate.input;
      return craftgate.payment().refundPaymentTransaction({
        paymentTransactionId: Number(paymentTransactionId),
        conversationId,
        refundPrice: Number(amount.value),
      });
    },
    webhook() {
      const text = decoder.decode(webhook.body);
      const signature = webhook.headers.get("X-Razorpay-Signature");
      if (!validateWebhookSignature(text, signature, webhook.secret)) throw new Error("not Razorpay's event");
      return JSON.parse(text);
    },
  };
}
