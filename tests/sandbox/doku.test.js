import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { createSandbox } from "../../pkg-template/sandbox/index.js";
import { clock, doku, dokuResponseIsSigned, NOW, send, snap, snapToken } from "./requests.js";

const REFUND = "/cancellation/credit-card/refund";
const body = (payment, amount = 90000) => ({
  order: { invoice_number: payment.invoiceNumber },
  payment: { original_request_id: payment.originalRequestId },
  refund: { amount },
});
const open = (options) => createSandbox({ now: clock, ...options });

test("a full refund looks like the provider's page and is signed", async () => {
  const sandbox = open();
  const answer = await send(sandbox, doku(sandbox, "POST", REFUND, body(sandbox.payments.doku.settled)));
  assert.equal(answer.status, 200);
  assert.equal(
    answer.text,
    '{"order":{"invoice_number":"INV-20210118-0001"},"payment":{"original_request_id":"b266c265-3d61-4708-9860-c0d5b9a98f8c"},"refund":{"amount":90000,"type":"FULL_REFUND","status":"SUCCESS","message":"Approved","approval_code":"12321"}}',
  );
  assert.ok(dokuResponseIsSigned(sandbox, answer, REFUND));
  assert.deepEqual(sandbox.ledger.totals("doku").IDR.refunded, 9_000_000n);
});

test("both documented paths, and a prefix that is signed as called", async () => {
  const sandbox = open();
  const other = `/credit-card/v1${REFUND}`;
  const payment = sandbox.payments.doku.settled;
  assert.equal((await send(sandbox, doku(sandbox, "POST", other, body(payment, 1)))).status, 200);
  const base = "http://127.0.0.1:4010/doku";
  const answer = await send(sandbox, doku(sandbox, "POST", REFUND, body(payment, 1), { base }));
  assert.equal(answer.status, 200);
  assert.ok(dokuResponseIsSigned(sandbox, answer, `/doku${REFUND}`));
  const [, unprefixed] = doku(sandbox, "POST", REFUND, body(payment, 1));
  assert.equal((await send(sandbox, [base + REFUND, unprefixed])).status, 401);
});

const refused = async (name, options, status, code, mutate = (request) => request) => {
  const sandbox = open();
  const request = doku(sandbox, "POST", REFUND, body(sandbox.payments.doku.settled), options);
  const answer = await send(sandbox, mutate(request));
  assert.equal(answer.status, status, name);
  assert.equal(answer.json.error.code, code, name);
  assert.equal(sandbox.ledger.refunds.length, 0, name);
  return { sandbox, answer };
};

test("headers are checked as the provider does", async () => {
  const headers = (change) => ({ headers: change });
  await refused("no Client-Id", headers({ "Client-Id": undefined }), 400, "INVALID_PARAMETER");
  await refused("no Request-Id", headers({ "Request-Id": undefined }), 400, "INVALID_PARAMETER");
  await refused("no Signature", headers({ Signature: undefined }), 400, "INVALID_PARAMETER");
  await refused("other client", headers({ "Client-Id": "MCH-0002" }), 401, "invalid_signature");
  await refused("forged", headers({ Signature: "HMACSHA256=AAAA" }), 401, "invalid_signature");
  await refused("long Request-Id", { id: "x".repeat(129) }, 400, "INVALID_PARAMETER");
  await refused("milliseconds", { stamp: "2026-03-02T07:20:00.123Z" }, 400, "INVALID_PARAMETER");
  await refused("offset", { stamp: "2026-03-02T14:20:00+07:00" }, 400, "INVALID_PARAMETER");
  await refused("no such day", { stamp: "2026-13-02T07:20:00Z" }, 400, "INVALID_PARAMETER");
  await refused("old", { at: NOW - 16 * 60_000 }, 400, "INVALID_PARAMETER");
  await refused("early", { at: NOW + 16 * 60_000 }, 400, "INVALID_PARAMETER");
  await refused("not JSON", headers({ "Content-Type": "text/plain" }), 400, "INVALID_PARAMETER");
  const longest = open();
  const request = doku(longest, "POST", REFUND, body(longest.payments.doku.settled), { id: "x".repeat(128) });
  assert.equal((await send(longest, request)).status, 200);
  const late = open({ rules: { dokuSkewMs: 20 * 60_000 } });
  const old = doku(late, "POST", REFUND, body(late.payments.doku.settled), { at: NOW - 16 * 60_000 });
  assert.equal((await send(late, old)).status, 200);
});

