// Which refunds in an answer are a plan's own, what they say together, and whether the plan may be sent again.

import { describe } from "refund-signer/slim";

/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("refund-signer").Refund} Refund */

/** The merchant's own reference of a plan's refund. @param {Plan} plan @returns {string | undefined} */
export function referenceIn(plan) {
  return describe(plan).reference;
}

/** Whether the provider documents that it answers a plan that it got before with the first result. @param {Plan} plan */
export function isRecognized(plan) {
  const { idempotencyKey, facts } = describe(plan);
  return idempotencyKey !== undefined && (facts?.repeat === "marked-replay" || facts?.repeat === "silent-replay");
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
