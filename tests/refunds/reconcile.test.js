// reconcile: stored records against what the provider itself lists. Answers as providers give them, read by their
// clients; records as the lifecycle writes them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { craftgate, queryFor, RefundError, razorpay } from "refund-signer";
import { begin, next, observe, open, reconcile } from "refund-signer/lifecycle";

const INR = (value) => ({ value, currency: "INR" });
const clients = {
  razorpay: new razorpay.Client({ keyId: "rzp_test_1", keySecret: "secret", environment: "sandbox" }),
  craftgate: new craftgate.Client({ apiKey: "key", secretKey: "secret", environment: "sandbox" }),
};
const AT = 1_790_000_000_000;
const DAY = 86_400_000;

const entity = (more) => ({
  id: "rfnd_1",
  entity: "refund",
  amount: 25000,
  currency: "INR",
  payment_id: "pay_1",
  receipt: "return-1",
  status: "processed",
  created_at: AT / 1000,
  ...more,
});
const planned = (more) =>
  razorpay.createRefund({ paymentId: "pay_1", receipt: "return-1", amount: INR("250.00"), ...more });
const read = (plan, body) =>
  clients[plan.provider].read(plan, { status: 200, headers: {}, body: JSON.stringify(body) });

/** A record whose attempt was answered with `body`, or not at all. */
function sent(plan, body, account = "main") {
  const opened = open(plan, { account, now: AT });
  const step = next(opened, { now: AT });
  const begun = begin(opened, step, { now: AT });
  if (body === undefined) return begun;
  return observe(begun, { step: step.id, verdict: read(plan, body) }, { now: AT + 1000 });
}
const refunded = sent(planned(), entity());

const whole = razorpay.listRefunds({ count: 100 });
const page = (...items) => read(whole, { entity: "collection", count: items.length, items });
/** Pages of the account's list, of three days. */
const list = (pages, more) => ({
  provider: "razorpay",
  account: "main",
  verdicts: pages,
  covers: { from: AT - DAY, to: AT + 2 * DAY },
  ...more,
});

/** `code record: ids of the refunds`, one line each. */
function told(records, lists, options) {
  const { findings } = reconcile(records, lists, options);
  return findings.map(
    ({ code, record = "", refunds }) => `${code} ${record}: ${refunds.map(({ id }) => id).join(" ")}`,
  );
}

test("records and lists that agree have no findings", () => {
  const found = reconcile([refunded], [list([page(entity())])]);
  assert.deepEqual(found, { findings: [], incomplete: [] });
  assert.ok(Object.isFrozen(found.findings));
  assert.deepEqual(reconcile([], []), { findings: [], incomplete: [] });
});

test("each way to disagree has its code", () => {
  const other = entity({ id: "rfnd_2", receipt: "by-hand" });
  const failed = sent(planned(), entity({ status: "failed" }));
  const cases = [
    [[refunded], [entity(), other], ["missing_here : rfnd_2"]],
    [[], [entity()], ["missing_here : rfnd_1"]],
    [[refunded], [], ["missing_there 0: "]],
    [[refunded], [other], ["missing_there 0: ", "missing_here : rfnd_2"]],
    [[refunded], [entity({ amount: 24999 })], ["amount_differs 0: rfnd_1"]],
    [[refunded], [entity(), entity({ id: "rfnd_2" })], ["twice_there 0: rfnd_1 rfnd_2"]],
    [[refunded], [entity({ status: "failed" })], ["state_differs 0: rfnd_1"]],
    [[failed], [entity()], ["state_differs 0: rfnd_1"]],
    [[failed], [entity({ status: "pending" })], ["state_differs 0: rfnd_1"]],
    [[failed], [entity({ status: "failed" })], []],
    [[failed], [], []],
    [[refunded], [entity({ status: "pending" })], []],
    // Somebody refunded the same amount of the same payment by hand.
    [[sent(planned())], [entity({ receipt: null })], ["unclear 0: rfnd_1"]],
    [[sent(planned())], [entity({ receipt: null, amount: 100 })], ["missing_here : rfnd_1"]],
  ];
  for (const [records, items, says] of cases) assert.deepEqual(told(records, [list([page(...items)])]), says);
});

