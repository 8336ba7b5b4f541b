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

/** How often it was sent. */
const sendsOf = ({ log }) => log.filter(({ what, says }) => what === "begun" && says.startsWith("send")).length;

/** Until it is true: what happens elsewhere has no event here. */
async function until(isTrue, times = 200) {
  for (let left = times; left > 0 && !(await isTrue()); left--) await pause(10);
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
  assert.deepEqual([entry.state, entry.approvedBy, sendsOf(entry)], ["succeeded", "omar", 1]);

  // The limit itself needs nobody.
  assert.equal((await signer.submit(rupees("2000.00"))).status, 200);

  // A refund without an amount, where the policy allows it, needs a second person whatever the payment was.
  const { paymentId } = signer.sandbox.payments.craftgate.today;
  const full = await signer.submit(craftgate.createRefund({ paymentId }), { token: rita });
  assert.deepEqual([full.status, full.body.state, full.body.amount], [202, "awaiting", "100000"]);
  assert.equal((await signer.approve(full.body.digest, ada)).body.state, "succeeded");
});

test("a plan is sent once, and again where the provider asks for it", async () => {
  const signer = await startSigner({ payments: RICH });
  const { faults, ledger } = signer.sandbox;

  const plan = rupees("10.00");
  const first = await signer.submit(plan);
  for (let i = 0; i < 3; i++) assert.deepEqual((await signer.submit(plan)).body, first.body);
  assert.equal(ledger.refunds.length, 1);

  // A rate limit: nothing happened, and the alarm sends the same plan again.
  faults.next("razorpay", "status-429");
  const limited = rupees("20.00");
  const before = await signer.submit(limited);
  assert.deepEqual([before.status, before.body.state, before.body.step.do], [202, "open", "wait"]);
  const after = await signer.ended(before.body.digest);
  assert.deepEqual([after.state, sendsOf(after)], ["succeeded", 2]);
  assert.equal(ledger.refunds.length, 2);
  assert.equal(ledger.refunds.at(-1).idempotencyKey, limited.idempotencyKey);

  // A definite no stays one.
  const wrong = razorpay.createRefund({ paymentId: "pay_NobodyKnowsIt1", amount: { value: "1.00", currency: "INR" } });
  for (let i = 0; i < 2; i++) {
    const { status, body } = await signer.submit(wrong);
    assert.deepEqual([status, body.state, sendsOf(body)], [200, "rejected", 1]);
  }

  // With a new token the same plan is sent again.
  const withToken = (accessToken) =>
    signer.restart({
      KEYS_PAYERMAX: JSON.stringify({ ...signer.sandbox.credentials.payermax, baseUrl: undefined, accessToken }),
    });
  await withToken("old");
  const { standard } = signer.sandbox.payments.payermax;
  const { originalPartnerReferenceNo, amount } = standard;
  const snap = payermax.createRefund({ originalPartnerReferenceNo, partnerRefundNo: "r-1", amount });
  const { digest, state } = (await signer.submit(snap)).body;
  assert.equal(state, "open");
  await withToken(undefined);
  await until(async () => (await signer.find(digest)).body.log.some(({ says }) => says === "not sent"));
  // What is known of the first attempt stays.
  assert.ok((await signer.find(digest)).body.log.some(({ says }) => says.startsWith("rejected")));
  await signer.restart();
  await signer.submit(snap);
  assert.equal((await signer.ended(digest)).state, "succeeded");
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
  assert.equal(first.state, "succeeded");
  assert.deepEqual((await signer.submit(planned("10.00", { receipt: "r-1" }))).body, first);
  assert.deepEqual((await signer.submit(planned("10.00", { receipt: "r-1", idempotencyKey: key }))).body, first);
  // While its outcome is unknown, too.
  faults.next("razorpay", "lost-response");
  const unknown = (await signer.submit(planned("20.00", { receipt: "r-2" }))).body;
  assert.equal(unknown.state, "open");
  assert.equal((await signer.submit(planned("20.00", { receipt: "r-2" }))).body.digest, unknown.digest);
  assert.equal((await signer.ended(unknown.digest)).state, "succeeded");
  // What may be sent again is sent as it was planned first.
  faults.next("razorpay", "status-429");
  const limited = planned("30.00", { receipt: "r-3" });
  const { digest } = (await signer.submit(limited)).body;
  assert.equal((await signer.submit(planned("30.00", { receipt: "r-3" }))).body.digest, digest);
  assert.equal((await signer.ended(digest)).state, "succeeded");
  assert.equal(ledger.refunds.at(-1).idempotencyKey, limited.idempotencyKey);
  assert.equal(ledger.refunds.length, 3);

  // Another refund: of another amount, payment, kind or operation.
  const keyed = planned("40.00", { idempotencyKey: key });
  assert.equal((await signer.submit(keyed)).body.state, "succeeded");
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
  assert.equal((await signer.submit(part)).body.state, "succeeded");
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
  assert.equal((await signer.submit(durianpay.createRefund(durian))).body.state, "succeeded");
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
  assert.deepEqual([first.state, first.step.do], ["open", "wait"]);

  const { keyId } = credentials.razorpay;
  await signer.restart({ KEYS_RAZORPAY: JSON.stringify({ keyId, keySecret: "rotated" }) });
  const refusals = async () =>
    (await signer.find(first.digest)).body.log.filter(({ says }) => says.includes("authentication"));
  await until(async () => (await refusals()).length > 0);
  assert.equal((await signer.find(first.digest)).body.state, "open");
  await signer.restart();
  assert.equal((await signer.ended(first.digest)).state, "succeeded");
  assert.equal(ledger.refunds.length, 1);
});

