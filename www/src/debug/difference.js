// The first byte in which two texts differ, with what stands around it.

import { textOf, utf8 } from "./crypto.js";

/** @typedef {{ before: string, byte: string, after: string }} Side the text around the byte, and the byte in words */
/** @typedef {{ at: number, line: number, column: number, right: Side, wrong: Side }} ByteDifference */

const AROUND = 24;

/** Control characters have no look of their own. @type {Record<number, string>} */
const NAMES = { 9: "tab", 10: "line feed", 13: "carriage return", 32: "space" };

/**
 * @param {string | Uint8Array} right @param {string | Uint8Array} wrong
 * @returns {ByteDifference | undefined} undefined where they are the same
 */
export function byteDifference(right, wrong) {
  const [ours, theirs] = [bytesOf(right), bytesOf(wrong)];
  const length = Math.max(ours.length, theirs.length);
  let at = 0;
  while (at < length && ours[at] === theirs[at]) at += 1;
  if (at === length) return undefined;
  const lines = textOf(ours.slice(0, at)).split("\n");
  return {
    at,
    line: lines.length,
    column: (lines.at(-1)?.length ?? 0) + 1,
    right: side(ours, at),
    wrong: side(theirs, at),
  };
}

/** @param {string | Uint8Array} value */
const bytesOf = (value) => (typeof value === "string" ? utf8(value) : value);

/** @param {Uint8Array} bytes @param {number} at @returns {Side} */
function side(bytes, at) {
  const end = characterEnd(bytes, at);
  return {
    before: textOf(bytes.slice(Math.max(0, at - AROUND), at)),
    byte: nameOf(bytes, at),
    after: textOf(bytes.slice(at, end + AROUND)),
  };
}

/** Where the UTF-8 character ends that a byte belongs to. @param {Uint8Array} bytes @param {number} at */
function characterEnd(bytes, at) {
  let end = at + 1;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end += 1;
  return end;
}

/** @param {Uint8Array} bytes @param {number} at */
function nameOf(bytes, at) {
  const byte = bytes[at];
  if (byte === undefined) return "the end";
  const code = `0x${byte.toString(16).padStart(2, "0")}`;
  const char = byte > 32 && byte < 127 ? `"${String.fromCharCode(byte)}"` : NAMES[byte];
  return char ? `${char} (${code})` : code;
}
