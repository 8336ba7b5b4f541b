import assert from "node:assert/strict";
import { createHash, createHmac, verify } from "node:crypto";
import { test } from "node:test";
import { createSandbox } from "../../pkg-template/sandbox/index.js";
import { clock, craftgate, doku, razorpay, send, snap } from "./requests.js";

const open = (options) => createSandbox({ now: clock, ...options });
const razorpayRefund = (sandbox, payment, body) =>
  send(sandbox, razorpay(sandbox, "POST", `/v1/payments/${payment.paymentId}/refund`, body));
const dokuRefund = (sandbox, { invoiceNumber, originalRequestId }) => {
  const body = {
    order: { invoice_number: invoiceNumber },
    payment: { original_request_id: originalRequestId },
    refund: { amount: 90000 },
  };
  return send(sandbox, doku(sandbox, "POST", "/cancellation/credit-card/refund", body));
};
const payermaxRefund = (sandbox, payment, more = {}) => {
  const { originalPartnerReferenceNo } = payment;
  const additionalInfo = { version: "1.4", keyVersion: "1", ...more };
  const body = {
    originalPartnerReferenceNo,
    refundAmount: { value: "1000.00", currency: "IDR" },
    partnerRefundNo: "R1",
    additionalInfo,
  };
  return send(sandbox, snap(sandbox, "payermax", "/v1.0/debit/refund", body));
};

test("Razorpay: created, then processed or failed or slower", async () => {
  const sandbox = open();
  const { pending, noInstant } = sandbox.payments.razorpay;
  const names = () => sandbox.webhooks.pending.map(({ event }) => event);
  const first = await razorpayRefund(sandbox, pending, { amount: 100 });
  assert.deepEqual([first.json.status, first.json.acquirer_data.arn, names()], ["pending", null, ["refund.created"]]);
  sandbox.settle(first.json.id, "succeeded");
  const second = await razorpayRefund(sandbox, pending, { amount: 100 });
  sandbox.settle(second.json.id, "failed");
  await razorpayRefund(sandbox, noInstant, { amount: 100, speed: "optimum" });
  assert.deepEqual(names(), [
    "refund.created",
    "refund.processed",
    "refund.created",
    "refund.failed",
    "refund.created",
    "refund.speed_changed",
    "refund.processed",
  ]);
  const { secrets } = await sandbox.webhooks.settings("razorpay");
  const deliveries = await sandbox.webhooks.take();
  for (const { headers, body } of deliveries)
    assert.equal(headers["X-Razorpay-Signature"], createHmac("sha256", secrets[0]).update(body).digest("hex"));
  assert.equal(new Set(deliveries.map(({ headers }) => headers["x-razorpay-event-id"])).size, 7);
  const event = JSON.parse(deliveries[1].body);
  assert.deepEqual(
    [event.event, event.payload.refund.entity.status, event.payload.payment.entity.amount_refunded],
    ["refund.processed", "processed", 100],
  );
  assert.equal(sandbox.ledger.totals("razorpay").INR.refunded, 200n);
  assert.deepEqual(sandbox.webhooks.pending, []);
});

test("DOKU: signed like a request, over the path of the merchant's URL", async () => {
  const sandbox = open({ webhookUrls: { doku: "https://shop.example/hooks/doku?x=1" } });
  await dokuRefund(sandbox, sandbox.payments.doku.manual);
  assert.deepEqual(sandbox.webhooks.pending, []);
  sandbox.settle("doku-refund-1", "succeeded");
  const { clientId, secrets, path } = await sandbox.webhooks.settings("doku");
  const [{ headers, body, url }] = await sandbox.webhooks.take("doku");
  assert.deepEqual([url, path], ["https://shop.example/hooks/doku?x=1", "/hooks/doku"]);
  const lines = [
    `Client-Id:${clientId}`,
    `Request-Id:${headers["Request-Id"]}`,
    `Request-Timestamp:${headers["Request-Timestamp"]}`,
    `Request-Target:${path}`,
    `Digest:${createHash("sha256").update(body).digest("base64")}`,
  ];
  assert.equal(
    headers.Signature,
    `HMACSHA256=${createHmac("sha256", secrets[0]).update(lines.join("\n")).digest("base64")}`,
  );
  assert.match(body, /"amount":90000\.00/);
  assert.equal(JSON.parse(body).transaction.status, "REFUNDED");
  const other = open();
  await dokuRefund(other, other.payments.doku.manual);
  other.settle("doku-refund-1", "failed");
  assert.deepEqual(other.webhooks.pending, []);
});

