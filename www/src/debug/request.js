// What a person pastes: a request as text, in the forms in which logs and tools show it.

import { encode, utf8 } from "./crypto.js";

/** @typedef {readonly [name: string, value: string]} Header */

/**
 * A request as it was sent.
 * @typedef {object} Sent
 * @property {string} method
 * @property {string} url in full, or the path alone
 * @property {readonly Header[]} headers
 * @property {string} body
 */

/**
 * Headers from text: `Name: value` lines, those of `curl -v`, or a JSON object.
 * @param {string} text @returns {{ headers: Header[], strange: string[] }} strange: the lines that are no header
 */
export function parseHeaders(text) {
  const json = jsonHeaders(text);
  if (json) return { headers: json, strange: [] };
  /** @type {Header[]} */
  const headers = [];
  /** @type {string[]} */
  const strange = [];
  for (const line of text.split(/\r?\n/)) {
    const parsed = headerOf(line);
    if (parsed) headers.push(parsed);
    else if (line.trim() !== "") strange.push(line.trim());
  }
  return { headers, strange };
}

/** What is pasted may be long: no pattern here begins anew at each character of a run. @param {string} line @returns {Header | undefined} */
function headerOf(line) {
  const colon = line.indexOf(":");
  const name = line
    .slice(0, Math.max(colon, 0))
    .replace(/^[<>*\s]+/, "")
    .trimEnd();
  const value = line.slice(colon + 1);
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || value.includes("\r")) return undefined;
  return [name, withoutBlanks(value)];
}

/** Spaces and tabs around a header's value are not part of it; other white space is. @param {string} value */
function withoutBlanks(value) {
  const isBlank = (/** @type {number} */ at) => value[at] === " " || value[at] === "\t";
  let [start, end] = [0, value.length];
  while (start < end && isBlank(start)) start += 1;
  while (start < end && isBlank(end - 1)) end -= 1;
  return value.slice(start, end);
}

/** @param {string} text @returns {Header[] | undefined} */
function jsonHeaders(text) {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    return Object.entries(JSON.parse(text)).map(([name, value]) => [name, String(value)]);
  } catch {
    return undefined;
  }
}

/** The value of a header; several are joined as HTTP joins them. @param {Pick<Sent, "headers">} sent @param {string} name */
export function header({ headers }, name) {
  const values = headers.filter(([own]) => own.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  return values.length ? values.join(", ") : undefined;
}

/** The path as it is called, percent-encoding kept. @param {string} url */
export const pathOf = (url) => url.replace(/^[a-z]+:\/\/[^/?#]*/i, "").replace(/[?#].*$/s, "") || "/";

/** With its question mark; empty for none. @param {string} url */
export const queryOf = (url) => /\?[^#]*/.exec(url)?.[0] ?? "";

/** @param {string} url */
export const originOf = (url) => /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0] ?? "";

/** A path without its percent-encoding; undefined where that is broken. @param {string} text */
export function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * A request out of one text: a curl command, or HTTP as on the wire. Undefined for anything else.
 * @param {string} text @returns {Sent | undefined}
 */
export const parseRequest = (text) => parseCurl(text) ?? parseHttp(text);

/** @param {string} text @returns {Sent | undefined} */
function parseHttp(text) {
  const [, method, target, rest] = /^\s*([A-Z]+) (\S+)(?: HTTP\/[\d.]+)?\r?\n(.*)$/s.exec(text) ?? [];
  if (method === undefined || target === undefined || rest === undefined) return undefined;
  const [, head = "", body = ""] = /^(.*?)(?:\r?\n\r?\n(.*))?$/s.exec(rest) ?? [];
  const { headers } = parseHeaders(head);
  const host = header({ headers }, "Host");
  const url = target.startsWith("/") && host ? `https://${host}${target}` : target;
  return { method, url, headers: headers.filter(([name]) => name.toLowerCase() !== "host"), body };
}

const WITH_VALUE = [
  "-X",
  "--request",
  "-H",
  "--header",
  "-d",
  "--data",
  "--data-raw",
  "--data-binary",
  "--data-ascii",
  "--url",
  "-u",
  "--user",
];

/** @param {string} text @returns {Sent | undefined} */
function parseCurl(text) {
  const words = shellWords(text.trim());
  if (words[0] !== "curl") return undefined;
  /** @type {{ method?: string, url?: string, headers: Header[], data: string[] }} */
  const found = { headers: [], data: [] };
  const rest = words.slice(1).values();
  for (const word of rest) {
    const [, short, glued] = /^(-[XHdu])(.+)$/.exec(word) ?? [];
    const option = short ?? word;
    if (!option.startsWith("-")) found.url ??= option;
    if (!WITH_VALUE.includes(option)) continue;
    const value = glued ?? rest.next().value ?? "";
    if (option === "-X" || option === "--request") found.method = value;
    else if (option === "-H" || option === "--header")
      found.headers = found.headers.concat(parseHeaders(value).headers);
    else if (option === "--url") found.url = value;
    else if (option === "-u" || option === "--user")
      found.headers.push(["Authorization", `Basic ${encode(utf8(value), "base64")}`]);
    else found.data.push(value);
  }
  const { method, url, headers, data } = found;
  if (url === undefined) return undefined;
  return { method: method ?? (data.length ? "POST" : "GET"), url, headers, body: data.join("&") };
}

/** The words of a shell command: quotes, escapes and continued lines as in POSIX, and `$'…'`. @param {string} text */
function shellWords(text) {
  const word = /(?:\$'(?:[^'\\]|\\.)*'|'[^']*'|"(?:[^"\\]|\\.)*"|\\[\s\S]|[^\s'"\\])+/g;
  return (text.replace(/\\\r?\n/g, " ").match(word) ?? []).map(unquoted);
}

/** @param {string} word */
function unquoted(word) {
  return word.replace(
    /\$'((?:[^'\\]|\\.)*)'|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\([\s\S])/g,
    (_all, ansi, single, double, escaped) =>
      ansi !== undefined
        ? ansi.replace(
            /\\(.)/gs,
            (/** @type {string} */ _pair, /** @type {string} */ char) => ({ n: "\n", r: "\r", t: "\t" })[char] ?? char,
          )
        : (single ?? double?.replace(/\\([\\"$`])/g, "$1") ?? escaped),
  );
}
