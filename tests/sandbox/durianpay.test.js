import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { createSandbox } from "../../pkg-template/sandbox/index.js";
import { clock, durianpay, NOW, send, snap, snapToken } from "./requests.js";

const PATH = "/v1/refunds";
const open = (options) => createSandbox({ now: clock, ...options });
const body = (payment, amount = "20000") => ({ ref_id: "reference_1", payment_id: payment.paymentId, amount });

test("a partial refund looks like the provider's page", async () => {
  const sandbox = open();
  const answer = await send(sandbox, durianpay(sandbox, "POST", PATH, body(sandbox.payments.durianpay.standard)));
  assert.equal(answer.status, 200);
  assert.equal(
    answer.text,
    '{"data":{"id":"rfn_sandbox0000001","ref_id":"reference_1","amount":"20000.00","refund_type":"partial","status":"completed","created_at":"2026-03-02T07:20:00.123000Z","updated_at":"2026-03-02T07:20:00.123000Z","approved_at":"2026-03-02T07:20:00.123000Z","source":"api","customer_name":"joe","customer_email":"joe@example.com","customer_phone":""}}',
  );
  assert.equal(sandbox.ledger.totals("durianpay").IDR.refunded, 2_000_000n);
});

test("credentials", async () => {
  const sandbox = open();
  const payment = sandbox.payments.durianpay.standard;
  const { serverKey } = sandbox.credentials.durianpay;
  const encode = (value) => Buffer.from(value).toString("base64");
  const wrong = [
    undefined,
    encode(`${serverKey}:`),
    `Basic ${encode(serverKey)}`,
    `Basic ${encode("dp_live_x:")}`,
    `basic ${encode(`${serverKey}:`)}`,
  ];
  for (const Authorization of wrong) {
    const answer = await send(sandbox, durianpay(sandbox, "POST", PATH, body(payment), { headers: { Authorization } }));
    assert.deepEqual([answer.status, answer.json.error_code], [401, "DPAY_UNAUTHORIZED_ACCESS"]);
    for (const path of [PATH, `${PATH}/rfn_x`, `${PATH}/payment/pay_x`]) {
      assert.equal(
        (await send(sandbox, durianpay(sandbox, "GET", path, undefined, { headers: { Authorization } }))).status,
        401,
      );
    }
  }
  assert.equal(sandbox.ledger.refunds.length, 0);
});

test("body rules", async () => {
  const sandbox = open();
  const good = body(sandbox.payments.durianpay.standard);
  const refusal = async (value, options) => {
    const answer = await send(sandbox, durianpay(sandbox, "POST", PATH, value, options));
    return [answer.status, answer.json.error_code];
  };
  assert.deepEqual(await refusal("{"), [400, "DPAY_INTERNAL_ERROR"]);
  assert.deepEqual(await refusal(good, { headers: { "Content-Type": "text/plain" } }), [400, "DPAY_INTERNAL_ERROR"]);
  assert.deepEqual(await refusal({ ...good, payment_id: "pay_x" }), [400, "DPAY_INVALID_PAYMENT_ID"]);
  const bad = [
    { ref_id: undefined },
    { payment_id: "" },
    { amount: undefined },
    { amount: 20000 },
    { amount: "0" },
    { amount: "-1" },
    { amount: "1.005" },
    { amount: "1e3" },
    { notes: 1 },
    { use_refund_link: "yes" },
  ];
  for (const change of bad)
    assert.deepEqual(await refusal({ ...good, ...change }), [400, "DPAY_INVALID_REQUEST"], JSON.stringify(change));
  assert.equal(sandbox.ledger.refunds.length, 0);
  for (const use_refund_link of [true, "true", false, "false"])
    assert.equal((await refusal({ ...good, amount: "100.50", use_refund_link }))[0], 200);
  assert.deepEqual(
    sandbox.ledger.refunds.map(({ status }) => status),
    ["pending", "pending", "succeeded", "succeeded"],
  );
});

test("limits: the amount, and methods without partial refunds", async () => {
  const sandbox = open();
  const { standard, fullOnly } = sandbox.payments.durianpay;
  const refund = async (payment, amount) =>
    (await send(sandbox, durianpay(sandbox, "POST", PATH, body(payment, amount)))).json;
  assert.equal((await refund(standard, "50000.01")).error_code, "DPAY_REFUND_AMOUNT_EXCEEDED");
  assert.equal((await refund(standard, "50000")).data.refund_type, "full");
  assert.equal((await refund(standard, "0.01")).error_code, "DPAY_REFUND_AMOUNT_EXCEEDED");
  assert.equal((await refund(fullOnly, "1")).error_code, "DPAY_INVALID_REQUEST");
  assert.equal((await refund(fullOnly, "20000")).data.status, "completed");
  const unpaid = sandbox.addPayment("durianpay", { amount: { value: "1", currency: "IDR" }, status: "authorized" });
  assert.equal((await refund(unpaid, "1")).error_code, "DPAY_INVALID_REQUEST");
});

