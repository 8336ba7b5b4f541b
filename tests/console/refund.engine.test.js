// What the refund screen advises, without a browser: where the same plan may be sent again, and in which words.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import * as signer from "refund-signer/slim";
import { isRecognized } from "../../www/src/own.js";
import { headlineOf } from "../../www/src/refund/asked.js";
import {
  ChangedElsewhere,
  ending,
  entriesOf,
  hearing,
  isOpen,
  newKept,
  newStep,
  stepping,
  withdrawing,
} from "../../www/src/refund/kept.js";
import { AWAITS } from "../../www/src/refund/notes.js";

before(async () => {
  const url = new URL("../../pkg/refund_signer.wasm", import.meta.url);
  signer.init(await readFile(url));
});

describe("whether a repeated plan is recognized", () => {
  const idr = { value: "5000", currency: "IDR" };
  const snap = { originalPartnerReferenceNo: "o", partnerRefundNo: "p", amount: idr };
  const operations = {
    "razorpay createRefund": [true, () => signer.razorpay.createRefund({ paymentId: "pay_1" })],
    "craftgate createRefund": [true, () => signer.craftgate.createRefund({ paymentId: 5n })],
    "doku createRefund": [
      true,
      () => signer.doku.createRefund({ invoiceNumber: "INV 1", originalRequestId: "abc", amount: idr }),
    ],
    "doku createSnapRefund": [false, () => signer.doku.createSnapRefund({ ...snap, channel: "EMONEY_OVO_SNAP" })],
    "payermax createRefund": [false, () => signer.payermax.createRefund(snap)],
    "durianpay createRefund": [
      false,
      () => signer.durianpay.createRefund({ paymentId: "pay_1", refId: "r", amount: idr }),
    ],
    "doku checkStatus, which moves nothing": [false, () => signer.doku.checkStatus({ invoiceNumber: "INV 1" })],
  };
  for (const [name, [expected, plan]] of Object.entries(operations))
    test(name, () => assert.equal(isRecognized(plan()), expected));
});

