// What is remembered: approvals, replays, outcomes that are unknown, crashes, and the audit log.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { craftgate, durianpay, payermax, razorpay } from "refund-signer";
import { isUnbroken } from "../../edge-signer/chain.js";
import { digestOf } from "../../edge-signer/digest.js";
import { refused, startSigner } from "./signer.js";

const PAYMENT = "pay_EdgeSigner0001";
const RICH = [{ provider: "razorpay", paymentId: PAYMENT, amount: { value: "1000000.00", currency: "INR" } }];
const rupees = (value) => razorpay.createRefund({ paymentId: PAYMENT, amount: { value, currency: "INR" } });

/** Until it is true: what happens elsewhere has no event here. */
async function until(isTrue) {
  for (let left = 200; left > 0 && !(await isTrue()); left--) await pause(10);
  assert.ok(await isTrue());
}

test("two persons approve what is above the limit", async () => {
  const signer = await startSigner({ payments: RICH });
  const { rita, omar, ada } = signer.tokens;
  const refunds = () => signer.sandbox.ledger.refunds.length;

  const plan = rupees("2000.01");
  const { status, body } = await signer.submit(plan, { token: ada });
  assert.deepEqual([status, body.state, body.submittedBy], [202, "awaiting", "ada"]);
  const { digest } = body;

  // Neither the same person again, nor submitting again, nor who may not approve.
  refused(await signer.approve(digest, ada), 403, "same_person");
  refused(await signer.approve(digest, ada), 403, "same_person");
  refused(await signer.approve(digest, rita), 403, "role_needed");
  for (const token of [ada, rita]) assert.equal((await signer.submit(plan, { token })).body.state, "awaiting");
  const reordered = Object.fromEntries(Object.entries(plan).reverse());
  assert.deepEqual((await signer.submit(reordered, { token: rita })).body.digest, digest);
  refused(await signer.approve("f".repeat(64), omar), 404, "not_found");
  assert.equal(refunds(), 0);

  // Exactly what was approved is sent, once, whoever approves at the same time.
  const answers = await Promise.all(Array.from({ length: 20 }, () => signer.approve(digest, omar)));
  assert.equal(answers.filter((answer) => answer.status === 200).length, 1);
  for (const answer of answers.filter((other) => other.status !== 200)) refused(answer, 409, "not_awaiting");
  assert.deepEqual(
    signer.sandbox.ledger.refunds.map(({ amount }) => amount),
    [200_001n],
  );
  const entry = (await signer.find(digest)).body;
  assert.deepEqual([entry.state, entry.approvedBy, entry.attempts], ["settled", "omar", 1]);

  // The limit itself needs nobody.
  assert.equal((await signer.submit(rupees("2000.00"))).status, 200);

  // A refund without an amount, where the policy allows it, needs a second person whatever the payment was.
  const { paymentId } = signer.sandbox.payments.craftgate.today;
  const full = await signer.submit(craftgate.createRefund({ paymentId }), { token: rita });
  assert.deepEqual([full.status, full.body.state, full.body.amount], [202, "awaiting", "100000"]);
  assert.equal((await signer.approve(full.body.digest, ada)).body.verdict.status, "succeeded");
});

test("a plan is sent once, unless its verdict asks for more", async () => {
  const signer = await startSigner({ payments: RICH });
  const { faults, ledger } = signer.sandbox;

  const plan = rupees("10.00");
  const first = await signer.submit(plan);
  for (let i = 0; i < 3; i++) assert.deepEqual((await signer.submit(plan)).body, first.body);
  assert.equal(ledger.refunds.length, 1);

  // A rate limit: nothing happened, and the same plan may be sent again.
  faults.next("razorpay", "status-429");
  const limited = rupees("20.00");
  const before = (await signer.submit(limited)).body;
  assert.deepEqual([before.verdict.status, before.verdict.next, before.attempts], ["rejected", "retry", 1]);
  const after = (await signer.submit(limited)).body;
  assert.deepEqual([after.verdict.status, after.attempts], ["succeeded", 2]);
  assert.equal(ledger.refunds.length, 2);
  assert.equal(ledger.refunds.at(-1).idempotencyKey, limited.idempotencyKey);

  // A definite no stays one.
  const wrong = razorpay.createRefund({ paymentId: "pay_NobodyKnowsIt1", amount: { value: "1.00", currency: "INR" } });
  assert.equal((await signer.submit(wrong)).body.verdict.next, "fix");
  assert.equal((await signer.submit(wrong)).body.attempts, 1);

  // A new token is a new start, and the same plan is sent again.
  await signer.restart({
    KEYS_PAYERMAX: JSON.stringify({ ...signer.sandbox.credentials.payermax, baseUrl: undefined, accessToken: "old" }),
  });
  const { standard } = signer.sandbox.payments.payermax;
  const { originalPartnerReferenceNo, amount } = standard;
  const snap = payermax.createRefund({ originalPartnerReferenceNo, partnerRefundNo: "r-1", amount });
  assert.equal((await signer.submit(snap)).body.verdict.next, "reauthenticate");
  await signer.restart({
    KEYS_PAYERMAX: JSON.stringify({
      ...signer.sandbox.credentials.payermax,
      baseUrl: undefined,
      accessToken: undefined,
    }),
  });
  refused(await signer.submit(snap), 500, "not_signed");
  // What is known of the first attempt stays.
  const { state, verdict } = (await signer.find(await digestOf(snap))).body;
  assert.deepEqual([state, verdict.next], ["settled", "reauthenticate"]);
  await signer.restart();
  const renewed = (await signer.submit(snap)).body;
  assert.deepEqual([renewed.verdict.status, renewed.attempts], ["succeeded", 3]);
  assert.equal(ledger.refunds.length, 3);
});

