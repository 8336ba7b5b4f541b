// Razorpay: what is asked of both, refund-signer and the package `razorpay`.

import Razorpay from "razorpay";
import * as razorpay from "refund-signer/razorpay";

const PAYMENT = "pay_29QQoUBi66xm2f";
const REFUND = "rfnd_FP8QHiV938haTz";
const KEYS = { keyId: "rzp_test_1DP5mmOlF5G5ag", keySecret: "thisissupersecret" };

const inr = (value) => ({ value, currency: "INR" });
const minor = (minor, currency = "INR") => ({ minor, currency });
const many = (count, make) => Object.fromEntries(Array.from({ length: count }, (_, at) => make(at)));

/** Ids, of all the shapes that occur and some more. */
const ids = (...fields) =>
  Object.fromEntries(IDS.map((id) => [`id ${id}`, Object.fromEntries(fields.map((field) => [field, id]))]));
const IDS = [
  "pay_29QQoUBi66xm2f",
  "rfnd_FP8QHiV938haTz",
  "rfnd_00000000000000",
  "rfnd_zzzzzzzzzzzzzz",
  "fake_refund_id",
  "rfnd-1",
  "rfnd__1",
  "_",
  "-",
  "1",
  "00",
  "r".repeat(64),
];

/** Ids that are none, and what they would make of the path. */
const hostile = (field, rest) =>
  Object.fromEntries(Object.entries(HOSTILE).map(([name, id]) => [name, { ...rest, [field]: id }]));
const HOSTILE = {
  "id with a query": "x?count=100",
  "id with a fragment": "x#y",
  "id with steps up": "x/../../orders/order_1",
  "id with a slash": "a/b",
  "id with a space": "a b",
  "id with an escape": "a%2Fb",
  "id beyond ASCII": "pay_ş",
  "empty id": "",
};

const NOTES = {
  "notes, plain": { notes: { order: "A-1", reason: "damaged" } },
  "notes, none": { notes: {} },
  "notes beyond ASCII": { notes: { sebep: "Müşteri iadesi ₹ 返金", emoji: "😀👩‍👩‍👧" } },
  "notes with quotes and slashes": { notes: { quote: "\"\\/'`<>&", "key \"'": "</script>" } },
  "notes with control characters": { notes: { lines: "a\nb\tc\r\n", bell: "\u0007\u001f\u007f" } },
  "notes with line separators": { notes: { text: "a\u2028b\u2029c\u0085d" } },
  "notes with numbers": { notes: { count: 3, price: 1.1, negative: -0.5, zero: 0 } },
  "notes with great numbers": { notes: { large: 1e21, small: 1e-7, most: Number.MAX_SAFE_INTEGER } },
  "notes with keys like numbers": { notes: { b: "1", 10: "2", 9: "3" } },
  "15 notes": { notes: many(15, (at) => [`key_${at}`, `value ${at}`]) },
  "16 notes": { notes: many(16, (at) => [`key_${at}`, `value ${at}`]) },
  "a note of 256 characters": { notes: { long: "ş".repeat(256) } },
  "a note of 257 characters": { notes: { long: "ş".repeat(257) } },
  "a note with half a surrogate pair": { notes: { broken: "\ud83d" } },
};

const create = {
  operation: "createRefund",
  both: { paymentId: PAYMENT },
  sdk: (client, { paymentId, ...params }) => client.payments.refund(paymentId, params),
};

const LIST = {
  "nothing given": {},
  "window of time": { from: 1_500_826_740, to: 1_500_830_000 },
  "from only": { from: 946_684_800 },
  "to only": { to: 4_765_046_400 },
  "count and skip": { count: 25, skip: 50 },
  "all four": { from: 1_500_826_740, to: 1_500_830_000, count: 10, skip: 5 },
  "the fewest": { count: 1, skip: 0 },
  "the most": { count: 100, skip: 1_000_000 },
  "more than the most": { count: 101 },
  "skip beyond 32 bits": { skip: 4_294_967_296 },
  "numbers as text": { from: "1500826740", count: "5", skip: "2" },
  "another order": { skip: 1, count: 2, to: 1_500_830_000, from: 1_500_826_740 },
  "optional fields undefined": { from: undefined, to: undefined, count: 20, skip: undefined },
};

