// Which refund is which; what a person decides; lists; and everything that is given wrongly or was changed by hand.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PROVIDERS, Refunds, refusal, START, world } from "./world.js";

const ONE = { amount: { value: "1.00", currency: "INR" } };

for (const provider of PROVIDERS) {
  test(`${provider}: another refund under an id that is taken is refused, before and after it is over`, async () => {
    const here = world(provider);
    const plan = here.plan();
    const { paymentId, invoiceNumber, originalPartnerReferenceNo } = {
      ...(provider === "craftgate" && { paymentId: "2" }),
      ...(provider === "doku" && { invoiceNumber: "INV-20210118-0003" }),
      ...(["razorpay", "durianpay"].includes(provider) && { paymentId: "pay_AnotherPaymnt" }),
      ...(provider === "payermax" && { originalPartnerReferenceNo: "another" }),
    };
    const given = { paymentId, invoiceNumber, originalPartnerReferenceNo };
    const changed = Object.fromEntries(Object.entries(given).filter(([, value]) => value));
    const others = [here.plan(changed)];
    if (provider !== "craftgate") {
      const { currency } = here.sandbox.payments[provider].standard?.amount ?? { currency: "IDR" };
      others.push(here.plan({ amount: { value: "7", currency } }));
    }
    here.sandbox.faults.next(provider, "status-429");
    await here.host().refund("a", plan);
    for (const other of others) assert.equal(await refusal(here.host().refund("a", other)), "conflict id");
    await here.settle();
    for (const other of others) assert.equal(await refusal(here.host().refund("a", other)), "conflict id");
    assert.equal(await refusal(here.host().refund("a", plan, { account: "another" })), "conflict id");
    assert.equal(here.refunds().length, 1);
  });

  test(`${provider}: the same plan under another id is refused, and sent once`, async () => {
    const here = world(provider);
    const plan = here.plan();
    await here.host().refund("a", plan);
    assert.equal(await refusal(here.host().refund("b", plan)), "conflict plan");
    assert.equal(await here.host().get("b"), undefined);
    assert.deepEqual([here.sent.length, here.refunds().length], [1, 1]);
  });
}

test("a key that was made is ignored in comparing, and one that was chosen is not", async () => {
  const here = world("razorpay");
  const chosen = (key) => here.plan({ ...ONE, idempotencyKey: key });
  await here.host().refund("made", here.plan(ONE));
  assert.equal((await here.host().refund("made", here.plan(ONE))).state, "succeeded");
  assert.equal(await refusal(here.host().refund("made", chosen("order-12345-refund"))), "conflict id");
  await here.host().refund("chosen", chosen("order-12345-refund"));
  assert.equal(await refusal(here.host().refund("chosen", chosen("order-12346-refund"))), "conflict id");
  assert.equal(await refusal(here.host().refund("other", chosen("order-12345-refund"))), "conflict plan");
  assert.equal(here.refunds().length, 2);
});

/** A refund whose answer was lost, at a provider that nothing can be asked of. */
async function lost(fault = "lost-response") {
  const here = world("payermax");
  here.sandbox.faults.next("payermax", fault);
  await here.host().refund("a", here.plan());
  await here.settle();
  const shown = await here.host().get("a");
  assert.deepEqual([shown.state, shown.step.question.code], ["review", "lost"]);
  return { here, shown };
}

test("review: each decision has its end, and is in the log with the person's name", async () => {
  for (const [decision, fault, state, refunds] of [
    ["refunded", "lost-response", "succeeded", 1],
    ["not-refunded", "status-503", "failed", 0],
    ["send-again", "status-503", "succeeded", 1],
  ]) {
    const { here, shown } = await lost(fault);
    const after = await here.host().review("a", { step: shown.step.id, decision, by: "Ada" });
    assert.deepEqual([after.state, here.refunds().length], [state, refunds], decision);
    assert.ok(
      after.record.log.some(({ what, says }) => what === "decision" && says === `${decision} by Ada`),
      decision,
    );
    assert.deepEqual((await here.host().list({ state: "review" })).refunds, []);
  }
});

