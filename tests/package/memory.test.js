// The module's memory never shrinks: neither a long list nor a hostile answer may make it large.

import "../../scripts/lib/instances.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { razorpay } from "refund-signer";
import { memory } from "../../scripts/lib/instances.js";

const MOST_MEMORY = 32 * 2 ** 20;

test("the requests of plans of 100 MB in all need a few megabytes of memory at a time", () => {
  const [small] = razorpay.createRefund.all([{ paymentId: "pay_1" }]);
  // White space in the body of a stored plan makes it large.
  const large = JSON.stringify({ ...small, body: small.body + " ".repeat(900_000) });
  const client = new razorpay.Client({ keyId: "rzp_test_1", keySecret: "s", environment: "sandbox" });
  const requests = client.signAll(Array.from({ length: 128 }, () => large));
  assert.equal(requests.length, 128);
  for (const { body } of requests) assert.equal(body.length, small.body.length + 900_000);
  mustBeSmall(memory().buffer.byteLength);
  client.free();
});

test("an answer of millions of values is unknown, and needs little memory", () => {
  const client = new razorpay.Client({ keyId: "rzp_test_1", keySecret: "s", environment: "sandbox" });
  const plan = razorpay.createRefund({ paymentId: "pay_1" });
  for (const [open, value, close] of [
    ["[", "1", "]"],
    ['{"items":[', "[]", "]}"],
    ["{", '"":0', "}"],
  ]) {
    const values = Array(Math.floor((7 << 20) / (value.length + 1))).fill(value);
    const { status, next } = client.read(plan, { status: 200, headers: {}, body: open + values.join(",") + close });
    assert.deepEqual({ status, next }, { status: "unknown", next: "query" });
  }
  mustBeSmall(memory().buffer.byteLength);
  client.free();
});

function mustBeSmall(bytes) {
  assert.ok(bytes < MOST_MEMORY, `${bytes} bytes`);
}