test("nothing protects a blind retry: the second is a second refund", async () => {
  const sandbox = open();
  const request = durianpay(sandbox, "POST", PATH, body(sandbox.payments.durianpay.standard), {
    headers: { "X-Idempotency-Key": "k" },
  });
  await send(sandbox, request);
  await send(sandbox, request);
  assert.equal(sandbox.ledger.refunds.length, 2);
});

test("fetch, list, list of a payment", async () => {
  let at = NOW - 10 * 86_400_000;
  const sandbox = createSandbox({ now: () => at });
  const payment = sandbox.payments.durianpay.standard;
  for (let i = 0; i < 4; i += 1) {
    at += 86_400_000;
    await send(sandbox, durianpay(sandbox, "POST", PATH, body(payment, "100")));
  }
  const get = (path) => send(sandbox, durianpay(sandbox, "GET", path));
  assert.equal((await get(`${PATH}/rfn_sandbox0000002`)).json.data.amount, "100.00");
  assert.equal((await get(`${PATH}/rfn_x`)).status, 404);
  const all = (await get(`${PATH}?search=&filter=[]`)).json.data;
  assert.equal(all.total_data, 4);
  assert.deepEqual(
    all.refund.map(({ id }) => id.at(-1)),
    ["4", "3", "2", "1"],
  );
  assert.equal(all.refund[0].total_amount, "100.00");
  assert.equal(all.refund[0].refund_ref_id, "reference_1");
  const some = (await get(`${PATH}?skip=1&limit=2`)).json.data;
  assert.deepEqual([some.refund.map(({ id }) => id.at(-1)), some.total_data], [["3", "2"], 4]);
  const day = new Date(at).toISOString().slice(0, 10);
  assert.equal((await get(`${PATH}?from=${day}&to=${day}`)).json.data.total_data, 1);
  assert.equal((await get(`${PATH}?from=${Math.floor(at / 1000)}`)).json.data.total_data, 1);
  for (const query of ["skip=-1", "limit=x", "from=02-03-2026"])
    assert.equal((await get(`${PATH}?${query}`)).json.error_code, "DPAY_INVALID_REQUEST");
  assert.equal((await get(`${PATH}/payment/${payment.paymentId}`)).json.data.refund.length, 4);
  assert.equal((await get(`${PATH}/payment/pay_x`)).json.data.refund.length, 0);
});

test("SNAP: token, e-wallet, QRIS, 202 while pending, forced errors", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const sandbox = open({ merchantKeys: { durianpay: publicKey.export({ type: "spki", format: "pem" }) } });
  const tokenPath = "/v1.0/access-token/b2b";
  for (const grantType of ["AUTHORIZATION_CODE", "client_credentials"]) {
    const token = await send(sandbox, snapToken(sandbox, "durianpay", tokenPath, privateKey, { body: { grantType } }));
    assert.equal(token.json.responseCode, "2007300");
  }
  const refund = (payment, no) => ({
    originalPartnerReferenceNo: payment.originalPartnerReferenceNo,
    originalReferenceNo: payment.originalReferenceNo,
    partnerRefundNo: no,
    refundAmount: { value: "20000.00", currency: "IDR" },
  });
  const { snap: standard, qris, snapPending: pending } = sandbox.payments.durianpay;
  const post = async (path, value, options) => send(sandbox, snap(sandbox, "durianpay", path, value, options));
  assert.equal((await post("/v1.0/debit/refund", refund(standard, "1"))).json.responseCode, "2005800");
  assert.equal((await post("/v1.0/debit/refund", refund(qris, "2"))).json.responseCode, "4045801");
  assert.equal((await post("/v1.0/qr/qr-mpm-refund", refund(qris, "2"))).json.responseCode, "2007800");
  const waits = await post("/v1.0/debit/refund", refund(pending, "3"));
  assert.deepEqual([waits.status, waits.json.responseCode], [202, "2025800"]);
  const number = { ...refund(standard, "4"), refundAmount: { value: 20000, currency: "IDR" } };
  assert.equal((await post("/v1.0/debit/refund", number)).json.responseCode, "4005801");
  const forced = {
    401001: "4015800",
    401002: "4015801",
    400001: "4005801",
    400002: "4005802",
    409001: "4095800",
    409002: "4095801",
    500001: "5005800",
    504001: "5045800",
  };
  for (const [id, code] of Object.entries(forced)) {
    const answer = await post("/v1.0/debit/refund", refund(standard, "5"), { id });
    assert.deepEqual([answer.status, answer.json.responseCode], [Number(code.slice(0, 3)), code]);
  }
  assert.equal(sandbox.ledger.refunds.length, 3);
  for (const [fault, responseCode] of Object.entries({
    declined: "4035805",
    "status-429": "4295800",
    "status-500": "5005800",
  })) {
    sandbox.faults.next("durianpay", fault);
    assert.equal((await post("/v1.0/debit/refund", refund(standard, fault))).json.responseCode, responseCode);
  }
});

test("unknown paths", async () => {
  const sandbox = open();
  assert.equal((await send(sandbox, durianpay(sandbox, "POST", "/v1/refund", {}))).status, 404);
  assert.equal((await send(sandbox, durianpay(sandbox, "DELETE", PATH, {}))).status, 404);
});
