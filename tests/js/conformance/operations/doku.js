// DOKU's operations: `{ operation: { what: async (bench) => … } }`.

import { has, ok, same } from "../assert.js";
import { refundCases, tokenCases } from "./snap.js";

const idr = (value) => ({ value, currency: "IDR" });
const PATHS = ["/cancellation/credit-card/refund", "/credit-card/v1/cancellation/credit-card/refund"];
const CHANNELS = {
  EMONEY_OVO_SNAP: "/direct-debit/ovo/v1.0/debit/refund",
  EMONEY_DANA_SNAP: undefined,
  EMONEY_SHOPEE_PAY_SNAP: undefined,
  DIRECT_DEBIT_ALLO_SNAP: "/direct-debit/allobank/v1.0/debit/refund",
  DIRECT_DEBIT_CIMB_SNAP: "/direct-debit/cimb/v1.0/debit/refund",
  DIRECT_DEBIT_BRI_SNAP: "/direct-debit/bri/v1.0/debit/refund",
};

const cardInput = ({ payments }, name = "settled") => payments[name];
const snapInput = ({ payments: { emoney } }) => ({
  originalPartnerReferenceNo: emoney.originalPartnerReferenceNo,
  partnerRefundNo: "refund-1",
  amount: emoney.amount,
  channel: "EMONEY_DANA_SNAP",
});
const qrisInput = ({ payments: { qris } }) => ({
  originalPartnerReferenceNo: qris.originalPartnerReferenceNo,
  partnerRefundNo: "refund-1",
  amount: qris.amount,
  merchantId: "5859",
});
const akulakuInput = ({ payments: { akulaku } }) => ({
  invoiceNumber: akulaku.invoiceNumber,
  merchantUniqueReference: akulaku.merchantUniqueReference,
  identifiers: akulaku.identifiers,
  refundMerchantUniqueReference: "refund-1",
});
const shopeeInput = ({ payments: { shopeepay } }) => ({
  invoiceNumber: shopeepay.invoiceNumber,
  identifiers: shopeepay.identifiers,
});

/** A card refund of a kind that DOKU chooses. */
const kind = (payment, value, type, expected) => async (bench) => {
  const { invoiceNumber } = bench.payments[payment];
  const input = { ...cardInput(bench, payment), amount: idr(value), requestId: "request-1" };
  const verdict = await bench.run("createRefund", input);
  has(verdict, { ...expected, signature: "verified", replayed: false }, "verdict");
  const { status } = expected;
  has(verdict.refund, { kind: type, payment: invoiceNumber, amount: idr(`${value}.00`), status }, "refund");
  await bench.booked({ idempotencyKey: "request-1", type, status, amount: `${value}00` });
};
const DONE = { status: "succeeded", next: "done" };
const WAIT = { status: "pending", next: "wait" };

/** The second time DOKU answers with HTTP 409, from its record. */
const again = (operation, input, first) => async (bench) => {
  const stored = JSON.parse(JSON.stringify(bench.plan(operation, input(bench))));
  const earlier = await bench.sendPlan(stored);
  has(earlier, { ...first, httpStatus: 200, replayed: false, signature: "verified" }, "first");
  const second = { ...first, httpStatus: 409, replayed: true, signature: "verified" };
  has(await bench.sendPlan(stored, { earlier }), second, "second");
  // For a program that says that it never sent the plan, somebody else did.
  const { status, next, refund, problem } = await bench.sendPlan(stored);
  same([status, next, refund, problem.code], ["unknown", "query", undefined, "idempotency_conflict"], "third");
  same((await bench.ledger()).length, 1, "refunds in the ledger");
};

