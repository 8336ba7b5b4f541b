// Plans that were tampered with, and plans that the policy forbids: none of them is signed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { craftgate, doku, durianpay, payermax, razorpay } from "refund-signer";
import { refused, startSigner } from "./signer.js";

const inr = (value) => ({ value, currency: "INR" });
const idr = (value) => ({ value, currency: "IDR" });

const signer = await startSigner();
const { payments } = signer.sandbox;

const rupees = (value = "100.00") =>
  razorpay.createRefund({ paymentId: payments.razorpay.standard.paymentId, amount: inr(value) });
const rupiah = (value = "10000") =>
  doku.createRefund({
    invoiceNumber: payments.doku.settled.invoiceNumber,
    originalRequestId: payments.doku.settled.originalRequestId,
    amount: idr(value),
  });

/** The plan is refused, and nothing was signed for it. */
async function mustFail(plan, status, code) {
  const sent = signer.hosts.size;
  refused(await (typeof plan === "string" ? signer.submitText(plan) : signer.submit(plan)), status, code);
  assert.equal(signer.hosts.size, sent, "nothing was sent");
  assert.equal(signer.sandbox.ledger.refunds.length, 0);
}

test("amounts that are none, or could be read in two ways", async () => {
  const amounts = [
    "1e2",
    "1E+2",
    "100.5",
    "-100",
    "0",
    "null",
    "true",
    '""',
    '"1e2"',
    '"0x64"',
    '" 100"',
    '"١٠٠"',
    "[]",
    "{}",
  ];
  for (const amount of [...amounts, "[100]", "0100", '"100.5"']) {
    await mustFail({ ...rupees(), body: `{"amount":${amount}}` }, 422, "invalid_plan");
  }
  for (const amount of ["10000.001", "1e4", "-10000", "0"]) {
    await mustFail({ ...rupiah(), body: rupiah().body.replace("10000", amount) }, 422, "invalid_plan");
  }
  await mustFail({ ...rupiah(), body: rupiah().body.replace(/,"refund".*/, "}") }, 422, "invalid_plan");
});

test("amounts beyond the limit, however they are written", async () => {
  await mustFail(rupees("10000.01"), 403, "amount_above_limit");
  await mustFail({ ...rupees(), body: '{"amount":"1000001"}' }, 403, "amount_above_limit");
  // 2^53 + 1: more digits than a float has.
  await mustFail({ ...rupees(), body: '{"amount":9007199254740993}' }, 403, "amount_above_limit");
  await mustFail({ ...rupees(), body: '{ "am\\u006funt" : 1000001 }' }, 403, "amount_above_limit");
  await mustFail({ ...rupees(), body: '{"amount":900719925474099}' }, 403, "amount_above_limit");
  await mustFail(rupiah("500001"), 403, "amount_above_limit");
  const { paymentTransactionIds } = payments.craftgate.yesterday;
  const [paymentTransactionId] = paymentTransactionIds;
  const lira = craftgate.refundPaymentTransaction({
    paymentTransactionId,
    amount: { value: "1000.01", currency: "TRY" },
  });
  await mustFail(lira, 403, "amount_above_limit");
});

test("bodies that no refund has", async () => {
  for (const body of [
    '{"amount":100,"amount":900000}',
    '{"amount":100,"am\\u006funt":900000}',
    '{"notes":{"a":"1","a":"2"},"amount":100}',
    "{amount:100}",
    '[{"amount":100}]',
    '{"amount":100}{"amount":900000}',
    '{"amount":100,"Amount":900000}',
    '{"amount":100,"amount ":900000}',
    '{"amount":100,"currency":"KWD"}',
    '{"amount":100,"__proto__":{"amount":1}}',
    '{"amount":100,"notes":{},"note":"x"}',
    '{"refund":{"amount":-5}}',
    // The plan names a currency: this would refund everything.
    "{}",
  ]) {
    await mustFail({ ...rupees(), body }, 422, "invalid_plan");
  }
  const dotted = rupiah().body.replace(/}$/, ',"refund.amount":900000}');
  await mustFail({ ...rupiah(), body: dotted }, 422, "invalid_plan");
});

