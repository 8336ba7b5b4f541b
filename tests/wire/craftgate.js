// Craftgate: what is asked of both, refund-signer and the package `@craftgate/craftgate`.

import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import Craftgate from "@craftgate/craftgate";
import * as craftgate from "refund-signer/craftgate";

// The module that the SDK itself takes its random keys from.
const utils = createRequire(import.meta.url)("@craftgate/craftgate/dist/lib/utils.js");
const KEYS = { apiKey: "key-1", secretKey: "secret-1" };

const LONG = "9223372036854775807";
const lira = (value) => ({ value, currency: "TRY" });

/** The same inputs for every operation whose ids stand in the path. */
const inPath = (...fields) => {
  const each = (value) => Object.fromEntries(fields.map((field) => [field, value]));
  return {
    "small ids": each(1),
    "ordinary ids": each(1_234_567),
    "ids as text": each("24"),
    "ids of nines": each(999_999_999),
    "id 0": each(0),
    "largest 32-bit ids": each(2_147_483_647),
    "ids beyond 32 bits": each(4_294_967_296),
    "largest safe ids": each(Number.MAX_SAFE_INTEGER),
    "largest 64-bit ids as text": each(LONG),
    "largest 64-bit ids as BigInt": each(BigInt(LONG)),
    "largest 64-bit ids as numbers": each(Number(LONG)),
    "id beyond 64 bits": each("9223372036854775808"),
    "id with a fraction": each(1.5),
    "negative id": each(-1),
    "id with a query": each("1?page=2"),
    "id with a fragment": each("1#2"),
    "id with steps up": each("../../v1/payments/1"),
    "id with an escape": each("1%2F2"),
    "id with a broken escape": each("1%"),
    "id in other digits": each("٣"),
    "id undefined": each(undefined),
  };
};

const TEXTS = {
  "beyond ASCII": { conversationId: "sipariş-ÇĞİÖŞÜ-₺" },
  emoji: { conversationId: "😀👩‍👩‍👧" },
  "quotes and escapes": { conversationId: "\"\\/'`<>&=" },
  "what queries are made of": { conversationId: "a+b c&d=e?f#g%20h/i" },
  "what encodeURIComponent keeps": { conversationId: "a!b'c(d)e*f~g" },
  "one character": { conversationId: "a" },
  "255 characters": { conversationId: "ş".repeat(255) },
  "256 characters": { conversationId: "ş".repeat(256) },
  "empty text": { conversationId: "" },
  "line break": { conversationId: "a\nb" },
  "half a surrogate pair": { conversationId: "a\ud83d" },
};

const IDS = (field) => ({
  "id 1": { [field]: 1 },
  "id as text": [{ [field]: "24" }, { [field]: 24 }],
  "largest safe id": { [field]: Number.MAX_SAFE_INTEGER },
  "largest 64-bit id": { [field]: LONG },
  "largest 64-bit id as a number": { [field]: Number(LONG) },
});

/** Amounts of ours, and what JavaScript makes of the same digits. */
const PRICES = Object.fromEntries(
  [
    ["whole amount", "20"],
    ["zeros after the point", "20.00"],
    ["one decimal", "20.5"],
    ["two decimals", "12.34"],
    ["a cent", "0.01"],
    ["largest that a double holds", "90071992547409.91"],
    ["larger than a double holds", "123456789012345.67"],
    ["nothing", "0"],
    ["three decimals", "1.234"],
    ["exponent", "1e21"],
  ].map(([name, digits]) => [name, [{ amount: lira(digits) }, { refundPrice: Number(digits) }]]),
);

const FLOATS = {
  "sum of floats": [{ amount: lira("0.3") }, { refundPrice: 0.1 + 0.2 }],
  "amount as a number": [{ amount: 20.5 }, { refundPrice: 20.5 }],
  "in minor units": [{ amount: { minor: 1234n, currency: "TRY" } }, { refundPrice: 12.34 }],
  "three decimals of a dinar": [{ amount: { value: "1.230", currency: "KWD" } }, { refundPrice: 1.23 }],
  yen: [{ amount: { value: "500", currency: "JPY" } }, { refundPrice: 500 }],
};