test("what is unknown keeps its place in the limit of the day; what failed does not", async () => {
  const signer = await startSigner({ payments: RICH });
  const { faults, ledger } = signer.sandbox;

  // Money moved but the answer is lost, nothing moved but the answer is lost, nothing moved for now: the same.
  for (const fault of [["lost-response"], ["lost-response", { done: false }], ["status-429"]]) {
    faults.next("razorpay", ...fault);
    const { state, digest } = (await signer.submit(rupees("2000.00"))).body;
    assert.equal(state, "open");
    assert.equal((await signer.ended(digest)).state, "succeeded");
  }
  assert.equal(ledger.refunds.length, 3);
  faults.next("razorpay", "declined");
  const declined = rupees("2000.00");
  assert.equal((await signer.submit(declined)).body.state, "failed");

  // 50,000 a day: three were refunded, so 22 more fit.
  for (let i = 0; i < 22; i++) assert.equal((await signer.submit(rupees("2000.00"))).body.state, "succeeded");
  const late = rupees("0.01");
  refused(await signer.submit(late), 403, "daily_limit");
  refused(await signer.submit(late), 403, "daily_limit");
  assert.equal((await signer.submit(declined)).body.state, "failed", "what is over is only told");

  // An approval does not help, and neither does a restart.
  const { body } = await signer.submit(rupees("2500.00"), { token: signer.tokens.rita });
  refused(await signer.approve(body.digest, signer.tokens.omar), 403, "daily_limit");
  await signer.restart();
  refused(await signer.submit(late), 403, "daily_limit");
  refused(await signer.submit((await signer.find(body.digest)).body.plan), 403, "daily_limit");
  // Another currency has a limit of its own.
  const { paymentId } = signer.sandbox.payments.durianpay.standard;
  const other = durianpay.createRefund({ paymentId, refId: "r-1", amount: { value: "10000", currency: "IDR" } });
  assert.equal((await signer.submit(other)).body.state, "succeeded");
});

test("after a crash the alarm goes on, and nothing is refunded twice", async () => {
  const signer = await startSigner({ payments: RICH });
  const { faults, ledger } = signer.sandbox;
  faults.next("razorpay", "timeout-after");
  const plan = rupees("30.00");
  const digest = await digestOf(plan);
  const answer = signer.submit(plan).catch(() => "no answer");
  await until(() => ledger.refunds.length === 1);
  let arrived = 0;
  signer.gate.before = async () => {
    arrived += 1;
  };
  await signer.restart();
  assert.equal(await answer, "no answer");
  // Nobody asks any more: the alarm that was set before the request was sent rings.
  await until(() => arrived > 0, 1000);
  const ended = await signer.ended(digest);
  assert.deepEqual(ended.plan, plan);
  // Without a reference no list tells, so that the same plan was sent again under its key.
  assert.deepEqual([ended.state, sendsOf(ended), ledger.refunds.length], ["succeeded", 2, 1]);
});