test("a record that is open, or of which nothing was sent, is compared and never missing", () => {
  const inDoubt = sent(planned());
  const untouched = open(planned(), { account: "main", now: AT });
  assert.deepEqual(told([inDoubt, untouched], [list([page()])]), []);
  assert.deepEqual(told([inDoubt], [list([page(entity({ amount: 100 }))])]), ["amount_differs 0: rfnd_1"]);
  // Accepted and not yet done: the provider has it, so a whole list has it.
  assert.deepEqual(told([sent(planned(), entity({ status: "pending" }))], [list([page()])]), ["missing_there 0: "]);
});

test("nothing is missing in a list that does not cover the record, or lacks a page", () => {
  const full = Array.from({ length: 100 }, (_, at) => entity({ id: `rfnd_${at + 10}`, receipt: `r-${at}` }));
  const missing = (lists, options) =>
    told([refunded], lists, options).filter((line) => !line.startsWith("missing_here"));
  assert.deepEqual(missing([list([page()])]), ["missing_there 0: "]);
  assert.deepEqual(missing([list([page()], { covers: { payment: "pay_1" } })]), ["missing_there 0: "]);
  const elsewhere = [
    list([page()], { covers: undefined }),
    list([page()], { covers: { payment: "pay_2" } }),
    list([page()], { covers: { from: AT + 1, to: AT + 2 * DAY } }),
    // A request may arrive an hour after it was begun.
    list([page()], { covers: { from: AT, to: AT + 3_600_000 } }),
    list([page()], { account: "second" }),
    list([page()], { provider: "craftgate" }),
    list([page(...full)]),
    list([]),
  ];
  for (const one of elsewhere) assert.deepEqual(missing([one]), [], JSON.stringify(one).slice(0, 200));
  const soon = list([page()], { covers: { from: AT, to: AT + 3_600_000 } });
  assert.deepEqual(missing([soon], { policy: { arrivalMs: 120_000 } }), ["missing_there 0: "]);
  assert.deepEqual(missing([list([page(...full), page()])]), ["missing_there 0: "]);

  const { incomplete } = reconcile([], [list([page()]), list([page(...full)]), list([]), list([page(), lost()])]);
  assert.deepEqual(incomplete, [1, 2, 3]);
});

/** The verdict on a list that was not answered. */
const lost = () => clients.razorpay.read(whole, null);

test("a refund that two lists or two pages have is one refund, as it was read last", () => {
  const pending = entity({ status: "pending" });
  assert.deepEqual(told([refunded], [list([page(entity())]), list([page(entity())])]), []);
  assert.deepEqual(told([refunded], [list([page(entity({ status: "failed" })), page(entity())])]), []);
  assert.deepEqual(told([], [list([page(pending)]), list([page(entity())])]), ["missing_here : rfnd_1"]);
  // The id of another account is another refund.
  const second = list([page(entity())], { account: "second" });
  assert.deepEqual(told([refunded], [list([page(entity())]), second]), ["missing_here : rfnd_1"]);
});

test("the account of a record is the account of its list", () => {
  const records = [refunded, sent(planned(), entity({ id: "rfnd_2" }), "second")];
  const second = list([page(entity({ id: "rfnd_2" }))], { account: "second" });
  assert.deepEqual(told(records, [list([page(entity())]), second]), []);
  assert.deepEqual(told(records, [second]), []);
  assert.deepEqual(told(records, [list([page(entity())]), { ...second, verdicts: [page()] }]), ["missing_there 1: "]);
});

