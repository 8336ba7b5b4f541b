import assert from "node:assert/strict";
import { test } from "node:test";
import { createSandbox } from "../../pkg-template/sandbox/index.js";
import { clock, craftgate, doku, dokuResponseIsSigned, durianpay, razorpay, send, snap } from "./requests.js";

const REFUND = "/cancellation/credit-card/refund";
/** One refund per provider. */
const REFUNDS = {
  durianpay: (sandbox) => {
    const { paymentId } = sandbox.payments.durianpay.standard;
    return durianpay(sandbox, "POST", "/v1/refunds", { ref_id: "ref-1", payment_id: paymentId, amount: "100" });
  },
  doku: (sandbox) => {
    const { invoiceNumber, originalRequestId } = sandbox.payments.doku.settled;
    const order = { invoice_number: invoiceNumber };
    return doku(sandbox, "POST", REFUND, {
      order,
      payment: { original_request_id: originalRequestId },
      refund: { amount: 100 },
    });
  },
  razorpay: (sandbox) =>
    razorpay(sandbox, "POST", `/v1/payments/${sandbox.payments.razorpay.standard.paymentId}/refund`, {
      amount: 100,
      receipt: "r-1",
    }),
  craftgate: (sandbox) =>
    craftgate(sandbox, "POST", "/payment/v1/refund-transactions", { paymentTransactionId: 21, refundPrice: 1 }),
  payermax: (sandbox) =>
    snap(sandbox, "payermax", "/v1.0/debit/refund", {
      originalPartnerReferenceNo: sandbox.payments.payermax.standard.originalPartnerReferenceNo,
      refundAmount: { value: "1000.00", currency: "IDR" },
      partnerRefundNo: "R1",
      additionalInfo: { version: "1.4", keyVersion: "1" },
    }),
};
const NAMES = Object.keys(REFUNDS);
const struck = (provider, fault, options) => {
  const sandbox = createSandbox({ now: clock });
  sandbox.faults.next(provider, fault, options);
  return sandbox;
};
const refunds = (sandbox) => sandbox.ledger.refunds.length;
const abortedSoon = (sandbox, [url, init]) => {
  const abort = new AbortController();
  setTimeout(() => abort.abort(new Error("enough")), 200);
  return sandbox.fetch(url, { ...init, signal: abort.signal });
};

for (const name of NAMES) {
  test(`${name}: no fault, then one fault for one request`, async () => {
    const sandbox = struck(name, "status-503");
    assert.equal((await send(sandbox, REFUNDS[name](sandbox))).status, 503);
    assert.equal((await send(sandbox, REFUNDS[name](sandbox))).status, 200);
    assert.equal(refunds(sandbox), 1);
  });

  test(`${name}: timeouts hang until the signal aborts`, async () => {
    for (const [fault, done] of [
      ["timeout", 0],
      ["timeout-after", 1],
    ]) {
      const sandbox = struck(name, fault);
      await assert.rejects(abortedSoon(sandbox, REFUNDS[name](sandbox)), /enough/);
      assert.equal(refunds(sandbox), done, fault);
    }
  });

  test(`${name}: a lost response is a TypeError after the refund`, async () => {
    const sandbox = struck(name, "lost-response");
    await assert.rejects(send(sandbox, REFUNDS[name](sandbox)), TypeError);
    assert.equal(refunds(sandbox), 1);
  });

  test(`${name}: statuses`, async () => {
    for (const status of [429, 500, 503]) {
      for (const done of [false, true]) {
        const sandbox = struck(name, `status-${status}`, { done, retryAfter: 9 });
        const answer = await send(sandbox, REFUNDS[name](sandbox));
        assert.equal(answer.status, status);
        assert.equal(answer.headers.get("Retry-After"), status === 429 ? "9" : null);
        assert.ok(answer.json);
        assert.equal(refunds(sandbox), done ? 1 : 0);
      }
    }
  });

  test(`${name}: bodies that are not what they should be`, async () => {
    const whole = createSandbox({ now: clock });
    const { text } = await send(whole, REFUNDS[name](whole));
    const html = struck(name, "html");
    const page = await send(html, REFUNDS[name](html));
    assert.deepEqual(
      [page.status, page.headers.get("Content-Type"), page.text.slice(0, 6)],
      [502, "text/html", "<html>"],
    );
    assert.equal(refunds(html), 0);
    for (const [fault, status, length] of [
      ["empty", 200, 0],
      ["status-204", 204, 0],
      ["truncated", 200, text.length >> 1],
    ]) {
      const sandbox = struck(name, fault);
      const answer = await send(sandbox, REFUNDS[name](sandbox));
      assert.deepEqual([answer.status, answer.text.length, answer.json], [status, length, undefined]);
      assert.equal(refunds(sandbox), 1);
    }
  });

  test(`${name}: pending and declined`, async () => {
    for (const [fault, status] of [
      ["pending", "pending"],
      ["declined", "failed"],
    ]) {
      const sandbox = struck(name, fault);
      await send(sandbox, REFUNDS[name](sandbox));
      assert.equal(sandbox.ledger.refunds[0].status, status);
    }
  });
}

