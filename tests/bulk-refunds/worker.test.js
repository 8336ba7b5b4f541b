// The Worker's own door, with a network and consumers that do not fail.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startPlatform } from "../../examples/bulk-refunds/trial/platform.js";
import { createProviders } from "../../examples/bulk-refunds/trial/providers.js";

const TOKEN = "operator-token";
// The memory is over before a second pause is, and so is the time for what is missing in a list.
const POLICY = { pauseMs: 1500, rememberedMs: 2200, absentMs: 2200 };
const PAYMENT = "pay_Bulk0000000001";
const razorpay = (id, value) => ({
  id,
  provider: "razorpay",
  input: { paymentId: PAYMENT, amount: { value, currency: "INR" } },
});

let providers;
let platform;
/** How the next requests fare, as createProviders draws it; then all is well. */
const luck = [];
const LOST = 0.01;
const NOT_DONE = 0.125;
before(async () => {
  providers = await createProviders({ chance: () => luck.shift() ?? 1, lateMs: { from: 0, to: 0 } });
  providers.sandbox.addPayment("razorpay", { paymentId: PAYMENT, amount: { value: "1000", currency: "INR" } });
  platform = await startPlatform({
    entry: "../worker.js",
    upstream: providers.address,
    bindings: { ...providers.bindings, OPERATOR_TOKEN: TOKEN, POLICY: JSON.stringify(POLICY) },
  });
});
after(async () => {
  await platform.dispose();
  await providers.close();
});

async function call(method, path, { body, headers = { Authorization: `Bearer ${TOKEN}` } } = {}) {
  const response = await platform.dispatchFetch(`https://bulk.example${path}`, {
    method,
    body,
    headers,
    duplex: "half",
  });
  const text = await response.text();
  return { status: response.status, body: text && JSON.parse(text) };
}

const submit = (...refunds) => call("POST", "/refunds", { body: JSON.stringify(refunds) });

