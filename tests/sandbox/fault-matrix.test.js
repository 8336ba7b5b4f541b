// Every fault at every provider, by every way to refund there: a fault is refused when it is set, or the request shows
// it, or it waits for one that can. None is used up without a trace.

import assert from "node:assert/strict";
import { test } from "node:test";
import { FAULTS } from "../../pkg-template/sandbox/faults.js";
import { createSandbox } from "../../pkg-template/sandbox/index.js";
import { clock, craftgate, doku, durianpay, razorpay, send, snap } from "./requests.js";

const PROVIDERS = ["durianpay", "doku", "razorpay", "craftgate", "payermax"];
const KEY = { headers: { "X-Refund-Idempotency": "sandbox-key-1" } };
const dokuCard = (name) => (sandbox) => {
  const { invoiceNumber, originalRequestId, amount } = sandbox.payments.doku[name];
  const body = {
    order: { invoice_number: invoiceNumber },
    payment: { original_request_id: originalRequestId },
    refund: { amount: Number(amount.value) },
  };
  return doku(sandbox, "POST", "/cancellation/credit-card/refund", body, { id: "1" });
};
const snapRefund = (provider, name, path, more) => (sandbox) => {
  const { amount, ...ids } = sandbox.payments[provider][name];
  const refundAmount = { value: "20000.00", currency: "IDR" };
  return snap(sandbox, provider, path, { ...ids, refundAmount, partnerRefundNo: "R1", ...more }, { id: "1" });
};
const razorpayRefund = (options) => (sandbox) => {
  const { paymentId } = sandbox.payments.razorpay.standard;
  return razorpay(sandbox, "POST", `/v1/payments/${paymentId}/refund`, { amount: 100 }, options);
};
const craftgateRefund = (path, body) => (sandbox) => craftgate(sandbox, "POST", `/payment/v1/${path}`, body);

/** Every way to refund, and the faults that it cannot meet: they wait. */
const WAYS = {
  "durianpay v1": [
    (sandbox) =>
      durianpay(sandbox, "POST", "/v1/refunds", { ref_id: "1", payment_id: "pay_IsL5nOCW4M2790", amount: "100" }),
  ],
  "durianpay SNAP": [snapRefund("durianpay", "snap", "/v1.0/debit/refund")],
  "durianpay QRIS": [snapRefund("durianpay", "qris", "/v1.0/qr/qr-mpm-refund")],
  "doku card": [dokuCard("settled")],
  // A void moves the money at once.
  "doku void": [dokuCard("unsettled"), "pending"],
  "doku ShopeePay": [
    (sandbox) => {
      const { invoiceNumber, identifiers } = sandbox.payments.doku.shopeepay;
      const body = { order: { invoice_number: invoiceNumber }, shopeepay_payment: { identifier: identifiers } };
      return doku(sandbox, "POST", "/shopeepay-emoney/v2/refund", body, { id: "1" });
    },
  ],
  "doku Akulaku": [
    (sandbox) => {
      const { invoiceNumber, identifiers, merchantUniqueReference } = sandbox.payments.doku.akulaku;
      const body = {
        order: { invoice_number: invoiceNumber },
        payment: { merchant_unique_reference: merchantUniqueReference, identifier: identifiers },
        refund: { merchant_unique_reference: "1" },
      };
      return doku(sandbox, "POST", "/akulaku-peer-to-peer/v2/refund", body, { id: "1" });
    },
  ],
  "doku SNAP": [
    snapRefund("doku", "emoney", "/direct-debit/core/v1/debit/refund", {
      additionalInfo: { channel: "EMONEY_OVO_SNAP" },
    }),
  ],
  "razorpay with a key": [razorpayRefund(KEY)],
  // Without a key the provider knows no twin.
  "razorpay without a key": [razorpayRefund(), "in-progress"],
  "craftgate payment": [craftgateRefund("refunds", { paymentId: 1 })],
  "craftgate transactions": [craftgateRefund("refunds", { paymentId: 2 })],
  "craftgate transaction": [craftgateRefund("refund-transactions", { paymentTransactionId: 21, refundPrice: 1 })],
  "craftgate wallet": [craftgateRefund("wallet-transactions/61/refunds", { refundPrice: 1 })],
  // Its answer is a status, and so about nobody.
  "craftgate waiting": [craftgateRefund("refunds/refund-waiting-payment", { paymentId: 5 }), "forged-signature"],
  // No bank is asked.
  "craftgate mark": [craftgateRefund("refunds/mark-as-refunded", { paymentId: 2 }), "pending", "declined"],
  "craftgate mark one": [
    craftgateRefund("refund-transactions/mark-as-refunded", { paymentTransactionId: 21, refundPrice: 1 }),
    "pending",
    "declined",
  ],
  payermax: [
    snapRefund("payermax", "standard", "/v1.0/debit/refund", {
      refundAmount: { value: "1000.00", currency: "IDR" },
      additionalInfo: { version: "1.4", keyVersion: "1" },
    }),
  ],
};

