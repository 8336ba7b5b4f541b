// Durianpay's operations: `{ operation: { what: async (bench) => … } }`.

import { has, ok, same } from "../assert.js";
import { refundCases, tokenCases } from "./snap.js";

const idr = (value) => ({ value, currency: "IDR" });
const FIRST = "rfn_sandbox0000001";
const DAY = 86_400_000;

/** Of a payment, as its lists and its single objects have it, newest first. */
async function three({ good, payments: { standard, fullOnly } }) {
  await good("createRefund", { paymentId: standard.paymentId, refId: "r-1", amount: idr("10000") });
  await good("createRefund", { paymentId: standard.paymentId, refId: "r-2", amount: idr("15000.5") });
  await good("createRefund", { paymentId: fullOnly.paymentId, refId: "r-3", amount: fullOnly.amount });
}

const references = ({ refunds }) => refunds.map(({ reference }) => reference);
/** The day in Jakarta, where the sandbox's Durianpay is. */
const day = (shift) => new Date(Date.now() + 7 * 3_600_000 + shift).toISOString().slice(0, 10);
const seconds = (shift) => String(Math.floor((Date.now() + shift) / 1000));
const snapInput = ({ payments: { snap } }) => ({
  originalPartnerReferenceNo: snap.originalPartnerReferenceNo,
  originalReferenceNo: snap.originalReferenceNo,
  partnerRefundNo: "refund-1",
  amount: snap.amount,
});

/** A refund by link: the customer has yet to claim it. */
const byLink = (form, written) => async (bench) => {
  const { paymentId, amount } = bench.payments.standard;
  const input = { paymentId, refId: "r-1", amount, useRefundLink: true, ...form };
  same(JSON.parse(bench.plan("createRefund", input).body).use_refund_link, written, "use_refund_link");
  const { status, next, refund } = await bench.run("createRefund", input);
  same([status, next, refund.status, refund.reference], ["pending", "wait", "pending", "r-1"], "verdict");
  await bench.booked({ status: "pending", amount: "5000000" });
};