test("what a refund may ask for besides its amount, where the policy does not name it", async () => {
  const { paymentId } = payments.razorpay.standard;
  const razor = (more) => razorpay.createRefund({ paymentId, amount: inr("100.00"), ...more });
  const durian = { paymentId: payments.durianpay.standard.paymentId, refId: "r-1", amount: idr("10000") };
  const { originalPartnerReferenceNo } = payments.payermax.standard;
  const payer = { originalPartnerReferenceNo, partnerRefundNo: "r-1", amount: idr("10000") };
  const today = { paymentId: payments.craftgate.today.paymentId };
  const [paymentTransactionId] = payments.craftgate.yesterday.paymentTransactionIds;
  for (const plan of [
    razor({ reverseAll: true }),
    razor({ speed: "optimum" }),
    { ...rupees(), body: '{"amount":10000,"reverse_all":true}' },
    { ...rupees(), body: '{"amount":10000,"reverse_\\u0061ll":true}' },
    craftgate.createRefund({ ...today, chargeFromMe: true }),
    craftgate.createRefund({ ...today, refundDestinationType: "WALLET" }),
    craftgate.refundPaymentTransaction({ paymentTransactionId, chargeFromMe: true }),
    durianpay.createRefund({ ...durian, useRefundLink: true }),
    payermax.createRefund({ ...payer, merchantId: "P01" }),
  ]) {
    await mustFail(plan, 403, "option_not_allowed");
  }
});

test("refunds of a whole payment, where the policy says no", async () => {
  const { currency, ...whole } = rupees();
  await mustFail({ ...whole, body: "{}" }, 403, "full_refund_not_allowed");
  await mustFail(
    razorpay.createRefund({ paymentId: payments.razorpay.standard.paymentId }),
    403,
    "full_refund_not_allowed",
  );
});

test("currencies that the policy does not name", async () => {
  const { paymentId } = payments.razorpay.standard;
  // One of another provider's account, too.
  for (const currency of ["JPY", "USD", "IDR"]) {
    const plan = razorpay.createRefund({ paymentId, amount: { value: "100", currency } });
    await mustFail(plan, 403, "currency_not_allowed");
  }
  await mustFail({ ...rupees(), currency: "JPY" }, 403, "currency_not_allowed");
  await mustFail({ ...rupiah(), currency: "INR" }, 422, "invalid_plan");
  const plan = payermax.createRefund({
    originalPartnerReferenceNo: payments.payermax.standard.originalPartnerReferenceNo,
    partnerRefundNo: "refund-1",
    amount: idr("10000"),
  });
  for (const currency of ['"USD"', '"idr"', "null", '"__proto__"', '"constructor"']) {
    await mustFail({ ...plan, body: plan.body.replace('"IDR"', currency) }, 422, "invalid_plan");
  }
  await mustFail({ ...plan, body: plan.body.replace(',"currency":"IDR"', "") }, 422, "invalid_plan");
  // What the amount is in stands nowhere.
  for (const { currency, ...without } of [rupees(), rupiah(), plan]) await mustFail(without, 422, "invalid_plan");
});

test("hosts and paths of their own", async () => {
  for (const more of [
    { host: "mallory.example" },
    { baseUrl: "https://mallory.example" },
    { url: "https://mallory.example/" },
  ]) {
    await mustFail({ ...rupees(), ...more }, 422, "invalid_plan");
  }
  for (const path of [
    "https://mallory.example/v1/payments/pay_1/refund",
    "//mallory.example/v1/payments/pay_1/refund",
    "@mallory.example/v1/payments/pay_1/refund",
    "/v1/payments/pay_1/refund/",
    "/v1/payments/../refund",
    "/v1/payments/%2e%2e/refund",
    "/v1/payments/pay_1%2Fcapture%3F/refund?",
    "/v1/payments/pay_1/refund?amount=900000",
    "/v1/payments/pay_1/refund#",
    "/v1/payments/pay_1/capture",
    "/v1/payments//refund",
    "/V1/payments/pay_1/refund",
    "",
    null,
    7,
  ]) {
    await mustFail({ ...rupees(), path }, 422, "invalid_plan");
  }
});

test("a query, which a provider might read like the body", async () => {
  for (const query of ["amount=900000", "amount=900000#", "amount", "&"]) {
    await mustFail({ ...rupees(), query }, 422, "invalid_plan");
  }
});

test("versions, methods and members that no plan has", async () => {
  for (const version of [0, 2, 1.5, -1]) await mustFail({ ...rupees(), version }, 422, "unsupported_plan_version");
  for (const version of ["1", null, undefined, [1]]) await mustFail({ ...rupees(), version }, 422, "invalid_plan");
  for (const method of ["PUT", "GET", "post", undefined]) await mustFail({ ...rupees(), method }, 422, "invalid_plan");
  await mustFail({ ...rupees(), body: undefined }, 422, "invalid_plan");
  await mustFail({ ...rupees(), body: { amount: 100 } }, 422, "invalid_plan");
  await mustFail({ ...rupees(), idempotencyKey: undefined }, 422, "invalid_plan");
  await mustFail({ ...rupees(), idempotencyKey: "a\r\nX: y" }, 422, "invalid_plan");
  await mustFail({ ...rupees(), __proto__: null, headers: {} }, 422, "invalid_plan");
  const text = JSON.stringify(rupees());
  await mustFail(text.replace('"version":1', '"version":1,"version":2'), 400, "invalid_json");
  await mustFail(text.replace(/}$/, ',"body":"{}"}'), 400, "invalid_json");
  await mustFail(text.replace('"version":1', '"version":1.0000000000000000001'), 400, "invalid_json");
});

