// What is left of secrets in the memory of the module. `api` is `{ signer, memory, traces, corrupt }`: the package,
// the memory of the present instance, and a way to make it trap.

import { importPrivateKey, signWith } from "refund-signer/webcrypto";
import { traces, tracesOf } from "./scan.js";

const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};

// Long, with no run that turns up by chance, and not in ASCII alone: such texts are moved while they are copied.
const SECRET = "Zk3-marker-9fQ7xW2vN8pL5sT1-geheimnisvoll-ßüé";
const ASCII_SECRET = "Zk3-marker-9fQ7xW2vN8pL5sT1";
const TOKEN = "eyJ-marker-token-7Yq2LmX9";

const CLIENTS = {
  craftgate: {
    settings: (secretKey) => ({ apiKey: "api", secretKey, environment: "sandbox" }),
    operation: "retrieveRefund",
    input: { id: "1" },
  },
  doku: {
    settings: (secretKey) => ({ clientId: "MCH-1", secretKey, environment: "sandbox" }),
    operation: "checkStatus",
    input: { invoiceNumber: "I-1" },
  },
  durianpay: {
    settings: (serverKey) => ({ serverKey, environment: "sandbox" }),
    operation: "fetchRefund",
    input: { refundId: "rfn_1" },
    user: "",
  },
  payermax: {
    settings: (clientSecret) => ({
      partnerId: "P",
      channelId: "95221",
      baseUrl: "https://pay.example",
      accessToken: TOKEN,
      clientSecret,
    }),
    operation: "createRefund",
    input: { originalPartnerReferenceNo: "o", partnerRefundNo: "r", amount: { value: "1", currency: "IDR" } },
  },
  razorpay: {
    settings: (keySecret) => ({ keyId: "rzp_test_1", keySecret, environment: "sandbox" }),
    operation: "fetchRefund",
    input: { refundId: "rfnd_1" },
    user: "rzp_test_1",
  },
};
const WEBHOOKS = {
  craftgate: (secret) => ({ secrets: [secret] }),
  doku: (secret) => ({ clientId: "MCH-1", path: "/hook", secrets: [secret] }),
  razorpay: (secret) => ({ secrets: [secret, `${secret}-older`] }),
};
const ANSWER = { status: 200, headers: { Signature: "HMACSHA256=AAAA" }, body: '{"id":"1"}' };

const bytes = (text) => new TextEncoder().encode(text);

