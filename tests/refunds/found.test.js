// findRefund: which refund of an answer or an event is a plan's, and what cannot be told. Answers as providers give them,
// read by their clients.

import assert from "node:assert/strict";
import { test } from "node:test";
import { craftgate, doku, durianpay, findRefund, queryFor, RefundError, razorpay } from "refund-signer";
import { send } from "refund-signer/fetch";
import { createSandbox } from "refund-signer/sandbox";

const INR = (value) => ({ value, currency: "INR" });
const razorpayPlan = razorpay.createRefund({ paymentId: "pay_1", receipt: "return-1", amount: INR("250.00") });

const clients = {
  razorpay: new razorpay.Client({ keyId: "rzp_test_1", keySecret: "secret", environment: "sandbox" }),
  craftgate: new craftgate.Client({ apiKey: "key", secretKey: "secret", environment: "sandbox" }),
};

/** What the query of a plan is answered with. */
function asked(plan, body, client = clients[plan.provider]) {
  return client.read(queryFor(plan), { status: 200, headers: {}, body: JSON.stringify(body) });
}

/** A refund in a list of Razorpay's. */
const entity = (more) => ({
  id: "rfnd_1",
  entity: "refund",
  amount: 25000,
  currency: "INR",
  payment_id: "pay_1",
  receipt: "return-1",
  status: "processed",
  created_at: 1_790_000_000,
  ...more,
});
const list = (...items) => ({ entity: "collection", count: items.length, items });

/** `status why: ids of the refunds`. */
function told(plan, verdict) {
  const { status, why = "", refunds } = findRefund(plan, verdict);
  return `${[status, why].filter(Boolean).join(" ")}: ${refunds.map(({ id }) => id).join(" ")}`;
}

test("a refund in a list is the plan's by reference and amount", () => {
  const other = entity({ id: "rfnd_2", receipt: "return-2" });
  const cases = [
    [[other, entity({})], "succeeded: rfnd_1"],
    [[entity({ status: "pending" })], "pending: rfnd_1"],
    [[entity({ status: "failed" })], "failed: rfnd_1"],
    [[], "not_listed: "],
    [[other], "not_listed: "],
    // Somebody may refund the same amount by hand: it is not ours, and may be.
    [[entity({ receipt: null })], "unclear could_be: "],
    [[entity({ receipt: null, amount: 100 })], "not_listed: "],
    [[entity({ amount: 100 })], "not_listed: "],
    [[entity({}), entity({ id: "rfnd_3" })], "unclear does_not_add_up: rfnd_1 rfnd_3"],
    // The client has refused the answer: it is about another payment.
    [[entity({ payment_id: "pay_2" })], "unclear not_answered: "],
    [Array.from({ length: 100 }, (_, at) => ({ ...other, id: `rfnd_${at}` })), "unclear more_pages: "],
  ];
  for (const [items, says] of cases) assert.equal(told(razorpayPlan, asked(razorpayPlan, list(...items))), says);
});

test("without a reference of its own no refund is a plan's", () => {
  const plan = razorpay.createRefund({ paymentId: "pay_1", amount: INR("250.00") });
  assert.equal(told(plan, asked(plan, list(entity({})))), "unclear could_be: ");
});

test("nothing of an answer that is not believed counts, and an answer without a refund says nothing", () => {
  assert.equal(told(razorpayPlan, clients.razorpay.read(razorpayPlan, null)), "unclear not_answered: ");
  const answer = { status: 500, headers: {}, body: "" };
  assert.equal(told(razorpayPlan, clients.razorpay.read(queryFor(razorpayPlan), answer)), "unclear not_answered: ");
  const { refunds: _, ...bare } = asked(razorpayPlan, list());
  assert.equal(told(razorpayPlan, bare), "unclear no_refund: ");
});

test("a single refund is found or is another one, and proves nothing absent", () => {
  const fetched = razorpay.fetchRefund({ refundId: "rfnd_1" });
  const read = (more) =>
    clients.razorpay.read(fetched, { status: 200, headers: {}, body: JSON.stringify(entity(more)) });
  assert.equal(told(razorpayPlan, read({})), "succeeded: rfnd_1");
  assert.equal(told(razorpayPlan, read({ receipt: "return-2" })), "unclear other_refund: ");
});