test("the digest is over the raw bytes, and refusals are signed too", async () => {
  const { sandbox, answer } = await refused("one space more", {}, 401, "invalid_signature", ([url, init]) => [
    url,
    { ...init, body: `${init.body} ` },
  ]);
  assert.ok(dokuResponseIsSigned(sandbox, answer, REFUND));
});

test("an unknown client cannot get a signed answer", async () => {
  const { answer } = await refused("other client", { headers: { "Client-Id": "x" } }, 401, "invalid_signature");
  assert.equal(answer.headers.get("Signature"), null);
});

test("body rules", async () => {
  const sandbox = open();
  const payment = sandbox.payments.doku.settled;
  const good = body(payment);
  const bad = [
    "{",
    "[]",
    { ...good, order: {} },
    { ...good, payment: {} },
    { ...good, refund: {} },
    { ...good, refund: { amount: "90000" } },
    { ...good, refund: { amount: 0 } },
    { ...good, refund: { amount: -1 } },
    { ...good, refund: { amount: 0.5 } },
    { ...good, refund: { amount: 1, reason: 7 } },
    JSON.stringify(good).replace("90000", "90000.0"),
    JSON.stringify(good).replace("90000", "9e4"),
  ];
  for (const each of bad)
    assert.equal((await send(sandbox, doku(sandbox, "POST", REFUND, each))).status, 400, JSON.stringify(each));
  for (const unknown of [
    { ...payment, invoiceNumber: "x" },
    { ...payment, originalRequestId: "x" },
  ]) {
    const answer = await send(sandbox, doku(sandbox, "POST", REFUND, body(unknown)));
    assert.equal(answer.status, 404);
    assert.equal(answer.json.error.code, "TRANSACTION_NOT_FOUND");
  }
  assert.equal(sandbox.ledger.refunds.length, 0);
});

test("types: VOID, PARTIAL_REFUND, FULL_REFUND, MANUAL_*", async () => {
  const sandbox = open();
  const { settled, unsettled, manual } = sandbox.payments.doku;
  const refund = async (payment, amount) =>
    (await send(sandbox, doku(sandbox, "POST", REFUND, body(payment, amount)))).json;
  const part = await refund(unsettled, 1);
  assert.deepEqual([part.refund.type, part.refund.status, part.error.code], ["VOID", "FAILED", "PAYMENT_FAILED"]);
  assert.equal((await refund(unsettled, 90000)).refund.type, "VOID");
  assert.equal((await refund(settled, 1)).refund.type, "PARTIAL_REFUND");
  const byHand = await refund(manual, 90000);
  assert.deepEqual(
    [byHand.refund.type, byHand.refund.status, byHand.refund.approval_code],
    ["MANUAL_FULL_REFUND", "SUCCESS", undefined],
  );
  assert.equal(sandbox.ledger.refunds.at(-1).status, "pending");
});

test("never more than was captured", async () => {
  const sandbox = open();
  const payment = sandbox.payments.doku.settled;
  await send(sandbox, doku(sandbox, "POST", REFUND, body(payment, 60000)));
  const over = await send(
    sandbox,
    doku(sandbox, "POST", REFUND, { ...body(payment, 30001), refund: { amount: 30001, reason: "REFUND TEST" } }),
  );
  assert.equal(over.status, 200);
  assert.deepEqual(over.json.refund, {
    amount: 30001,
    reason: "REFUND TEST",
    type: "PARTIAL_REFUND",
    status: "FAILED",
  });
  assert.deepEqual(over.json.error, {
    code: "PAYMENT_FAILED",
    message: "Total Refund amount is Bigger than Original Transaction",
    type: "Payment Failed",
  });
  assert.equal(
    (await send(sandbox, doku(sandbox, "POST", REFUND, body(payment, 30000)))).json.refund.status,
    "SUCCESS",
  );
  assert.equal(sandbox.ledger.totals("doku").IDR.refunded, 9_000_000n);
});