test("what nobody but a person can tell is decided by another person than the one who submitted it", async () => {
  const LIFECYCLE = '{"leaseMs":200,"arrivalMs":300,"memoryMs":400,"patienceMs":600,"pauseMs":20,"clockStepMs":1}';
  const paymentId = "pay_large";
  const payment = { provider: "durianpay", paymentId, amount: { value: "10000000", currency: "IDR" } };
  const signer = await startSigner({ payments: [payment], bindings: { LIFECYCLE } });
  const { faults, ledger } = signer.sandbox;
  const { rita, omar, ada } = signer.tokens;
  const planned = (refId) => durianpay.createRefund({ paymentId, refId, amount: { value: "50000", currency: "IDR" } });
  // Durianpay knows no idempotency key, and its list may be late.
  faults.next("durianpay", "lost-response", { done: false });
  const { digest } = (await signer.submit(planned("r-1"))).body;
  const { state, step } = await signer.ended(digest);
  assert.equal(state, "review");

  const listed = async () => (await signer.call("GET", "/refunds?state=review")).body.refunds.map((it) => it.digest);
  // The alarm finds that its patience has ended.
  await until(async () => (await listed()).length > 0);
  assert.deepEqual(await listed(), [digest]);
  const decision = { step: step.id, decision: "not-refunded" };
  refused(await signer.review(digest, decision, rita), 403, "role_needed");
  refused(await signer.review(digest, decision, ada), 403, "same_person");
  refused(await signer.review(digest, { ...decision, step: 1 }, omar), 409, "not_reviewed");
  refused(await signer.review(digest, { ...decision, decision: "pay" }, omar), 409, "not_reviewed");
  refused(await signer.review("f".repeat(64), decision, omar), 404, "not_found");
  await until(() => Date.now() >= step.notRefundedFrom);
  const decided = await signer.review(digest, decision, omar);
  assert.deepEqual([decided.status, decided.body.state], [200, "failed"]);
  assert.deepEqual([sendsOf(decided.body), ledger.refunds.length], [1, 0]);
  assert.deepEqual(await listed(), []);

  // Its place in the day is free again: 2,000,000 a day are 40 of these.
  for (let n = 2; n <= 41; n++) assert.equal((await signer.submit(planned(`r-${n}`))).body.state, "succeeded");
  refused(await signer.submit(planned("r-42")), 403, "daily_limit");
});

test("approvals are found, a page at a time", async () => {
  const signer = await startSigner({ payments: RICH });
  const digests = [];
  for (let n = 0; n < 101; n++) digests.push((await signer.submit(rupees("3000.00"))).body.digest);
  const first = (await signer.call("GET", "/refunds")).body;
  assert.equal(first.refunds.length, 100);
  const second = (await signer.call("GET", `/refunds?state=awaiting&after=${first.after}`)).body;
  const found = [...first.refunds, ...second.refunds].map(({ digest, state }) => [digest, state]);
  assert.deepEqual(
    found,
    digests.toSorted().map((digest) => [digest, "awaiting"]),
  );
  assert.equal(second.after, undefined);
  refused(await signer.call("GET", "/refunds", { token: signer.tokens.rita }), 403, "role_needed");
  refused(await signer.call("GET", "/refunds?state=lost"), 400, "invalid_query");
  refused(await signer.call("GET", "/refunds?after=%27"), 400, "invalid_query");
});

test("a webhook ends a refund, and says nothing where its signature is another's", async () => {
  const signer = await startSigner({ payments: RICH, bindings: { LIFECYCLE: "{}" } });
  const { sandbox } = signer;
  sandbox.faults.next("razorpay", "pending");
  const plan = razorpay.createRefund({
    paymentId: PAYMENT,
    amount: { value: "10.00", currency: "INR" },
    receipt: "r-1",
  });
  const { digest, state } = (await signer.submit(plan)).body;
  assert.equal(state, "open");
  sandbox.settle("r-1", "succeeded");
  const deliver = (delivery) => signer.call("POST", "/webhooks/razorpay", { token: "", ...delivery });
  const deliveries = await sandbox.webhooks.take("razorpay");
  for (const { headers, body } of deliveries) {
    const others = { ...headers, "X-Razorpay-Signature": "0".repeat(64) };
    assert.equal((await deliver({ body, headers: others })).status, 401);
  }
  assert.equal((await signer.find(digest)).body.state, "open");
  for (const { headers, body } of deliveries) assert.equal((await deliver({ headers, body })).status, 200);
  const ended = await signer.ended(digest);
  assert.equal(ended.state, "succeeded");
  const heard = ended.log.filter(({ what }) => what === "event").map(({ says }) => says);
  assert.deepEqual(heard, ["refund.created", "refund.processed"]);
  // Durianpay documents none.
  for (const provider of ["durianpay", "stripe", "constructor"]) {
    refused(await signer.call("POST", `/webhooks/${provider}`, { token: "", body: "{}" }), 404, "not_found");
  }
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
  await until(async () => (await signer.audit()).at(-1).record.event === "heard");
  assert.equal((await signer.audit()).at(-1).record.state, "succeeded");
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
      ["admitted", "omar"],
      ["heard", undefined],
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
