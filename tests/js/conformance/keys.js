// Keys outside the module: every wrapping in which providers and tools hand them out, and signatures that equal Node's.
// `api.keys` holds a key pair and a secret made for this run, and what node:crypto signed with them.

import { ok, same, thrown } from "./assert.js";
import { world } from "./world.js";

const toBase64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const bytesOf = (text) => new TextEncoder().encode(text);
const bare = (pem) => pem.replace(/-----.*-----|\s/g, "");

/** How the same PEM text turns up in settings, environment variables and files. */
const WRAPPINGS = {
  "as it is": (pem) => pem,
  "with CRLF": (pem) => pem.replace(/\n/g, "\r\n"),
  "with the two characters \\n": (pem) => pem.replace(/\n/g, "\\n"),
  "with spaces around": (pem) => `  ${pem}\n\n`,
  "bare base64": bare,
  "in a wrong label": (pem) =>
    pem.replace(/(BEGIN|END) (RSA )?/g, (_, word, rsa) => (rsa ? `${word} ` : `${word} RSA `)),
  "DER bytes": (pem) => Uint8Array.from(atob(bare(pem)), (character) => character.charCodeAt(0)),
};

export function keys(api) {
  const { webcrypto, signer, keys: made } = api;
  const { message, secret, privateKeys, publicKeys, signatures } = made;
  const RSA = "RSASSA-PKCS1-v1_5-SHA256";
  const named = (name, texts) =>
    Object.entries(texts).flatMap(([format, pem]) =>
      Object.entries(WRAPPINGS).map(([wrapping, wrap]) => [`${name}, ${format}, ${wrapping}`, wrap(pem)]),
    );

  /** What signs through a client that hands out the message of this run. */
  const signed = async (algorithm, key) => {
    let signature;
    const prepared = { algorithm, message, finish: (bytes) => (signature = bytes) };
    await webcrypto.signWith({ prepare: () => prepared }, {}, key);
    return toBase64(signature);
  };

  return [
    ...named("keys: private", privateKeys).map(([name, key]) => [
      `${name}: signs as Node does, and cannot be exported`,
      async () => {
        const imported = await webcrypto.importPrivateKey(key);
        same(await signed(RSA, imported), signatures[RSA], "signature");
        same(imported.extractable, false, "extractable");
      },
    ]),
    ...named("keys: public", publicKeys).map(([name, key]) => [
      `${name}: verifies what Node signed, and nothing else`,
      async () => {
        const imported = await webcrypto.importPublicKey(key);
        const signature = Uint8Array.from(atob(signatures[RSA]), (character) => character.charCodeAt(0));
        const finish = (verified) => verified;
        const read = (messages) =>
          webcrypto.readWebhook({ prepare: () => ({ messages, signature, finish }) }, {}, [imported]);
        same(await read(["another", message]), true, "verified");
        same(await read([`${message} `]), false, "verified");
      },
    ]),
    ...["HMAC-SHA256", "HMAC-SHA512"].map((algorithm) => [
      `keys: ${algorithm} as Node makes it, from text and from bytes`,
      async () => {
        for (const given of [secret, bytesOf(secret)]) {
          const imported = await webcrypto.importSecret(given, algorithm);
          same(await signed(algorithm, imported), signatures[algorithm], "signature");
          same(imported.extractable, false, "extractable");
        }
      },
    ]),
    [
      "keys: a function can sign, such as one that asks a KMS",
      async () => {
        const asked = [];
        const kms = async (bytes, algorithm) => {
          asked.push([new TextDecoder().decode(bytes), algorithm]);
          return new Uint8Array([1, 2, 3]);
        };
        same(await signed(RSA, kms), "AQID", "signature");
        same(asked, [[message, RSA]], "what was asked");
      },
    ],
    [
      "keys: DOKU's HMAC outside equals that inside",
      async () => {
        const { client, input, settings } = world(api);
        const plan = signer.doku.createRefund(input("doku"));
        const attempt = { now: 1_700_000_000_000, nonce: "12345678901234567890123456789012" };
        const key = await webcrypto.importSecret(settings("doku").secretKey, "HMAC-SHA256");
        const doku = client("doku");
        same(await webcrypto.signWith(doku, plan, key, attempt), doku.sign(plan, attempt), "request");
      },
    ],
    ...Object.entries({
      "no key": "hello",
      "an empty text": "",
      "half a key": Object.values(privateKeys)[0].slice(0, 400),
      "a public key": Object.values(publicKeys)[0],
      "an object": {},
    }).map(([what, key]) => [
      `keys: ${what} is refused as a private key, and nothing of it is shown`,
      async () => {
        const error = await thrown(() => webcrypto.importPrivateKey(key));
        ok(error instanceof signer.RefundError, `a RefundError, not ${error?.stack}`);
        const shown = JSON.stringify([error.message, error.problems, error.stack]);
        if (typeof key === "string" && key) ok(!shown.includes(bare(key).slice(0, 20)), "the error shows the key");
      },
    ]),
    [
      "keys: a key for another algorithm is refused",
      async () => {
        const key = await webcrypto.importSecret(secret, "HMAC-SHA256");
        const error = await thrown(() => signed("HMAC-SHA512", key));
        same(error.code, "wrong_type", "code");
      },
    ],
  ];
}