const WHOLE = {
  "id only": {},
  "all fields": { conversationId: "order-1", refundDestinationType: "PROVIDER", chargeFromMe: false },
  "to the wallet": { refundDestinationType: "WALLET", chargeFromMe: true },
  "deprecated destination": { refundDestinationType: "CARD" },
  "optional fields undefined": { conversationId: undefined, refundDestinationType: undefined, chargeFromMe: undefined },
  "another order": { chargeFromMe: true, conversationId: "a" },
  "conversation is null": { conversationId: null },
  "unknown destination": { refundDestinationType: "BANK" },
  "unknown field": { reason: "damaged" },
  ...IDS("paymentId"),
  ...TEXTS,
};

const SEARCH = {
  "nothing given": {},
  "a page": { page: 0, size: 25 },
  "the ids": { id: 1, paymentId: 2, buyerMemberId: 3 },
  "largest 64-bit ids": { id: LONG, paymentId: BigInt(LONG) },
  "state and currency": { status: "SUCCESS", currency: "TRY" },
  "all of it": {
    page: 1,
    size: 100,
    id: 1,
    paymentId: 2,
    buyerMemberId: 3,
    conversationId: "order-1",
    status: "WAITING",
    currency: "EUR",
    minRefundPrice: "10.5",
    maxRefundPrice: "20",
    minCreatedDate: "2021-11-15T14:07:18",
    maxCreatedDate: "2021-11-16T00:00:00",
  },
  "prices with zeros": [
    { minRefundPrice: "10.00", maxRefundPrice: "20.50" },
    { minRefundPrice: Number("10.00"), maxRefundPrice: Number("20.50") },
  ],
  "prices as numbers": { minRefundPrice: 10, maxRefundPrice: 20.5 },
  "dates as Date": [{ minCreatedDate: "2021-11-15T14:07:18" }, { minCreatedDate: new Date("2021-11-15T14:07:18Z") }],
  "another order": { size: 10, page: 0 },
  "optional fields undefined": { page: 0, size: 10, conversationId: undefined },
  "field is null": { page: 0, currency: null },
  "several states": { status: ["SUCCESS", "FAILURE"] },
  "unknown state": { status: "ACTIVE" },
  "unknown field": { minPaidPrice: "1" },
  ...TEXTS,
};

const operation = (operation, sdk, both, inputs, rest) => ({ operation, sdk, both, inputs, ...rest });

const payment = (method) => (client, request) => client.payment()[method](request);
const byId =
  (method) =>
  (client, { id }) =>
    client.payment()[method](id);
const wallet =
  (method) =>
  (client, { walletTransactionId, ...request }) =>
    client.wallet()[method](walletTransactionId, request);
const reporting = (method) => (client, request) => client.paymentReporting()[method](request);

