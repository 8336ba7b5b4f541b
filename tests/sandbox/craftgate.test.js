import assert from "node:assert/strict";
import { test } from "node:test";
import { createSandbox } from "../../pkg-template/sandbox/index.js";
import { clock, craftgate, NOW, send } from "./requests.js";

const open = (options) => createSandbox({ now: clock, ...options });
const REFUNDS = "/payment/v1/refunds";
const TRANSACTIONS = "/payment/v1/refund-transactions";
const REPORTS = "/payment-reporting/v1";
const post = (sandbox, path, body, options) => send(sandbox, craftgate(sandbox, "POST", path, body, options));
const get = (sandbox, path, options) => send(sandbox, craftgate(sandbox, "GET", path, undefined, options));

test("CANCEL on the same day: an id and no children", async () => {
  const sandbox = open();
  const answer = await post(sandbox, REFUNDS, '{"paymentId":1,"conversationId":"order-1"}');
  assert.equal(answer.status, 200);
  assert.equal(
    answer.text,
    '{"data":{"id":1,"conversationId":"order-1","createdDate":"2026-03-02T10:20:00","status":"SUCCESS","refundPrice":100.00000000,"refundBankPrice":100.00000000,"refundWalletPrice":0.00000000,"refundType":"CANCEL","refundDestinationType":"PROVIDER","authCode":"544953","hostReference":"2319544953","transId":"21319NThC0544953","currency":"TRY","paymentId":1,"paymentTransactionRefunds":[]}}',
  );
  assert.equal((await get(sandbox, `${REFUNDS}/1`)).text, answer.text);
  const twice = await post(sandbox, REFUNDS, { paymentId: 1 });
  assert.deepEqual([twice.status, twice.json.errors.errorGroup], [422, "MAY_HAVE_ALREADY_REFUNDED"]);
});

test("REFUND on another day or after a part: children and no id", async () => {
  const sandbox = open();
  const later = (await post(sandbox, REFUNDS, { paymentId: 2 })).json.data;
  assert.deepEqual([later.refundType, "id" in later, later.paymentTransactionRefunds.length], ["REFUND", false, 2]);
  assert.deepEqual(
    later.paymentTransactionRefunds.map(({ refundPrice }) => refundPrice),
    [40, 60],
  );
  const [{ id }] = later.paymentTransactionRefunds;
  assert.equal((await get(sandbox, `${TRANSACTIONS}/${id}`)).json.data.paymentTransactionId, 21);
  assert.equal((await get(sandbox, `${REFUNDS}/${id}`)).status, 404);
  await post(sandbox, TRANSACTIONS, '{"paymentTransactionId":11,"refundPrice":10.5}');
  const rest = (await post(sandbox, REFUNDS, { paymentId: 1 })).json.data;
  assert.deepEqual([rest.refundType, rest.refundPrice], ["REFUND", 89.5]);
  assert.equal(sandbox.ledger.totals("craftgate").TRY.refunded, 20_000n);
});

test("the calendar decides where no flag does: Turkish midnight", async () => {
  const sandbox = open();
  const today = sandbox.addPayment("craftgate", {
    amount: { value: "1", currency: "TRY" },
    createdAt: Date.parse("2026-03-01T21:00:00Z"),
  });
  const before = sandbox.addPayment("craftgate", {
    amount: { value: "1", currency: "TRY" },
    createdAt: Date.parse("2026-03-01T20:59:59Z"),
  });
  assert.equal((await post(sandbox, REFUNDS, { paymentId: today.paymentId })).json.data.refundType, "CANCEL");
  assert.equal((await post(sandbox, REFUNDS, { paymentId: before.paymentId })).json.data.refundType, "REFUND");
});

test("signature: the decoded URL, the raw body, every header", async () => {
  const sandbox = open();
  const refused = async (name, [url, init], status = 401) => {
    const answer = await send(sandbox, [url, init]);
    assert.equal(answer.status, status, name);
    assert.ok(answer.json.errors.errorCode, name);
    return answer.json.errors.errorDescription;
  };
  const request = (options) => craftgate(sandbox, "POST", REFUNDS, { paymentId: 1 }, options);
  const [url, init] = request();
  assert.equal(await refused("body", [url, { ...init, body: `${init.body} ` }]), "Signature is not equal!");
  assert.equal(await refused("query", [`${url}?a=b`, init]), "Signature is not equal!");
  assert.equal(await refused("key", request({ headers: { "x-api-key": "x" } })), "API credential not found");
  for (const name of ["x-api-key", "x-rnd-key", "x-auth-version", "x-signature"]) {
    assert.match(await refused(name, request({ headers: { [name]: undefined } })), new RegExp(name));
  }
  await refused("version", request({ headers: { "x-auth-version": "2" } }));
  await refused("rnd", request({ headers: { "x-rnd-key": "other" } }));
  assert.equal(sandbox.ledger.refunds.length, 0);
  for (const version of ["v1", "V1", "1"])
    assert.equal((await get(sandbox, `${REPORTS}/refunds`, { headers: { "x-auth-version": version } })).status, 200);
  const query = `${REPORTS}/refunds?conversationId=${encodeURIComponent("sipariş 1+2 & 3/4")}&status=SUCCESS`;
  assert.equal((await get(sandbox, query)).status, 200);
  const [encoded, signedEncoded] = craftgate(sandbox, "GET", query);
  assert.equal((await send(sandbox, [`${encoded}%20`, signedEncoded])).status, 401);
  assert.equal((await get(sandbox, `${REPORTS}/refunds`, { base: "http://127.0.0.1:4010/craftgate" })).status, 200);
});

