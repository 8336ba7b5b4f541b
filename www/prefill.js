// What a form begins with: ids that the sandbox knows, and those of the refunds that this page made.

import { PROVIDERS, refundInput } from "./samples.js";

/** Which of the sandbox's payments an operation begins with. */
const PAYMENTS = {
  craftgate: {
    "": "yesterday",
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
  },
  durianpay: { "": "standard", createSnapRefund: "snap" },
  payermax: { "": "standard" },
  razorpay: { "": "standard" },
};

/** What neither a payment nor a refund says. */
const OTHERS = {
  craftgate: { amount: { value: "40", currency: "TRY" } },
  doku: { channel: "EMONEY_OVO_SNAP" },
  durianpay: {},
  payermax: { serviceCode: "58" },
  razorpay: { notes: { reason: "asked for by the customer" } },
};

/** The fields in which a merchant names a refund: a new name for every refund. */
const REFERENCES = ["refId", "partnerRefundNo", "refundMerchantUniqueReference"];

/** The inputs of a page, which gets to know refunds as they are made. */
export function prefill(sandbox) {
  const made = Object.fromEntries(PROVIDERS.map((name) => [name, {}]));

  /** What the form of an operation begins with: its required fields, as far as they are known. */
  function inputFor(provider, { name, fields }) {
    const payment = sandbox.payments[provider][PAYMENTS[provider][name] ?? PAYMENTS[provider][""]];
    const [paymentTransactionId] = payment.paymentTransactionIds ?? [];
    const { refund, part } = made[provider];
    const id = name === "retrieveTransactionRefund" ? part : refund;
    const reference = `refund-${Date.now()}`;
    const references = Object.fromEntries(REFERENCES.map((field) => [field, reference]));
    const known = { ...payment, paymentTransactionId, id, refundId: id, ...references, ...OTHERS[provider] };
    const taken = fields.filter((field) => field.need === "required" && known[field.name] !== undefined);
    const input = Object.fromEntries(taken.map((field) => [field.name, known[field.name]]));
    const begun = name === "createRefund" ? { ...refundInput(provider, sandbox), ...pick(input, REFERENCES) } : input;
    return begun.amount ? { ...begun, amount: asTyped(begun.amount) } : begun;
  }

  /** Remembers the ids of a refund, for the operations that ask for it. */
  function remember({ provider, operation }, { refund }) {
    if (!refund) return;
    const isPart = operation === "refundPaymentTransaction";
    if (refund.id && !isPart) made[provider].refund = refund.id;
    const part = isPart ? refund.id : refund.parts?.[0]?.id;
    if (part) made[provider].part = part;
  }

  /** After the sandbox was replaced: its refunds are gone. */
  function forget() {
    for (const name of PROVIDERS) made[name] = {};
  }

  return { inputFor, remember, forget };
}

/** Rupiah are typed whole. */
function asTyped({ value, currency }) {
  return { value: currency === "IDR" ? value.replace(/\.00$/, "") : value, currency };
}

function pick(object, names) {
  return Object.fromEntries(Object.entries(object).filter(([name]) => names.includes(name)));
}
