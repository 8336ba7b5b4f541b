// The Worker's own door, with a network and consumers that do not fail.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startPlatform } from "../../examples/bulk-refunds/trial/platform.js";
import { createProviders } from "../../examples/bulk-refunds/trial/providers.js";

const TOKEN = "operator-token";
// The provider's memory is over before a second pause is.
const POLICY = { leaseMs: 600, arrivalMs: 600, clockStepMs: 100, pauseMs: 1500, memoryMs: 2200, patienceMs: 6000 };
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

/** The refund, once nothing more is to be done for it but by a person. */
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
  const { state, record } = await closed("order-1");
  assert.deepEqual([state, record.attempts.length, JSON.parse(record.plan.body).receipt], ["succeeded", 1, "order-1"]);
  const { paymentId: _, ...doku } = providers.sandbox.payments.doku.settled;
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
    (await call("GET", "/refunds?state=succeeded")).body.refunds.map(({ id }) => id),
    ["order-1", "order-2", "order-3"],
  );
});

test("another refund under an id that is taken is told, and the others of the batch are accepted", async () => {
  const { paymentId: _, ...doku } = providers.sandbox.payments.doku.settled;
  const twice = await submit(razorpay("twice-1", "1.00"), razorpay("twice-2", "1.00"), razorpay("twice-1", "2.00"), {
    id: "twice-1",
    provider: "doku",
    input: doku,
  });
  assert.deepEqual([twice.status, twice.body.accepted], [409, 2]);
  assert.deepEqual(
    twice.body.problems.map(({ id, message }) => [id, message.split(":")[0]]),
    [
      ["twice-1", "id"],
      ["twice-1", "id"],
    ],
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
  for (const id of ["twice-1", "twice-2", "taken-1", "taken-2"]) {
    const { state, record } = await closed(id);
    assert.deepEqual([state, JSON.parse(record.plan.body).amount], ["succeeded", 100], id);
  }
});

test("a key that another id has is told: the provider would take the refund for that one", async () => {
  const keyed = (id, idempotencyKey) => {
    const refund = razorpay(id, "1.00");
    return { ...refund, input: { ...refund.input, idempotencyKey } };
  };
  const before = providers.sandbox.ledger.refunds.length;
  const { status, body } = await submit(keyed("keyed-1", "a-key-00001"), keyed("keyed-2", "a-key-00001"));
  assert.deepEqual([status, body.accepted, body.problems.map(({ id }) => id)], [409, 1, ["keyed-2"]]);
  assert.match(body.problems[0].message, /^plan: has an idempotency key/);
  assert.equal((await closed("keyed-1")).state, "succeeded");
  // It holds on when the refund is over.
  assert.equal((await submit(keyed("keyed-3", "a-key-00001"))).status, 409);
  assert.equal((await call("GET", "/refunds/keyed-3")).status, 404);
  assert.equal(providers.sandbox.ledger.refunds.length, before + 1);
});

test("nothing is sent again that the provider may have forgotten, and a person decides", async () => {
  const before = providers.sandbox.ledger.refunds.length;
  luck.push(NOT_DONE);
  assert.equal((await submit(razorpay("late-1", "1.00"))).status, 202);
  const { state, step, record } = await closed("late-1");
  assert.deepEqual([state, record.attempts.length, step.question.code], ["review", 1, "still_open"]);
  assert.ok(record.queries > 0);
  assert.equal(providers.sandbox.ledger.refunds.length, before);
  // It is listed once the ledger has looked at it again.
  let listed;
  for (let left = 50; left > 0 && listed !== "late-1"; left--) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    listed = (await call("GET", "/refunds")).body.refunds.map(({ id }) => id).join();
  }
  assert.equal(listed, "late-1");
  const decide = (id, decision) => call("POST", `/refunds/${id}/review`, { body: JSON.stringify(decision) });
  assert.equal((await decide("late-1", { step: step.id + 1, decision: "not-refunded", by: "ada" })).status, 409);
  assert.equal((await decide("late-1", { decision: "not-refunded" })).status, 409);
  assert.equal((await decide("late-0", { step: step.id, decision: "not-refunded", by: "ada" })).status, 404);
  const decided = await decide("late-1", { step: step.id, decision: "not-refunded", by: "ada" });
  assert.deepEqual([decided.status, decided.body.state], [200, "failed"]);
});

test("an amount in minor units is found again after a lost answer", async () => {
  const refund = razorpay("minor-1");
  refund.input.amount = { minor: "100", currency: "INR" };
  luck.push(LOST);
  assert.equal((await submit(refund)).status, 202);
  const { state, record } = await closed("minor-1");
  assert.deepEqual([state, record.attempts.length], ["succeeded", 1]);
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
    assert.equal((await call("POST", "/webhooks/razorpay", { headers, body: tooLarge })).status, 413);
  }
  for (const name of ["durianpay", "constructor", "", "nobody"]) {
    assert.equal((await call("POST", `/webhooks/${name}`, { headers, body })).status, name ? 404 : 401);
  }
});