export default {
  createRefund: {
    "in full": async ({ good, booked, payments: { standard } }) => {
      const { paymentId, amount } = standard;
      const { refund } = await good("createRefund", { paymentId, refId: "r-1", amount });
      const given = { id: FIRST, reference: "r-1", amount: idr("50000.00"), status: "succeeded", kind: "full" };
      has(refund, { ...given, providerStatus: "completed" }, "refund");
      await booked({ reference: "r-1", amount: "5000000", type: "full", status: "succeeded" });
    },
    "in part, with a fraction and notes": async ({ good, booked, payments: { standard } }) => {
      const input = { paymentId: standard.paymentId, refId: "r/1 é", amount: idr("10000.5"), notes: 'line 1\n"2"' };
      const { refund } = await good("createRefund", input);
      has(refund, { reference: "r/1 é", amount: idr("10000.50"), kind: "partial" }, "refund");
      await booked({ amount: "1000050", type: "partial", details: { notes: 'line 1\n"2"' } });
    },
    "by link": byLink({}, true),
    "by link, written as text": byLink({ useRefundLinkAs: "string" }, "true"),
    "without a link, said so": async ({ plan, good, booked, payments: { standard } }) => {
      const { paymentId, amount } = standard;
      const input = { paymentId, refId: "r-1", amount, useRefundLink: false, useRefundLinkAs: "string" };
      same(JSON.parse(plan("createRefund", input).body).use_refund_link, "false", "use_refund_link");
      await good("createRefund", input);
      await booked({ status: "succeeded" });
    },
    "a pending one": async ({ run, booked, payments: { pending } }) => {
      const { paymentId, amount } = pending;
      const verdict = await run("createRefund", { paymentId, refId: "r-1", amount });
      has(verdict, { status: "pending", next: "wait" }, "verdict");
      has(verdict.refund, { id: FIRST, providerStatus: "approved" }, "refund");
      await booked({ status: "pending" });
    },
    "too much": async ({ doubted, payments: { standard } }) => {
      const input = { paymentId: standard.paymentId, refId: "r-1", amount: idr("50000.01") };
      await doubted("createRefund", input, "amount_exceeded");
    },
    "a part of what is refunded in full only": async ({ refused, payments: { fullOnly } }) => {
      const input = { paymentId: fullOnly.paymentId, refId: "r-1", amount: idr("1") };
      await refused("createRefund", input, { code: "invalid_request" });
    },
    "an unknown payment": async ({ refused }) =>
      refused("createRefund", { paymentId: "pay_none", refId: "r-1", amount: idr("1") }, { code: "payment_not_found" }),
    "a wrong key": async ({ refused, payments: { standard } }) => {
      const input = { paymentId: standard.paymentId, refId: "r-1", amount: standard.amount };
      const settings = { serverKey: "dp_test_wrong" };
      await refused("createRefund", input, { code: "authentication_failed" }, { settings });
    },
  },
  fetchRefund: {
    "one refund": async (bench) => {
      await three(bench);
      const { refund } = await bench.good("fetchRefund", { refundId: "rfn_sandbox0000002" });
      const given = { id: "rfn_sandbox0000002", reference: "r-2", amount: idr("15000.50"), status: "succeeded" };
      has(refund, { ...given, kind: "partial" }, "refund");
      ok(Math.abs(Date.parse(refund.createdAt) - Date.now()) < 60_000, `createdAt: ${refund.createdAt}`);
    },
    "before and after it is settled": async ({ run, good, settle, payments: { pending } }) => {
      const { paymentId, amount } = pending;
      await run("createRefund", { paymentId, refId: "r-1", amount });
      const read = async () => (await good("fetchRefund", { refundId: FIRST })).refund.status;
      same(await read(), "pending", "before");
      await settle(FIRST, "succeeded");
      same(await read(), "succeeded", "after");
    },
    "an unknown refund": async ({ refused }) =>
      refused("fetchRefund", { refundId: "rfn_none" }, { code: "refund_not_found" }),
  },
  listRefunds: {
    "newest first, with the same names as a single one": async (bench) => {
      await three(bench);
      const { refunds, page } = await bench.good("listRefunds", {});
      same(references({ refunds }), ["r-3", "r-2", "r-1"], "references");
      same(page.total, 3, "total");
      const { refund } = await bench.good("fetchRefund", { refundId: "rfn_sandbox0000002" });
      const { payment, ...listed } = refunds[1];
      same(payment, bench.payments.standard.paymentId, "payment");
      has(listed, { ...refund }, "the same refund, listed");
    },
    "skip and limit": async (bench) => {
      await three(bench);
      const found = [];
      for (const skip of [0, 1, 2, 3]) {
        const verdict = await bench.good("listRefunds", { skip, limit: 1 });
        found.push(references(verdict));
        same(verdict.page.total, 3, "total");
      }
      same(found, [["r-3"], ["r-2"], ["r-1"], []], "pages");
    },
    "from and to, as days and as seconds": async (bench) => {
      await three(bench);
      const count = async (input) => (await bench.good("listRefunds", input)).refunds.length;
      same(await count({ from: day(-DAY), to: day(DAY) }), 3, "around today");
      same(await count({ from: day(2 * DAY) }), 0, "from later on");
      same(await count({ to: day(-2 * DAY) }), 0, "up to earlier");
      same(await count({ from: seconds(-DAY), to: seconds(DAY) }), 3, "in seconds, around today");
      same(await count({ from: seconds(2 * DAY) }), 0, "in seconds, from later on");
    },
    "a search with special characters": async ({ good }) =>
      void (await good("listRefunds", { search: "a b&limit=1#é", limit: 5 })),
    "none yet": async ({ good }) => has(await good("listRefunds", {}), { refunds: [], page: { total: 0 } }, "verdict"),
  },
  listPaymentRefunds: {
    "those of one payment": async (bench) => {
      await three(bench);
      const { paymentId } = bench.payments.standard;
      const { refunds } = await bench.good("listPaymentRefunds", { paymentId });
      same(references({ refunds }), ["r-2", "r-1"], "references");
      has(refunds[1], { id: FIRST, payment: paymentId, amount: idr("10000.00"), status: "succeeded" }, "refund");
    },
    "none yet": async ({ good, payments: { standard } }) =>
      same((await good("listPaymentRefunds", { paymentId: standard.paymentId })).refunds, [], "refunds"),
  },
  requestAccessToken: tokenCases({
    expiresInSeconds: 900,
    grantTypes: [undefined, "AUTHORIZATION_CODE", "client_credentials"],
    refund: (bench, settings) => bench.good("createSnapRefund", snapInput(bench), { settings }),
  }),
  createSnapRefund: {
    ...refundCases({
      input: snapInput,
      amount: idr("50000.00"),
      minor: "5000000",
      paymentOf: ({ payments }) => payments.snap.originalPartnerReferenceNo,
      declined: "rejected",
    }),
    "of QRIS": async (bench) => {
      const { qris } = bench.payments;
      const path = "/v1.0/qr/qr-mpm-refund";
      const { originalPartnerReferenceNo, originalReferenceNo, amount } = qris;
      const input = { originalPartnerReferenceNo, originalReferenceNo, amount, partnerRefundNo: "q-1", path };
      const { refund } = await bench.good("createSnapRefund", input);
      has(refund, { reference: "q-1", amount: idr("20000.00"), status: "succeeded" }, "refund");
      ok(bench.requests[0].url.endsWith(path), bench.requests[0].url);
      await bench.booked({ reference: "q-1", amount: "2000000", paymentId: originalReferenceNo });
    },
    "of QRIS on the path of e-wallets": async (bench) => {
      const { originalPartnerReferenceNo, originalReferenceNo, amount } = bench.payments.qris;
      const input = { originalPartnerReferenceNo, originalReferenceNo, amount, partnerRefundNo: "q-1" };
      await bench.refused("createSnapRefund", input, { code: "payment_not_found" });
    },
    "one that the payment keeps waiting": async (bench) => {
      const { originalPartnerReferenceNo, originalReferenceNo, amount } = bench.payments.snapPending;
      const input = { originalPartnerReferenceNo, originalReferenceNo, amount, partnerRefundNo: "p-1" };
      const { status, next, httpStatus } = await bench.run("createSnapRefund", input);
      same([status, next, httpStatus], ["pending", "wait", 202], "verdict");
      await bench.booked({ reference: "p-1", status: "pending" });
    },
  },
};