test("the answer to the plan itself is found, too", async () => {
  const sandbox = createSandbox();
  sandbox.faults.next("durianpay", "pending");
  const plan = durianpay.createRefund({ refId: "return-1", ...sandbox.payments.durianpay.standard });
  const client = new durianpay.Client(sandbox.credentials.durianpay);
  const verdict = await send(client, plan, { fetch: sandbox.fetch });
  assert.deepEqual(findRefund(plan, verdict), { status: "pending", refunds: [verdict.refund] });
  const query = await send(client, queryFor(plan), { fetch: sandbox.fetch });
  assert.deepEqual(findRefund(plan, query), { status: "pending", refunds: query.refunds });
});

test("what an event says counts as far as its signature covers it", () => {
  const refund = { id: "rfnd_1", reference: "return-1", status: "succeeded", amount: INR("250.00") };
  const event = { provider: "razorpay", kind: "refund.processed", dedupeKey: "1", signedFields: "all", refund };
  assert.equal(told(razorpayPlan, event), "succeeded: rfnd_1");
  assert.equal(told(razorpayPlan, { ...event, refund: undefined }), "unclear no_refund: ");
  const another = { ...event, refund: { ...refund, reference: "return-2" } };
  assert.equal(told(razorpayPlan, another), "unclear other_refund: ");
  const amount = { value: "90000", currency: "IDR" };
  const dokuPlan = doku.createRefund({ invoiceNumber: "INV-1", originalRequestId: "1", amount });
  assert.equal(told(dokuPlan, event), "unclear other_refund: ");
  const craftgatePlan = craftgate.refundPaymentTransaction({
    paymentTransactionId: "1",
    conversationId: "return-1",
    amount: { value: "250", currency: "TRY" },
  });
  const ours = { ...refund, amount: { value: "250.00", currency: "TRY" } };
  assert.equal(told(craftgatePlan, { ...event, provider: "craftgate", refund: ours }), "unclear hint: rfnd_1");
});

test("parts are a refund when they add up to it", () => {
  const part = (id, value, status = "succeeded") => ({
    id,
    reference: "return-1",
    status,
    amount: { value, currency: "TRY" },
  });
  const whole = craftgate.createRefund({ paymentId: "1", conversationId: "return-1" });
  const verdict = (...refunds) => ({ ...asked(razorpayPlan, list()), refunds });
  assert.equal(told(whole, verdict(part("1", "10"), part("2", "20"))), "unclear does_not_add_up: 1 2");
  assert.equal(told(whole, verdict(part("1", "10"), part("2", "20", "pending"))), "pending: 1 2");
  assert.equal(told(whole, verdict(part("1", "10", "unknown"))), "unclear unknown_state: 1");
});

test("what is found is what was judged, frozen, and a verdict from a store is as good", () => {
  const verdict = asked(razorpayPlan, list(entity({})));
  const found = findRefund(JSON.parse(JSON.stringify(razorpayPlan)), JSON.parse(JSON.stringify(verdict)));
  assert.deepEqual(found.refunds, verdict.refunds);
  assert.ok(Object.isFrozen(found) && Object.isFrozen(found.refunds) && Object.isFrozen(found.refunds[0]));
  let reads = 0;
  const changing = {
    ...verdict,
    get refunds() {
      reads += 1;
      return reads > 1 ? [{ id: "another" }] : verdict.refunds;
    },
  };
  assert.deepEqual(findRefund(razorpayPlan, changing).refunds, verdict.refunds);
});

test("what is no verdict, no event or no refund's plan is refused", () => {
  const verdict = asked(razorpayPlan, list());
  const code = (call) => {
    try {
      return call().status;
    } catch (error) {
      assert.ok(error instanceof RefundError, String(error));
      return error.code;
    }
  };
  for (const none of [undefined, null, 7, "succeeded", {}, [], { ...verdict, refunds: 7 }, { dedupeKey: 1 }])
    assert.equal(
      code(() => findRefund(razorpayPlan, none)),
      "invalid_observation",
      String(none),
    );
  assert.equal(
    code(() => findRefund(queryFor(razorpayPlan), verdict)),
    "invalid_plan",
  );
  assert.equal(
    code(() => findRefund({ ...razorpayPlan, path: "/" }, verdict)),
    "invalid_plan",
  );
});