test("a plan in another spelling is the same refund", async () => {
  const signer = await startSigner();
  const { paymentId } = signer.sandbox.payments.durianpay.standard;
  const plan = durianpay.createRefund({
    paymentId,
    refId: "r-1",
    amount: { value: "9000", currency: "IDR" },
    notes: 'two  words, "quoted": 1',
  });
  const first = (await signer.submit(plan)).body;
  assert.equal(first.digest, await digestOf(plan));
  const members = Object.entries(JSON.parse(plan.body));
  const bodies = [
    JSON.stringify(Object.fromEntries(members.toReversed())),
    JSON.stringify(JSON.parse(plan.body), null, 2),
    plan.body.replaceAll("r", "\\u0072"),
  ];
  for (const body of bodies) assert.equal(await digestOf({ ...plan, body }), first.digest, body);
  const { currency, ...without } = plan;
  assert.equal(await digestOf(without), first.digest, "the currency is not sent");
  for (const other of [without, Object.fromEntries(Object.entries(plan).toReversed()), { ...plan, body: bodies[0] }]) {
    const { status, body } = await signer.submit(other);
    // What the package refuses is not sent either.
    if (status === 200) assert.deepEqual(body, first);
    else assert.equal(status, 422);
  }
  assert.equal(signer.sandbox.ledger.refunds.length, 1);

  // What is sent in another way is another refund: numbers to the last digit, and texts that look like them.
  const others = [
    plan.body.replace("two  words", "two words"),
    plan.body.replace('"quoted\\"', '"quoted \\"'),
    '{"amount":9007199254740993}',
    '{"amount":9007199254740992}',
    '{"amount":"9007199254740992"}',
    '{"amount":{"a":"1","b":"2"}}',
    '{"amount":[["a","1"],["b","2"]]}',
    '{"amount":null}',
    "{}",
    "",
    undefined,
  ];
  const digests = await Promise.all(others.map((body) => digestOf({ ...plan, body })));
  assert.equal(new Set([first.digest, ...digests]).size, others.length + 1);
  for (const name of ["provider", "operation", "method", "path", "query", "idempotencyKey"]) {
    assert.notEqual(await digestOf({ ...plan, [name]: "x" }), first.digest, name);
  }
});

