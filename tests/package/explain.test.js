// explain without a secret, as on a page that has none: the same as a client with its secrets says, and the headers
// that need none are the very ones that are sent.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as signer from "refund-signer";
import { catalog } from "refund-signer/catalog";

const IDR = { value: "90000", currency: "IDR" };
const SNAP = { originalPartnerReferenceNo: "order-1", partnerRefundNo: "return-1", amount: IDR };
const SECRET = "marker-secret-0123456789";

/** `[operation, its input, settings that are no secrets, the headers that need a secret]` */
const CASES = {
  craftgate: [
    [
      "refundPaymentTransaction",
      { paymentTransactionId: "1", amount: { value: "1.50", currency: "TRY" } },
      { apiKey: "key", lang: "en", environment: "sandbox" },
      "x-signature",
    ],
    [
      "searchRefunds",
      { conversationId: "a b" },
      { apiKey: "key", baseUrl: "https://proxy.example/base" },
      "x-signature",
    ],
  ],
  doku: [
    [
      "createRefund",
      { invoiceNumber: "INV-1", originalRequestId: "1", amount: IDR },
      { clientId: "MCH-1", environment: "sandbox" },
      "Signature",
    ],
    ["checkStatus", { invoiceNumber: "INV-1" }, { clientId: "MCH-1", environment: "production" }, "Signature"],
    [
      "createSnapRefund",
      { ...SNAP, channel: "EMONEY_OVO_SNAP" },
      { clientId: "MCH-1", environment: "sandbox" },
      "Authorization X-SIGNATURE",
    ],
    ["requestAccessToken", {}, { clientId: "MCH-1", environment: "sandbox" }, "X-SIGNATURE"],
  ],
  durianpay: [
    [
      "createRefund",
      { refId: "return-1", paymentId: "pay_1", amount: IDR },
      { environment: "sandbox" },
      "Authorization",
    ],
    [
      "createSnapRefund",
      { ...SNAP, originalReferenceNo: "pay_1" },
      { clientKey: "client", environment: "sandbox" },
      "Authorization X-SIGNATURE",
    ],
    ["requestAccessToken", {}, { clientKey: "client", environment: "sandbox" }, "X-SIGNATURE"],
  ],
  payermax: [
    [
      "createRefund",
      SNAP,
      { partnerId: "P", channelId: "C", origin: "https://shop.example", baseUrl: "https://pay.example" },
      "Authorization X-SIGNATURE",
    ],
    [
      "createRefund",
      SNAP,
      {
        partnerId: "P",
        channelId: "C",
        signatureMethod: "asymmetric",
        signHeader: true,
        baseUrl: "https://pay.example",
      },
      "Authorization X-SIGNATURE sign",
    ],
    [
      "requestAccessToken",
      {},
      { partnerId: "P", channelId: "C", clientKey: "app", baseUrl: "https://pay.example" },
      "X-SIGNATURE",
    ],
  ],
  razorpay: [
    [
      "createRefund",
      { paymentId: "pay_1" },
      { keyId: "rzp_test_1", account: "acc_1", environment: "sandbox" },
      "Authorization",
    ],
    ["listRefunds", {}, { environment: "sandbox" }, "Authorization"],
  ],
};

const attempt = { now: 1_790_000_000_000, nonce: "41592653589793238462643383279502" };

/** The secrets that each client takes, and that make one way of authentication. */
function secretsOf(provider, { keyId }) {
  const { settings } = catalog().find(({ name }) => name === provider);
  const names = settings.filter(({ kind }) => kind === "secret").map(({ name }) => name);
  const other = keyId ? "oauthToken" : "keySecret";
  return Object.fromEntries(
    names.filter((name) => name !== other && name !== "customerToken").map((name) => [name, SECRET]),
  );
}

/** The headers that a client sends, also where a key outside makes the signature. */
function headersOf(client, plan) {
  try {
    return client.sign(plan, attempt).headers;
  } catch (error) {
    assert.equal(error.code, "signed_outside");
    return client.prepare(plan, attempt).finish(new Uint8Array(256), new Uint8Array(256)).headers;
  }
}

for (const [provider, cases] of Object.entries(CASES)) {
  for (const [operation, input, settings, secret] of cases) {
    test(`${provider}.${operation} is explained without a secret: ${Object.keys(settings).join(", ")}`, () => {
      const plan = signer[provider][operation](input);
      const client = new signer[provider].Client({ ...settings, ...secretsOf(provider, settings) });
      const shown = signer[provider].explain(plan, settings, attempt);
      assert.deepEqual(shown, client.explain(plan, attempt));
      assert.ok(!JSON.stringify(shown).includes(SECRET));
      const sent = headersOf(client, plan);
      assert.deepEqual(shown.headers.map(({ label }) => label).sort(), Object.keys(sent).sort());
      for (const { label, value, secret } of shown.headers) {
        if (secret) assert.match(value, /<\w+>/, label);
        else assert.equal(value, sent[label], label);
      }
      const needed = shown.headers.filter((line) => line.secret).map(({ label }) => label);
      assert.equal(needed.sort().join(" "), secret);
      assert.ok(needed.includes(shown.header));
      for (const { value, secret } of shown.components) assert.equal(secret, /^<\w+>$/.test(value), value);
      assert.ok(Object.isFrozen(shown.headers[0]));
      client.free();
    });
  }
}

test("a secret has no business there, and other mistakes are named as a client names them", () => {
  const plan = signer.doku.createRefund({ invoiceNumber: "INV-1", originalRequestId: "1", amount: IDR });
  const settings = { clientId: "MCH-1", environment: "sandbox" };
  const refused = (...given) => {
    try {
      return signer.doku.explain(...given).header;
    } catch (error) {
      assert.ok(error instanceof signer.RefundError, String(error));
      assert.ok(!error.message.includes(SECRET));
      return `${error.code} ${error.problems[0].path}`;
    }
  };
  assert.equal(refused(plan, settings), "Signature");
  assert.equal(refused(plan, { ...settings, secretKey: SECRET }), "unknown_field secretKey");
  assert.equal(refused(plan, { environment: "sandbox" }), "missing_field clientId");
  assert.equal(refused(plan, { clientId: "MCH-1" }), "missing_field environment");
  assert.equal(refused(plan, { ...settings, secretkey: SECRET }), "unknown_field secretkey");
  assert.equal(refused(signer.razorpay.listRefunds(), settings), "wrong_provider plan");
  assert.equal(refused({ ...plan, path: "/" }, settings), "invalid_plan path");
  assert.equal(refused(plan, settings, { now: 1 }), "invalid_attempt now");
  assert.equal(refused(plan, undefined), "wrong_type ");
  assert.equal(refused(plan, "secretKey"), "wrong_type ");
});