/** The inputs with the instant speed, where our body has it: behind the amount. */
const instant = (inputs) => {
  const withSpeed = ({ amount, ...rest }) => ({ ...(amount && { amount }), speed: "optimum", ...rest });
  return Object.fromEntries(
    Object.entries(inputs).map(([name, given]) => [
      name,
      (Array.isArray(given) ? given : [given, given]).map(withSpeed),
    ]),
  );
};

const groups = [
  {
    ...create,
    inputs: {
      "nothing given": {},
      "optional fields undefined": { speed: undefined, notes: undefined, receipt: undefined },
      "amount undefined": { amount: undefined },
      "normal speed": [
        { amount: inr("500.00"), speed: "normal" },
        { amount: 50_000, speed: "normal" },
      ],
      "all fields": [
        { amount: inr("1.00"), speed: "normal", notes: { a: "1" }, receipt: "Receipt No. 31" },
        { amount: 100, speed: "normal", notes: { a: "1" }, receipt: "Receipt No. 31" },
      ],
      "another order": [
        { receipt: "R-1", notes: { b: "2" }, amount: inr("1.00") },
        { receipt: "R-1", notes: { b: "2" }, amount: 100 },
      ],
      "amount with paise": [{ amount: inr("8.35") }, { amount: 835 }],
      "amount in minor units": [{ amount: minor(123_456n) }, { amount: 123_456 }],
      "smallest amount": [{ amount: minor(1n) }, { amount: 1 }],
      "amount in yen": [{ amount: { value: "500", currency: "JPY" } }, { amount: 500 }],
      "amount in dinar": [{ amount: { value: "99.990", currency: "KWD" } }, { amount: 99_990 }],
      "amount as text": [{ amount: inr("500.10"), amountAs: "string" }, { amount: "50010" }],
      "largest exact amount": [{ amount: minor(9_007_199_254_740_991n) }, { amount: 9_007_199_254_740_991 }],
      "amount beyond 2^53": [{ amount: minor(9_007_199_254_740_993n) }, { amount: Number("9007199254740993") }],
      "amount beyond 2^53 as text": [
        { amount: minor(9_007_199_254_740_993n), amountAs: "string" },
        { amount: "9007199254740993" },
      ],
      "amount of half a paisa": [{ amount: inr("1.005") }, { amount: 100.5 }],
      "amount as a product of floats": [{ amount: 1.1 * 100 }, { amount: 1.1 * 100 }],
      "amount of nothing": [{ amount: minor(0n) }, { amount: 0 }],
      "negative amount": [{ amount: minor(-1n) }, { amount: -1 }],
      "receipt beyond ASCII": { receipt: "Fiş №1 ₹ 😀" },
      "receipt with quotes": { receipt: `"R"\\1/2'` },
      "empty receipt": { receipt: "" },
      "receipt is null": { receipt: null },
      "receipt with a line break": { receipt: "R\n1" },
      "unknown speed": { speed: "fast" },
      "unknown field": { note: "A" },
      ...NOTES,
      ...hostile("paymentId"),
    },
  },
  {
    ...create,
    variant: "instant",
    inputs: instant({
      "whole payment": {},
      "part of it": [{ amount: inr("10.50") }, { amount: 1050 }],
      "one rupee": [{ amount: inr("1") }, { amount: 100 }],
      "in minor units": [{ amount: minor("99") }, { amount: 99 }],
      "as text": [{ amount: inr("1.00"), amountAs: "string" }, { amount: "100" }],
      "with a receipt": { receipt: "Receipt #1" },
      "with notes": { notes: { ключ: "значение" } },
      "with emoji": { notes: { face: "🙃" }, receipt: "🧾" },
      "with escapes": { notes: { path: 'C:\\refunds\\"1"' } },
      "another id": { paymentId: "pay_00000000000000" },
      "short id": { paymentId: "pay_1" },
    }),
  },
  {
    ...create,
    variant: "reversing transfers",
    inputs: {
      "whole payment": [{ reverseAll: true }, { reverse_all: true }],
      "kept transfers": [{ reverseAll: false }, { reverse_all: false }],
      "part of it": [
        { amount: inr("1"), reverseAll: true },
        { amount: 100, reverse_all: true },
      ],
      "in minor units": [
        { amount: minor(250n), reverseAll: true },
        { amount: 250, reverse_all: true },
      ],
      instant: [
        { speed: "optimum", reverseAll: true },
        { speed: "optimum", reverse_all: true },
      ],
      normal: [
        { speed: "normal", reverseAll: true },
        { speed: "normal", reverse_all: true },
      ],
      "with notes": [
        { notes: { a: "ş" }, reverseAll: true },
        { notes: { a: "ş" }, reverse_all: true },
      ],
      "with a receipt": [
        { receipt: "R\\1", reverseAll: true },
        { receipt: "R\\1", reverse_all: true },
      ],
      "all fields": [
        { amount: inr("2.50"), speed: "normal", notes: { a: "1" }, receipt: "R", reverseAll: true },
        { amount: 250, speed: "normal", notes: { a: "1" }, receipt: "R", reverse_all: true },
      ],
      "flag as a number": [{ reverseAll: 1 }, { reverse_all: 1 }],
    },
  },
  {
    ...create,
    variant: "idempotent",
    // The Node SDK has no other place for headers.
    settings: [KEYS, { ...KEYS, headers: { "X-Refund-Idempotency": "refund-of-order-1" } }],
    inputs: Object.fromEntries(
      [
        ["whole payment", {}],
        ["another payment", { paymentId: "pay_00000000000001" }],
        ["normal", { speed: "normal" }],
        ["instant", { speed: "optimum" }],
        ["with a receipt", { receipt: "R-1" }],
        ["with notes", { notes: { a: "1", b: "2" } }],
        ["with emoji", { notes: { a: "💸" } }],
        ["with quotes", { receipt: '"1"' }],
        ["receipt and notes", { notes: { a: "1" }, receipt: "R-1" }],
        ["no notes", { notes: {} }],
      ].map(([name, fields]) => [name, [{ ...fields, idempotencyKey: "refund-of-order-1" }, fields]]),
    ),
  },
  {
    operation: "listPaymentRefunds",
    variant: "by payments.fetchMultipleRefund",
    both: { paymentId: PAYMENT },
    sdk: (client, { paymentId, ...query }) => client.payments.fetchMultipleRefund(paymentId, query),
    inputs: {
      ...LIST,
      "unknown field": { "expand[]": "payment" },
      ...hostile("paymentId"),
    },
  },
  {
    operation: "listPaymentRefunds",
    variant: "by refunds.all",
    both: { paymentId: PAYMENT },
    sdk: (client, { paymentId, ...query }) => client.refunds.all({ payment_id: paymentId, ...query }),
    inputs: LIST,
  },
  {
    operation: "listRefunds",
    sdk: (client, query) => client.refunds.all(query),
    inputs: {
      ...LIST,
      "times as dates": { from: "Aug 25, 2016 00:00:00 UTC", count: 10, skip: 0 },
      "times in milliseconds": { from: 1_500_826_740_000, count: 10, skip: 0 },
      "unknown field": { receipt: "R-1", count: 10, skip: 0 },
    },
  },
  {
    operation: "fetchPaymentRefund",
    variant: "by payments.fetchRefund",
    both: { paymentId: PAYMENT, refundId: REFUND },
    sdk: (client, { paymentId, refundId }) => client.payments.fetchRefund(paymentId, refundId),
    inputs: {
      ...ids("paymentId", "refundId"),
      "refund id with a query": { refundId: "x?y" },
      "refund id with steps up": { refundId: "../../../orders" },
      ...hostile("paymentId"),
    },
  },
  {
    operation: "fetchPaymentRefund",
    variant: "by refunds.fetch",
    both: { paymentId: PAYMENT, refundId: REFUND },
    sdk: (client, { paymentId, refundId }) => client.refunds.fetch(refundId, { payment_id: paymentId }),
    inputs: {
      ...ids("paymentId", "refundId"),
      ...hostile("refundId"),
    },
  },
  {
    operation: "fetchRefund",
    both: { refundId: REFUND },
    sdk: (client, { refundId }) => client.refunds.fetch(refundId),
    inputs: {
      ...ids("refundId"),
      "65 characters": { refundId: "r".repeat(65) },
      ...hostile("refundId"),
    },
  },
  {
    operation: "createReversal",
    both: { transferId: "trf_EAznuJ9cDLnF7Y" },
    sdk: (client, { transferId, ...params }) => client.transfers.reverse(transferId, params),
    inputs: {
      "whole transfer": {},
      "part of it": [{ amount: inr("1.00") }, { amount: 100 }],
      "with paise": [{ amount: inr("8.35") }, { amount: 835 }],
      "in minor units": [{ amount: minor(123_456n) }, { amount: 123_456 }],
      "smallest amount": [{ amount: minor(1n) }, { amount: 1 }],
      "amount in ringgit": [{ amount: { value: "500", currency: "MYR" } }, { amount: 50_000 }],
      "with notes": { notes: { branch: "Acme Corp", name: "Gaurav Kumar" } },
      "with notes beyond ASCII": { notes: { sebep: "iade ₹ 😀" } },
      "amount and notes": [
        { amount: inr("2"), notes: { a: "1" } },
        { amount: 200, notes: { a: "1" } },
      ],
      "another transfer": { transferId: "trf_Lt048W7cgLdo1u" },
      "short id": { transferId: "trf_1" },
    },
  },
  {
    operation: "updateRefund",
    both: { refundId: REFUND },
    sdk: (client, { refundId, ...params }) =>
      client.refunds.edit(refundId, Object.keys(params).length > 0 ? params : undefined),
    inputs: { "nothing given": {}, ...NOTES, ...hostile("refundId", { notes: {} }) },
  },
];

