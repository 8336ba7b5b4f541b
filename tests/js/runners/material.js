// What the suite takes from outside: the files of tests/answers, tests/cases and tests/vectors, and keys that are made afresh with what Node itself
// signs with them. Not every runtime can read files, and none but Node has another cryptography to compare with.

import { createHmac, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../../answers/", import.meta.url);
const CASES = new URL("../../cases/", import.meta.url);
const VECTORS = new URL("../../vectors/cases/", import.meta.url);

/** All of it, as JSON can carry it. */
export function readMaterial() {
  const readCases = (name) => JSON.parse(readFileSync(new URL(name, CASES), "utf8"));
  return {
    answers: readAnswers(),
    cases: { answers: readCases("answers.json") },
    deliveries: readCases("webhooks.json"),
    inputs: readCases("inputs.json"),
    keys: freshKeys(),
    vectors: readVectors(),
  };
}

/** An RSA key in every wrapping, an HMAC secret, a message, and its signatures by Node. */
function freshKeys() {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = (key, type) => key.export({ type, format: "pem" });
  const message = `POST:/v1.0/debit/refund:${randomBytes(16).toString("hex")}`;
  const secret = randomBytes(24).toString("base64");
  const hmac = (hash) => createHmac(hash, secret).update(message).digest("base64");
  return {
    message,
    secret,
    privateKeys: { "PKCS#8": pem(privateKey, "pkcs8"), "PKCS#1": pem(privateKey, "pkcs1") },
    publicKeys: { SPKI: pem(publicKey, "spki"), "PKCS#1": pem(publicKey, "pkcs1") },
    signatures: {
      "RSASSA-PKCS1-v1_5-SHA256": sign("sha256", Buffer.from(message), privateKey).toString("base64"),
      "HMAC-SHA256": hmac("sha256"),
      "HMAC-SHA512": hmac("sha512"),
    },
  };
}

/** Every case: `{ provider, name, text, client }`, with the text of the file and that of its client's settings. */
function readAnswers() {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name: provider }) => {
    const read = (file) => readFileSync(new URL(`${provider}/${file}`, FOLDER), "utf8");
    const cases = readdirSync(new URL(`${provider}/`, FOLDER)).filter((file) => !file.startsWith("_"));
    return cases.sort().map((name) => {
      const text = read(name);
      return { provider, name, text, client: read(JSON.parse(text).client ?? "_client.json") };
    });
  });
}

/** Every vector: `{ name, files }`, with the text of each stage. */
export function readVectors() {
  return readdirSync(VECTORS).map((name) => {
    const folder = new URL(`${name}/`, VECTORS);
    const stages = readdirSync(folder).map((file) => [file, readFileSync(new URL(file, folder), "utf8")]);
    return { name, files: Object.fromEntries(stages) };
  });
}
