// The few WebCrypto steps that the providers' schemes are made of.

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

const encoder = new TextEncoder();

/** @param {string} text @returns {Bytes} */
export const utf8 = (text) => encoder.encode(text);

/** @param {Bytes} bytes */
export const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

/** Strict: standard alphabet with padding, or `undefined`. @param {string} text @returns {Bytes | undefined} */
export function fromBase64(text) {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return undefined;
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

/** @param {Bytes} bytes */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {Bytes} bytes */
export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

/** @param {"SHA-256" | "SHA-512"} hash @param {string} secret @param {Bytes} message */
export async function hmac(hash, secret, message) {
  const key = await crypto.subtle.importKey("raw", utf8(secret), { name: "HMAC", hash }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
}

// RSASSA-PKCS1-v1_5 with SHA-256: what SNAP calls SHA256withRSA.
const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

/** @returns {Promise<CryptoKeyPair>} */
export const rsaKeyPair = () =>
  crypto.subtle.generateKey({ ...RSA, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }, true, [
    "sign",
    "verify",
  ]);

/** @param {CryptoKey} privateKey @param {Bytes} message */
export const rsaSign = async (privateKey, message) =>
  base64(new Uint8Array(await crypto.subtle.sign(RSA.name, privateKey, message)));

/** @param {CryptoKey} publicKey @param {string} signature base64 @param {Bytes} message */
export async function rsaVerify(publicKey, signature, message) {
  const bytes = fromBase64(signature);
  return bytes !== undefined && crypto.subtle.verify(RSA.name, publicKey, bytes, message);
}

/** @param {CryptoKey | string} key a CryptoKey, or SPKI as PEM or bare base64 @returns {Promise<CryptoKey>} */
export async function publicKey(key) {
  if (typeof key !== "string") return key;
  const der = fromBase64(key.replace(/-----[A-Z ]+-----|\s/g, ""));
  if (!der) throw new TypeError("The merchant's public key must be a CryptoKey or SPKI PEM.");
  return crypto.subtle.importKey("spki", der, RSA, true, ["verify"]);
}

/** @param {CryptoKey} key */
export async function spkiPem(key) {
  const der = base64(new Uint8Array(await crypto.subtle.exportKey("spki", key)));
  return `-----BEGIN PUBLIC KEY-----\n${(der.match(/.{1,64}/g) ?? []).join("\n")}\n-----END PUBLIC KEY-----\n`;
}