/** What a merchant and the books see of a refund. */
async function seen(sandbox, request, patience = 10_000) {
  const [url, init] = request(sandbox);
  const abort = new AbortController();
  const hung = setTimeout(() => abort.abort(), patience);
  const answer = await send(sandbox, [url, { ...init, signal: abort.signal }]).catch(({ name }) => ({ name }));
  clearTimeout(hung);
  const { status, text, name, headers = [] } = answer;
  return { status, text, name, headers: [...headers], refunds: sandbox.ledger.refunds.map((refund) => refund.status) };
}

test("every provider is here", () => {
  assert.deepEqual([...new Set(Object.keys(WAYS).map((way) => way.split(" ")[0]))], PROVIDERS);
});

for (const [way, [request, ...cannot]] of Object.entries(WAYS)) {
  const [provider] = way.split(" ");
  for (const fault of FAULTS) {
    const refused = fault === "in-progress" && provider !== "razorpay";
    test(`${way}: ${fault} ${refused ? "is refused" : cannot.includes(fault) ? "waits" : "is seen"}`, async () => {
      const usual = await seen(createSandbox({ now: clock }), request);
      assert.deepEqual([usual.status, usual.refunds.length > 0], [200, true], usual.text);
      const sandbox = createSandbox({ now: clock });
      if (refused) {
        const told = new RegExp(`${provider} .*in-progress.*: razorpay`);
        assert.throws(() => sandbox.faults.next(provider, fault), { name: "TypeError", message: told });
        assert.deepEqual(sandbox.faults.pending, []);
        return;
      }
      sandbox.faults.next(provider, fault);
      const met = await seen(sandbox, request, fault.startsWith("timeout") ? 50 : undefined);
      assert.equal(sandbox.faults.pending.length, cannot.includes(fault) ? 1 : 0, "faults that wait");
      if (cannot.includes(fault)) assert.deepEqual(met, usual);
      else assert.notDeepEqual(met, usual);
    });
  }
}

test("a verdict waits for a refund: neither a read nor what is refused anyway uses it up", async () => {
  for (const fault of ["pending", "declined"]) {
    const sandbox = createSandbox({ now: clock });
    sandbox.faults.next("razorpay", fault, { on: "any" });
    await send(sandbox, razorpay(sandbox, "GET", "/v1/refunds"));
    const { paymentId } = sandbox.payments.razorpay.standard;
    await send(sandbox, razorpay(sandbox, "POST", `/v1/payments/${paymentId}/refund`, { amount: 1 }));
    assert.deepEqual([sandbox.faults.pending.length, sandbox.ledger.refunds.length], [1, 0]);
    await seen(sandbox, razorpayRefund());
    assert.deepEqual(
      sandbox.ledger.refunds.map(({ status }) => status),
      [fault === "pending" ? "pending" : "failed"],
    );
    const more = createSandbox({ now: clock });
    more.faults.next("doku", fault);
    const tooMuch = dokuCard("settled")({
      ...more,
      payments: { doku: { settled: { ...more.payments.doku.settled, amount: { value: "90001" } } } },
    });
    assert.equal((await send(more, tooMuch)).json.refund.status, "FAILED");
    assert.equal(more.faults.pending.length, 1);
  }
});

test("a verdict that waits leaves a payment its own", async () => {
  const sandbox = createSandbox({ now: clock });
  sandbox.faults.next("razorpay", "in-progress");
  const { paymentId } = sandbox.payments.razorpay.pending;
  await send(sandbox, razorpay(sandbox, "POST", `/v1/payments/${paymentId}/refund`, { amount: 100 }));
  assert.equal(sandbox.ledger.refunds[0].status, "pending");
});

test("what is about the answer to a refund cannot be without the refund", () => {
  const { faults } = createSandbox({ now: clock });
  for (const fault of ["truncated", "forged-signature", "pending", "declined", "in-progress"])
    assert.throws(() => faults.next("razorpay", fault, { done: false }), /done/, fault);
  assert.deepEqual(faults.pending, []);
});