/** Each way to authenticate, over the same small refunds. */
const authenticated = Object.entries({
  "secret with a colon": { keyId: "rzp_test_1", keySecret: "a:b:c" },
  "secret beyond ASCII": { keyId: "rzp_test_1", keySecret: "gizli_şifre_₹_😀" },
  OAuth: { oauthToken: "eyJhbGciOi.J9-._~+/token==" },
  partner: { ...KEYS, account: "acc_BJ4vWP5WyFHDmD" },
}).map(([variant, settings]) => ({
  ...create,
  variant,
  settings: [settings, { ...settings, headers: settings.account && { "X-Razorpay-Account": settings.account } }],
  inputs: { "whole payment": {}, "part of it": [{ amount: inr("1.50") }, { amount: 150 }] },
}));

const anyClient = () => new Razorpay({ key_id: "k", key_secret: "s" });

export default {
  // Its SDKs for PHP, Python, Go, Java and Ruby have it.
  missing: {
    createRefundByPaymentId: () => Object.hasOwn(anyClient().refunds, "create"),
    listReversals: () => Object.hasOwn(anyClient().transfers, "reversals"),
  },
  name: "razorpay",
  title: "Razorpay",
  sdkName: "razorpay",
  module: razorpay,
  answer: { id: REFUND, entity: "refund", amount: 100, currency: "INR", payment_id: PAYMENT, status: "processed" },
  settings: [KEYS, KEYS],
  sdk(url, { keyId, keySecret, oauthToken, headers }) {
    const client = new Razorpay({ key_id: keyId, key_secret: keySecret, oauthToken, headers });
    // The package has no setting for its host.
    client.api.rq.defaults.baseURL = url;
    return client;
  },
  groups: [...groups, ...authenticated],
};