function thrown(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

export function cases({ signer, memory, corrupt }) {
  /** Fails when something of the secret is in the memory. */
  function nothingLeft(secret, user) {
    const found = [...traces(memory(), secret, user), ...traces(memory(), TOKEN)];
    if (found.length > 0) throw new Error(`found: ${found.join(", ")}`);
  }

  /** A client that has done all that a client can do. */
  function used(name, secret) {
    const { settings, operation, input } = CLIENTS[name];
    const client = new signer[name].Client(settings(secret));
    const plan = signer[name][operation](input);
    client.sign(plan);
    client.explain(plan);
    client.read(plan, ANSWER);
    try {
      client.prepare(plan);
    } catch {
      // Basic and Craftgate have nothing to sign elsewhere.
    }
    return client;
  }

  return [
    [
      "the scan finds a secret that is there",
      () => {
        const client = used("razorpay", ASCII_SECRET);
        const found = traces(memory(), ASCII_SECRET, "rzp_test_1");
        client.free();
        if (!found.includes("secret")) throw new Error("the secret of a living client was not found");
      },
    ],
    ...["secret", "base64", "inner pad", "outer pad", "Basic credentials"].map((name) => [
      `the scan finds a planted ${name}`,
      () => {
        // Far above what so few calls have used, and given back as it was.
        const place = new Uint8Array(memory().buffer, memory().buffer.byteLength - 256, 128);
        const before = place.slice();
        const pad = { "inner pad": 0x36, "outer pad": 0x5c }[name] ?? 0;
        const texts = { base64: btoa(ASCII_SECRET), "Basic credentials": btoa(`user:${ASCII_SECRET}`) };
        place.set(bytes(texts[name] ?? ASCII_SECRET).map((byte) => byte ^ pad));
        const found = traces(memory(), ASCII_SECRET, "user");
        place.set(before);
        if (!found.includes(name)) throw new Error(`found only: ${found.join(", ")}`);
      },
    ]),
    ...Object.entries(CLIENTS).flatMap(([name, { user }]) => {
      const secrets = { text: [ASCII_SECRET, ASCII_SECRET], bytes: [ASCII_SECRET, bytes(ASCII_SECRET)] };
      // A Basic user or a SNAP secret may be any text.
      if (name !== "durianpay") secrets["text beyond ASCII"] = [SECRET, SECRET];
      return Object.entries(secrets).map(([kind, [text, secret]]) => [
        `${name}: nothing is left of a secret given as ${kind} when its client is freed`,
        () => {
          used(name, secret).free();
          nothingLeft(text, user);
        },
      ]);
    }),
    ...Object.entries(CLIENTS).map(([name, { settings, user }]) => [
      `${name}: nothing is left of a secret in settings that were refused`,
      () => {
        const given = settings(ASCII_SECRET);
        for (const wrong of [
          { ...given, stranger: 1 },
          { ...given, baseUrl: "ftp://x", environment: undefined },
        ]) {
          const error = thrown(() => new signer[name].Client(wrong));
          if (JSON.stringify(error.problems).includes("marker")) throw new Error("the error shows the secret");
          nothingLeft(ASCII_SECRET, user);
        }
      },
    ]),
    ...Object.entries(WEBHOOKS).map(([name, settings]) => [
      `${name}: nothing is left of a webhook secret when its reader is freed`,
      () => {
        const reader = new signer[name].Webhooks(settings(ASCII_SECRET));
        const signature = "ab".repeat(32);
        const headers = {
          "X-Razorpay-Signature": signature,
          "x-cg-signature-v1": btoa("x".repeat(32)),
          Signature: "x",
        };
        thrown(() => reader.read({ headers, body: "{}" }));
        reader.free();
        nothingLeft(ASCII_SECRET);
      },
    ]),
    [
      "nothing is left of a secret when a plan of another provider is refused",
      () => {
        const client = new signer.doku.Client(CLIENTS.doku.settings(ASCII_SECRET));
        thrown(() => client.sign(signer.razorpay.fetchRefund({ refundId: "rfnd_1" })));
        client.free();
        nothingLeft(ASCII_SECRET);
      },
    ],
    [
      "an RSA private key never comes into the memory",
      async () => {
        const pair = await crypto.subtle.generateKey(RSA, true, ["sign", "verify"]);
        const der = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
        const pem = btoa(String.fromCharCode(...der));
        const client = new signer.payermax.Client({ ...CLIENTS.payermax.settings(ASCII_SECRET), clientKey: "k" });
        const plan = signer.payermax.requestAccessToken();
        await signWith(client, plan, await importPrivateKey(pem));
        client.free();
        // The private exponent and the primes are behind the public modulus.
        const found = tracesOf(memory(), { der: der.subarray(320), base64: new TextEncoder().encode(pem.slice(440)) });
        if (found.length > 0) throw new Error(`found: ${found.join(", ")}`);
      },
    ],
    [
      "a forced trap: its memory is wiped, lost clients say so, new ones work",
      () => {
        const client = used("razorpay", ASCII_SECRET);
        const plan = signer.razorpay.fetchRefund({ refundId: "rfnd_1" });
        const broken = memory();
        corrupt();
        const error = thrown(() => signer.razorpay.fetchRefund({ refundId: "rfnd_1" }));
        if (error.code !== "module_replaced") throw error;
        if (memory() === broken) throw new Error("the instance was not replaced");
        if (new Uint8Array(broken.buffer).some((byte) => byte !== 0)) throw new Error("the memory was not wiped");
        if (thrown(() => client.sign(plan)).code !== "module_replaced")
          throw new Error("the lost client did not say so");
        if (client.read(plan, ANSWER).status !== "unknown") throw new Error("a lost client must not decide");
        client.free();
        used("razorpay", ASCII_SECRET).free();
        nothingLeft(ASCII_SECRET, "rzp_test_1");
      },
    ],
  ];
}
