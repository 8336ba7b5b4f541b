// What the vectors and the package say, compared with Node's own cryptography: every signature is made anew from its
// string to sign, and Wycheproof's RSA signatures go through the package's own way of verifying a webhook. (That the
// package makes every stage as its file says is part of the conformance suite.)

import assert from "node:assert/strict";
import { createHash, createHmac, createSign } from "node:crypto";
import { readFileSync } from "node:fs";
import { payermax } from "refund-signer";
import { importPublicKey, readWebhook } from "refund-signer/webcrypto";
import { readVectors } from "../js/runners/material.js";

const SIZES = [2048, 3072, 4096];

const vectors = readVectors();
const refunds = vectors.filter(({ files }) => files["signature.txt"]);
for (const { name, files } of refunds) assert.equal(signatureOf(files), line(files["signature.txt"]), name);
console.log(`${refunds.length} signatures are those that Node makes of their strings`);

for (const bits of SIZES) {
  const counts = await wycheproof(`rsa_signature_${bits}_sha256_test.json`);
  console.log(`RSA ${bits}: ${counts.valid} valid, ${counts.invalid} refused, ${counts.binary} of them not as text`);
}

/** The header's value, by the scheme that its form shows. */
function signatureOf(files) {
  const { provider, secrets, privateKey } = JSON.parse(files["input.json"]);
  const message = line(files["string-to-sign.txt"]).replace(/<(\w+)>/g, (_, name) => secrets[name]);
  const hmac = (hash, key) => createHmac(hash, key).update(message).digest("base64");
  if (privateKey) return createSign("sha256").update(message).sign(privateKey, "base64");
  if (provider === "craftgate") return createHash("sha256").update(message).digest("base64");
  if (message.startsWith("Client-Id:")) return `HMACSHA256=${hmac("sha256", secrets.secretKey)}`;
  if (/^(POST|GET):/.test(message)) return hmac("sha512", secrets.clientSecret ?? secrets.secretKey);
  return `Basic ${Buffer.from(message).toString("base64")}`;
}

/** Every test of a file, with the key in each of its forms. */
async function wycheproof(file) {
  const { testGroups, numberOfTests } = JSON.parse(
    readFileSync(new URL(`wycheproof/${file}`, import.meta.url), "utf8"),
  );
  const counts = { valid: 0, invalid: 0, binary: 0 };
  for (const { publicKeyPem, publicKeyAsn, publicKeyDer, tests } of testGroups) {
    const forms = [publicKeyPem, Buffer.from(publicKeyAsn, "hex"), Buffer.from(publicKeyDer, "hex")];
    const keys = await Promise.all(forms.map((form) => importPublicKey(form)));
    for (const test of tests) {
      for (const key of keys) assert.equal(await verified(test, key), test.result === "valid", `${file}: ${test.tcId}`);
      counts[test.result === "valid" ? "valid" : "invalid"]++;
      if (textOf(test.msg) === undefined) counts.binary++;
    }
  }
  assert.equal(counts.valid + counts.invalid, numberOfTests, "every test is valid or invalid");
  assert.ok(counts.valid > 0 && counts.invalid > 100);
  return counts;
}

/** As the body of a webhook whose raw bytes are signed. No body is an event: what is verified is refused as unreadable. */
async function verified({ msg, sig }, key) {
  const text = textOf(msg);
  if (text === undefined) return crypto.subtle.verify(key.algorithm.name, key, hex(sig), hex(msg));
  const reader = new payermax.Webhooks({ merchantId: "P1", scheme: "sign" });
  try {
    await readWebhook(reader, { headers: { sign: hex(sig).toString("base64") }, body: text }, key);
  } catch ({ code }) {
    assert.match(code, /^(unreadable_event|signature_mismatch|malformed_signature|empty_signature)$/);
    return code === "unreadable_event";
  } finally {
    reader.free();
  }
  return assert.fail("no message of Wycheproof's is an event");
}

/** The message as text, where it is one. */
function textOf(msg) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(hex(msg));
  } catch {
    return undefined;
  }
}

function hex(text) {
  return Buffer.from(text, "hex");
}

function line(text) {
  return text.replace(/\n$/, "");
}
