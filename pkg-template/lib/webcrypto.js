// Signatures by keys that the module never sees: non-extractable CryptoKeys, or any function that signs.

import { fromBase64, kindOf, readable, refuse } from "./base.js";

const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const HMAC_HASH = { "HMAC-SHA256": "SHA-256", "HMAC-SHA512": "SHA-512" };
// SEQUENCE { INTEGER 0, SEQUENCE { OID rsaEncryption, NULL }, OCTET STRING … }: what PKCS#8 puts around PKCS#1.
const RSA_IDENTIFIER = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
const VERSION_0 = [0x02, 0x01, 0x00];
/** How the first elements of a DER sequence, by their tags, tell what it is; and of which kind the key is. */
const FORMS = [
  ["2 48", "PKCS#8", "private"],
  ["2 2 2", "PKCS#1", "private"],
  ["2 2", "PKCS#1", "public"],
  ["2 4", "SEC1", "private"],
  ["48 3", "SPKI", "public"],
  ["48 4", "encrypted"],
  ["48 48", "certificate"],
];
/** The OIDs of ecPublicKey, and of Ed25519 and its like. */
const ELLIPTIC = [
  [0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01],
  [0x06, 0x03, 0x2b, 0x65],
];
const SEQUENCE = 0x30;
const OCTET_STRING = 0x04;
const BIT_STRING = 0x03;
/** In bytes; an RSA key of 16,384 bits has 10 KB. */
const LONGEST_KEY = 1 << 16;

/** An RSA private key for signing: PKCS#8 or PKCS#1, PEM or bare base64, or DER bytes. Not extractable. */
export async function importPrivateKey(key) {
  const der = keyBytes(key);
  const form = formOf(der, "private");
  const pkcs8 = form === "PKCS#8" ? der : wrapped([...VERSION_0, ...RSA_IDENTIFIER, ...tlv(OCTET_STRING, der)]);
  return imported("pkcs8", pkcs8, RSA, "sign");
}

/** An RSA public key for verifying: SPKI or PKCS#1, PEM or bare base64, or DER bytes. */
export async function importPublicKey(key) {
  const der = keyBytes(key);
  const form = formOf(der, "public");
  const spki = form === "SPKI" ? der : wrapped([...RSA_IDENTIFIER, ...tlv(BIT_STRING, [0, ...der])]);
  return imported("spki", spki, RSA, "verify");
}

/** An HMAC secret: text is taken as it is, never decoded. `algorithm` is that of `client.prepare`. Not extractable. */
export async function importSecret(secret, algorithm) {
  const hash = typeof algorithm === "string" && Object.hasOwn(HMAC_HASH, algorithm) && HMAC_HASH[algorithm];
  if (!hash) refuse("not_allowed", "algorithm", "must be HMAC-SHA256 or HMAC-SHA512.", "Use that of client.prepare().");
  const bytes = typeof secret === "string" ? new TextEncoder().encode(secret) : viewOf(secret);
  if (!bytes) refuse("wrong_type", "secret", "must be text or bytes.", "Give the secret as it is.");
  if (bytes.length === 0) refuse("too_short", "secret", "is empty.", "Give the secret as it is.");
  return imported("raw", bytes, { name: "HMAC", hash }, "sign");
}

/** Signs one attempt of a plan with a CryptoKey, or with any `async (message, algorithm) => signature`. */
export async function signWith(client, plan, key, attempt) {
  const wayOut = "Give a CryptoKey of importPrivateKey or importSecret (await it), or a function that signs.";
  if (typeof key !== "function" && !isKey(key, "sign"))
    refuse("wrong_type", "key", `is ${kindOf(key)}, no key.`, wayOut);
  const prepared = client.prepare(plan, attempt);
  const sign = typeof key === "function" ? key : (message, algorithm) => signedBy(key, message, algorithm);
  const signature = await sign(new TextEncoder().encode(prepared.message), prepared.algorithm);
  if (!prepared.also) return prepared.finish(signature);
  return prepared.finish(signature, await sign(new TextEncoder().encode(prepared.also), prepared.algorithm));
}

async function signedBy(key, message, algorithm) {
  const { name, hash } = key.algorithm;
  const fits = algorithm in HMAC_HASH ? name === "HMAC" && hash.name === HMAC_HASH[algorithm] : name === RSA.name;
  if (!fits) refuse("wrong_type", "key", `cannot make ${algorithm}.`, "Import the key for this algorithm.");
  return new Uint8Array(await using("key", () => crypto.subtle.sign(name, key, message)));
}

/** The event of a webhook that is signed with the provider's RSA key, verified with one of its public keys. */
export async function readWebhook(webhooks, delivery, publicKeys) {
  const problem = { code: "wrong_type", wayOut: "Give the provider's public key." };
  const list = () => (Array.isArray(publicKeys) ? Array.from(publicKeys) : [publicKeys]);
  const keys = readable(problem, "publicKeys", list);
  if (keys.length === 0) refuse("missing_field", "publicKeys", "is empty.", "Give the provider's public key.");
  const verifies = (key) => isKey(key, "verify") && key.algorithm.name === RSA.name;
  if (!keys.every(verifies)) {
    refuse(
      "wrong_type",
      "publicKeys",
      "holds what is no key to verify with.",
      "Give what importPublicKey made (await it).",
    );
  }
  const unverified = webhooks.prepare(delivery);
  for (const key of keys) {
    for (const message of unverified.messages) {
      const bytes = new TextEncoder().encode(message);
      const verify = () => crypto.subtle.verify(RSA.name, key, unverified.signature, bytes);
      if (await using("publicKeys", verify)) return unverified.finish(true);
    }
  }
  return unverified.finish(false);
}

