// One way to say which fields a body must have; each provider answers a violation in its own words.
import { at, isObject, Numeral } from "./json.js";

/**
 * `!` after the kind makes a field mandatory; a number is the greatest length of a string.
 * @typedef {`${"string" | "number" | "object" | "array" | "boolean"}${"" | "!"}${"" | ` ${number}`}`} Kind
 */

/** @param {unknown} value */
const kindOf = (value) =>
  value instanceof Numeral ? "number" : Array.isArray(value) ? "array" : isObject(value) ? "object" : typeof value;

/**
 * The first field that breaks its rule, or undefined. Null counts as absent.
 * @param {Record<string, unknown>} body @param {Record<string, Kind>} rules
 * @returns {{ field: string, problem: "missing" | "format" } | undefined}
 */
export function violation(body, rules) {
  for (const [field, rule] of Object.entries(rules)) {
    const [, kind, mandatory, length] = /** @type {string[]} */ (
      /** @type {unknown} */ (/^(\w+)(!?)(?: (\d+))?$/.exec(rule))
    );
    const value = at(body, field);
    const absent = value === undefined || value === null || value === "";
    if (absent && mandatory) return { field, problem: "missing" };
    if (absent) continue;
    const tooLong = typeof value === "string" && length !== undefined && [...value].length > Number(length);
    if (kindOf(value) !== kind || tooLong) return { field, problem: "format" };
  }
  return undefined;
}

/** A string member, or undefined. @param {unknown} body @param {string} path */
export function text(body, path) {
  const value = at(body, path);
  return typeof value === "string" ? value : undefined;
}
