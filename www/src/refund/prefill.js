// What a form begins with: ids that the sandbox knows, and those of the refunds that this page made.

/** @typedef {import("../catalog.js").CatalogOperation} CatalogOperation */
/** @typedef {import("../sandbox.js").Sandbox} Sandbox */
/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("refund-signer").Verdict} Verdict */

/** Which of the sandbox's payments an operation begins with; `""` for all others. @type {Record<string, Record<string, string>>} */
const PAYMENTS = {
  craftgate: {
    "": "yesterday",
    createRefund: "today",
    retrieveRefund: "today",
    listPaymentRefunds: "today",
    markAsRefunded: "longId",
    markTransactionAsRefunded: "pending",
    refundWaitingPayment: "waiting",
    refundWalletTransaction: "wallet",
    walletRefundableAmount: "wallet",
    listWalletRefunds: "wallet",
  },
  doku: {
    "": "settled",
    createShopeePayRefund: "shopeepay",
    createAkulakuRefund: "akulaku",
    createSnapRefund: "emoney",
    checkSnapStatus: "emoney",
    createQrisRefund: "qris",
    queryQris: "qris",
  },
  durianpay: { "": "standard", createSnapRefund: "snap" },
  payermax: { "": "standard" },
  razorpay: { "": "standard", createReversal: "transfer", listReversals: "transfer" },
};

/** What neither a payment nor a refund says. @type {Record<string, Record<string, unknown>>} */
const OTHERS = {
  craftgate: { amount: { value: "40", currency: "TRY" } },
  doku: { channel: "EMONEY_OVO_SNAP", merchantId: "5859" },
  durianpay: {},
  payermax: { serviceCode: "58" },
  razorpay: { notes: { reason: "asked for by the customer" } },
};

/** Part of each payment, so that a second refund is possible. @type {Record<string, string>} */
const AMOUNTS = { durianpay: "20000", doku: "30000", razorpay: "100.00", payermax: "4000" };

/** Optional fields that a careful merchant gives: what a refund is found by later. @type {Record<string, string[]>} */
const CAREFUL = { razorpay: ["amount", "receipt"], payermax: ["merchantId"] };

/** @type {Record<string, { refund?: string, part?: string }>} */
let made = {};

/** What the form of an operation begins with, as far as it is known. @param {Sandbox} sandbox @param {string} provider @param {CatalogOperation} operation */
export function beginning(sandbox, provider, { name, fields, reference = "" }) {
  const payment = paymentFor(sandbox, provider, name);
  const [paymentTransactionId] = payment.paymentTransactionIds ?? [];
  const { refund, part } = made[provider] ?? {};
  const id = name === "retrieveTransactionRefund" ? part : refund;
  /** @type {Record<string, any>} */
  const known = { ...payment, paymentTransactionId, id, refundId: id, ...OTHERS[provider], [reference]: newName() };
  if (known.amount) known.amount = amountFor(provider, name, known.amount);
  const isCareful = name === "createRefund" ? (CAREFUL[provider] ?? []) : [];
  const taken = fields.filter((field) => field.need === "required" || isCareful.includes(field.name));
  const pairs = taken.map((field) => [field.name, known[field.name]]);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

/** How a merchant names a refund: a new name for every refund. */
function newName() {
  return `refund-${Date.now()}`;
}

/** @param {Sandbox} sandbox @param {string} provider @param {string} operation @returns {Record<string, any>} */
function paymentFor(sandbox, provider, operation) {
  const names = PAYMENTS[provider] ?? {};
  const payments = /** @type {Record<string, Record<string, any>>} */ (
    /** @type {Record<string, any>} */ (sandbox.payments)[provider]
  );
  return payments[names[operation] ?? names[""] ?? ""] ?? {};
}

/** Rupiah are typed whole. @param {string} provider @param {string} operation @param {{ value: string, currency: string }} amount */
function amountFor(provider, operation, { value, currency }) {
  const part = operation === "createRefund" ? AMOUNTS[provider] : undefined;
  return { value: part ?? (currency === "IDR" ? value.replace(/\.00$/, "") : value), currency };
}

/** Remembers the ids of a refund, for the operations that ask for it. @param {Plan} plan @param {Verdict} verdict */
export function rememberRefund({ provider, operation }, { refund }) {
  if (!refund) return;
  const isPart = operation === "refundPaymentTransaction";
  const part = isPart ? refund.id : refund.parts?.[0]?.id;
  const known = made[provider] ?? {};
  made[provider] = {
    ...known,
    ...(refund.id && !isPart && { refund: refund.id }),
    ...(part && { part }),
  };
}

/** After the sandbox was replaced: its refunds are gone. */
export function forgetRefunds() {
  made = {};
}
