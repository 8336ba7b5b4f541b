// Where no known mistake gives the signature: what its look says, and what is most often the cause.

import { signatureBytes } from "./crypto.js";

/** @typedef {import("./compute.js").Attempt} Attempt */
/** @typedef {import("./schemes.js").Scheme} Scheme */

/** What the length of a signature says about how it was made. @param {Scheme} scheme @param {Attempt} attempt @param {string} signature */
export function shapeOf(scheme, { form }, signature) {
  const written = signature.startsWith(form.prefix) ? signature.slice(form.prefix.length) : signature;
  const length = signatureBytes(written)?.length;
  const made = length === undefined ? undefined : MADE_BY[length];
  const own = { "HMAC-SHA256": 32, "SHA-256": 32, "HMAC-SHA512": 64 }[/** @type {string} */ (form.algorithm)];
  if (length === undefined) return `The value of ${scheme.header} is neither hex nor base64.`;
  const isRsa = length >= 128;
  if (own !== undefined && isRsa)
    return `The signature has ${length} bytes, like one made with an RSA key; here a shared secret is used.`;
  if (own !== undefined && made && own !== length)
    return `The signature has ${length} bytes, like ${made}; this scheme has ${own}.`;
  if (form.algorithm === "RSA" && !isRsa)
    return `The signature has ${length} bytes${made ? `, like ${made}` : ""}; an RSA key of 2048 bits makes 256.`;
  return undefined;
}

/** What is made anew for each request, by the label that it has in the string to sign. */
const MADE_ANEW = ["Request-Id", "Request-Timestamp", "X-TIMESTAMP", "x-rnd-key"];

/** What cannot be known from what is given, and is most often the cause. @param {Attempt} attempt */
export function likelyOf({ form }) {
  const has = (/** @type {string} */ label) => form.parts.some((part) => part.label === label);
  if (form.algorithm === "none")
    return "Another secret was sent than the one that is given here: compare them, also by their length.";
  const twice = MADE_ANEW.filter(has);
  const causes = [
    "another key, such as that of the other environment",
    ...(has("AccessToken") ? ["another access token than the one that was sent"] : []),
    ...twice.map((label) => `${label} made twice, once for the signature and once for the header`),
  ];
  return `It cannot be known from what is given. Most often it is ${causes.join("; or ")}.`;
}

/** @type {Record<number, string>} */
const MADE_BY = { 16: "MD5", 20: "SHA-1", 32: "SHA-256", 48: "SHA-384", 64: "SHA-512" };
