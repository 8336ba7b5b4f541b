// What a test passes wrongly is named where it is passed: a slip that is ignored would be searched in the code under test.

import { isObject } from "./json.js";
import { toMinor } from "./money.js";

/** @param {unknown} value */
const shown = (value) => (typeof value === "string" || isObject(value) ? JSON.stringify(value) : String(value));

/** @param {string} what @param {unknown} name @param {readonly unknown[]} known */
export function mustBeKnown(what, name, known) {
  if (!known.includes(name)) throw new TypeError(`Unknown ${what} ${shown(name)}; known: ${known.join(", ")}.`);
}

/** @param {string} what @param {unknown} value @param {string} kind @param {boolean} holds */
export function mustBe(what, value, kind, holds) {
  if (!holds) throw new TypeError(`${what} must be ${kind}, not ${shown(value)}.`);
}

/** The amount of a new payment, in minor units. @param {import("./types.js").NewPayment | undefined} payment */
export function amountOf(payment) {
  const money = /** @type {{ value?: unknown, minor?: unknown, currency?: unknown } | undefined} */ (payment?.amount);
  const form = '{ value: "12.34", currency } or { minor: 1234n, currency }';
  /** @param {string} name */
  const missing = (name) => new TypeError(`The payment's ${name} is missing: amount is ${form}.`);
  if (!isObject(money)) throw missing("amount");
  const { currency, value, minor } = money;
  if (typeof currency !== "string") throw missing("amount.currency");
  if (value === undefined && minor === undefined) throw missing("amount.value");
  const amount = minor === undefined && typeof value === "string" ? toMinor(value, currency) : minor;
  if (typeof amount !== "bigint" || amount < 0n)
    throw new TypeError(`${shown(minor ?? value)} is no amount of ${currency}: amount is ${form}.`);
  return { amount, currency };
}
