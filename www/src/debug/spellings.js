// JSON as text: how the same value is written by different programs.

import { minify, STRING } from "./json.js";

/** @param {string} text @returns {unknown} undefined where it is no JSON */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Maps what stands outside of strings. @param {string} text @param {(token: string) => string} map */
const outside = (text, map) =>
  text.replace(new RegExp(`(${STRING})|([^"]+)`, "g"), (_all, quoted, rest) => quoted ?? map(rest));

/** Maps the strings. @param {string} text @param {(quoted: string) => string} map */
const inside = (text, map) => text.replace(new RegExp(STRING, "g"), map);

/** Maps the numbers. @param {string} text @param {(number: string) => string} map */
const numbers = (text, map) => outside(text, (token) => token.replace(/-?\d[\d.eE+-]*/g, map));

/** @param {string} text */
const spaced = (text) => outside(minify(text), (token) => token.replaceAll(",", ", ").replaceAll(":", ": "));

/** @param {string} text */
const escapedUnicode = (text) =>
  text.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** @param {string} text */
const htmlSafe = (text) =>
  inside(text, (quoted) =>
    quoted.replace(/[<>&]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );

/** Members in alphabetical order; numbers keep their text. @param {string} text @param {boolean} isDeep */
function sorted(text, isDeep = true) {
  /** @type {string[]} */
  const kept = [];
  const marked = numbers(text, (number) => `"\u0000${kept.push(number) - 1}"`);
  const ordered = JSON.stringify(order(JSON.parse(marked.replaceAll("\u0000", "\\u0000")), isDeep));
  return ordered.replace(/"\\u0000(\d+)"/g, (_all, index) => kept[Number(index)] ?? "");
}

/** @param {unknown} value @param {boolean} isDeep @returns {unknown} */
function order(value, isDeep) {
  if (Array.isArray(value)) return value.map((item) => order(item, isDeep));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, isDeep ? order(member, isDeep) : member]));
}

/** Deeper JSON is nobody's request: indented, it would grow with the square of its depth. */
const DEEPEST = 32;

/** @param {string} text */
function isTooDeep(text) {
  let depth = 0;
  let deepest = 0;
  outside(text, (token) => {
    for (const char of token) {
      if (char === "{" || char === "[") depth += 1;
      else if (char === "}" || char === "]") depth -= 1;
      deepest = Math.max(deepest, depth);
    }
    return token;
  });
  return deepest > DEEPEST;
}

/** @param {string | number} indent @returns {(text: string) => string} */
const indented = (indent) => (text) => JSON.stringify(JSON.parse(text), null, indent);

/** Who writes JSON how. */
const WRITERS = [
  { name: "without white space", write: minify },
  { name: "as JSON.stringify writes it", write: indented(0) },
  { name: "with a space after each comma and colon, as Python writes it", write: spaced },
  { name: "indented by 2 spaces", write: indented(2) },
  { name: "indented by 4 spaces", write: indented(4) },
  { name: "indented by tabs", write: indented("\t") },
  { name: "with all its members in alphabetical order", write: (/** @type {string} */ text) => sorted(text) },
  {
    name: "with its outermost members in alphabetical order",
    write: (/** @type {string} */ text) => sorted(text, false),
  },
  {
    name: "with sorted members and spaces, as Python's sort_keys writes it",
    write: (/** @type {string} */ text) => spaced(sorted(text)),
  },
  {
    name: "with \\/ for every slash, as PHP writes it",
    write: (/** @type {string} */ text) => inside(minify(text), (quoted) => quoted.replaceAll("/", "\\/")),
  },
  {
    name: "with \\u escapes for all that is not ASCII",
    write: (/** @type {string} */ text) => escapedUnicode(minify(text)),
  },
  {
    name: "as Python writes it, with \\u escapes",
    write: (/** @type {string} */ text) => escapedUnicode(spaced(text)),
  },
  {
    name: "with \\/ and \\u escapes, as PHP writes it",
    write: (/** @type {string} */ text) =>
      escapedUnicode(inside(minify(text), (quoted) => quoted.replaceAll("/", "\\/"))),
  },
  {
    name: "with its numbers as texts",
    write: (/** @type {string} */ text) => numbers(minify(text), (number) => `"${number}"`),
  },
  {
    name: "with numbers in the place of its texts of digits",
    write: (/** @type {string} */ text) =>
      inside(minify(text), (quoted) => quoted.replace(/^"(-?\d+(?:\.\d+)?)"$/, "$1")),
  },
  {
    name: "with .0 behind its whole numbers",
    write: (/** @type {string} */ text) =>
      numbers(minify(text), (number) => (/^-?\d+$/.test(number) ? `${number}.0` : number)),
  },
  {
    name: "with .00 behind its whole numbers",
    write: (/** @type {string} */ text) =>
      numbers(minify(text), (number) => (/^-?\d+$/.test(number) ? `${number}.00` : number)),
  },
  {
    name: "with \\u003c for <, > and &, as Go writes it",
    write: (/** @type {string} */ text) => htmlSafe(minify(text)),
  },
];

/**
 * The same JSON as other programs would have written it; nothing for what is no JSON object or list, or a deep one.
 * @param {string} text @returns {{ name: string, text: string }[]}
 */
export function otherSpellings(text) {
  const value = parsed(text);
  if (typeof value !== "object" || value === null || isTooDeep(text)) return [];
  const spellings = WRITERS.map(({ name, write }) => ({ name, text: write(text) }));
  return spellings.filter(
    (one, index) => spellings.findIndex((other) => other.text === one.text) === index && one.text !== text,
  );
}