test("forged-signature: DOKU signs wrongly, the refund is done", async () => {
  const sandbox = struck("doku", "forged-signature");
  const answer = await send(sandbox, REFUNDS.doku(sandbox));
  assert.equal(answer.json.refund.status, "SUCCESS");
  assert.match(answer.headers.get("Signature"), /^HMACSHA256=.{44}$/);
  assert.ok(!dokuResponseIsSigned(sandbox, answer, REFUND));
  assert.equal(refunds(sandbox), 1);
});

test("forged-signature: the others answer about somebody else's payment", async () => {
  const about = {
    durianpay: (json) => json.data.ref_id === "ref-1",
    razorpay: (json) => json.payment_id === "pay_FCXKPFtYfPXJPy" || json.receipt === "r-1",
    craftgate: (json) => json.data.paymentId === 2,
    payermax: (json) => json.partnerRefundNo === "R1" || json.originalPartnerReferenceNo === "20240302141539079100054",
  };
  for (const [name, same] of Object.entries(about)) {
    const honest = createSandbox({ now: clock });
    assert.ok(same((await send(honest, REFUNDS[name](honest))).json), name);
    const sandbox = struck(name, "forged-signature");
    const { json } = await send(sandbox, REFUNDS[name](sandbox));
    assert.ok(!same(json), name);
    assert.equal(refunds(sandbox), 1);
  }
});

test("forged-signature reaches into lists", async () => {
  const sandbox = struck("craftgate", "forged-signature");
  const { json } = await send(sandbox, craftgate(sandbox, "POST", "/payment/v1/refunds", { paymentId: 2 }));
  assert.deepEqual(
    json.data.paymentTransactionRefunds.map(({ paymentId }) => paymentId),
    [7, 7],
  );
});

test("DOKU: a bare 500 is not signed", async () => {
  const sandbox = struck("doku", "status-500");
  const answer = await send(sandbox, REFUNDS.doku(sandbox));
  assert.deepEqual(Object.keys(answer.json), ["timestamp", "status", "error", "path"]);
  assert.equal(answer.headers.get("Signature"), null);
});

test("faults wait for money, unless they are for any request", async () => {
  const sandbox = struck("razorpay", "status-500");
  assert.equal((await send(sandbox, razorpay(sandbox, "GET", "/v1/refunds"))).status, 200);
  sandbox.faults.next("razorpay", "status-503", { on: "any" });
  assert.equal((await send(sandbox, razorpay(sandbox, "GET", "/v1/refunds"))).status, 503);
  assert.equal((await send(sandbox, REFUNDS.razorpay(sandbox))).status, 500);
  sandbox.faults.next("razorpay", "status-500", { times: 2 });
  assert.equal((await send(sandbox, REFUNDS.doku(sandbox))).status, 200);
  assert.equal((await send(sandbox, REFUNDS.razorpay(sandbox))).status, 500);
  sandbox.faults.clear();
  assert.equal((await send(sandbox, REFUNDS.razorpay(sandbox))).status, 200);
  assert.throws(() => sandbox.faults.next("razorpay", "timeouts"), /known: timeout, /);
  assert.throws(() => sandbox.faults.next("paypal", "timeout"), /known: durianpay, /);
});

test("options that a fault does not have, or not so", () => {
  const sandbox = createSandbox({ now: clock });
  const wrong = [
    [{ time: 3 }, /"time"; known: done, times, on, retryAfter/],
    [{ times: 2, always: true }, /"always"/],
    [{ times: 1.5 }, /times .* not 1\.5/],
    [{ times: -1 }, /times/],
    [{ times: "3" }, /times .* not "3"/],
    [{ retryAfter: "soon" }, /retryAfter/],
    [{ on: "refunds" }, /"refunds"; known: refund, any/],
    [{ done: "no" }, /done .* not "no"/],
    [3, /options .* not 3/],
    [null, /options .* not null/],
  ];
  for (const [options, message] of wrong) {
    const refused = { name: "TypeError", message };
    assert.throws(() => sandbox.faults.next("doku", "status-429", options), refused, JSON.stringify(options));
  }
  assert.deepEqual(sandbox.faults.pending, []);
  sandbox.faults.next("doku", "status-429", { times: 2, done: undefined, on: "any", retryAfter: 0 });
  assert.equal(sandbox.faults.pending.length, 2);
});

test("the signal is always respected", async () => {
  const sandbox = createSandbox({ now: clock });
  const [url, init] = REFUNDS.doku(sandbox);
  const reason = new Error("stop");
  await assert.rejects(sandbox.fetch(url, { ...init, signal: AbortSignal.abort(reason) }), reason);
  await assert.rejects(sandbox.fetch(new Request(url, { ...init, signal: AbortSignal.abort(reason) })), reason);
  assert.equal(refunds(sandbox), 0);
  assert.equal((await sandbox.fetch(new Request(url, init))).status, 200);
});
