// Stored plans: a body that its operation could not have made is refused before anything is signed or sent.

import { ok, same, thrown } from "./assert.js";
import { openHere } from "./bench.js";

const rupiah = { value: "700", currency: "IDR" };

/** Good plans, and bodies that are none of theirs: `[operation, input of the sandbox's payments, bodies]`. */
const STORED = {
  // Without an amount Razorpay refunds the whole payment.
  razorpay: [
    "createRefund",
    ({ standard: { paymentId } }) => ({
      paymentId,
      receipt: "return-2041",
      amount: { value: "2.00", currency: "INR" },
    }),
    [
      "{}",
      '{"amount":-100}',
      '{"amount":200,"receipt":17}',
      '{"amount":200,"on_hold":true}',
      '{"amount":200,"speed":"fastest"}',
    ],
  ],
  doku: [
    "createRefund",
    () => ({ invoiceNumber: "INV-2041", originalRequestId: "q-2041", amount: rupiah }),
    [
      '{"refund":{"amount":-700}}',
      '{"refund":{"amount":7e9}}',
      '{"payment":{"original_request_id":"q-2041"},"refund":{"amount":700}}',
    ],
  ],
  durianpay: [
    "createRefund",
    () => ({ refId: "return-2041", paymentId: "pay_Vb6Nm8Qw0Er2Ty", amount: rupiah }),
    ['{"ref_id":"return-2041","payment_id":"pay_Vb6Nm8Qw0Er2Ty","amount":"-700"}'],
  ],
  craftgate: [
    "createRefund",
    () => ({ paymentId: "4711", conversationId: "return-2041" }),
    ['{"paymentId":"abc","conversationId":"return-2041"}', '{"paymentId":"4711"}'],
  ],
  payermax: [
    "createRefund",
    () => ({ originalPartnerReferenceNo: "ORD-2041", partnerRefundNo: "return-2041", amount: rupiah }),
    ['{"grantType":"client_credentials","partnerRefundNo":"return-2041"}'],
  ],
};

const idempotencyKey = "key-return-2041";

/** What a refund's plan says: `[operation, input, description]`. */
const SAID = {
  // All that is left of the payment.
  razorpay: [
    "createRefund",
    { paymentId: "pay_1", receipt: "return-2041", reverseAll: true, speed: "normal", idempotencyKey },
    {
      payment: "pay_1",
      reference: "return-2041",
      idempotencyKey,
      options: { speed: "normal", reverseAll: true },
      facts: { repeat: "silent-replay", query: "refund", events: "decide" },
    },
  ],
  craftgate: [
    "refundPaymentTransaction",
    { paymentTransactionId: "9007199254740993", amount: { minor: 1230n, currency: "TRY" }, idempotencyKey },
    {
      payment: "9007199254740993",
      amount: { value: "12.30", currency: "TRY" },
      idempotencyKey,
      facts: { repeat: "silent-replay", query: "refund", events: "hint" },
    },
  ],
  doku: [
    "createAkulakuRefund",
    {
      invoiceNumber: "INV-2041",
      merchantUniqueReference: "order-2041",
      identifiers: [{ name: "A", value: "B" }],
      refundMerchantUniqueReference: "return-2041",
      requestId: idempotencyKey,
    },
    {
      payment: "INV-2041",
      reference: "return-2041",
      idempotencyKey,
      facts: { repeat: "marked-replay", query: "payment", events: "hint" },
    },
  ],
  durianpay: [
    "createRefund",
    { refId: "return-2041", paymentId: "pay_1", amount: rupiah, useRefundLink: true, useRefundLinkAs: "string" },
    {
      payment: "pay_1",
      amount: { value: "700.00", currency: "IDR" },
      reference: "return-2041",
      options: { useRefundLink: true },
      facts: { repeat: "none", query: "refund", events: "none" },
    },
  ],
  payermax: [
    "createRefund",
    { originalPartnerReferenceNo: "ORD-2041", partnerRefundNo: "return-2041", amount: rupiah, amountFormat: "number" },
    {
      payment: "ORD-2041",
      amount: { value: "700.00", currency: "IDR" },
      reference: "return-2041",
      idempotencyKey: "return-2041",
      facts: { repeat: "undocumented", query: "refund", events: "decide" },
    },
  ],
};

export function stored(api) {
  const { signer, send } = api;
  const altered = Object.entries(STORED).map(([provider, [operation, input, bodies]]) => [
    `${provider}: a stored plan whose body ${operation} does not make is refused everywhere`,
    async () => {
      const world = await openHere(api);
      const plan = signer[provider][operation](input(world.payments[provider]));
      const client = new signer[provider].Client(world.credentials[provider]);
      for (const body of bodies) {
        const wrong = { ...plan, body };
        for (const use of [
          () => client.sign(wrong),
          () => client.signAll([wrong]),
          () => client.explain(wrong),
          () => client.prepare(wrong),
          () => client.read(wrong, null),
          () => signer[provider].queryFor(wrong),
          () => send(client, wrong, { fetch: world.fetch }),
        ]) {
          const error = await thrown(use);
          same(error?.code, "invalid_plan", `code for ${body}, not ${error}`);
          ok(error.problems[0].path && error.problems[0].userAction, "a place, and what to do");
        }
      }
      same(await world.refunds(), [], "what was refunded");
    },
  ]);
  const described = Object.entries(SAID).map(([provider, [operation, input, said]]) => [
    `${provider}: describe says what a plan of ${operation} does, stored or not`,
    () => {
      const plan = signer[provider][operation](input);
      const copy = JSON.parse(JSON.stringify(plan));
      for (const description of [signer.describe(plan), signer.describe(copy), signer[provider].describe(copy)]) {
        same(description, { provider, operation, movesMoney: true, ...said }, "description");
        ok(Object.isFrozen(description) && Object.isFrozen(description.options ?? description), "frozen");
      }
    },
  ]);
  return [
    ...altered,
    ...described,
    ["razorpay: the spelling of a stored body is what is signed and sent", () => spelling(api)],
  ];
}

async function spelling({ signer, ...api }) {
  const world = await openHere(api);
  const client = new signer.razorpay.Client(world.credentials.razorpay);
  const [operation, input] = STORED.razorpay;
  const body = '{ "receipt": "\\u0072eturn-2041", "amount": 200 }';
  const plan = { ...signer.razorpay[operation](input(world.payments.razorpay)), body };
  same(client.sign(JSON.parse(JSON.stringify(plan))).body, body, "the body");
}
