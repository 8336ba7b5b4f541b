// What the Worker is configured with holds secrets, and an error ends in its log.

import assert from "node:assert/strict";
import { test } from "node:test";
import { describe } from "refund-signer";
import { readEvent } from "../../edge-signer/settings.js";
import { clientOf, planOf, policyOf } from "../../examples/bulk-refunds/accounts.js";

const SECRET = "whsec_live_0123456789";
const PROVIDERS = ["craftgate", "doku", "payermax", "razorpay"];
// As they are mistyped; and objects that have the secret where none belongs.
const MISTYPED = [
  SECRET,
  `{"secrets":["${SECRET}",]}`,
  `{"${SECRET}"}`,
  `"${SECRET}`,
  `${SECRET.slice(0, 8)}\n${SECRET}`,
  "",
  "{",
  JSON.stringify(SECRET),
  JSON.stringify([SECRET]),
  "null",
  "17",
];
const MISPLACED = [
  JSON.stringify({ secrets: SECRET, publicKeys: SECRET, privateKey: SECRET, keySecret: SECRET }),
  JSON.stringify({ secrets: [SECRET], publicKeys: [SECRET], privateKey: { SECRET } }),
];

/** All that a log could show of an error. */
const shown = (error) => [error, error.message, error.stack, JSON.stringify(error), String(error.cause)].join("\n");

async function errorsOf(text) {
  const delivery = { headers: new Headers(), body: new Uint8Array() };
  const errors = [];
  for (const provider of PROVIDERS) {
    const name = provider.toUpperCase();
    for (const attempt of [
      () => clientOf({ [`KEYS_${name}`]: text }, provider, false),
      () => readEvent({ [`WEBHOOKS_${name}`]: text }, provider, delivery),
    ]) {
      errors.push(
        await attempt().then(
          () => assert.fail(`${provider} took ${text}`),
          (error) => error,
        ),
      );
    }
  }
  return errors;
}

test("a mistyped variable is named, and nothing of it is told", async () => {
  for (const text of MISTYPED) {
    for (const { message } of await errorsOf(text)) {
      assert.match(message, text ? /^(KEYS|WEBHOOKS)_[A-Z]+ is no JSON object$/ : / is not set$/);
    }
  }
  assert.throws(() => policyOf({ POLICY: SECRET }), { message: "POLICY is no JSON object" });
});

test("no error holds any part of a secret, wherever it was put", async () => {
  for (const text of [...MISTYPED, ...MISPLACED]) {
    for (const error of await errorsOf(text)) assert.doesNotMatch(shown(error), /whsec|live|0123/, text);
  }
});

test("a refund's id travels as its reference at every provider", () => {
  const inputs = {
    craftgate: { paymentTransactionId: "1", amount: { value: "1", currency: "TRY" } },
    doku: { invoiceNumber: "INV-1", originalRequestId: "1", amount: { value: "1000", currency: "IDR" } },
    durianpay: { paymentId: "pay_1", amount: { value: "1000", currency: "IDR" } },
    payermax: { originalPartnerReferenceNo: "1", amount: { value: "1000", currency: "IDR" } },
    razorpay: { paymentId: "pay_1" },
  };
  for (const [provider, input] of Object.entries(inputs)) {
    assert.equal(describe(planOf(provider, "order-17", input)).reference, "order-17", provider);
  }
});