test("two plans of one key or one reference are one refund, or the second is refused", async () => {
  const signer = await startSigner({ payments: RICH });
  const { ledger, payments, faults } = signer.sandbox;
  const planned = (value, more = {}) =>
    razorpay.createRefund({ paymentId: PAYMENT, amount: { value, currency: "INR" }, ...more });
  const key = "key-0000000001";

  // Another plan of the same refund, with a key that was made for it: the first one's record is the answer.
  const first = (await signer.submit(planned("10.00", { receipt: "r-1" }))).body;
  assert.equal(first.verdict.status, "succeeded");
  assert.deepEqual((await signer.submit(planned("10.00", { receipt: "r-1" }))).body, first);
  assert.deepEqual((await signer.submit(planned("10.00", { receipt: "r-1", idempotencyKey: key }))).body, first);
  // While its outcome is unknown, too.
  faults.next("razorpay", "lost-response");
  const unknown = (await signer.submit(planned("20.00", { receipt: "r-2" }))).body;
  assert.equal(unknown.verdict.status, "unknown");
  assert.deepEqual((await signer.submit(planned("20.00", { receipt: "r-2" }))).body, unknown);
  // What may be sent again is sent as it was planned first.
  faults.next("razorpay", "status-429");
  const limited = planned("30.00", { receipt: "r-3" });
  assert.equal((await signer.submit(limited)).body.verdict.next, "retry");
  assert.equal((await signer.submit(planned("30.00", { receipt: "r-3" }))).body.verdict.status, "succeeded");
  assert.equal(ledger.refunds.at(-1).idempotencyKey, limited.idempotencyKey);
  assert.equal(ledger.refunds.length, 3);

  // Another refund: of another amount, payment, kind or operation.
  const keyed = planned("40.00", { idempotencyKey: key });
  assert.equal((await signer.submit(keyed)).body.verdict.status, "succeeded");
  const others = [
    planned("10.01", { receipt: "r-1" }),
    planned("40.01", { idempotencyKey: key }),
    planned("40.00", { idempotencyKey: key, receipt: "r-4" }),
    { ...keyed, path: keyed.path.replace(PAYMENT, payments.razorpay.standard.paymentId) },
  ];
  for (const other of others) refused(await signer.submit(other), 409, "another_refund");
  const transaction = { paymentTransactionId: payments.craftgate.yesterday.paymentTransactionIds[0] };
  const lira = { value: "1.00", currency: "TRY" };
  const part = craftgate.refundPaymentTransaction({ ...transaction, amount: lira, conversationId: "c-1" });
  assert.equal((await signer.submit(part)).body.verdict.status, "succeeded");
  const { paymentId } = payments.craftgate.today;
  const { idempotencyKey } = part;
  for (const more of [{ conversationId: "c-1" }, { idempotencyKey }]) {
    refused(await signer.submit(craftgate.createRefund({ paymentId, ...more })), 409, "another_refund");
  }
  const events = (await signer.audit()).map(({ record }) => record);
  assert.ok(events.some(({ event, code }) => event === "refused" && code === "another_refund"));

  // Another provider has keys and references of its own.
  const rupiah = { value: "10000", currency: "IDR" };
  const durian = { paymentId: payments.durianpay.standard.paymentId, refId: "r-1", amount: rupiah };
  assert.equal((await signer.submit(durianpay.createRefund(durian))).body.verdict.status, "succeeded");
  // And at once.
  const twins = Array.from({ length: 20 }, () => planned("50.00", { receipt: "r-5" }));
  const answers = await Promise.all(twins.map((plan) => signer.submit(plan)));
  assert.equal(new Set(answers.map(({ body }) => body.digest)).size, 1);
  assert.equal(ledger.refunds.filter(({ reference }) => reference === "r-5").length, 1);
});

test("what is refused after an attempt that may have moved money stays unknown", async () => {
  const signer = await startSigner();
  const { credentials, faults, payments, ledger } = signer.sandbox;
  const { paymentId } = payments.razorpay.standard;
  const plan = razorpay.createRefund({ paymentId, amount: { value: "10.00", currency: "INR" } });

  // A proxy sent the first attempt twice: the first copy was worked on, the second one was told that it is one.
  signer.gate.before = async () => {
    signer.gate.before = async () => {};
    const twin = new razorpay.Client(credentials.razorpay).sign(plan);
    await signer.sandbox.fetch(twin.url, twin);
    faults.next("razorpay", "in-progress");
  };
  const first = (await signer.submit(plan)).body;
  assert.deepEqual([first.verdict.status, first.verdict.next, first.inDoubt], ["unknown", "retry", true]);

  const { keyId } = credentials.razorpay;
  await signer.restart({ KEYS_RAZORPAY: JSON.stringify({ keyId, keySecret: "rotated" }) });
  const { verdict, attempts, query } = (await signer.submit(plan)).body;
  assert.deepEqual([verdict.status, verdict.next, verdict.httpStatus, attempts], ["unknown", "query", 401, 2]);
  assert.equal(query.operation, "listPaymentRefunds");
  assert.equal(ledger.refunds.length, 1);
});

