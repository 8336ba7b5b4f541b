// What the policy says of a plan. Nothing is stored or sent here.

import * as signer from "refund-signer";
import { catalog } from "refund-signer/catalog";
import { REFUNDS, readRefund, toMinor } from "./amounts.js";
import { policy } from "./policy.js";
import { Refusal } from "./refusal.js";

/**
 * @typedef {object} Limits
 * @property {number} decimals
 * @property {string} perRefund
 * @property {string} approvalAbove
 * @property {string} perDay
 */

/**
 * @typedef {object} ProviderRules
 * @property {{ environment: "sandbox" | "production" } | { baseUrl: string }} at
 * @property {string} currency
 * @property {"refuse" | "approval"} fullRefunds
 * @property {string[]} refunds
 * @property {string[]} reads
 */

/** @typedef {{ currencies: Record<string, Limits>, providers: Record<string, ProviderRules> }} Policy */

/**
 * @typedef {object} Ruling
 * @property {string} currency
 * @property {string} amount what counts toward the limit of the day, in minor units
 * @property {string} perDay in minor units
 * @property {boolean} needsApproval
 */

/** @typedef {import("refund-signer").Plan} Plan */

// The answer to a token call is a secret: it is nobody's business but this signer's.
const SECRET_ANSWERS = ["requestAccessToken"];

check(policy);

/**
 * Where the policy sends the plan of an operation that it knows.
 *
 * @param {Plan} plan
 * @returns {{ rules: ProviderRules, query: Plan | undefined }} and the plan that asks what became of it
 * @throws {Refusal}
 */
export function admit(plan) {
  const rules = own(policy.providers, plan.provider);
  if (!rules) throw new Refusal(403, "provider_not_allowed", "The policy does not name this provider.");
  if (![...rules.refunds, ...rules.reads].includes(plan.operation)) {
    throw new Refusal(403, "operation_not_allowed", "The policy does not name this operation.");
  }
  try {
    // Reads the plan as signing does: version, method, path, query, body and key must be those of the operation.
    return { rules, query: signer[plan.provider].queryFor(plan) };
  } catch (error) {
    if (error instanceof signer.RefundError) throw new Refusal(422, error.code, error.message);
    throw error;
  }
}

/**
 * What the policy says of a plan that was admitted. Undefined for a read, which has no limits.
 *
 * @param {Plan} plan
 * @param {ProviderRules} rules
 * @returns {Ruling | undefined}
 * @throws {Refusal}
 */
export function judge(plan, rules) {
  if (rules.reads.includes(plan.operation)) return undefined;
  // A provider may read the query like the body.
  if (plan.query) throw new Refusal(422, "invalid_plan", "A refund has no query.");
  const { amount, isMinor, currency = rules.currency } = readRefund(plan);
  // The provider's amounts are in the account's currency: minor units of another one would be counted wrongly.
  if ((plan.currency ?? currency) !== currency) {
    throw new Refusal(403, "currency_not_allowed", `The plan is not in ${currency}, in which it would be paid.`);
  }
  const limits = own(policy.currencies, currency);
  if (!limits) throw new Refusal(403, "currency_not_allowed", "The policy does not name this currency.");
  const { decimals } = limits;
  const most = minor(limits.perRefund, decimals);
  const ruling = (/** @type {bigint} */ counted, /** @type {boolean} */ needsApproval) => ({
    currency,
    amount: String(counted),
    perDay: String(minor(limits.perDay, decimals)),
    needsApproval,
  });
  if (amount === undefined) {
    if (rules.fullRefunds === "approval") return ruling(most, true);
    throw new Refusal(403, "full_refund_not_allowed", "The policy wants every refund to name its amount.");
  }
  const asked = isMinor ? toMinor(amount, 0) : toMinor(amount, decimals);
  if (!asked) throw new Refusal(422, "invalid_amount", "The amount is not a plain, positive decimal number.");
  if (asked > most) throw new Refusal(403, "amount_above_limit", `At most ${limits.perRefund} ${currency} per refund.`);
  return ruling(asked, asked > minor(limits.approvalAbove, decimals));
}

/** What the provider knows a refund by. @param {Plan} plan @returns {import("./ledger.js").Names} */
export function namesOf({ body = "{}", idempotencyKey: key }) {
  const { conversationId, ref_id, partnerRefundNo, receipt } = JSON.parse(body);
  const reference = conversationId ?? ref_id ?? partnerRefundNo ?? receipt;
  return { ...(key !== undefined && { key }), ...(reference !== undefined && { reference: String(reference) }) };
}

/**
 * A member that the object itself has, so that no name reaches what every object has.
 *
 * @template T @param {Record<string, T>} object @param {string} name @returns {T | undefined}
 */
function own(object, name) {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** @param {string} text @param {number} decimals */
function minor(text, decimals) {
  const value = toMinor(text, decimals);
  if (value === undefined) throw new TypeError(`policy: ${text} is no amount with at most ${decimals} decimals`);
  return value;
}

/** Refuses to start with a policy that this signer cannot keep. @param {Policy} policy */
function check({ currencies, providers }) {
  for (const { decimals, perRefund, approvalAbove, perDay } of Object.values(currencies)) {
    for (const text of [perRefund, approvalAbove, perDay]) minor(text, decimals);
  }
  for (const [name, { currency, refunds, reads }] of Object.entries(providers)) {
    const { operations } = catalog().find((provider) => provider.name === name) ?? { operations: [] };
    const isRead = (/** @type {string} */ wanted) =>
      operations.some((operation) => operation.name === wanted && !operation.movesMoney);
    if (!own(currencies, currency)) throw new TypeError(`policy: ${name}: no limits for ${currency}`);
    for (const refund of refunds) {
      if (!own(own(REFUNDS, name) ?? {}, refund)) throw new TypeError(`policy: ${name}.${refund} has no known amount`);
    }
    for (const read of reads) {
      if (!isRead(read) || SECRET_ANSWERS.includes(read)) throw new TypeError(`policy: ${name}.${read} is no read`);
    }
  }
}
