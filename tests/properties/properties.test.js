// What holds for every input, through the package. The properties of the core's own pieces are in tests/properties.rs.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import * as signer from "refund-signer";
import { catalog } from "refund-signer/catalog";
import { readVectors } from "../js/runners/material.js";
import { inputOf } from "./inputs.js";

const RUNS = { numRuns: Number(process.env.FAST_CHECK_RUNS ?? 100) };
/** What may differ between two attempts of one plan. */
const OF_AN_ATTEMPT = [
  "Request-Timestamp",
  "Signature",
  "X-TIMESTAMP",
  "X-EXTERNAL-ID",
  "X-SIGNATURE",
  "x-rnd-key",
  "x-signature",
];
const SETTINGS = {
  craftgate: { apiKey: "key-1", secretKey: "FooBar123!", environment: "sandbox" },
  doku: { clientId: "MCH-1", secretKey: "SK-1", accessToken: "b2b", environment: "sandbox" },
  durianpay: { serverKey: "dp_test_X", clientKey: "c", clientSecret: "s", accessToken: "tok" },
  payermax: {
    partnerId: "P",
    channelId: "95221",
    clientKey: "a",
    clientSecret: "s",
    accessToken: "t",
    baseUrl: "https://snap.example",
  },
  razorpay: { keyId: "rzp_test_1", keySecret: "s", environment: "sandbox" },
};
const attempts = fc.record({ now: fc.integer({ min: 1_000_000_000_000, max: 4_000_000_000_000 }), nonce: digits() });

function digits() {
  return fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 8, maxLength: 32 });
}

/** The plan, or undefined where fields that fit alone do not fit together. */
function planned(make, input) {
  try {
    return make(input);
  } catch (error) {
    assert.ok(error instanceof signer.RefundError, error);
    return undefined;
  }
}

for (const { name: provider, operations } of catalog()) {
  const client = new signer[provider].Client(SETTINGS[provider]);
  for (const { name, fields } of operations) {
    test(`${provider}.${name}: a plan survives JSON, and signing it again changes only what an attempt may change`, () => {
      let plans = 0;
      const property = fc.property(inputOf(fields), attempts, attempts, (input, one, other) => {
        const plan = planned(signer[provider][name], input);
        if (!plan) return;
        plans++;
        const stored = JSON.parse(JSON.stringify(plan));
        assert.deepEqual(stored, plan);
        sameRequest(signed(client, plan, one), signed(client, stored, one), []);
        sameRequest(signed(client, plan, one), signed(client, JSON.stringify(plan), other), OF_AN_ATTEMPT);
      });
      fc.assert(property, RUNS);
      assert.ok(plans > RUNS.numRuns / 10, `${plans} plans`);
    });
  }
}

/** The request, where an RSA key signs with a signature of zeros. */
function signed(client, plan, attempt) {
  try {
    return client.sign(plan, attempt);
  } catch (error) {
    assert.equal(error.code, "signed_outside");
    return client.prepare(plan, attempt).finish(new Uint8Array(256));
  }
}

function sameRequest(one, other, mayDiffer) {
  assert.deepEqual([one.method, one.url, one.body], [other.method, other.url, other.body]);
  assert.deepEqual(Object.keys(one.headers), Object.keys(other.headers));
  for (const [name, value] of Object.entries(one.headers)) {
    assert.ok(value === other.headers[name] || mayDiffer.includes(name), `${name} changed`);
  }
}

test("any bytes as an answer give a verdict, and never a certain one", () => {
  const refunds = readVectors().filter(({ files }) => files["plan.json"]);
  const cases = refunds.map(({ files }) => {
    const { provider, settings, secrets } = JSON.parse(files["input.json"]);
    return { client: new signer[provider].Client({ ...settings, ...secrets }), plan: JSON.parse(files["plan.json"]) };
  });
  const headers = fc.dictionary(fc.constantFrom("Signature", "Retry-After", "Date", "Client-Id", "x"), fc.string());
  const answers = fc.record({ status: fc.integer({ min: 100, max: 999 }), headers, body: fc.uint8Array() });
  const property = fc.property(fc.constantFrom(...cases), answers, ({ client, plan }, answer) => {
    const { status, next } = client.read(plan, answer);
    if (answer.status === 429) return;
    assert.equal(status, "unknown");
    assert.ok(next === "query" || next === "retry");
  });
  fc.assert(property, { numRuns: RUNS.numRuns * 10 });
});

test("a webhook is read exactly when its bytes are those that were signed", () => {
  const reader = new signer.razorpay.Webhooks({ secrets: ["whsec"] });
  const body = '{"event":"refund.processed","payload":{"refund":{"entity":{"id":"rfnd_1","amount":100}}}}';
  const signature = createHmac("sha256", "whsec").update(body).digest("hex");
  const read = (bytes) => reader.read({ headers: { "x-razorpay-signature": signature }, body: bytes });
  assert.equal(read(body).kind, "refund.processed");
  const bytes = new TextEncoder().encode(body);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = bytes.slice();
    changed[bit >> 3] ^= 1 << (bit & 7);
    assert.throws(() => read(changed), { code: "signature_mismatch" });
  }
});