test("providers and operations that do not fit, or are not allowed", async () => {
  for (const provider of ["stripe", "", null, "__proto__", "constructor", "RefundError", "catalog", ["razorpay"]]) {
    const code = Array.isArray(provider) ? [422, "invalid_plan"] : [403, "provider_not_allowed"];
    await mustFail({ ...rupees(), provider }, ...code);
  }
  await mustFail({ ...rupees(), provider: "doku" }, 422, "invalid_plan");
  await mustFail({ ...rupees(), provider: "durianpay" }, 422, "invalid_plan");
  for (const operation of ["updateRefund", "refund", "Client", "queryFor", "", null, "constructor"]) {
    await mustFail({ ...rupees(), operation }, 403, "operation_not_allowed");
  }
  await mustFail({ ...rupees(), operation: "listPaymentRefunds" }, 422, "invalid_plan");
  await mustFail(razorpay.updateRefund({ refundId: "rfnd_1", notes: { a: "b" } }), 403, "operation_not_allowed");
  await mustFail(payermax.requestAccessToken({}), 403, "operation_not_allowed");
  await mustFail(durianpay.requestAccessToken({}), 403, "operation_not_allowed");
});

test("every refusal is on record, and nothing was signed", async () => {
  const events = (await signer.audit()).map(({ record }) => record.event);
  assert.ok(events.length > 100);
  assert.deepEqual([...new Set(events)], ["refused"]);
  assert.equal(signer.hosts.size, 0);
});

test("a refund and a read at every provider, at the policy's hosts only", async () => {
  const { standard } = payments.payermax;
  const refunds = [
    craftgate.refundPaymentTransaction({
      paymentTransactionId: payments.craftgate.yesterday.paymentTransactionIds[0],
      amount: { value: "12.30", currency: "TRY" },
    }),
    doku.createRefund({ ...payments.doku.settled, amount: idr("10000") }),
    durianpay.createRefund({ paymentId: payments.durianpay.standard.paymentId, refId: "r-1", amount: idr("10000") }),
    payermax.createRefund({
      originalPartnerReferenceNo: standard.originalPartnerReferenceNo,
      partnerRefundNo: "r-1",
      amount: standard.amount,
      merchantId: standard.merchantId,
      reason: 'all "characters" \u0007 \u2028 é 🙂',
    }),
    razorpay.createRefund({
      paymentId: payments.razorpay.standard.paymentId,
      amount: inr("100.00"),
      notes: { "b.c": "ü", 10: "ten", 9: "nine", __proto__: null },
      amountAs: "string",
      speed: "normal",
    }),
  ];
  for (const plan of refunds) {
    const { status, body } = await signer.submit(plan);
    assert.deepEqual([status, body.state], [200, "succeeded"], plan.provider);
  }
  const reads = [
    razorpay.listPaymentRefunds({ paymentId: payments.razorpay.standard.paymentId }),
    craftgate.searchTransactionRefunds({ page: 0, size: 25 }),
    doku.checkStatus({ invoiceNumber: payments.doku.settled.invoiceNumber }),
    durianpay.listPaymentRefunds({ paymentId: payments.durianpay.standard.paymentId }),
  ];
  for (const plan of reads) {
    const { status, body } = await signer.submit(plan);
    assert.deepEqual([status, body.state, body.verdict.status], [200, "read", "succeeded"], plan.provider);
  }
  assert.equal(signer.sandbox.ledger.refunds.length, refunds.length);
  assert.deepEqual([...signer.hosts].sort(), [
    "api-sandbox.doku.com",
    "api-sandbox.durianpay.id",
    "api.razorpay.com",
    "pay-gate-uat.payermax.com",
    "sandbox-api.craftgate.io",
  ]);
});

test("without keys of the provider nothing is stored or sent", async () => {
  await signer.restart({ KEYS_RAZORPAY: "", KEYS_DOKU: '{"clientId":"x"' });
  const { paymentId } = payments.razorpay.standard;
  const before = signer.sandbox.ledger.refunds.length;
  refused(await signer.submit(razorpay.createRefund({ paymentId, amount: inr("1.00") })), 500, "not_configured");
  refused(
    await signer.submit(doku.createRefund({ ...payments.doku.settled, amount: idr("10000") })),
    500,
    "not_configured",
  );
  assert.equal(signer.sandbox.ledger.refunds.length, before);
});
