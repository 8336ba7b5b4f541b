// A marker secret through everything that the package hands out: it must not show in any of the ways in which values
// end up in logs. What is sent is another matter: a signed request has to hold Basic credentials.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import * as signer from "refund-signer";
import { createSandbox } from "refund-signer/sandbox";
import { importSecret } from "refund-signer/webcrypto";

const MARKER = "Zk3-marker-9fQ7xW2vN8pL5sT1";
const SETTINGS = {
  craftgate: { apiKey: "api", secretKey: MARKER, environment: "sandbox" },
  doku: { clientId: "MCH-1", secretKey: MARKER, accessToken: MARKER, environment: "sandbox" },
  durianpay: { serverKey: MARKER, clientKey: "k", clientSecret: MARKER, accessToken: MARKER, environment: "sandbox" },
  payermax: {
    partnerId: "P",
    clientKey: "k",
    channelId: "95221",
    clientSecret: MARKER,
    accessToken: MARKER,
    baseUrl: "https://pay.example",
  },
  razorpay: { keyId: "rzp_test_1", keySecret: MARKER, environment: "sandbox" },
};
const WEBHOOKS = {
  craftgate: { secrets: [MARKER] },
  doku: { clientId: "MCH-1", path: "/hook", secrets: [MARKER] },
  razorpay: { secrets: [MARKER] },
};
const READ = {
  craftgate: ["retrieveRefund", { id: "1" }],
  doku: ["checkStatus", { invoiceNumber: "I-1" }],
  durianpay: ["fetchRefund", { refundId: "rfn_1" }],
  payermax: ["requestAccessToken", {}],
  razorpay: ["fetchRefund", { refundId: "rfnd_1" }],
};
const ANSWER = { status: 401, headers: {}, body: `{"error":"bad key","error_code":"X"}` };

/** Every way in which a value may end up in a log. */
function shown(value) {
  const texts = [inspect(value, { depth: null, showHidden: true, getters: true, showProxy: true })];
  for (const show of [String, JSON.stringify, (one) => inspect(structuredClone(one), { depth: null })]) {
    try {
      texts.push(show(value));
    } catch {
      // What cannot be shown that way shows nothing.
    }
  }
  if (value instanceof Error) texts.push(value.stack, value.message);
  return texts.join("\n");
}

function hidden(what, value) {
  const text = shown(value);
  for (const trace of [MARKER, btoa(MARKER).slice(0, 24), Buffer.from(MARKER).toString("hex")]) {
    assert.ok(!text.includes(trace), `${what} shows the marker:\n${text}`);
  }
}

function thrown(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}

test("the check itself finds a marker", () => {
  assert.throws(() => hidden("a value", { nested: [MARKER] }));
  assert.throws(() => hidden("an error", new Error(btoa(MARKER))));
});

for (const [name, settings] of Object.entries(SETTINGS)) {
  test(`${name}: neither client nor plan, verdict, explanation or error shows a secret`, () => {
    const { Client, [READ[name][0]]: operation } = signer[name];
    const client = new Client(settings);
    const plan = operation(READ[name][1]);
    hidden("client", client);
    hidden("plan", plan);
    hidden("verdict", client.read(plan, ANSWER));
    hidden("no answer", client.read(plan, null));
    hidden("explanation", client.explain(plan));
    const another = signer[name === "doku" ? "razorpay" : "doku"];
    hidden(
      "error",
      thrown(() =>
        client.sign(
          another[READ[name === "doku" ? "razorpay" : "doku"][0]]({ refundId: "rfnd_1", invoiceNumber: "I" }),
        ),
      ),
    );
    client.free();
    hidden("freed client", client);
    hidden(
      "error of a freed client",
      thrown(() => client.sign(plan)),
    );
  });

  test(`${name}: no refusal of bad settings shows a secret`, () => {
    const secrets = Object.keys(settings).filter((key) => settings[key] === MARKER);
    const wrong = [
      { ...settings, stranger: true },
      { ...settings, environment: "moon" },
      { ...settings, baseUrl: `https://user:${MARKER}@x` },
      ...secrets.flatMap((key) => [
        { ...settings, [key]: ` ${MARKER}` },
        { ...settings, [key]: MARKER.repeat(400) },
        { ...settings, [key]: { value: MARKER } },
        { ...settings, [key]: [MARKER] },
        { ...settings, [key]: `${MARKER}:\n` },
      ]),
    ];
    for (const bad of wrong) {
      try {
        new signer[name].Client(bad).free();
      } catch (error) {
        hidden("refusal", error);
      }
    }
  });
}

for (const [name, settings] of Object.entries(WEBHOOKS)) {
  test(`${name}: a webhook reader and its refusals show no secret`, () => {
    const reader = new signer[name].Webhooks(settings);
    hidden("reader", reader);
    for (const headers of [
      {},
      { "X-Razorpay-Signature": "0".repeat(64), "x-cg-signature-v1": "AAAA", Signature: "x" },
    ]) {
      hidden(
        "refusal",
        thrown(() => reader.read({ headers, body: "{}" })),
      );
    }
    hidden(
      "refusal",
      thrown(() => new signer[name].Webhooks({ ...settings, secrets: [`${MARKER} `] })),
    );
    reader.free();
  });
}

test("keys of webcrypto and the sandbox's ledger show no secret", async () => {
  hidden("key", await importSecret(MARKER, "HMAC-SHA256"));
  const sandbox = createSandbox({ credentials: { doku: { clientId: "MCH-1", secretKey: MARKER } } });
  hidden("ledger", sandbox.ledger);
});
