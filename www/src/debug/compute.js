// One computation of a signature, stage by stage.

import { importPrivateKey, importPublicKey } from "refund-signer/webcrypto";
import { digest, encode, joined, mac, rsaSign, rsaVerify, signatureBytes, textOf, utf8 } from "./crypto.js";
import { minify } from "./json.js";
import { header } from "./request.js";

/** @typedef {import("./crypto.js").Bytes} Bytes */
/** @typedef {import("./crypto.js").Hash} Hash */
/** @typedef {import("./crypto.js").Mac} Mac */
/** @typedef {import("./schemes.js").Form} Form */
/** @typedef {import("./schemes.js").Secrets} Secrets */
/** @typedef {import("./request.js").Sent} Sent */

/** @typedef {{ sign?: CryptoKey, verify?: CryptoKey }} RsaKey a private key, or a public one */

/**
 * All that a signature depends on: a hypothesis is another one of these.
 * @typedef {object} Attempt
 * @property {Sent} sent
 * @property {Secrets} secrets
 * @property {Form} form
 * @property {RsaKey | undefined} rsa
 * @property {readonly string[]} others further keys of the person
 */

/**
 * What each stage gave. Where a secret stands in `shown`, its name stands instead.
 * @typedef {object} Stages
 * @property {Bytes} body the bytes that were hashed or signed
 * @property {string | undefined} digest
 * @property {{ label: string, shown: string }[]} parts
 * @property {Bytes} string the string to sign
 * @property {string} shown
 * @property {string | undefined} signature undefined where the key is not known, or is a public one
 */

/** @param {Attempt} attempt @returns {Promise<Stages>} */
export async function compute(attempt) {
  const { sent, secrets, form } = attempt;
  const text = form.body === "minified" ? minify(form.edit(sent.body)) : form.edit(sent.body);
  const body = form.charset === "utf-8" ? utf8(text) : latin1(form.charset === "latin-1" ? text : turkish(text));
  const hashed = form.digest && encode(await digest(form.digest.hash, body), form.digest.encoding);
  const given = { sent: { ...sent, body: text }, secrets, body, digest: `${form.digest?.prefix ?? ""}${hashed ?? ""}` };
  const values = form.parts.map(({ label, of }) => ({ label, value: of(given) }));
  const mask = maskOf(attempt);
  const whole = (/** @type {(value: string | Bytes) => string | Bytes} */ map) =>
    joined([
      ...values.flatMap(({ label, value }, index) => [index ? form.separator : "", ...form.write(label, map(value))]),
      form.end,
    ]);
  const string = whole((value) => value);
  return {
    body,
    digest: form.digest && given.digest,
    parts: values.map(({ label, value }) => ({ label, shown: mask(value) })),
    string,
    shown: textOf(whole(mask)),
    signature: await signature(attempt, string),
  };
}

/** @param {Attempt} attempt @param {Bytes} string */
async function signature({ secrets, form, rsa }, string) {
  const bytes = await signed(form, form.key === undefined ? undefined : secrets[form.key], rsa, string);
  return bytes && form.prefix + encode(bytes, form.encoding);
}

/** @param {Form} form @param {string | Bytes | undefined} key @param {RsaKey | undefined} rsa @param {Bytes} string @returns {Promise<Bytes | undefined>} */
async function signed({ algorithm }, key, rsa, string) {
  if (algorithm === "none") return string;
  if (algorithm === "RSA") return rsa?.sign && rsaSign(rsa.sign, string);
  if (!algorithm.startsWith("HMAC")) return digest(/** @type {Hash} */ (algorithm), string);
  return key === undefined ? undefined : mac(/** @type {Mac} */ (algorithm), joined([key]), string);
}

/** Whether an attempt with these stages gives the signature. @param {Attempt} attempt @param {Stages} stages @param {string} target */
export async function reproduces({ form, rsa }, { string, signature }, target) {
  if (signature !== undefined) return signature === target;
  if (!rsa?.verify || form.algorithm !== "RSA" || !target.startsWith(form.prefix)) return false;
  const written = target.slice(form.prefix.length);
  const bytes = signatureBytes(written);
  if (!bytes || encode(bytes, form.encoding) !== written) return false;
  return rsaVerify(rsa.verify, bytes, string);
}

/** Puts names where secrets stand. @param {Attempt} attempt @returns {(value: string | Bytes) => string} */
function maskOf({ sent, secrets }) {
  const token = /^Bearer\s+(\S+)/i.exec(header(sent, "Authorization") ?? "")?.[1];
  /** @type {[string, string | Bytes | undefined][]} */
  const named = [...Object.entries(secrets).filter(([name]) => name !== "keyId"), ["accessToken", token]];
  return (value) => {
    if (typeof value !== "string")
      return named.some(([, secret]) => secret === value) ? "<decoded secret>" : textOf(value);
    return named.reduce(
      (text, [name, secret]) =>
        typeof secret === "string" && secret !== "" ? text.replaceAll(secret, `<${name}>`) : text,
      value,
    );
  };
}

/** Windows-1254 is Latin 1 but for these. @param {string} text */
const turkish = (text) => text.replace(/[ğĞıİşŞ]/g, (char) => TURKISH[char] ?? char);

/** @type {Record<string, string>} */
const TURKISH = { Ğ: "\u00d0", İ: "\u00dd", Ş: "\u00de", ğ: "\u00f0", ı: "\u00fd", ş: "\u00fe" };

/** One byte for each character, where there is such a byte. @param {string} text @returns {Bytes} */
const latin1 = (text) => Uint8Array.from(text, (char) => char.charCodeAt(0) & 0xff);

/**
 * An RSA key of either kind.
 * @param {string} text @returns {Promise<RsaKey | undefined>} undefined where it is none
 */
export async function rsaKey(text) {
  if (text.trim() === "") return undefined;
  try {
    return { verify: await importPublicKey(text) };
  } catch {
    return importPrivateKey(text).then(
      (sign) => ({ sign }),
      () => undefined,
    );
  }
}