/** What the refunds without an amount share. */
const wholePayment = (operation, input, name) => ({
  "the whole payment": async (bench) => {
    const { refund } = await bench.good(operation, input(bench));
    const { invoiceNumber } = bench.payments[name];
    has(
      refund,
      { payment: invoiceNumber, amount: idr("90000.00"), kind: "FULL_REFUND", status: "succeeded" },
      "refund",
    );
    await bench.booked({ paymentId: invoiceNumber, amount: "9000000", type: "FULL_REFUND", status: "succeeded" });
  },
  "the same plan again": again(operation, input, DONE),
  "a pending one": async (bench) => {
    await bench.fault("pending");
    const { status, next, refund } = await bench.run(operation, input(bench));
    // DOKU documents no state of its own for these answers.
    ok(["pending", "unknown"].includes(status) && next !== "done", `${status} ${next}`);
    ok(refund === undefined || refund.status !== "succeeded", JSON.stringify(refund));
    await bench.booked({ status: "pending" });
  },
  "a declined one": async (bench) => {
    await bench.fault("declined");
    const { status, next, problem } = await bench.run(operation, input(bench));
    same([status, next, problem.code], ["failed", "fix", "declined"], "verdict");
    await bench.booked();
  },
  "another payment's identifiers": async (bench) => {
    const identifiers = [{ name: "ORDER_ID", value: "none" }];
    await bench.refused(operation, { ...input(bench), identifiers }, { code: "invalid_request" });
  },
  "an unknown payment": async (bench) =>
    bench.refused(operation, { ...input(bench), invoiceNumber: "NONE" }, { code: "payment_not_found" }),
});

