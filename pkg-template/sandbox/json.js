// JSON that keeps every number as it was written: ids beyond 2^53 and decimals like 100.00000000 survive.

const STRING = /"(?:[^"\\]|\\.)*"/.source;

/** A JSON number by its text. */
export class Numeral {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}

/** Throws SyntaxError as JSON.parse does. @param {string} text @returns {unknown} */
export function parse(text) {
  JSON.parse(text);
  const marked = text.replace(new RegExp(`${STRING}|-?\\d[\\d.eE+-]*`, "g"), (token) =>
    token.startsWith('"') ? token : `{"\\u0000":"${token}"}`,
  );
  return JSON.parse(marked, (_key, value) =>
    value && typeof value === "object" && "\0" in value ? new Numeral(value["\0"]) : value,
  );
}

/** Compact JSON; a bigint is written as an integer, a Numeral by its text. @param {unknown} value @returns {string} */
export function write(value) {
  if (value instanceof Numeral || typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${write(member)}`).join(",")}}`;
}

/** Drops the white space between tokens and nothing else. @param {string} text */
export const minify = (text) => text.replace(new RegExp(`(${STRING})|[ \\t\\r\\n]+`, "g"), "$1");

/** @param {unknown} value @returns {value is Record<string, unknown>} */
export const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Numeral);

/** The member at a dotted path, or undefined. @param {unknown} value @param {string} path @returns {unknown} */
export const at = (value, path) =>
  path.split(".").reduce((/** @type {unknown} */ node, key) => (isObject(node) ? node[key] : undefined), value);
