// Which refunds in an answer are a plan's own, and what they say together.

/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("refund-signer").Refund} Refund */

/** Where the providers' bodies hold the merchant's own name of a refund. */
const REFERENCES = ["ref_id", "receipt", "partnerRefundNo", "conversationId"];

/** The merchant's own name of a plan's refund. @param {Plan} plan @returns {string | undefined} */
export function referenceIn({ body }) {
  const members = /** @type {Record<string, unknown>} */ (JSON.parse(body ?? "{}"));
  const reference = REFERENCES.map((name) => members[name]).find((value) => typeof value === "string");
  return typeof reference === "string" ? reference : undefined;
}

/**
 * All refunds that have the plan's reference, or the id that was heard before. Craftgate lists a payment that it
 * refunds in parts as one refund for each part.
 *
 * @param {Plan} plan @param {readonly Refund[]} refunds @param {string} [id]
 */
export function ownOf(plan, refunds, id) {
  const reference = referenceIn(plan);
  const isOwn = (/** @type {Refund} */ refund) =>
    (id !== undefined && refund.id === id) || (reference !== undefined && refund.reference === reference);
  return refunds.filter(isOwn);
}

/**
 * What they say together: what all of them say, pending while some are not done yet. Where one failed and another did
 * not, or where there is more than one at a provider that makes no parts, a person has to look: `unknown`.
 *
 * @param {Plan} plan @param {readonly Refund[]} own @returns {Refund["status"]}
 */
export function stateOfAll({ provider }, own) {
  const states = new Set(own.map(({ status }) => status));
  const [first = "unknown"] = states;
  if (own.length > 1 && provider !== "craftgate") return "unknown";
  if (states.size < 2) return first;
  return states.has("failed") || states.has("unknown") ? "unknown" : "pending";
}