test("review: two people who decide at the same moment are one decision, and it is sent once", async () => {
  const { here, shown } = await lost("status-503");
  const decide = (by) => here.host().review("a", { step: shown.step.id, decision: "send-again", by });
  const both = await Promise.allSettled([decide("Ada"), decide("Grace"), decide("Ada")]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected", "rejected"]);
  for (const { reason } of both) assert.ok(reason === undefined || reason.code === "invalid_observation");
  assert.equal(here.refunds().length, 1);
});

test("review: what answers no open question is refused, and the record stays as it was", async () => {
  const { here, shown } = await lost();
  const { version } = await here.store.get("a");
  const { id: step } = shown.step;
  for (const [decision, refused] of [
    [undefined, "wrong_type decision"],
    [null, "wrong_type decision"],
    ["refunded", "wrong_type decision"],
    [{ step, decision: "refunded", by: undefined }, "no_value decision.by"],
    [{ step, decision: "refunded", by: " " }, "invalid_observation by"],
    [{ step, decision: "refunded" }, "invalid_observation "],
    [{ step, decision: "ask-again", by: "Ada" }, "invalid_observation decision"],
    [{ step, decision: "Refunded", by: "Ada" }, "invalid_observation decision"],
    [{ step: step - 1, decision: "refunded", by: "Ada" }, "invalid_observation step"],
    [{ step: step + 1, decision: "refunded", by: "Ada" }, "invalid_observation step"],
    [{ step: String(step), decision: "refunded", by: "Ada" }, "invalid_observation step"],
    [{ step, decision: "refunded", by: "Ada", notes: "!" }, "unknown_field decision.notes"],
  ]) {
    assert.equal(await refusal(here.host().review("a", decision)), refused, JSON.stringify(decision));
  }
  assert.equal((await here.store.get("a")).version, version);
  assert.equal(await refusal(here.host().review("b", { step, decision: "refunded", by: "Ada" })), "unknown_refund id");
});

test("get and list tell what is stored, page by page", async () => {
  const here = world("razorpay");
  for (const id of ["c", "a", "b", "d"]) {
    if (id === "b") here.sandbox.faults.next("razorpay", "status-503");
    await here.host().refund(id, here.plan(ONE), id === "d" ? { account: "other" } : {});
  }
  const ids = ({ refunds, after }) => [refunds.map(({ id }) => id).join(""), after];
  const refunds = here.host();
  assert.deepEqual(ids(await refunds.list()), ["abcd", undefined]);
  assert.deepEqual(ids(await refunds.list({}, { limit: 2 })), ["ab", "b"]);
  assert.deepEqual(ids(await refunds.list({}, { limit: 2, after: "b" })), ["cd", undefined]);
  assert.deepEqual(ids(await refunds.list({ state: "open" })), ["b", undefined]);
  assert.deepEqual(ids(await refunds.list({ account: "other" })), ["d", undefined]);
  assert.deepEqual(ids(await refunds.list({ provider: "doku" })), ["", undefined]);
  assert.equal(await refunds.get("e"), undefined);
  const { id, state, step, record } = await refunds.get("b");
  assert.deepEqual([id, state, step.do, record.openedAt], ["b", "open", "wait", START]);
});

test("a row that was changed by hand is refused by everything, with code and path, and stays as it is", async () => {
  const here = world("razorpay");
  const plan = here.plan(ONE);
  here.sandbox.faults.next("razorpay", "status-503");
  await here.host().refund("a", plan);
  await here.host().refund("good", here.plan(ONE));
  const { record: stored, version: _, token, ...index } = await here.store.get("a");
  const asked = here.sent.length;
  const record = JSON.parse(stored);
  for (const [changed, refused] of [
    ["", "invalid_record record"],
    ["not JSON", "invalid_record record"],
    [stored.slice(0, -1), "invalid_record record"],
    ["null", "invalid_record "],
    ["[]", "invalid_record "],
    ["{}", "invalid_record version"],
    [{ ...record, version: 2 }, "unsupported_record_version version"],
    [{ ...record, version: "1" }, "invalid_record version"],
    [{ ...record, plan: { ...record.plan, body: '{"amount":0}' } }, "invalid_plan plan.body.amount"],
    [{ ...record, attempts: [{ ...record.attempts[0], doubt: false }] }, "invalid_record attempts"],
    [{ ...record, more: 1 }, "invalid_record more"],
  ]) {
    const text = typeof changed === "string" ? changed : JSON.stringify(changed);
    const { version } = await here.store.get("a");
    await here.store.put("a", version, token, text, index);
    const refunds = here.host();
    for (const use of [
      () => refunds.get("a"),
      () => refunds.advance("a"),
      () => refunds.refund("a", plan),
      () => refunds.review("a", { step: 3, decision: "refunded", by: "Ada" }),
    ]) {
      assert.equal(await refusal(use()), refused, `${text.slice(0, 40)} by ${use}`);
    }
    const [bad, good] = (await refunds.list()).refunds;
    assert.deepEqual([bad.id, bad.error.code, good.id, good.state], ["a", refused.split(" ")[0], "good", "succeeded"]);
    assert.equal((await here.store.get("a")).record, text);
  }
  assert.equal(here.sent.length, asked, "nothing is sent");
});

const proxy = new Proxy({}, { get: () => assert.fail("mine"), ownKeys: () => assert.fail("mine") });

test("options that are none are refused when the driver is made", async () => {
  const here = world("razorpay");
  const good = { store: here.store, clients: here.clients };
  const withoutPut = Object.fromEntries(["insert", "get", "find", "due", "list"].map((name) => [name, () => {}]));
  for (const [options, refused] of [
    [undefined, "wrong_type options"],
    [null, "wrong_type options"],
    ["store", "wrong_type options"],
    [proxy, "wrong_type options"],
    [{ ...good, store: undefined }, "no_value options.store"],
    [{ clients: here.clients }, "wrong_type store"],
    [{ ...good, store: {} }, "wrong_type store"],
    [{ ...good, store: withoutPut }, "wrong_type store"],
    [{ store: here.store }, "wrong_type clients"],
    [{ ...good, clients: {} }, "wrong_type clients"],
    [{ ...good, account: undefined }, "no_value options.account"],
    [{ ...good, policy: null }, "no_value options.policy"],
    [{ ...good, webhooks: {} }, "wrong_type webhooks"],
    [{ ...good, fetch: "fetch" }, "wrong_type fetch"],
    [{ ...good, clock: 5 }, "wrong_type clock"],
    [{ ...good, onChange: [] }, "wrong_type onChange"],
    [{ ...good, acount: "main" }, "unknown_field options.acount"],
  ]) {
    assert.equal(await refusal((async () => new Refunds(options))()), refused);
  }
});

test("a policy, an account or a clock that cannot be is refused before anything is stored or sent", async () => {
  for (const [options, refused] of [
    [{ policy: 5 }, "invalid_policy policy"],
    [{ policy: { patience: 1 } }, "invalid_policy policy.patience"],
    [{ policy: { leaseMs: -1 } }, "invalid_policy policy.leaseMs"],
    [{ policy: proxy }, "invalid_policy policy"],
    [{ account: "" }, "invalid_record account"],
    [{ account: 5 }, "invalid_record account"],
    [{ clock: () => "now" }, "invalid_attempt clock"],
    [{ clock: () => Number.NaN }, "invalid_attempt clock"],
    [{ clock: () => new Date() }, "invalid_attempt clock"],
    [{ clock: () => 1_764_072_000 }, "invalid_attempt now"],
  ]) {
    const here = world("razorpay", options);
    const refunds = here.host();
    assert.equal(await refusal(refunds.refund("a", here.plan())), refused);
    assert.equal(await here.store.get("a"), undefined);
    assert.equal(here.sent.length, 0);
    if (refused.endsWith("clock")) assert.equal(await refusal(refunds.runDue()), refused);
  }
});

test("arguments that are none are refused, and nothing is stored or sent", async () => {
  const here = world("razorpay");
  const plan = here.plan();
  const refunds = here.host();
  for (const id of [undefined, null, "", 5, {}, ["a"], "a\n", "\0", "\ud800", "x".repeat(201), Symbol("a"), proxy]) {
    for (const use of ["refund", "advance", "get", "review"]) {
      assert.equal(await refusal(refunds[use](id, plan)), "wrong_type id", `${use} ${typeof id}`);
    }
  }
  for (const [given, refused] of [
    [undefined, "invalid_plan plan"],
    [null, "invalid_plan "],
    [{}, /^invalid_plan|^unsupported_plan_version/],
    [Promise.resolve(plan), "invalid_plan plan"],
    [proxy, "invalid_plan plan"],
    [{ ...plan, body: '{"amount":1,"amount":2}' }, /^invalid_plan/],
  ]) {
    const found = await refusal(refunds.refund("a", given));
    assert.ok(refused instanceof RegExp ? refused.test(found) : found.startsWith(refused), found);
  }
  for (const [options, refused] of [
    [null, "wrong_type options"],
    ["main", "wrong_type options"],
    [{ account: undefined }, "no_value options.account"],
    [{ acount: "main" }, "unknown_field options.acount"],
  ]) {
    assert.equal(await refusal(refunds.refund("a", plan, options)), refused);
    assert.equal(await refusal(refunds.webhook("razorpay", new Request("https://shop.example/"), options)), refused);
  }
  for (const limit of [0, -1, 1.5, Number.NaN, "5", 1001, Number.POSITIVE_INFINITY]) {
    assert.equal(await refusal(refunds.runDue({ limit })), "out_of_range limit");
    assert.equal(await refusal(refunds.list({}, { limit })), "out_of_range page.limit");
  }
  assert.equal(await refusal(refunds.runDue({ most: 5 })), "unknown_field options.most");
  assert.equal(await refusal(refunds.list({ status: "review" })), "unknown_field filter.status");
  assert.equal(await refusal(refunds.list({ state: undefined })), "no_value filter.state");
  assert.equal(await refusal(refunds.list({}, { page: 2 })), "unknown_field page.page");
  assert.equal(await refusal(refunds.advance("a")), "unknown_refund id");
  assert.equal(await here.store.get("a"), undefined);
  assert.equal(here.sent.length, 0);
});

test("a plan that moves no money has nothing to follow", async () => {
  const here = world("razorpay");
  const read = here.plan({}, "fetchRefund", { refundId: "rfnd_1" });
  assert.equal(await refusal(here.host().refund("a", read)), "invalid_plan plan");
});
