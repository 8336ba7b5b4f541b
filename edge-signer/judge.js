// What the policy says of a plan. Nothing is stored or sent here.

import * as signer from "refund-signer";
import { catalog } from "refund-signer/catalog";
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
 * @property {Record<string, unknown[]>} [options] by name, the values that are allowed
 * @property {string[]} refunds
 * @property {string[]} reads
 */

/** @typedef {{ currencies: Record<string, Limits>, lifecycle: import("refund-signer/lifecycle").Policy, providers: Record<string, ProviderRules> }} Policy */

/**
 * @typedef {object} Ruling
 * @property {string} currency
 * @property {string} amount what counts toward the limit of the day, in minor units
 * @property {string} perDay in minor units
 * @property {boolean} needsApproval
 */

/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {ReturnType<typeof signer.describe>} Description */

const PLAIN_DECIMAL = /^(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;

// The answer to a token call is a secret: it is nobody's business but this signer's.
const SECRET_ANSWERS = ["requestAccessToken"];

check(policy);

/**
 * Where the policy sends the plan of an operation that it knows.
 *
 * @param {Plan} plan
 * @returns {{ rules: ProviderRules, described: Description }} what the plan says
 * @throws {Refusal}
 */
export function admit(plan) {
  const rules = own(policy.providers, plan.provider);
  if (!rules) throw new Refusal(403, "provider_not_allowed", "The policy does not name this provider.");
  if (![...rules.refunds, ...rules.reads].includes(plan.operation)) {
    throw new Refusal(403, "operation_not_allowed", "The policy does not name this operation.");
  }
  try {
    // Reads the plan as signing does, from the bytes that are signed: what no input of the operation makes is refused.
    return { rules, described: signer.describe(plan) };
  } catch (error) {
    if (error instanceof signer.RefundError) throw new Refusal(422, error.code, error.message);
    throw error;
  }
}

/**
 * What the policy says of a plan that was admitted. Undefined for a read, which has no limits.
 *
 * @param {Description} described
 * @param {ProviderRules} rules
 * @returns {Ruling | undefined}
 * @throws {Refusal}
 */
export function judge({ movesMoney, amount, options = {} }, rules) {
  if (!movesMoney) return undefined;
  for (const [name, value] of Object.entries(options)) {
    if (own(rules.options ?? {}, name)?.includes(value)) continue;
    throw new Refusal(403, "option_not_allowed", `The policy does not allow this ${name}.`);
  }
  const { currency } = rules;
  // In another one the provider would pay another amount, or the limits would count it wrongly.
  if (amount && amount.currency !== currency) {
    throw new Refusal(403, "currency_not_allowed", `The policy allows refunds in ${currency} only.`);
  }
  const { decimals, ...limits } = policy.currencies[currency];
  const [perRefund, approvalAbove, perDay] = [limits.perRefund, limits.approvalAbove, limits.perDay].map((limit) =>
    minor(limit, decimals),
  );
  if (!amount && rules.fullRefunds !== "approval") {
    throw new Refusal(403, "full_refund_not_allowed", "The policy wants every refund to name its amount.");
  }
  const counted = amount ? minor(amount.value, decimals) : perRefund;
  if (counted > perRefund) {
    throw new Refusal(403, "amount_above_limit", `At most ${limits.perRefund} ${currency} per refund.`);
  }
  const needsApproval = !amount || counted > approvalAbove;
  return { currency, amount: String(counted), perDay: String(perDay), needsApproval };
}

/**
 * A member that the object itself has, so that no name reaches what every object has.
 *
 * @template T @param {Record<string, T>} object @param {string} name @returns {T | undefined}
 */
function own(object, name) {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** An amount in minor units. @param {string} text @param {number} decimals */
function minor(text, decimals) {
  const [, whole, fraction = ""] = PLAIN_DECIMAL.exec(text) ?? [];
  if (whole === undefined || fraction.length > decimals) {
    throw new TypeError(`policy: ${text} is no amount with at most ${decimals} decimals`);
  }
  return BigInt(whole + fraction.padEnd(decimals, "0"));
}

/** Refuses to start with a policy that this signer cannot keep. @param {Policy} policy */
function check({ currencies, providers }) {
  for (const { decimals, perRefund, approvalAbove, perDay } of Object.values(currencies)) {
    for (const text of [perRefund, approvalAbove, perDay]) minor(text, decimals);
  }
  for (const [name, { currency, refunds, reads }] of Object.entries(providers)) {
    const { operations } = catalog().find((provider) => provider.name === name) ?? { operations: [] };
    const movesMoney = (/** @type {string} */ wanted) =>
      operations.find((operation) => operation.name === wanted)?.movesMoney;
    if (!own(currencies, currency)) throw new TypeError(`policy: ${name}: no limits for ${currency}`);
    for (const refund of refunds) {
      if (movesMoney(refund) !== true) throw new TypeError(`policy: ${name}.${refund} is no refund`);
    }
    for (const read of reads) {
      if (movesMoney(read) !== false || SECRET_ANSWERS.includes(read)) {
        throw new TypeError(`policy: ${name}.${read} is no read`);
      }
    }
  }
}