export default {
  createRefund: {
    VOID: kind("unsettled", "90000", "VOID", DONE),
    PARTIAL_REFUND: kind("settled", "30000", "PARTIAL_REFUND", DONE),
    FULL_REFUND: kind("settled", "90000", "FULL_REFUND", DONE),
    MANUAL_PARTIAL_REFUND: kind("manual", "30000", "MANUAL_PARTIAL_REFUND", WAIT),
    MANUAL_FULL_REFUND: kind("manual", "90000", "MANUAL_FULL_REFUND", WAIT),
    ...Object.fromEntries(
      PATHS.map((path) => [
        `on ${path}`,
        async (bench) => {
          await bench.good("createRefund", { ...cardInput(bench), path });
          ok(bench.requests[0].url.endsWith(path), bench.requests[0].url);
          await bench.booked({ amount: "9000000" });
        },
      ]),
    ),
    "with a reason": async (bench) => {
      const reason = "Barang rusak – “cacat”";
      const { details } = await bench.good("createRefund", { ...cardInput(bench), reason });
      same(details.refund.reason, reason, "reason");
    },
    "the same plan again": again("createRefund", cardInput, DONE),
    "the same plan again, a manual one": again("createRefund", (bench) => cardInput(bench, "manual"), WAIT),
    "the same plan again, a failed one": async (bench) => {
      await bench.fault("declined");
      const stored = bench.plan("createRefund", cardInput(bench));
      for (const replayed of [false, true]) {
        const { problem, ...verdict } = await bench.sendPlan(stored);
        has(verdict, { status: "failed", next: "fix", replayed, signature: "verified" }, "verdict");
        same(problem.code, "declined", "code");
      }
      await bench.booked({ status: "failed" });
    },
    "the same Request-Id with another amount": async (bench) => {
      const input = { ...cardInput(bench), requestId: "request-1" };
      await bench.good("createRefund", { ...input, amount: idr("30000") });
      const { status, next, problem } = await bench.run("createRefund", { ...input, amount: idr("20000") });
      same([status, next, problem.code], ["unknown", "query", "duplicate_reference"], "verdict");
      await bench.booked({ amount: "3000000" });
    },
    "a part of what is voided in full only": async (bench) => {
      const { status, next } = await bench.run("createRefund", { ...cardInput(bench, "unsettled"), amount: idr("1") });
      same([status, next], ["failed", "fix"], "verdict");
      await bench.booked({ status: "failed" });
    },
    "too much": async (bench) => {
      const input = { ...cardInput(bench), amount: idr("90001") };
      await bench.exhausted("createRefund", input, { status: "failed", code: "amount_exceeded" });
      await bench.booked();
    },
    "an unknown payment": async (bench) =>
      bench.refused("createRefund", { ...cardInput(bench), invoiceNumber: "NONE" }, { code: "payment_not_found" }),
    "a wrong secret": async (bench) => {
      const { status, problem } = await bench.run("createRefund", cardInput(bench), { settings: { secretKey: "x" } });
      // What refuses it is signed with the right secret, which this client does not have: not to be believed.
      same([status, problem.code], ["unknown", "authentication_failed"], "verdict");
      for (const words of [problem.message, problem.userAction]) {
        ok(words.startsWith("Check your key and environment"), words);
      }
      await bench.booked();
    },
    "a wrong client id": async (bench) => {
      const settings = { clientId: "MCH-0000-0" };
      await bench.refused("createRefund", cardInput(bench), { code: "authentication_failed" }, { settings });
    },
    "an HMAC key outside the module": async (bench) => {
      await bench.good("createRefund", cardInput(bench), { key: await bench.secretKey("HMAC-SHA256") });
      await bench.booked({ amount: "9000000" });
    },
  },
  checkStatus: {
    "by invoice number, before and after": async (bench) => {
      const { invoiceNumber } = bench.payments.settled;
      const state = async () => (await bench.good("checkStatus", { invoiceNumber })).details.transaction.status;
      const seen = [await state()];
      for (const value of ["30000", "60000"]) {
        await bench.good("createRefund", { ...cardInput(bench), amount: idr(value) });
        seen.push(await state());
      }
      same(seen, ["SUCCESS", "SUCCESS", "REFUNDED"], "transaction.status");
      for (const { method, body, headers } of bench.requests.filter(({ url }) => url.includes("/status/"))) {
        same([method, body ?? null, headers.Digest], ["GET", null, undefined], "a GET without body and digest");
      }
    },
    "by Request-Id": async (bench) => {
      const { invoiceNumber, originalRequestId } = bench.payments.settled;
      const { details } = await bench.good("checkStatus", { invoiceNumber: originalRequestId });
      same(details.order.invoice_number, invoiceNumber, "invoice_number");
    },
    "by a refund's Request-Id, whose answer names only the payment": async (bench) => {
      await bench.good("createRefund", { ...cardInput(bench), requestId: "request-1" });
      const { status, next, problem } = await bench.run("checkStatus", { invoiceNumber: "request-1" });
      same([status, next, problem.code], ["unknown", "retry", "response_mismatch"], "verdict");
    },
    "what a refund's state is not": async (bench) => {
      for (const [value, providerStatus] of [
        ["30000", "SUCCESS"],
        ["60000", "REFUNDED"],
      ]) {
        await bench.good("createRefund", { ...cardInput(bench), amount: idr(value) });
        const { refund } = await bench.good("checkStatus", { invoiceNumber: bench.payments.settled.invoiceNumber });
        has(refund, { status: "unknown", providerStatus }, "the payment's state");
      }
    },
    "an unknown payment": async ({ refused }) =>
      refused("checkStatus", { invoiceNumber: "NONE" }, { code: "payment_not_found" }),
  },
  createShopeePayRefund: wholePayment("createShopeePayRefund", shopeeInput, "shopeepay"),
  createAkulakuRefund: {
    ...wholePayment("createAkulakuRefund", akulakuInput, "akulaku"),
    "the refund's own reference": async (bench) => {
      await bench.good("createAkulakuRefund", akulakuInput(bench));
      await bench.booked({ reference: "refund-1" });
    },
  },
  requestAccessToken: tokenCases({
    expiresInSeconds: 900,
    grantTypes: [undefined, "client_credentials"],
    refund: (bench, settings) => bench.good("createSnapRefund", snapInput(bench), { settings }),
  }),
  createSnapRefund: {
    ...refundCases({
      input: snapInput,
      amount: idr("90000.00"),
      minor: "9000000",
      paymentOf: ({ payments }) => payments.emoney.originalPartnerReferenceNo,
      declined: "failed",
    }),
    ...Object.fromEntries(
      Object.entries(CHANNELS).map(([channel, path]) => [
        `channel ${channel}${path ? ", on its older path" : ""}`,
        async (bench) => {
          const partnerRefundNo = channel.includes("ALLO") ? "r".repeat(32) : "r-1";
          const input = { ...snapInput(bench), channel, partnerRefundNo, originalExternalId: "ext-1", reason: "é" };
          const { refund } = await bench.good("createSnapRefund", path ? { ...input, path } : input);
          has(refund, { reference: partnerRefundNo, amount: idr("90000.00") }, "refund");
          ok(bench.requests[0].url.endsWith(path ?? "/direct-debit/core/v1/debit/refund"), bench.requests[0].url);
          await bench.booked({ reference: partnerRefundNo, amount: "9000000", details: { reason: "é" } });
        },
      ]),
    ),
  },
  checkSnapStatus: {
    "before and after refunds": async (bench) => {
      const { originalPartnerReferenceNo } = bench.payments.emoney;
      const asked = { originalPartnerReferenceNo, channel: "EMONEY_OVO_SNAP" };
      const before = await bench.good("checkSnapStatus", asked);
      same([before.refund.providerStatus, before.refunds], ["00", []], "before");
      for (const [index, value] of ["20000", "70000"].entries()) {
        await bench.good("createSnapRefund", { ...asked, amount: idr(value), partnerRefundNo: `r-${index + 1}` });
      }
      const { refund, refunds } = await bench.good("checkSnapStatus", asked);
      // 04 is the payment's: which refund it speaks of the history tells.
      has(refund, { providerStatus: "04", status: "unknown", payment: originalPartnerReferenceNo }, "payment");
      same(
        refunds.map(({ reference, status, amount }) => [reference, status, amount.value]),
        [
          ["r-2", "succeeded", "70000.00"],
          ["r-1", "succeeded", "20000.00"],
        ],
        "history",
      );
    },
    "an unknown payment": async ({ refused }) =>
      refused(
        "checkSnapStatus",
        { originalPartnerReferenceNo: "INV-NONE", channel: "EMONEY_OVO_SNAP" },
        { code: "payment_not_found" },
      ),
  },
  createQrisRefund: {
    ...refundCases({
      operation: "createQrisRefund",
      input: qrisInput,
      amount: idr("90000.00"),
      minor: "9000000",
      paymentOf: ({ payments }) => payments.qris.originalPartnerReferenceNo,
      declined: "failed",
    }),
    "with the amount as a number": async (bench) => {
      const input = { ...qrisInput(bench), amount: idr("30000"), amountFormat: "number", approvalCode: "A-1" };
      const { body } = bench.plan("createQrisRefund", input);
      same(JSON.parse(body).refundAmount, { value: 30000, currency: "IDR" }, "refundAmount");
      await bench.good("createQrisRefund", input);
      await bench.booked({ amount: "3000000", reference: "refund-1" });
    },
  },
  queryQris: {
    "before and after a refund": async (bench) => {
      const asked = { originalPartnerReferenceNo: bench.payments.qris.originalPartnerReferenceNo };
      const before = await bench.good("queryQris", asked);
      same([before.refund.providerStatus, before.refunds], ["00", undefined], "before");
      await bench.good("createQrisRefund", qrisInput(bench));
      has((await bench.good("queryQris", asked)).refund, { providerStatus: "04", status: "unknown" }, "after");
    },
    "an unknown payment": async ({ refused }) =>
      refused("queryQris", { originalPartnerReferenceNo: "INV-NONE" }, { code: "payment_not_found" }),
  },
};