/** Whether it is a CryptoKey, of whatever realm, for this use. */
function isKey(key, use) {
  try {
    return typeof key.algorithm.name === "string" && key.usages.includes(use);
  } catch {
    return false;
  }
}

/** Uses a key. What only looks like one WebCrypto refuses in words of its own, which become ours. */
async function using(path, call) {
  try {
    return await call();
  } catch {
    return refuse("wrong_type", path, "cannot be used: it is no CryptoKey.", "Give a key of this module's imports.");
  }
}

/** The bytes themselves, without a copy that nobody wipes; undefined for anything else, and where they are gone. */
function viewOf(bytes) {
  try {
    // Not `instanceof`: what only looks like bytes says of its buffer what it likes.
    if (!ArrayBuffer.isView(bytes) || bytes.byteLength > LONGEST_KEY) return undefined;
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch {
    return undefined;
  }
}

/** The DER bytes of a key, whatever it is wrapped in. No message ever holds a part of the key. */
function keyBytes(key) {
  const view = viewOf(key);
  if (view) return view;
  if (typeof key !== "string" || key.length > 2 * LONGEST_KEY)
    refuse("wrong_type", "key", "must be text or bytes.", "Give PEM text, base64 or DER bytes.");
  if (key.includes("ENCRYPTED")) refuseEncrypted();
  // Environment variables often hold quotes, and the two characters \n in the place of a line break.
  const bare = key.replace(/-----[^-]*-----/g, "").replace(/\\[rn]|["'\s]/g, "");
  const bytes = fromBase64(bare);
  if (bytes?.[0] === SEQUENCE) return bytes;
  // A PEM that was encoded once more.
  const text = bytes && new TextDecoder().decode(bytes);
  if (text?.startsWith("-----BEGIN ")) return keyBytes(text);
  return refuse("invalid_character", "key", "is no key in PEM, base64 or DER.", "Give the whole key, unencrypted.");
}

/**
 * The form of a key, told by what stands in it: labels are often wrong. Refuses what is no RSA key of that kind.
 *
 * @param {"private" | "public"} wanted
 */
function formOf(der, wanted) {
  const parts = elementsOf(der);
  const tags = parts.map(({ tag }) => `${tag} `).join("");
  const [, form, kind] = FORMS.find(([start]) => tags.startsWith(`${start} `)) ?? [];
  const other = (what, wayOut) => refuse("not_allowed", "key", `is ${what}, no RSA ${wanted} key.`, wayOut);
  if (form === "encrypted") refuseEncrypted();
  if (form === "certificate") {
    const wayOut = "Take the key out of it: openssl x509 -in certificate.pem -noout -pubkey";
    other("a certificate", wanted === "public" ? wayOut : "Give the private key that belongs to it.");
  }
  // An AlgorithmIdentifier begins with its OID.
  const algorithm = parts[form === "PKCS#8" ? 1 : 0]?.content ?? [];
  const elliptic = ELLIPTIC.some((oid) => oid.every((byte, at) => algorithm[at] === byte));
  if (form === "SEC1" || elliptic) other("an elliptic-curve key (EC)", "The provider signs with RSA: give an RSA key.");
  if (kind && kind !== wanted) other(`a ${kind} key`, `Give the ${wanted} key.`);
  return form;
}

function refuseEncrypted() {
  const wayOut = "Decrypt it first: openssl pkey -in key.pem -out decrypted.pem";
  refuse("not_allowed", "key", "is encrypted with a passphrase.", wayOut);
}

/** The first three elements of a DER sequence. */
function elementsOf(der) {
  const found = [];
  let at = contentAt(der);
  while (at < der.length && found.length < 3) {
    const start = at + contentAt(der.subarray(at));
    const long = der[at + 1] & 0x80;
    const length = long ? der.subarray(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0) : der[at + 1];
    found.push({ tag: der[at], content: der.subarray(start, start + length) });
    at = start + length;
  }
  return found;
}

async function imported(format, der, algorithm, use) {
  try {
    return await crypto.subtle.importKey(format, der, algorithm, false, [use]);
  } catch {
    // The runtime's own message might speak of the key.
    return refuse(
      "not_allowed",
      "key",
      `is no ${algorithm.name === RSA.name ? "RSA key" : "secret"} to ${use} with.`,
      "Give a key of the right kind, unencrypted.",
    );
  }
}

/** Where the content of a DER sequence starts: behind its tag and length. */
function contentAt(der) {
  return der[1] & 0x80 ? 2 + (der[1] & 0x7f) : 2;
}

function wrapped(content) {
  return new Uint8Array(tlv(SEQUENCE, content));
}

/** DER: tag, length, content. */
function tlv(tag, content) {
  const { length } = content;
  if (length < 0x80) return [tag, length, ...content];
  const digits = length > 0xff ? [length >> 8, length & 0xff] : [length];
  return [tag, 0x80 | digits.length, ...digits, ...content];
}
