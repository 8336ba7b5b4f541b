// What the refund screen advises, without a browser: where the same plan may be sent again, and in which words.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import { catalog } from "refund-signer/catalog";
import * as signer from "refund-signer/slim";
import { isRecognized } from "../../www/src/recognized.js";
import { headlineOf } from "../../www/src/refund/asked.js";

before(async () => {
  const url = new URL("../../pkg/refund_signer.wasm", import.meta.url);
  signer.init(await readFile(url));
});

describe("whether a repeated plan is recognized", () => {
  test("is a matter of the operation, and not of the provider alone", () => {
    const operations = catalog().flatMap(({ name, operations }) =>
      operations.filter(({ movesMoney }) => movesMoney).map((operation) => [name, operation.name]),
    );
    const recognized = operations.filter(([provider, operation]) =>
      isRecognized({ provider, operation, idempotencyKey: "k" }),
    );
    assert.deepEqual(
      recognized.map((names) => names.join(".")).filter((name) => !name.startsWith("craftgate.")),
      ["doku.createRefund", "doku.createShopeePayRefund", "doku.createAkulakuRefund", "razorpay.createRefund"],
    );
    assert.ok(recognized.some(([provider]) => provider === "craftgate"));
  });

  test("not without a key", () => assert.ok(!isRecognized({ provider: "razorpay", operation: "createRefund" })));
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