test("body rules", async () => {
  const sandbox = open();
  const bad = [
    "{",
    {},
    { paymentId: null },
    { paymentId: "x" },
    { paymentId: 1.5 },
    { paymentId: true },
    '{"paymentId":9223372036854775808}',
    { paymentId: 1, conversationId: 7 },
    { paymentId: 1, refundDestinationType: "BANK" },
    { paymentId: 1, chargeFromMe: "no" },
  ];
  for (const body of bad) {
    const answer = await post(sandbox, REFUNDS, body);
    assert.deepEqual([answer.status, Number(answer.json.errors.errorCode) < 10000], [422, true], JSON.stringify(body));
  }
  assert.equal(
    (await post(sandbox, REFUNDS, { paymentId: 1 }, { headers: { "Content-Type": "text/plain" } })).status,
    422,
  );
  assert.match((await post(sandbox, REFUNDS, "{")).json.errors.errorDescription, /not valid JSON/);
  const unknown = await post(sandbox, REFUNDS, { paymentId: 77 });
  assert.deepEqual([unknown.status, unknown.json.errors.errorCode], [404, "9001"]);
  for (const refundPrice of [0, -1, "x", 1.005]) {
    assert.equal((await post(sandbox, TRANSACTIONS, { paymentTransactionId: 11, refundPrice })).status, 422);
  }
  assert.equal(sandbox.ledger.refunds.length, 0);
  const wallet = (await post(sandbox, REFUNDS, { paymentId: "1", refundDestinationType: "WALLET", chargeFromMe: true }))
    .json.data;
  assert.deepEqual([wallet.refundBankPrice, wallet.refundWalletPrice], [0, 100]);
});

test("ids beyond 2^53 survive", async () => {
  const sandbox = open();
  const answer = await post(sandbox, TRANSACTIONS, '{"paymentTransactionId":9223372036854775807,"refundPrice":50.25}');
  assert.match(answer.text, /"paymentTransactionId":9223372036854775807,"paymentId":9007199254740993\b/);
  assert.match(answer.text, /"refundPrice":50\.25000000/);
  assert.equal((await post(sandbox, TRANSACTIONS, '{"paymentTransactionId":9223372036854775806}')).status, 404);
});

test("never more than a transaction has", async () => {
  const sandbox = open();
  const part = (refundPrice) => post(sandbox, TRANSACTIONS, { paymentTransactionId: 21, refundPrice });
  assert.equal((await part(40.01)).json.errors.errorGroup, "MAY_HAVE_ALREADY_REFUNDED");
  assert.equal((await part(15)).json.data.refundPrice, 15);
  assert.equal((await part(undefined)).json.data.refundPrice, 25);
  assert.equal((await part(undefined)).json.errors.errorGroup, "MAY_HAVE_ALREADY_REFUNDED");
  assert.equal((await part(0.01)).json.errors.errorGroup, "MAY_HAVE_ALREADY_REFUNDED");
});

test("x-idempotency-key replays the first result", async () => {
  const sandbox = open();
  const key = { headers: { "x-idempotency-key": "k-1" } };
  const body = { paymentTransactionId: 21, refundPrice: 10 };
  const first = await post(sandbox, TRANSACTIONS, body, key);
  const again = await post(sandbox, TRANSACTIONS, body, key);
  assert.deepEqual([again.status, again.text], [200, first.text]);
  assert.equal((await post(sandbox, TRANSACTIONS, { ...body, refundPrice: 11 }, key)).status, 422);
  await post(sandbox, TRANSACTIONS, body);
  assert.deepEqual(
    sandbox.ledger.refunds.map(({ idempotencyKey }) => idempotencyKey),
    ["k-1", undefined],
  );
});

