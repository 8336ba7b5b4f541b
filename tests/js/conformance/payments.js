// The signature that Razorpay's checkout gives a page. The expected ones were made by Node's own HMAC, and razorpay-node
// 2.9.8 takes the three that it has a form for.

import { ok, same, thrown } from "./assert.js";

const SECRET = "key-secret-of-razorpay";
const secrets = [SECRET];
const PAYMENTS = {
  order: {
    orderId: "order_DLXae45SLMwqTZ",
    paymentId: "pay_DLXbWV0fmyNBvt",
    signature: "0aa4cea0b039285bb17f72106683c39306b8a86950a456144319fae38ed50545",
  },
  subscription: {
    subscriptionId: "sub_ID6MOhgkcoHj9I",
    paymentId: "pay_DLXbWV0fmyNBvt",
    signature: "eade2d3002578b3e25c14e57a9a6fddcfa3acf1cf8bfa62280e769007616bd8e",
  },
  link: {
    paymentLinkId: "plink_IH3cNucfVEgV68",
    paymentLinkReferenceId: "TSsd1989",
    paymentLinkStatus: "paid",
    paymentId: "pay_IH3d0ara9bSsjQ",
    signature: "a9bdc30eef1b8fbd02c92723b3259c703a6493099a78f79e97fcb00bb7e4c1a8",
  },
  "link without a reference": {
    paymentLinkId: "plink_IH3cNucfVEgV68",
    paymentLinkStatus: "paid",
    paymentId: "pay_IH3d0ara9bSsjQ",
    signature: "a0e6848d16406a61040cc19c24159dac8bd4c2cdc3f559222aa5a02e85e7d557",
  },
};
const { order, subscription, link } = PAYMENTS;

/** What is refused: the payment, the settings, and the code and the path of the error. */
const REFUSED = {
  "another payment": [{ ...order, paymentId: "pay_DLXbWV0fmyNBvu" }, { secrets }, "signature_mismatch signature"],
  "another order": [{ ...order, orderId: "order_DLXae45SLMwqTz" }, { secrets }, "signature_mismatch signature"],
  "another state": [{ ...link, paymentLinkStatus: "partially_paid" }, { secrets }, "signature_mismatch signature"],
  "another reference": [{ ...link, paymentLinkReferenceId: "" }, { secrets }, "signature_mismatch signature"],
  "another secret": [order, { secrets: ["webhook-secret"] }, "signature_mismatch signature"],
  "no hexadecimal digits": [{ ...order, signature: "z".repeat(64) }, { secrets }, "malformed_signature signature"],
  "in capitals": [{ ...order, signature: order.signature.toUpperCase() }, { secrets }, "malformed_signature signature"],
  "cut off": [{ ...order, signature: order.signature.slice(0, 62) }, { secrets }, "malformed_signature signature"],
  empty: [{ ...order, signature: "" }, { secrets }, "too_short signature"],
  // The same text is signed for both: only the beginnings of the ids tell them apart.
  "an order's as a subscription's": [
    { paymentId: order.orderId, subscriptionId: order.paymentId, signature: order.signature },
    { secrets },
    "wrong_type paymentId",
  ],
  "a subscription's as an order's": [
    { orderId: subscription.paymentId, paymentId: subscription.subscriptionId, signature: subscription.signature },
    { secrets },
    "wrong_type paymentId",
  ],
  "ids with a bar": [{ ...order, orderId: "order_1|pay_2" }, { secrets }, "invalid_character orderId"],
  "of nothing": [{ paymentId: "pay_1", signature: order.signature }, { secrets }, "missing_field orderId"],
  "of two": [{ ...order, subscriptionId: "sub_1" }, { secrets }, "conflict orderId"],
  "a state without a link": [{ ...order, paymentLinkStatus: "paid" }, { secrets }, "conflict paymentLinkStatus"],
  "a link without its state": [{ ...link, paymentLinkStatus: undefined }, { secrets }, "no_value paymentLinkStatus"],
  "an order id that is there without a value": [{ ...order, orderId: undefined }, { secrets }, "no_value orderId"],
  "a field that is misspelt": [{ ...order, orderID: "order_1" }, { secrets }, "unknown_field orderID"],
  "no secret": [order, { secrets: [] }, "missing_field secrets"],
  "no settings": [order, undefined, "no_value secrets"],
  "a misspelt setting": [order, { secret: SECRET }, "unknown_field secret"],
  // Whoever sends the body of a request chooses its members.
  "a secret among what was signed": [{ ...order, secrets }, {}, "no_value secrets"],
  "no object": [null, { secrets }, "missing_field paymentId"],
};

export function payments({ signer, providers }) {
  const { RefundError } = signer;
  const { verifyPayment } = signer.razorpay;
  return [
    ...Object.entries(PAYMENTS).map(([name, payment]) => [
      `razorpay.verifyPayment: ${name}`,
      async () => {
        same(verifyPayment(payment, { secrets }), true);
        same(providers.razorpay.verifyPayment(payment, { secrets: [new TextEncoder().encode(SECRET)] }), true, "bytes");
        // While the key secret is being replaced.
        same(verifyPayment(payment, { secrets: ["the-next-one", SECRET] }), true, "one of two secrets");
      },
    ]),
    ...Object.entries(REFUSED).map(([name, [payment, settings, expected]]) => [
      `razorpay.verifyPayment refuses: ${name}`,
      async () => {
        const error = await thrown(() => verifyPayment(payment, settings));
        ok(error instanceof RefundError, `no RefundError: ${error}`);
        const [{ path }] = error.problems;
        same(`${error.code} ${path}`, expected, error.message);
        ok(!error.message.includes(SECRET), "the error holds the secret");
      },
    ]),
  ];
}