test("same Request-Id: same body again with 409; another body is refused", async () => {
  const sandbox = open();
  const payment = sandbox.payments.doku.settled;
  const first = await send(sandbox, doku(sandbox, "POST", REFUND, body(payment, 1000), { id: "same" }));
  const again = await send(sandbox, doku(sandbox, "POST", REFUND, body(payment, 1000), { id: "same", at: NOW + 1000 }));
  assert.deepEqual([again.status, again.text], [409, first.text]);
  assert.ok(dokuResponseIsSigned(sandbox, again, REFUND));
  const other = await send(sandbox, doku(sandbox, "POST", REFUND, body(payment, 1001), { id: "same" }));
  assert.deepEqual([other.status, other.json.error.code], [409, "DUPLICATE_TRANSACTION"]);
  const initiation = await send(
    sandbox,
    doku(sandbox, "POST", REFUND, body(payment, 1), { id: payment.originalRequestId }),
  );
  assert.equal(initiation.json.error.code, "DUPLICATE_TRANSACTION");
  assert.equal(sandbox.ledger.refunds.length, 1);
});

test("twins in flight at the same time refund once", async () => {
  const sandbox = open();
  const request = doku(sandbox, "POST", REFUND, body(sandbox.payments.doku.settled, 1000), { id: "same" });
  const answers = await Promise.all([1, 2, 3, 4].map(() => send(sandbox, request)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409, 409]);
  assert.equal(sandbox.ledger.refunds.length, 1);
});

test("check status by invoice, payment request and refund request; GET is signed without a digest", async () => {
  const sandbox = open();
  const payment = sandbox.payments.doku.settled;
  const status = async (key) => {
    const path = `/orders/v1/status/${encodeURIComponent(key)}`;
    const answer = await send(sandbox, doku(sandbox, "GET", path));
    if (answer.status === 200) assert.ok(dokuResponseIsSigned(sandbox, answer, path, "GET"));
    return answer;
  };
  assert.equal((await status(payment.invoiceNumber)).json.transaction.status, "SUCCESS");
  await send(sandbox, doku(sandbox, "POST", REFUND, body(payment), { id: "refund-request" }));
  for (const key of [payment.invoiceNumber, payment.originalRequestId, "refund-request"]) {
    assert.equal((await status(key)).json.transaction.status, "REFUNDED");
  }
  assert.match((await status(payment.invoiceNumber)).text, /"amount":90000\.00/);
  assert.equal((await status("nobody")).status, 404);
  const odd = sandbox.addPayment("doku", { invoiceNumber: "INV/7 é", amount: { value: "1000", currency: "IDR" } });
  assert.equal((await status(odd.invoiceNumber)).json.order.invoice_number, "INV/7 é");
});