test("mark as refunded, waiting payments, wallet transactions", async () => {
  const sandbox = open();
  const marked = (await post(sandbox, `${REFUNDS}/mark-as-refunded`, { paymentId: 2 })).json.data.items;
  assert.deepEqual(
    marked.map(({ paymentTransactionId, authCode }) => [paymentTransactionId, authCode]),
    [
      [21, null],
      [22, null],
    ],
  );
  assert.equal((await post(sandbox, `${TRANSACTIONS}/mark-as-refunded`, { paymentTransactionId: 11 })).status, 422);
  assert.equal(
    (await post(sandbox, `${TRANSACTIONS}/mark-as-refunded`, { paymentTransactionId: 11, refundPrice: 5 })).json.data
      .refundPrice,
    5,
  );
  assert.equal(sandbox.webhooks.pending.length, 0);
  assert.equal((await post(sandbox, `${REFUNDS}/refund-waiting-payment`, { paymentId: 1 })).status, 422);
  const waits = await post(sandbox, REFUNDS, { paymentId: 5 });
  assert.deepEqual([waits.status, waits.json.errors.errorGroup], [422, "INVALID_TRANSACTION"]);
  assert.deepEqual((await post(sandbox, `${REFUNDS}/refund-waiting-payment`, { paymentId: 5 })).json.data, {
    status: "SUCCESS",
  });
  assert.equal((await post(sandbox, `${REFUNDS}/refund-waiting-payment`, { paymentId: 5 })).status, 422);
  const wallet = "/payment/v1/wallet-transactions/61";
  assert.match((await get(sandbox, `${wallet}/refundable-amount`)).text, /"refundableAmount":100\.00000000/);
  const refund = (await post(sandbox, `${wallet}/refunds`, { refundPrice: 30 })).json.data;
  assert.deepEqual([refund.refundStatus, refund.refundPrice, refund.walletTransactionId], ["SUCCESS", 30, 61]);
  assert.equal((await post(sandbox, `${wallet}/refunds`, { refundPrice: 70.01 })).status, 422);
  assert.equal((await post(sandbox, `${wallet}/refunds`, {})).status, 422);
  assert.equal((await get(sandbox, `${wallet}/refundable-amount`)).json.data.refundableAmount, 70);
  assert.equal((await get(sandbox, `${wallet}/refunds`)).json.data.items.length, 1);
  assert.equal((await get(sandbox, "/payment/v1/wallet-transactions/62/refunds")).status, 404);
});

test("reporting", async () => {
  let at = NOW;
  const sandbox = createSandbox({ now: () => at });
  await post(sandbox, REFUNDS, { paymentId: 1, conversationId: "a b+c" });
  at += 60_000;
  await post(sandbox, TRANSACTIONS, { paymentTransactionId: 21, refundPrice: 10 });
  await post(sandbox, TRANSACTIONS, { paymentTransactionId: 22, refundPrice: 20 });
  await post(sandbox, REFUNDS, { paymentId: 4 });
  const items = async (path) => (await get(sandbox, REPORTS + path)).json.data.items;
  const [cancel] = await items("/payments/1/refunds");
  assert.deepEqual([cancel.paymentType, cancel.refundType, cancel.currency], ["CARD_PAYMENT", undefined, undefined]);
  assert.equal((await items("/payments/2/refunds")).length, 2);
  assert.equal((await items("/payments/2/transactions/21/refunds")).length, 1);
  assert.equal((await get(sandbox, `${REPORTS}/payments/1/transactions/21/refunds`)).status, 404);
  assert.equal((await get(sandbox, `${REPORTS}/payments/99/refunds`)).status, 404);
  const whole = (await get(sandbox, `${REPORTS}/refunds?page=0&size=1`)).json.data;
  assert.deepEqual([whole.items.length, whole.page, whole.size, whole.totalSize], [1, 0, 1, 2]);
  const found = async (query, kind = "refunds") => (await items(`/${kind}?${query}`)).length;
  assert.equal(await found("conversationId=a%20b%2Bc"), 1);
  assert.equal(await found("status=WAITING"), 1);
  assert.equal(await found("status=WAITING,SUCCESS"), 2);
  assert.equal(await found("status=WAITING&status=SUCCESS&currency="), 2);
  assert.equal(await found("currency=EUR"), 0);
  assert.equal(await found("minRefundPrice=15&maxRefundPrice=20", "refund-transactions"), 1);
  assert.equal(await found("paymentTransactionId=21", "refund-transactions"), 1);
  assert.equal(await found("isAfterSettlement=true", "refund-transactions"), 2);
  assert.equal(await found("minCreatedDate=2026-03-02T10:21:00"), 1);
  assert.equal(await found("maxCreatedDate=2026-03-02T07:20:30.000Z"), 1);
  for (const query of ["size=x", "minRefundPrice=x", "maxRefundPrice=x"]) {
    assert.equal((await get(sandbox, `${REPORTS}/refunds?${query}`)).status, 422, query);
  }
});

test("outcomes: FAILURE and WAITING come with HTTP 200", async () => {
  const sandbox = open();
  sandbox.faults.next("craftgate", "declined");
  const failed = await post(sandbox, REFUNDS, { paymentId: 1 });
  assert.deepEqual([failed.status, failed.json.data.status, failed.json.data.authCode], [200, "FAILURE", null]);
  assert.equal((await get(sandbox, `${REPORTS}/payments/1/refunds`)).json.data.items[0].error.errorGroup, "DECLINED");
  assert.equal((await post(sandbox, REFUNDS, { paymentId: 4 })).json.data.status, "WAITING");
  assert.equal((await post(sandbox, REFUNDS, { paymentId: 1 })).json.data.status, "SUCCESS");
});
