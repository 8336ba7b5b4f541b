// The vectors of tests/vectors, stage by stage, through the package. `api.vectors` holds their files' texts:
// `{ name, files: { "input.json": "…" } }`.

import { same, thrown } from "./assert.js";

export function vectors({ signer, webcrypto, vectors: cases }) {
  return cases.map(({ name, files }) => [
    `vector: ${name}`,
    () =>
      files["delivery.json"] === undefined ? refund(signer, webcrypto, files) : webhook(signer, webcrypto, name, files),
  ]);
}

async function refund(signer, webcrypto, files) {
  const { provider, operation, settings, secrets, attempt, input, privateKey } = JSON.parse(files["input.json"]);
  const client = new signer[provider].Client({ ...settings, ...secrets });
  const plan = signer[provider][operation](input);
  same(plan, JSON.parse(files["plan.json"]), "plan");
  const { stringToSign, header } = client.explain(plan, attempt);
  same(stringToSign, line(files["string-to-sign.txt"]), "string to sign");
  const request = privateKey
    ? await webcrypto.signWith(client, plan, await webcrypto.importPrivateKey(privateKey), attempt)
    : client.sign(plan, attempt);
  same(request.headers[header], line(files["signature.txt"]), "signature");
  same(request, JSON.parse(files["request.json"]), "request");
  if (files["response.json"] !== undefined) {
    same(client.read(plan, JSON.parse(files["response.json"])), JSON.parse(files["verdict.json"]), "verdict");
  }
  client.free();
}

async function webhook(signer, webcrypto, name, files) {
  const { provider, settings, secrets, publicKey } = JSON.parse(files["input.json"]);
  const reader = new signer[provider].Webhooks({ ...settings, ...secrets });
  const delivery = JSON.parse(files["delivery.json"]);
  const read = async () =>
    publicKey
      ? webcrypto.readWebhook(reader, delivery, await webcrypto.importPublicKey(publicKey))
      : reader.read(delivery);
  if (files["refusal.txt"] === undefined) {
    same(await read(), JSON.parse(files["event.json"]), "event");
  } else {
    const error = await thrown(read);
    same(error.code, line(files["refusal.txt"]), `code of ${name}: ${error}`);
  }
  reader.free();
}

/** A text without the line break that ends its file. */
function line(text) {
  return text.replace(/\n$/, "");
}
