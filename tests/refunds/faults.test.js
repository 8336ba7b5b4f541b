// What a refund comes to when its request or its answer meets a fault, at every provider.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PROVIDERS, world } from "./world.js";

/** How a refund ends whose request did, or did not, reach the provider, and of which nothing was heard. */
const LOST = {
  // Nothing tells a request that was not made from a list that lags behind.
  durianpay: { done: "succeeded", notDone: "review still_open" },
  doku: { done: "succeeded", notDone: "succeeded" },
  razorpay: { done: "succeeded", notDone: "succeeded" },
  craftgate: { done: "succeeded", notDone: "succeeded" },
  // Without a merchantId in the plan nothing can be asked, and no event comes here.
  payermax: { done: "review lost", notDone: "review lost" },
};
const DONE = ["lost-response", "empty", "status-204", "truncated", "forged-signature"];
const NOT_DONE = ["status-500", "status-503", "html"];

const shown = ({ state, step }) => [state, step.question?.code].filter(Boolean).join(" ");

/** Refunds one payment, lets it go on until it is over or a person has to look, and says what it came to. */
async function followed(here, plan = here.plan(), refunds = here.host()) {
  const first = await refunds.refund("a", plan);
  await here.settle(refunds);
  return { first, end: await refunds.get("a") };
}

for (const provider of PROVIDERS) {
  test(`${provider}: a good refund is stored, sent once, and over`, async () => {
    const here = world(provider);
    const refund = await here.host().refund("a", here.plan());
    assert.deepEqual([refund.id, refund.state, refund.step.do], ["a", "succeeded", "finish"]);
    assert.deepEqual([here.sent.length, here.refunds().length], [1, 1]);
    assert.equal(here.sent[0].redirect, "manual");
    const { state, due, version, key, reference } = await here.store.get("a");
    assert.deepEqual([state, due, version], ["succeeded", null, 3]);
    assert.ok(key !== null || reference !== null, "it is found by its key or its reference");
    assert.deepEqual(
      here.changes.map(({ kind, id, state }) => `${kind} ${id} ${state}`),
      ["refund a succeeded"],
    );
    assert.ok(Object.isFrozen(refund.record.plan) && Object.isFrozen(refund.step), "frozen");
  });

  for (const fault of [...DONE, ...NOT_DONE]) {
    test(`${provider}: after ${fault} it is found out what happened, and refunded once`, async () => {
      const here = world(provider);
      here.sandbox.faults.next(provider, fault);
      const { first, end } = await followed(here);
      assert.deepEqual([first.state, first.step.do], ["open", "wait"]);
      const isDone = DONE.includes(fault);
      assert.equal(shown(end), LOST[provider][isDone ? "done" : "notDone"]);
      assert.equal(here.refunds().length, isDone || end.state === "succeeded" ? 1 : 0);
    });
  }

  test(`${provider}: too many requests are sent again when the provider says so, with the same body and key`, async () => {
    const here = world(provider);
    here.sandbox.faults.next(provider, "status-429", { retryAfter: 30 });
    const refunds = here.host();
    const first = await refunds.refund("a", here.plan());
    const asksForTime = here.sandbox.ledger.refunds.length === 0 && first.step.until - here.now();
    assert.equal(asksForTime, 30_000);
    await refunds.advance("a");
    assert.equal(here.sent.length, 1, "nothing is sent before");
    await here.settle(refunds);
    assert.equal((await refunds.get("a")).state, "succeeded");
    assert.deepEqual([here.sent.length, here.refunds().length], [2, 1]);
    assert.equal(here.sent[1].body, here.sent[0].body);
  });

  test(`${provider}: a network that is down for an hour, then up`, async () => {
    const here = world(provider);
    const from = here.now();
    const fetch = async (...request) => {
      if (here.now() - from < 3_600_000) throw new TypeError("fetch failed");
      return here.fetch(...request);
    };
    const { end } = await followed(here, here.plan(), here.host({ fetch }));
    assert.equal(shown(end), LOST[provider].notDone);
    assert.equal(here.refunds().length, end.state === "succeeded" ? 1 : 0);
  });
}

test("PayerMax: with the merchantId in its plan a lost answer is asked about", async () => {
  const here = world("payermax");
  here.sandbox.faults.next("payermax", "lost-response");
  const { merchantId } = here.sandbox.payments.payermax.standard;
  const { end } = await followed(here, here.plan({ merchantId }));
  assert.equal(shown(end), "succeeded");
  assert.equal(here.refunds().length, 1);
});

/** Operations whose access token may be over. */
const TOKENS = {
  doku: ["createSnapRefund", ({ emoney }) => ({ ...emoney, channel: "EMONEY_OVO_SNAP" })],
  durianpay: ["createSnapRefund", ({ snap }) => snap],
  payermax: [
    "createRefund",
    ({ standard: { originalPartnerReferenceNo, amount } }) => ({ originalPartnerReferenceNo, amount }),
  ],
};

for (const [provider, [operation, inputOf]] of Object.entries(TOKENS)) {
  test(`${provider}: ${operation} with a token that is over is sent again with a new one`, async () => {
    const here = world(provider);
    const asked = [];
    const clients = (name, wanted) => {
      asked.push(wanted.renewToken);
      return here.clients(name, wanted, wanted.renewToken ? {} : { accessToken: "is.over.by.now" });
    };
    const plan = here.plan({ partnerRefundNo: "refund-1" }, operation, inputOf(here.sandbox.payments[provider]));
    const { state } = await here.host({ clients }).refund("a", plan);
    assert.equal(state, "succeeded");
    assert.deepEqual(asked, [false, true]);
    assert.deepEqual([here.sent.length, here.refunds().length], [2, 1]);
    assert.equal(here.sent[1].body, here.sent[0].body);
  });

  test(`${provider}: a token that is never taken is given up after the policy's patience, not sent for ever`, async () => {
    const here = world(provider, { policy: { patienceMs: 600_000 } });
    const clients = (name, wanted) => here.clients(name, wanted, { accessToken: "is.over.by.now" });
    const plan = here.plan({ partnerRefundNo: "refund-1" }, operation, inputOf(here.sandbox.payments[provider]));
    const { end } = await followed(here, plan, here.host({ clients }));
    assert.equal(shown(end), "review still_open");
    assert.equal(here.refunds().length, 0);
    assert.ok(here.sent.length < 20, `${here.sent.length} requests`);
  });
}

test("a refusal for a wrong key ends the refund as rejected, and a person may send it again", async () => {
  const here = world("razorpay");
  const wrong = here.host({ clients: (name, wanted) => here.clients(name, wanted, { keySecret: "wrong" }) });
  const refused = await wrong.refund("a", here.plan());
  assert.deepEqual([refused.state, refused.step.do, [...refused.step.answers]], ["rejected", "finish", ["send-again"]]);
  const again = await here.host().review("a", { step: refused.step.id, decision: "send-again", by: "Ada" });
  assert.deepEqual([again.state, here.refunds().length], ["succeeded", 1]);
});
