// Which payment a refund is of, in whatever words its operation has for it.

/** The fields that name what is refunded, the most telling first. */
const FIELDS = [
  "paymentTransactionId",
  "walletTransactionId",
  "paymentId",
  "invoiceNumber",
  "originalPartnerReferenceNo",
];

/** @param {Record<string, unknown>} input of an operation @returns {string} empty where it names none */
export const paymentOf = (input) => FIELDS.map((name) => input[name]).find((value) => typeof value === "string") ?? "";
