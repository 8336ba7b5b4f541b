// Which refunds of an answer are a plan's own: all under its reference count, and where they disagree a person looks.

import assert from "node:assert/strict";
import { test } from "node:test";
import { craftgate, razorpay } from "refund-signer";
import { headlineOf } from "../../www/src/refund/asked.js";

const plan = craftgate.createRefund({
  paymentId: "4711",
  conversationId: "return-2041",
  idempotencyKey: "key-return-2041",
});
/** The answer to a query: one entry for each transaction of the payment. */
const listed = (...states) => ({
  status: "succeeded",
  next: "done",
  signature: "not-offered",
  replayed: false,
  refunds: [
    { id: "1", reference: "another", status: "failed" },
    ...states.map((status, index) => ({ id: String(31 + index), reference: "return-2041", status })),
  ],
});
const text = (verdict, of = plan) => headlineOf(of, undefined, verdict).text;

test("a payment that is refunded in parts is done when all parts are", () => {
  assert.match(text(listed("succeeded", "succeeded")), /it is done/);
});

test("while a part waits, the refund is not final", () => {
  assert.match(text(listed("succeeded", "pending")), /not final/);
});

test("parts that disagree are a person's, whichever stands first", () => {
  for (const states of [
    ["succeeded", "failed"],
    ["failed", "succeeded"],
    ["failed", "pending"],
    ["succeeded", "unknown"],
  ]) {
    assert.match(text(listed(...states)), /does not say whether it is done/, states.join());
  }
});

test("that Craftgate lists no refund with the reference proves nothing", () => {
  assert.match(text(listed()), /does not say what became of your refund/);
});

test("two refunds of one receipt are a person's: Razorpay makes no parts", () => {
  const twice = razorpay.createRefund({
    paymentId: "pay_29QQoUBi66xm2f",
    receipt: "return-2041",
    idempotencyKey: "key-return-2041",
  });
  assert.match(text(listed("succeeded", "succeeded"), twice), /does not say whether it is done/);
  assert.match(text(listed("succeeded"), twice), /it is done/);
  assert.match(text(listed(), twice), /does not say what became of your refund/);
});