/** The refund, once nothing more is to be done for it. */
async function closed(id) {
  for (let left = 300; left > 0; left--) {
    const { status, body } = await call("GET", `/refunds/${id}`);
    if (status === 200 && body.state !== "open") return body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${id} is still open`);
}

test("nobody without the token sees or does anything", async () => {
  const paths = [
    ["GET", "/summary"],
    ["GET", "/refunds"],
    ["GET", "/refunds/r-1"],
    ["POST", "/refunds"],
    ["GET", "/nowhere"],
  ];
  for (const [method, path] of paths) {
    for (const headers of [{}, { Authorization: "Bearer operator-toke" }, { Authorization: TOKEN }]) {
      assert.equal((await call(method, path, { headers })).status, 401, `${method} ${path}`);
    }
  }
  assert.equal((await call("GET", "/nowhere")).status, 404);
});

test("what cannot be planned is refused with its problems, and nothing is queued", async () => {
  for (const body of ["", "{}", "[]", JSON.stringify(Array.from({ length: 101 }, () => razorpay("r-1", "1.00")))]) {
    assert.equal((await call("POST", "/refunds", { body })).status, 400);
  }
  const good = razorpay("good-1", "1.00");
  const bad = [
    razorpay("no id", "1.00"),
    razorpay("bad-1", "1.005"),
    { ...good, id: undefined },
    { ...good, id: "bad-2", provider: "constructor" },
    { id: "bad-3", provider: "doku" },
    null,
  ];
  for (const one of bad) {
    const { status, body } = await submit(good, one);
    assert.deepEqual([status, body.problems.length], [422, 1], JSON.stringify(one));
  }
  assert.equal((await call("GET", "/refunds/good-1")).status, 404);
});

test("a refund is refunded as it was first submitted, however often it is submitted", async () => {
  const { refunds } = providers.sandbox.ledger;
  assert.equal((await submit(razorpay("order-1", "10.00"))).status, 202);
  const { state, history, facts } = await closed("order-1");
  assert.deepEqual([state, history.length, history[0].verdict.status], ["succeeded", 1, "succeeded"]);
  // What a query's answer is compared with.
  assert.deepEqual([facts.reference, facts.amount], ["order-1", { value: "10.00", currency: "INR" }]);
  const { paymentId: _, ...doku } = providers.sandbox.payments.doku.settled;
  // DOKU's plans differ in their Request-Id only: that is made, and means nothing here.
  const again = [razorpay("order-1", "10.0"), { id: "order-3", provider: "doku", input: doku }];
  for (let times = 0; times < 3; times++) assert.equal((await submit(...again)).status, 202);
  // Whatever was submitted after it is through as well.
  await submit(razorpay("order-2", "30.00"));
  for (const id of ["order-2", "order-3"]) assert.equal((await closed(id)).state, "succeeded");
  const amounts = providers.sandbox.ledger.refunds
    .slice(refunds.length)
    .map(({ provider, amount }) => [provider, amount]);
  assert.deepEqual(amounts.sort(), [
    ["doku", 9_000_000n],
    ["razorpay", 1000n],
    ["razorpay", 3000n],
  ]);
  assert.deepEqual(
    (await call("GET", "/refunds?state=succeeded")).body.map(({ id }) => id),
    ["order-1", "order-2", "order-3"],
  );
});

test("two refunds under one id are told, and nothing of the batch is accepted", async () => {
  const { paymentId: _, ...doku } = providers.sandbox.payments.doku.settled;
  const twice = await submit(razorpay("twice-1", "1.00"), razorpay("twice-2", "1.00"), razorpay("twice-1", "2.00"), {
    id: "twice-1",
    provider: "doku",
    input: doku,
  });
  assert.equal(twice.status, 422);
  assert.deepEqual(
    twice.body.problems.map(({ id }) => id),
    ["twice-1", "twice-1"],
  );
  // At once, so that the first may still be on its way.
  assert.equal((await submit(razorpay("taken-1", "1.00"))).status, 202);
  const others = [
    razorpay("taken-1", "2.00"),
    { ...razorpay("taken-1", "1.00"), input: { ...razorpay("", "1.00").input, paymentId: "pay_Another0000001" } },
    { id: "taken-1", provider: "doku", input: doku },
  ];
  for (const other of others) {
    const { status, body } = await submit(razorpay("taken-2", "1.00"), other);
    assert.deepEqual([status, body.problems.map(({ id }) => id)], [409, ["taken-1"]], JSON.stringify(other));
  }
  assert.equal((await closed("taken-1")).facts.amount.value, "1.00");
  for (const id of ["twice-1", "twice-2", "taken-2"]) assert.equal((await call("GET", `/refunds/${id}`)).status, 404);
  assert.equal((await submit(razorpay("taken-2", "1.00"), razorpay("taken-1", "1.00"))).status, 202);
  assert.equal((await closed("taken-2")).state, "succeeded");
});

test("two ids with one idempotency key are told, both of them, and nothing of the batch is accepted", async () => {
  const doku = (id, requestId) => {
    const { paymentId: _, ...input } = providers.sandbox.payments.doku.settled;
    return { id, provider: "doku", input: { ...input, requestId } };
  };
  const keyed = (id, idempotencyKey) => {
    const refund = razorpay(id, "1.00");
    return { ...refund, input: { ...refund.input, idempotencyKey } };
  };
  const { refunds } = providers.sandbox.ledger;
  const told = ({ status, body }) => [status, body.problems.map(({ id }) => id)];
  for (const one of [keyed, doku]) {
    const name = one === keyed ? "keyed" : "doku";
    const [key, other] = [`${name}-key-00001`, `${name}-key-00002`];
    const together = await submit(razorpay("beside-1", "1.00"), one(`${name}-1`, key), one(`${name}-2`, key));
    assert.deepEqual(told(together), [422, [`${name}-2`]]);
    assert.match(together.body.problems[0].message, new RegExp(`${name}-2 .*key of ${name}-1`));
    assert.equal((await submit(one(`${name}-1`, key))).status, 202);
    // It holds on when the refund is over.
    for (const _ of [1, 2]) {
      const later = await submit(razorpay("beside-1", "1.00"), one(`${name}-3`, key));
      assert.deepEqual(told(later), [409, [`${name}-3`]]);
      assert.match(later.body.problems[0].message, new RegExp(`${name}-3 .*key of ${name}-1`));
      await closed(`${name}-1`);
    }
    // The same refund again is the same refund, whatever key it has now; the first one counts.
    assert.equal((await submit(one(`${name}-1`, other))).status, 202);
    for (const id of [`${name}-2`, `${name}-3`, "beside-1"]) {
      assert.equal((await call("GET", `/refunds/${id}`)).status, 404);
    }
  }
  // Another provider has other keys.
  assert.equal((await submit(doku("doku-4", "keyed-key-00001"))).status, 202);
  await closed("doku-4");
  // DOKU declines all of them: that payment was refunded above.
  assert.equal(providers.sandbox.ledger.refunds.length, refunds.length + 1);
});

test("nothing is signed again that had to wait for longer than the provider is trusted to remember", async () => {
  const { refunds } = providers.sandbox.ledger;
  luck.push(NOT_DONE);
  assert.equal((await submit(razorpay("late-1", "1.00"))).status, 202);
  const { state, facts, history } = await closed("late-1");
  assert.deepEqual([state, facts.attempts], ["needs-a-person", 1]);
  assert.deepEqual(history[0].verdict.httpStatus, 500);
  assert.ok(history.slice(1).every(({ step }) => step === "query"));
  assert.equal(providers.sandbox.ledger.refunds.length, refunds.length);
});

test("an amount in minor units is found again after a lost answer", async () => {
  const refund = razorpay("minor-1");
  refund.input.amount = { minor: "100", currency: "INR" };
  luck.push(LOST);
  assert.equal((await submit(refund)).status, 202);
  const { state, facts } = await closed("minor-1");
  assert.deepEqual([state, facts.attempts], ["succeeded", 1]);
});

test("webhooks are verified, and those of nobody are refused", async () => {
  const [delivery] = await providers.sandbox.webhooks.take("razorpay");
  const { headers, body } = delivery;
  assert.equal((await call("POST", "/webhooks/razorpay", { headers, body })).status, 200);
  assert.equal((await call("POST", "/webhooks/razorpay", { headers, body: `${body} ` })).status, 401);
  assert.equal((await call("POST", "/webhooks/razorpay", { headers: {}, body })).status, 401);
  // Announced, and as a stream whose length nobody says.
  const large = new Uint8Array(2 ** 20 + 1);
  for (const tooLarge of [large, new Blob([large]).stream()]) {
    const { status, body: said } = await call("POST", "/webhooks/razorpay", { headers, body: tooLarge });
    assert.deepEqual([status, said.error], [413, "body_too_large"]);
  }
  for (const name of ["durianpay", "constructor", "", "nobody"]) {
    assert.equal((await call("POST", `/webhooks/${name}`, { headers, body })).status, name ? 404 : 401);
  }
});
