// The steps that the providers' schemes are made of, by WebCrypto and apart from the signing core: this page checks
// what was signed, so it must not share the core's mistakes.

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */
/** @typedef {"base64" | "base64url" | "base64 without padding" | "hex" | "upper-case hex" | "base64 of hex" | "base64 twice" | "percent-encoded base64" | "text"} Encoding */
/** @typedef {"HMAC-SHA1" | "HMAC-SHA256" | "HMAC-SHA384" | "HMAC-SHA512"} Mac */
/** @typedef {"SHA-1" | "SHA-256" | "SHA-512"} Hash */
/** @typedef {Mac | Hash | "RSA" | "none"} Algorithm */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** @param {string} text @returns {Bytes} */
export const utf8 = (text) => encoder.encode(text);

/** With replacement characters where it is no UTF-8. @param {Uint8Array} bytes */
export const textOf = (bytes) => decoder.decode(bytes);

/** @param {readonly (string | Bytes)[]} parts @returns {Bytes} */
export function joined(parts) {
  const chunks = parts.map((part) => (typeof part === "string" ? utf8(part) : part));
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** @param {Uint8Array} bytes */
const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

/** @param {Uint8Array} bytes */
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} text */
const urlSafe = (text) => text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** @type {Record<Encoding, (bytes: Uint8Array) => string>} */
const ENCODERS = {
  base64,
  base64url: (bytes) => urlSafe(base64(bytes)),
  "base64 without padding": (bytes) => base64(bytes).replaceAll("=", ""),
  hex,
  "upper-case hex": (bytes) => hex(bytes).toUpperCase(),
  "base64 of hex": (bytes) => base64(utf8(hex(bytes))),
  "base64 twice": (bytes) => base64(utf8(base64(bytes))),
  "percent-encoded base64": (bytes) => encodeURIComponent(base64(bytes)),
  text: textOf,
};

/** The ways in which bytes are written as text. */
export const ENCODINGS = /** @type {Encoding[]} */ (Object.keys(ENCODERS));

/** @param {Uint8Array} bytes @param {Encoding} encoding */
export const encode = (bytes, encoding) => ENCODERS[encoding](bytes);

/** Base64 of either alphabet, with or without padding; undefined for anything else. @param {string} text @returns {Bytes | undefined} */
export function fromBase64(text) {
  const [, bare] = /^([A-Za-z0-9+/]+)=*$/.exec(text.replaceAll("-", "+").replaceAll("_", "/")) ?? [];
  if (bare === undefined || bare.length % 4 === 1) return undefined;
  return Uint8Array.from(atob(bare), (char) => char.charCodeAt(0));
}

/** @param {string} text @returns {Bytes | undefined} */
export function fromHex(text) {
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(text)) return undefined;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** The bytes of a signature, however it is written. @param {string} text */
export const signatureBytes = (text) => fromHex(text) ?? fromBase64(text);

/** @param {Hash} algorithm @param {Bytes} bytes */
export const digest = async (algorithm, bytes) => new Uint8Array(await crypto.subtle.digest(algorithm, bytes));

/** @param {Mac} algorithm @param {Bytes} key @param {Bytes} message */
export async function mac(algorithm, key, message) {
  const hash = algorithm.replace("HMAC-SHA", "SHA-");
  // HMAC pads its key with zeros, and WebCrypto refuses an empty one.
  const raw = key.length === 0 ? new Uint8Array(1) : key;
  const imported = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, message));
}

const RSA = "RSASSA-PKCS1-v1_5";

/** @param {CryptoKey} key @param {Bytes} message */
export const rsaSign = async (key, message) => new Uint8Array(await crypto.subtle.sign(RSA, key, message));

/** @param {CryptoKey} key @param {Bytes} signature @param {Bytes} message */
export const rsaVerify = (key, signature, message) => crypto.subtle.verify(RSA, key, signature, message);
