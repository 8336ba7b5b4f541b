// Lists cross in parts: the module's memory never shrinks, so a large list must not make it large.

import assert from "node:assert/strict";
import { test } from "node:test";

const MOST_MEMORY = 32 * 2 ** 20;

const memories = [];
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...given) {
    super(...given);
    memories.push(this.exports.memory);
  }
};
const { razorpay } = await import("refund-signer");

test("the requests of plans of 100 MB in all need a few megabytes of memory at a time", () => {
  const [small] = razorpay.createRefund.all([{ paymentId: "pay_1" }]);
  // White space in the body of a stored plan makes it large.
  const large = JSON.stringify({ ...small, body: small.body + " ".repeat(900_000) });
  const client = new razorpay.Client({ keyId: "rzp_test_1", keySecret: "s", environment: "sandbox" });
  const requests = client.signAll(Array.from({ length: 128 }, () => large));
  assert.equal(requests.length, 128);
  for (const { body } of requests) assert.equal(body.length, small.body.length + 900_000);
  assert.ok(memories.at(-1).buffer.byteLength < MOST_MEMORY, `${memories.at(-1).buffer.byteLength} bytes`);
  client.free();
});