const groups = [
  operation("createRefund", payment("refundPayment"), { paymentId: 1 }, WHOLE),
  operation(
    "createRefund",
    payment("refundPayment"),
    { paymentId: 1 },
    { "id only": {} },
    {
      variant: "each with its own random key",
      ownNonces: true,
    },
  ),
  operation(
    "createRefund",
    payment("refundPayment"),
    { paymentId: 1 },
    { "id only": {} },
    {
      variant: "in Turkish",
      settings: [
        { ...KEYS, lang: "tr" },
        { ...KEYS, language: "tr" },
      ],
    },
  ),
  operation(
    "createRefund",
    payment("refundPayment"),
    { paymentId: 1 },
    { "id only": {} },
    {
      variant: "keys beyond ASCII",
      settings: [
        { ...KEYS, secretKey: "gizli-şifre-₺-😀" },
        { ...KEYS, secretKey: "gizli-şifre-₺-😀" },
      ],
    },
  ),
  operation(
    "refundPaymentTransaction",
    payment("refundPaymentTransaction"),
    { paymentTransactionId: 1 },
    {
      "id only": {},
      "all fields": [
        { conversationId: "order-1", amount: lira("20"), refundDestinationType: "PROVIDER", chargeFromMe: false },
        { conversationId: "order-1", refundPrice: 20.0, refundDestinationType: "PROVIDER", chargeFromMe: false },
      ],
      "amount before the conversation": [
        { amount: lira("20"), conversationId: "order-1" },
        { refundPrice: 20, conversationId: "order-1" },
      ],
      ...IDS("paymentTransactionId"),
      ...PRICES,
      ...FLOATS,
      ...TEXTS,
    },
  ),
  operation("retrieveRefund", byId("retrievePaymentRefund"), {}, inPath("id")),
  operation("retrieveTransactionRefund", byId("retrievePaymentTransactionRefund"), {}, inPath("id")),
  operation("markAsRefunded", payment("refundPaymentMarkAsRefunded"), { paymentId: 1 }, WHOLE),
  operation(
    "markTransactionAsRefunded",
    payment("refundPaymentTransactionMarkAsRefunded"),
    { paymentTransactionId: 1 },
    {
      "with a conversation": [
        { conversationId: "order-1", amount: lira("1.5") },
        { conversationId: "order-1", refundPrice: 1.5 },
      ],
      "without an amount": {},
      ...PRICES,
      ...FLOATS,
    },
  ),
  operation(
    "refundWaitingPayment",
    payment("refundWaitingPayment"),
    {},
    {
      ...IDS("paymentId"),
      "ordinary id": { paymentId: 1_234_567 },
      "id of nines": { paymentId: 999_999_999 },
      "largest 32-bit id": { paymentId: 2_147_483_647 },
      "id beyond 32 bits": { paymentId: 4_294_967_296 },
      "id 0": { paymentId: 0 },
      "id 0 as text": [{ paymentId: "0" }, { paymentId: 0 }],
      "id with a fraction": { paymentId: 1.5 },
      "negative id": { paymentId: -1 },
      "id is null": { paymentId: null },
      "nothing given": {},
    },
  ),
  operation(
    "listPaymentRefunds",
    (client, { paymentId }) => client.paymentReporting().retrievePaymentRefunds(paymentId),
    {},
    inPath("paymentId"),
  ),
  operation(
    "listTransactionRefunds",
    (client, { paymentId, paymentTransactionId }) =>
      client.paymentReporting().retrievePaymentTransactionRefunds(paymentId, paymentTransactionId),
    {},
    { "two ids": { paymentId: 1, paymentTransactionId: 2 }, ...inPath("paymentId", "paymentTransactionId") },
  ),
  operation("searchRefunds", reporting("searchPaymentRefunds"), {}, SEARCH),
  operation(
    "searchTransactionRefunds",
    reporting("searchPaymentTransactionRefunds"),
    {},
    {
      ...SEARCH,
      "of a transaction": { paymentTransactionId: 1, isAfterSettlement: true },
      "before settlement": { isAfterSettlement: false },
    },
  ),
  operation(
    "refundWalletTransaction",
    wallet("refundWalletTransaction"),
    { walletTransactionId: 1 },
    {
      "largest 64-bit id in the path": [
        { walletTransactionId: LONG, amount: lira("1") },
        { walletTransactionId: LONG, refundPrice: 1 },
      ],
      "id with a query": [
        { walletTransactionId: "1?a=b", amount: lira("1") },
        { walletTransactionId: "1?a=b", refundPrice: 1 },
      ],
      "without an amount": {},
      ...PRICES,
      ...FLOATS,
    },
  ),
  operation(
    "walletRefundableAmount",
    wallet("retrieveRefundableAmountOfWalletTransaction"),
    {},
    inPath("walletTransactionId"),
  ),
  operation("listWalletRefunds", wallet("retrieveRefundWalletTransactions"), {}, inPath("walletTransactionId")),
];

const header = ({ headers }, name) => headers.find(([key]) => key.toLowerCase() === name)?.[1];

export default {
  name: "craftgate",
  title: "Craftgate",
  sdkName: "@craftgate/craftgate",
  module: craftgate,
  answer: { data: { id: 1, status: "SUCCESS", refundPrice: 20, currency: "TRY", items: [] } },
  settings: [KEYS, KEYS],
  groups,
  sdk: (baseUrl, { apiKey, secretKey, language }) => new Craftgate.Client({ apiKey, secretKey, baseUrl, language }),

  /** Runs with the SDK's own generator making keys as long as ours, so that both can sign with the same one. */
  async withLongNonces(run) {
    const original = utils.generateRandomString;
    utils.generateRandomString = () => original(32);
    try {
      return await run();
    } finally {
      utils.generateRandomString = original;
    }
  },
  nonceOf: (request) => header(request, "x-rnd-key"),

  /** base64(SHA-256(decoded URL + API key + secret key + random key + body)), over the bytes that arrived. */
  signatureHolds(request, url, { apiKey, secretKey }) {
    const signed = `${decodeURIComponent(url + request.target)}${apiKey}${secretKey}${header(request, "x-rnd-key")}`;
    const hash = createHash("sha256").update(signed).update(request.body).digest("base64");
    return hash === header(request, "x-signature");
  },
  /** What the signature covers: where it is the same, the signatures are. */
  signed: (request) => [
    decodeURIComponent(request.target),
    request.body.toString("latin1"),
    header(request, "x-rnd-key"),
  ],
};
