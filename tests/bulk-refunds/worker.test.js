// The Worker's own door, with a network and consumers that do not fail.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startPlatform } from "../../examples/bulk-refunds/trial/platform.js";
import { createProviders } from "../../examples/bulk-refunds/trial/providers.js";

const TOKEN = "operator-token";
const PAYMENT = "pay_Bulk0000000001";
const razorpay = (id, value) => ({
  id,
  provider: "razorpay",
  input: { paymentId: PAYMENT, amount: { value, currency: "INR" } },
});

let providers;
let platform;
before(async () => {
  providers = await createProviders({ chance: () => 1, lateMs: { from: 0, to: 0 } });
  providers.sandbox.addPayment("razorpay", { paymentId: PAYMENT, amount: { value: "1000", currency: "INR" } });
  platform = await startPlatform({
    entry: "../worker.js",
    upstream: providers.address,
    bindings: { ...providers.bindings, OPERATOR_TOKEN: TOKEN },
  });
});
after(async () => {
  await platform.dispose();
  await providers.close();
});

async function call(method, path, { body, headers = { Authorization: `Bearer ${TOKEN}` } } = {}) {
  const response = await platform.dispatchFetch(`https://bulk.example${path}`, { method, body, headers });
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

test("the first plan under an id is the only one, whoever submits another", async () => {
  const { refunds } = providers.sandbox.ledger;
  assert.equal((await submit(razorpay("order-1", "10.00"))).status, 202);
  const { state, history, facts } = await closed("order-1");
  assert.deepEqual([state, history.length, history[0].verdict.status], ["succeeded", 1, "succeeded"]);
  // What a query's answer is compared with.
  assert.deepEqual([facts.reference, facts.amount], ["order-1", { value: "10.00", currency: "INR" }]);
  const { payments } = providers.sandbox;
  const { paymentId: _, ...doku } = payments.doku.settled;
  await submit(razorpay("order-1", "10.00"), razorpay("order-1", "20.00"));
  await submit({ id: "order-1", provider: "doku", input: doku });
  // Whatever was submitted after it is through as well.
  await submit(razorpay("order-2", "30.00"), { id: "order-3", provider: "doku", input: doku });
  assert.equal((await closed("order-2")).state, "succeeded");
  assert.equal((await closed("order-3")).state, "succeeded");
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

test("webhooks are verified, and those of nobody are refused", async () => {
  const [delivery] = await providers.sandbox.webhooks.take("razorpay");
  const { headers, body } = delivery;
  assert.equal((await call("POST", "/webhooks/razorpay", { headers, body })).status, 200);
  assert.equal((await call("POST", "/webhooks/razorpay", { headers, body: `${body} ` })).status, 401);
  assert.equal((await call("POST", "/webhooks/razorpay", { headers: {}, body })).status, 401);
  for (const name of ["durianpay", "constructor", "", "nobody"]) {
    assert.equal((await call("POST", `/webhooks/${name}`, { headers, body })).status, name ? 404 : 401);
  }
});
