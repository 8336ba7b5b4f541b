// How much a plan would refund, taken from the exact bytes that would be signed.

import { Digits, readExactly } from "./exact.js";
import { Refusal } from "./refusal.js";

/**
 * What the body of a refund may hold. A path names nested members; `.*` stands for whatever is inside.
 *
 * @typedef {object} Body
 * @property {string} [major] where the amount stands, in major units
 * @property {string} [minor] where the amount stands, in minor units
 * @property {string} [currency] where the currency stands
 * @property {boolean} [full] whether it may leave the amount out, and then refunds the whole payment
 * @property {string[]} also what else it may hold. Members that make somebody else pay, such as Razorpay's
 *   `reverse_all` and Craftgate's `chargeFromMe`, are left out on purpose.
 */

/** @type {Record<string, Record<string, Body>>} */
export const REFUNDS = {
  craftgate: {
    createRefund: { full: true, also: ["paymentId", "conversationId"] },
    refundPaymentTransaction: { major: "refundPrice", full: true, also: ["paymentTransactionId", "conversationId"] },
    refundWalletTransaction: { major: "refundPrice", also: [] },
  },
  doku: {
    createRefund: {
      major: "refund.amount",
      also: ["order.invoice_number", "payment.original_request_id", "refund.reason"],
    },
    createShopeePayRefund: { full: true, also: ["order.invoice_number", "shopeepay_payment.identifier.*"] },
    createAkulakuRefund: {
      full: true,
      also: [
        "order.invoice_number",
        "payment.merchant_unique_reference",
        "payment.identifier.*",
        "refund.merchant_unique_reference",
      ],
    },
    createSnapRefund: {
      major: "refundAmount.value",
      currency: "refundAmount.currency",
      also: [
        "originalPartnerReferenceNo",
        "originalExternalId",
        "partnerRefundNo",
        "reason",
        "additionalInfo.channel",
        "additionalInfo.bankCardToken",
      ],
    },
  },
  durianpay: {
    createRefund: { major: "amount", also: ["ref_id", "payment_id", "use_refund_link", "notes"] },
    createSnapRefund: {
      major: "refundAmount.value",
      currency: "refundAmount.currency",
      also: ["originalPartnerReferenceNo", "originalReferenceNo", "partnerRefundNo"],
    },
  },
  payermax: {
    createRefund: {
      major: "refundAmount.value",
      currency: "refundAmount.currency",
      also: [
        "merchantId",
        "subMerchantId",
        "partnerRefundNo",
        "originalPartnerReferenceNo",
        "originalExternalId",
        "originalReferenceNo",
        "externalStoreID",
        "reason",
        "additionalInfo.version",
        "additionalInfo.keyVersion",
      ],
    },
  },
  razorpay: {
    createRefund: { minor: "amount", full: true, also: ["speed", "receipt", "notes.*"] },
  },
};

const PLAIN_DECIMAL = /^(0|[1-9][0-9]{0,14})(?:\.([0-9]{1,4}))?$/;

/**
 * What a refund's plan asks for. Without an amount it asks for the whole payment.
 *
 * @param {{ provider: string, operation: string, body?: string }} plan
 * @returns {{ amount?: string, isMinor: boolean, currency?: string }}
 * @throws {Refusal} when the body is not one that this signer understands to the last member
 */
export function readRefund({ provider, operation, body }) {
  const { major, minor, currency, full = false, also } = REFUNDS[provider][operation];
  const value = readExactly(body ?? "");
  if (!value) throw new Refusal(422, "invalid_body", "The plan's body is not as this package writes it.");
  const place = major ?? minor;
  const members = new Map(flatten(value));
  for (const path of members.keys()) {
    if (path !== place && path !== currency && !also.some((known) => covers(known, path))) {
      throw new Refusal(422, "unknown_member", "The plan's body holds a member that this signer does not know.");
    }
  }
  const amount = place === undefined ? undefined : members.get(place);
  const isGiven = amount !== undefined;
  if (!isGiven && !full) throw new Refusal(422, "invalid_amount", "The plan's body holds no amount.");
  return {
    ...(isGiven && { amount: amount instanceof Digits ? amount.text : String(amount) }),
    isMinor: minor !== undefined,
    ...(currency !== undefined && { currency: String(members.get(currency)) }),
  };
}

/**
 * An amount in minor units.
 *
 * @param {string} text digits, perhaps with decimals
 * @param {number} decimals how many the currency has
 * @returns {bigint | undefined} undefined when it is no plain decimal number, or has more decimals
 */
export function toMinor(text, decimals) {
  const [, whole, fraction = ""] = PLAIN_DECIMAL.exec(text) ?? [];
  if (whole === undefined || fraction.length > decimals) return undefined;
  return BigInt(whole + fraction.padEnd(decimals, "0"));
}

/** @param {string} known @param {string} path */
function covers(known, path) {
  return known === path || (known.endsWith(".*") && `${path}.`.startsWith(known.slice(0, -1)));
}

/**
 * The paths and values of all members. A point within a name is marked, so that it is none between two names.
 *
 * @param {object} value @param {string} [prefix] @returns {[string, unknown][]}
 */
function flatten(value, prefix = "") {
  return Object.entries(value).flatMap(([name, member]) => {
    const path = prefix + name.replaceAll(".", "\\.");
    const isNested = typeof member === "object" && member !== null && !(member instanceof Digits);
    return isNested && Object.keys(member).length > 0 ? flatten(member, `${path}.`) : [[path, member]];
  });
}