test("Craftgate: REFUND and REFUND_TX, on success only", async () => {
  const sandbox = open();
  const refund = (id) => send(sandbox, craftgate(sandbox, "POST", "/payment/v1/refunds", { paymentId: id }));
  await refund(1);
  await refund(2);
  await refund(4);
  sandbox.settle("4", "failed", "craftgate");
  const { secrets } = await sandbox.webhooks.settings("craftgate");
  const deliveries = await sandbox.webhooks.take("craftgate");
  assert.deepEqual(
    deliveries.map(({ event }) => event),
    ["REFUND", "REFUND_TX", "REFUND_TX"],
  );
  for (const { headers, body } of deliveries) {
    const { eventType, eventTimestamp, status, payloadId } = JSON.parse(body);
    const message = eventType + eventTimestamp + status + payloadId;
    assert.equal(headers["x-cg-signature-v1"], createHmac("sha256", secrets[0]).update(message).digest("base64"));
  }
});

test("PayerMax: RSA over the notify path; the request's URL wins", async () => {
  const sandbox = open();
  const { pending } = sandbox.payments.payermax;
  await payermaxRefund(sandbox, pending, { refundNotifyUrl: "https://shop.example/payermax/notify" });
  sandbox.settle("REF000000001", "failed");
  const { publicKeys } = await sandbox.webhooks.settings("payermax");
  const [{ headers, body, url, path }] = await sandbox.webhooks.take();
  assert.deepEqual([url, path], ["https://shop.example/payermax/notify", "/payermax/notify"]);
  const message = `POST:${path}:${createHash("sha256").update(body).digest("hex")}:${headers["X-TIMESTAMP"]}`;
  assert.match(publicKeys[0], /^-----BEGIN PUBLIC KEY-----\n/);
  assert.ok(verify("sha256", Buffer.from(message), publicKeys[0], Buffer.from(headers["X-SIGNATURE"], "base64")));
  const event = JSON.parse(body);
  assert.deepEqual(
    [event.latestTransactionStatus, event.additionalInfo.refundHistory[0].partnerReferenceNo],
    ["06", "R1"],
  );
  const { merchantId, path: documented } = await sandbox.webhooks.settings("payermax");
  assert.deepEqual([documented, merchantId], ["/v1.0/debit/notify", event.merchantId]);
});

test("Durianpay documents none", async () => {
  await assert.rejects(open().webhooks.settings("durianpay"), /documents no refund webhooks/);
});

test("deliver: what is not acknowledged comes again with the same event id", async () => {
  const sandbox = open();
  await razorpayRefund(sandbox, sandbox.payments.razorpay.standard, { amount: 100 });
  const seen = [];
  const outcomes = await sandbox.webhooks.deliver(async (request, delivery) => {
    seen.push(request.headers.get("x-razorpay-event-id"));
    assert.equal(await request.text(), delivery.body);
    if (seen.length === 2) throw new Error("handler broke");
    return new Response(null, { status: 500 });
  });
  assert.deepEqual(
    outcomes.map(({ ok, status }) => [ok, status]),
    [
      [false, 500],
      [false, undefined],
    ],
  );
  assert.match(String(outcomes[1].error), /handler broke/);
  assert.equal(sandbox.webhooks.pending.length, 2);
  await sandbox.webhooks.deliver((request) => void seen.push(request.headers.get("x-razorpay-event-id")), {
    provider: "razorpay",
  });
  assert.deepEqual(seen, ["Sandbox0000001", "Sandbox0000002", "Sandbox0000001", "Sandbox0000002"]);
  assert.deepEqual(sandbox.webhooks.pending, []);
});