test("the parts of a Craftgate payment's refund are one refund when they add up to it", () => {
  const plan = craftgate.createRefund({ paymentId: "1", conversationId: "return-1" });
  const ours = (refunds) => ({ ...page(), refunds });
  const part = (id, value) => ({
    id,
    reference: "return-1",
    payment: "1",
    status: "succeeded",
    amount: { value, currency: "TRY" },
  });
  const lists = (...refunds) => [{ provider: "craftgate", account: "main", verdicts: [ours(refunds)] }];
  const record = sent(plan);
  // The plan refunds the whole payment, and does not know how much that is.
  assert.deepEqual(told([record], lists(part("1", "10"), part("2", "20"))), []);
});

test("what is not a record or a list is refused, where it stands", () => {
  const good = list([page(entity())]);
  const cases = [
    [[refunded, { ...refunded, clock: "soon" }], [good], "invalid_record", "records[1].clock"],
    [[refunded, { ...refunded, version: 2 }], [good], "unsupported_record_version", "records[1].version"],
    [{}, [good], "invalid_observation", "records"],
    [undefined, [good], "invalid_observation", "records"],
    [[], undefined, "invalid_observation", "lists"],
    [[], [null], "invalid_observation", "lists[0].verdicts"],
    [[], [good, { ...good, provider: "stripe" }], "invalid_observation", "lists[1].provider"],
    [[], [{ ...good, account: "" }], "invalid_observation", "lists[0].account"],
    [[], [{ ...good, acount: "main" }], "invalid_observation", "lists[0].acount"],
    [[], [{ ...good, covers: {} }], "invalid_observation", "lists[0].covers"],
    [[], [{ ...good, covers: { from: 2, to: 1 } }], "invalid_observation", "lists[0].covers"],
    [[], [{ ...good, covers: { payment: 1 } }], "invalid_observation", "lists[0].covers"],
    [[], [{ ...good, verdicts: "none" }], "invalid_observation", "lists[0].verdicts"],
    [[], [{ ...good, verdicts: [page(), { status: "done" }] }], "invalid_observation", "lists[0].verdicts[1]"],
  ];
  for (const [records, lists, code, path] of cases) {
    assert.throws(
      () => reconcile(records, lists),
      (error) => {
        assert.ok(error instanceof RefundError);
        assert.deepEqual([error.code, error.problems[0].path], [code, path], error.message);
        return true;
      },
    );
  }
  assert.throws(() => reconcile([], [], { polcy: {} }), { code: "unknown_field" });
  assert.throws(() => reconcile([], [], { policy: { leaseMs: -1 } }), { code: "invalid_policy" });
});

test("what is told is of the text that was judged", () => {
  const good = list([page(entity({ receipt: "by-hand" }))]);
  let reads = 0;
  const changing = {
    ...good,
    get verdicts() {
      reads += 1;
      return reads > 1 ? [] : good.verdicts;
    },
  };
  assert.deepEqual(told([], [changing]), ["missing_here : rfnd_1"]);
  assert.equal(reads, 1);
});

test("the list of a large account is compared", () => {
  const many = (from) =>
    Array.from({ length: 100 }, (_, at) => entity({ id: `rfnd_${from + at + 10}`, receipt: `r-${from + at}` }));
  const pages = Array.from({ length: 200 }, (_, at) => page(...many(at * 100)));
  const { findings } = reconcile([refunded], [list([...pages, page(entity())])]);
  assert.equal(findings.length, 20_000);
  assert.throws(
    () => reconcile([], [list([{ ...page(), says: "x".repeat(1 << 26) }])]),
    (error) => error.code === "invalid_observation" && error.message.includes("64 MiB"),
  );
});

test("the answer to a plan's own query is a list of its payment", () => {
  const verdict = read(queryFor(planned()), { entity: "collection", count: 1, items: [entity()] });
  const lists = [{ provider: "razorpay", account: "main", verdicts: [verdict], covers: { payment: "pay_1" } }];
  assert.deepEqual(told([refunded], lists), []);
  assert.deepEqual(told([], lists), ["missing_here : rfnd_1"]);
});