test("ShopeePay and Akulaku", async () => {
  const sandbox = open();
  const { shopeepay, akulaku } = sandbox.payments.doku;
  const shopee = (identifier) => ({
    order: { invoice_number: shopeepay.invoiceNumber },
    shopeepay_payment: { identifier },
  });
  const path = "/shopeepay-emoney/v2/refund";
  assert.equal((await send(sandbox, doku(sandbox, "POST", path, shopee([])))).status, 400);
  const done = await send(sandbox, doku(sandbox, "POST", path, shopee(shopeepay.identifiers)));
  assert.deepEqual([done.status, done.json.refund.status], [200, "SUCCESS"]);
  assert.ok(dokuResponseIsSigned(sandbox, done, path));
  const twice = await send(sandbox, doku(sandbox, "POST", path, shopee(shopeepay.identifiers)));
  assert.equal(twice.json.error.code, "PAYMENT_FAILED");
  const later = {
    order: { invoice_number: akulaku.invoiceNumber },
    payment: { merchant_unique_reference: akulaku.merchantUniqueReference, identifier: akulaku.identifiers },
    refund: { merchant_unique_reference: "XYZ-006456" },
  };
  const aku = "/akulaku-peer-to-peer/v2/refund";
  assert.equal((await send(sandbox, doku(sandbox, "POST", aku, { ...later, refund: {} }))).status, 400);
  const other = { ...later, payment: { ...later.payment, merchant_unique_reference: "x" } };
  assert.equal((await send(sandbox, doku(sandbox, "POST", aku, other))).status, 400);
  const answer = await send(sandbox, doku(sandbox, "POST", aku, later));
  assert.equal(answer.json.refund.merchant_unique_reference, "XYZ-006456");
  assert.equal(sandbox.ledger.refunds.at(-1).reference, "XYZ-006456");
});

test("SNAP: token, then refund", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const merchantKeys = { doku: publicKey.export({ type: "spki", format: "pem" }) };
  const sandbox = open({ merchantKeys });
  const tokenPath = "/authorization/v1/access-token/b2b";
  const token = await send(sandbox, snapToken(sandbox, "doku", tokenPath, privateKey));
  assert.deepEqual([token.json.responseCode, token.json.tokenType, token.json.expiresIn], ["2007300", "Bearer", 900]);
  const path = "/direct-debit/core/v1/debit/refund";
  const payment = sandbox.payments.doku.emoney;
  const refund = {
    originalPartnerReferenceNo: payment.originalPartnerReferenceNo,
    refundAmount: { value: "10000.00", currency: "IDR" },
    partnerRefundNo: "INV-REF-0001",
    additionalInfo: { channel: "EMONEY_OVO_SNAP" },
  };
  const options = { token: token.json.accessToken };
  const done = await send(sandbox, snap(sandbox, "doku", path, refund, options));
  assert.deepEqual(
    [done.status, done.json.responseCode, done.json.refundTime, done.json.additionalInfo],
    [200, "2000700", "2026-03-02T14:20:00.123", { latestTransactionStatus: "00" }],
  );
  assert.equal(done.headers.get("Signature"), null);
  const channel = { ...refund, partnerRefundNo: "2", additionalInfo: { channel: "CARD" } };
  assert.equal((await send(sandbox, snap(sandbox, "doku", path, channel))).json.responseCode, "4000701");
  const letters = await send(sandbox, snap(sandbox, "doku", path, refund, { id: "abc" }));
  assert.equal(letters.json.responseCode, "4000701");
  const elsewhere = {
    ...refund,
    originalPartnerReferenceNo: sandbox.payments.doku.settled.invoiceNumber,
    partnerRefundNo: "3",
  };
  assert.equal((await send(sandbox, snap(sandbox, "doku", path, elsewhere))).json.responseCode, "4040701");
  assert.equal(sandbox.ledger.refunds.length, 1);
  for (const [fault, responseCode, state] of [
    ["declined", "2000700", "06"],
    ["pending", "2000700", "03"],
    ["status-429", "4290700", undefined],
    ["status-500", "5000700", undefined],
  ]) {
    sandbox.faults.next("doku", fault);
    const again = { ...refund, partnerRefundNo: fault };
    const { json } = await send(sandbox, snap(sandbox, "doku", path, again));
    assert.deepEqual([json.responseCode, json.additionalInfo?.latestTransactionStatus], [responseCode, state], fault);
  }
});

test("unknown paths and methods", async () => {
  const sandbox = open();
  assert.equal((await send(sandbox, doku(sandbox, "POST", "/cancellation/credit-card/refunds", {}))).status, 404);
  assert.equal((await send(sandbox, doku(sandbox, "GET", REFUND))).status, 404);
});