describe("a refund that is stored until its outcome is known", () => {
  const planOf = () =>
    signer.razorpay.createRefund({ paymentId: "pay_1", receipt: "order-1", idempotencyKey: "key-0123456789" });
  const pending = { status: "pending", next: "wait", refund: { id: "rfnd_1", status: "pending" } };
  const list = (status, reference = "order-1") => ({
    status: "succeeded",
    next: "done",
    refunds: [{ status, reference }],
  });
  const sent = (verdict) => ({ kind: "send", verdict: { next: "query", ...verdict } });
  const unknown = { status: "unknown" };
  const asked = (verdict) => ({ kind: "query", verdict });
  const open = (...steps) => isOpen({ plan: planOf(), steps });

  for (const [what, isIt, ...steps] of [
    ["nothing was done", false],
    ["nothing was heard", true, { kind: "send" }],
    ["unknown", true, sent(unknown)],
    ["pending", true, sent(pending)],
    ["succeeded", false, sent({ status: "succeeded" })],
    ["refused", false, sent({ status: "rejected" })],
    ["unknown, then not heard of again", true, sent(unknown), { kind: "again" }],
    ["unknown, then succeeded", false, sent(unknown), { ...sent({ status: "succeeded" }), kind: "again" }],
    ["found succeeded", false, sent(unknown), asked(list("succeeded"))],
    ["found failed", false, sent(unknown), asked(list("failed"))],
    ["found pending", true, sent(unknown), asked(list("pending"))],
    ["another one found", true, sent(unknown), asked(list("succeeded", "order-2"))],
    ["asked in vain", true, sent(unknown), asked({ status: "rejected", next: "fix" })],
    ["found failed, then sent again", true, sent(unknown), asked(list("failed")), { kind: "again" }],
    ["the edge signer's no", false, { kind: "send", note: "forbidden" }],
    [
      "the edge signer's no after silence",
      true,
      { kind: "send", note: "no_response" },
      { kind: "again", note: "forbidden" },
    ],
    ["to be approved", true, { kind: "send", note: AWAITS }],
  ])
    test(`${what}: ${isIt ? "open" : "over"}`, () => assert.equal(open(...steps), isIt));

  const begun = () => ({ ...newKept({ plan: planOf(), via: "sandbox", values: {} }), version: 1 });

  test("of two tabs that know the same version one takes the step", () => {
    const kept = begun();
    const step = newStep("send", "createRefund");
    const first = stepping(kept, step)(kept);
    assert.deepEqual(first.steps, [step]);
    const later = { ...first, version: 2 };
    assert.throws(() => stepping(kept, newStep("again", "createRefund"))(later), ChangedElsewhere);
    assert.throws(() => stepping(kept, step)(undefined), ChangedElsewhere, "another tab has ended it");
  });

  test("what came of a step is stored without request, answer and keys", () => {
    const step = newStep("send", "createRefund");
    const kept = { ...begun(), steps: [step] };
    const entry = {
      id: 1,
      at: 1,
      kind: "send",
      provider: "razorpay",
      operation: "createRefund",
      plan: kept.plan,
      request: { headers: { Authorization: "secret" } },
      answer: { status: 200, headers: [], body: "secret" },
      verdict: unknown,
      milliseconds: 5,
    };
    const told = ending(kept, step, entry)(kept);
    assert.deepEqual(told.steps, [{ ...step, verdict: unknown, milliseconds: 5 }]);
    assert.ok(!JSON.stringify(told).includes("secret"));
    assert.deepEqual(ending(kept, step, entry)(undefined), told, "forgotten in another tab, and open: stored again");
    assert.equal(ending(kept, step, { ...entry, verdict: { status: "succeeded" } })(kept), undefined);
  });

  test("a step in which nothing was sent leaves nothing", () => {
    const [first, second] = [newStep("send", "createRefund"), newStep("again", "createRefund")];
    const kept = begun();
    assert.equal(withdrawing(first)({ ...kept, steps: [first] }), undefined);
    assert.deepEqual(withdrawing(second)({ ...kept, steps: [first, second] }).steps, [first]);
  });

  test("a webhook ends its own refund only", () => {
    const kept = { ...begun(), steps: [{ ...newStep("send", "createRefund"), verdict: pending }] };
    const webhook = (refund) => [{ kind: "webhook", webhook: { verified: true, text: "", body: "", refund } }];
    assert.equal(hearing(webhook({ id: "rfnd_1", status: "succeeded" }))(kept), undefined);
    assert.ok(hearing(webhook({ id: "rfnd_2", status: "succeeded" }))(kept));
    assert.ok(hearing(webhook({ id: "rfnd_1", status: "pending" }))(kept));
  });

  test("where nothing was heard, the verdict is that of a lost answer", () => {
    const kept = { ...begun(), steps: [newStep("send", "createRefund")] };
    const [entry] = entriesOf(kept, unknown);
    assert.deepEqual([entry.kind, entry.verdict, entry.plan], ["send", unknown, kept.plan]);
    const [refused] = entriesOf(
      { ...kept, steps: [{ ...newStep("send", "createRefund"), note: "forbidden" }] },
      unknown,
    );
    assert.equal(refused.verdict, undefined);
  });

  test("the same payment is the same, whatever else its plan says", () => {
    const keyOf = (input, via = "sandbox") =>
      newKept({ plan: signer.razorpay.createRefund(input), via, values: {} }).key;
    const amount = { value: "1.00", currency: "INR" };
    assert.equal(keyOf({ paymentId: "pay_1" }), keyOf({ paymentId: "pay_1", receipt: "order-2", amount }));
    assert.notEqual(keyOf({ paymentId: "pay_1" }), keyOf({ paymentId: "pay_2" }));
    assert.notEqual(keyOf({ paymentId: "pay_1" }), keyOf({ paymentId: "pay_1" }, "signer"));
  });
});

describe("asked in vain", () => {
  const amount = { value: "1000", currency: "IDR" };
  const lost = { status: "unknown", next: "query" };
  const advice = (plan) => headlineOf(plan, lost, { status: "succeeded", next: "done" }).advice;

  test("DOKU's cards: the same plan again", () => {
    const plan = signer.doku.createRefund({ invoiceNumber: "i", originalRequestId: "r", amount });
    assert.match(advice(plan), /may be sent again: this provider recognizes it/);
  });

  test("DOKU's SNAP: a person has to look", () => {
    const plan = signer.doku.createSnapRefund({
      originalPartnerReferenceNo: "o",
      partnerRefundNo: "n",
      channel: "EMONEY_OVO_SNAP",
      amount,
    });
    assert.match(advice(plan), /a person has to look, before anything is sent again/);
  });

  test("Craftgate: an older server may ignore the key", () => {
    const plan = signer.craftgate.refundPaymentTransaction({ paymentTransactionId: "1" });
    assert.match(advice(plan), /an older server may ignore/);
    assert.doesNotMatch(advice(plan), /this provider recognizes it/);
  });
});
