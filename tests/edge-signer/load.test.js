// Many at once: the limit of the day holds, and the same plan is one refund.

import assert from "node:assert/strict";
import { test } from "node:test";
import { razorpay } from "refund-signer";
import { isUnbroken } from "../../edge-signer/chain.js";
import { startSigner } from "./signer.js";

const PAYMENT = "pay_EdgeSigner0001";
const RICH = [{ provider: "razorpay", paymentId: PAYMENT, amount: { value: "1000000.00", currency: "INR" } }];
const rupees = (value) => razorpay.createRefund({ paymentId: PAYMENT, amount: { value, currency: "INR" } });

/** How often each answer came. */
function tally(answers) {
  const counts = {};
  for (const { status, body } of answers) {
    const key = `${status} ${body.error?.code ?? body.state}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

test("of 1,000 different plans at once as many are sent as the day has room for", async () => {
  const signer = await startSigner({ payments: RICH });
  // 50,000.00 a day: 250.00 fits 200 times.
  const answers = await Promise.all(Array.from({ length: 1000 }, () => signer.submit(rupees("250.00"))));
  assert.deepEqual(tally(answers), { "200 succeeded": 200, "403 daily_limit": 800 });
  const { refunds } = signer.sandbox.ledger;
  assert.equal(refunds.length, 200);
  assert.equal(new Set(refunds.map(({ idempotencyKey }) => idempotencyKey)).size, 200);
  assert.equal(signer.sandbox.ledger.totals("razorpay").INR.refunded, 5_000_000n);

  const links = await signer.audit();
  assert.equal(links.length, 1000 + 800 + 200 * 2);
  assert.ok(isUnbroken(links));
});

test("the same plan 200 times at once is one refund", async () => {
  const signer = await startSigner({ payments: RICH });
  const plan = rupees("100.00");
  const answers = await Promise.all(Array.from({ length: 200 }, () => signer.submit(plan)));
  assert.ok(answers.every(({ status, body }) => (status === 200 ? body.state === "succeeded" : body.state === "open")));
  assert.equal(new Set(answers.map(({ body }) => body.digest)).size, 1);
  assert.equal(signer.sandbox.ledger.refunds.length, 1);
  const entry = (await signer.find(answers[0].body.digest)).body;
  assert.equal(entry.state, "succeeded");
});