test("what is unknown keeps its place in the limit of the day; what failed does not", async () => {
  const signer = await startSigner({ payments: RICH });
  const { faults, ledger } = signer.sandbox;

  faults.next("razorpay", "lost-response");
  const lost = rupees("2000.00");
  const unknown = (await signer.submit(lost)).body;
  assert.deepEqual([unknown.verdict.status, unknown.verdict.next], ["unknown", "query"]);
  assert.deepEqual((await signer.submit(lost)).body, unknown);
  assert.equal(ledger.refunds.length, 1);

  // The plan to ask with comes along, and is answered.
  const asked = (await signer.submit(unknown.query)).body;
  assert.deepEqual([asked.verdict.status, asked.verdict.refunds.length], ["succeeded", 1]);

  // Money moved but the answer is lost, nothing moved but the answer is lost: the same.
  faults.next("razorpay", "lost-response", { done: false });
  assert.equal((await signer.submit(rupees("2000.00"))).body.verdict.status, "unknown");
  faults.next("razorpay", "declined");
  assert.equal((await signer.submit(rupees("2000.00"))).body.verdict.status, "failed");
  faults.next("razorpay", "status-429");
  assert.equal((await signer.submit(rupees("2000.00"))).body.verdict.status, "rejected");

  // 50,000 a day: two are unknown, so 23 more fit.
  for (let i = 0; i < 23; i++) assert.equal((await signer.submit(rupees("2000.00"))).body.verdict.status, "succeeded");
  const late = rupees("0.01");
  refused(await signer.submit(late), 403, "daily_limit");
  refused(await signer.submit(late), 403, "daily_limit");

  // An approval does not help, and neither does a restart.
  const { body } = await signer.submit(rupees("2500.00"), { token: signer.tokens.rita });
  refused(await signer.approve(body.digest, signer.tokens.omar), 403, "daily_limit");
  await signer.restart();
  refused(await signer.submit(late), 403, "daily_limit");
  refused(await signer.submit((await signer.find(body.digest)).body.plan), 403, "daily_limit");
  assert.equal((await signer.submit(lost)).body.attempts, 1);
  // Another currency has a limit of its own.
  const { paymentId } = signer.sandbox.payments.durianpay.standard;
  const other = durianpay.createRefund({ paymentId, refId: "r-1", amount: { value: "10000", currency: "IDR" } });
  assert.equal((await signer.submit(other)).body.verdict.status, "succeeded");
});

test("after a crash the outcome is unknown, and nothing is sent again", async () => {
  const signer = await startSigner({ payments: RICH });
  const { faults, ledger } = signer.sandbox;
  faults.next("razorpay", "timeout-after");
  const plan = rupees("30.00");
  const answer = signer.submit(plan).catch(() => "no answer");
  await until(() => ledger.refunds.length === 1);
  await signer.restart();
  assert.equal(await answer, "no answer");

  const { record } = (await signer.audit()).at(-1);
  assert.equal(record.event, "sending");
  const entry = (await signer.find(record.digest)).body;
  assert.deepEqual([entry.state, entry.verdict.status, entry.verdict.next], ["sending", "unknown", "query"]);
  assert.deepEqual(entry.plan, plan);
  for (let i = 0; i < 3; i++) {
    const again = await signer.submit(plan);
    assert.deepEqual([again.status, again.body], [202, entry]);
  }
  assert.equal(ledger.refunds.length, 1);
  assert.equal((await signer.submit(entry.query)).body.verdict.refunds.length, 1);
});

// workerd on this machine goes on without `waitUntil`, too; Cloudflare does not.
test("an outcome is stored even if nobody waits for it", async () => {
  const signer = await startSigner({ payments: RICH });
  let arrived = false;
  let letGo;
  signer.gate.before = () => {
    arrived = true;
    return new Promise((resolve) => {
      letGo = resolve;
    });
  };
  const leaving = new AbortController();
  const left = assert.rejects(signer.submit(rupees("40.00"), { signal: leaving.signal }));
  await until(() => arrived);
  leaving.abort();
  await left;
  await pause(100);
  letGo();
  await until(async () => (await signer.audit()).at(-1).record.event === "settled");
  assert.equal((await signer.audit()).at(-1).record.status, "succeeded");
  assert.equal(signer.sandbox.ledger.refunds.length, 1);
});

test("the audit log says who did what, and a change in it shows", async () => {
  const signer = await startSigner({ payments: RICH });
  const { rita, omar } = signer.tokens;
  const { digest } = (await signer.submit(rupees("3000.00"), { token: rita })).body;
  refused(await signer.submit(rupees("10000.01"), { token: rita }), 403, "amount_above_limit");
  await signer.approve(digest, omar);
  const links = await signer.audit();
  assert.deepEqual(
    links.map(({ record: { event, by } }) => [event, by]),
    [
      ["submitted", "rita"],
      ["awaiting", undefined],
      ["refused", "rita"],
      ["approved", "omar"],
      ["sending", "omar"],
      ["settled", undefined],
    ],
  );
  assert.ok(isUnbroken(links));
  assert.ok(isUnbroken(links.slice(2), { hash: links[1].hash, seq: 2 }));

  const changed = structuredClone(links);
  changed[0].record.by = "mallory";
  assert.ok(!isUnbroken(changed));
  assert.ok(!isUnbroken(links.toSpliced(2, 1)));
  assert.ok(!isUnbroken(links.slice(1)));
  assert.ok(!isUnbroken([links[1], links[0], ...links.slice(2)]));
});
