// Every plan's own query: what it asks, that it finds the refund whose answer was lost, and where there is none.

import { has, ok, same } from "./assert.js";
import { benchOf, openHere } from "./bench.js";

const try10 = { value: "10", currency: "TRY" };
const idr = (value) => ({ value, currency: "IDR" });
const first = ({ yesterday }) => yesterday.paymentTransactionIds[0];

/** `{ operation: [input, the query's operation, what the query finds] }`; no query for what has none. */
const QUERIES = {
  craftgate: {
    createRefund: [({ today }) => ({ paymentId: today.paymentId }), "listPaymentRefunds", { id: "1", payment: "1" }],
    refundPaymentTransaction: [
      (payments) => ({ paymentTransactionId: first(payments), amount: try10 }),
      "searchTransactionRefunds",
      { id: "1", payment: "2" },
    ],
    markAsRefunded: [({ today }) => ({ paymentId: today.paymentId }), "listPaymentRefunds", { id: "2", payment: "1" }],
    markTransactionAsRefunded: [
      (payments) => ({ paymentTransactionId: first(payments), amount: try10 }),
      "searchTransactionRefunds",
      { id: "1", payment: "2" },
    ],
    refundWaitingPayment: [
      ({ waiting }) => ({ paymentId: waiting.paymentId }),
      "listPaymentRefunds",
      { id: "1", payment: "5" },
    ],
    refundWalletTransaction: [
      ({ wallet }) => ({ walletTransactionId: wallet.walletTransactionId, amount: try10 }),
      "listWalletRefunds",
      { id: "1" },
    ],
    listPaymentRefunds: [() => ({ paymentId: 1 })],
    searchRefunds: [() => ({})],
    retrieveRefund: [() => ({ id: 1 })],
  },
  doku: {
    // The payment's state, which says nothing of a part.
    createRefund: [({ settled }) => settled, "checkStatus"],
    createShopeePayRefund: [
      ({ shopeepay: { invoiceNumber, identifiers } }) => ({ invoiceNumber, identifiers }),
      "checkStatus",
    ],
    createAkulakuRefund: [
      ({ akulaku: { amount: _, ...ids } }) => ({ ...ids, refundMerchantUniqueReference: "refund-1" }),
      "checkStatus",
    ],
    createSnapRefund: [
      ({ emoney }) => ({ ...emoney, partnerRefundNo: "refund-1", channel: "EMONEY_OVO_SNAP" }),
      "checkSnapStatus",
      { reference: "refund-1", status: "succeeded" },
    ],
    createQrisRefund: [({ qris }) => ({ ...qris, partnerRefundNo: "refund-1", merchantId: "5859" }), "queryQris"],
    queryQris: [() => ({ originalPartnerReferenceNo: "INV-QRIS-0001" })],
    checkSnapStatus: [() => ({ originalPartnerReferenceNo: "INV-0001", channel: "EMONEY_OVO_SNAP" })],
    checkStatus: [({ settled }) => ({ invoiceNumber: settled.invoiceNumber })],
    requestAccessToken: [() => ({})],
  },
  durianpay: {
    createRefund: [
      ({ standard }) => ({ paymentId: standard.paymentId, refId: "refund-1", amount: idr("10000") }),
      "listPaymentRefunds",
      { id: "rfn_sandbox0000001", reference: "refund-1", amount: idr("10000.00") },
    ],
    createSnapRefund: [({ snap }) => ({ ...snap, partnerRefundNo: "refund-1" })],
    listRefunds: [() => ({})],
    requestAccessToken: [() => ({})],
  },
  payermax: {
    createRefund: [
      ({ standard: { originalPartnerReferenceNo, merchantId, amount } }) => ({
        originalPartnerReferenceNo,
        merchantId,
        amount,
        partnerRefundNo: "refund-1",
      }),
      "queryStatus",
      { id: "REF000000001", reference: "refund-1", amount: idr("10000.00"), status: "succeeded" },
    ],
    queryStatus: [
      ({ standard: { originalPartnerReferenceNo, merchantId } }) => ({ originalPartnerReferenceNo, merchantId }),
    ],
    requestAccessToken: [() => ({})],
  },
  razorpay: {
    createRefund: [
      ({ standard }) => ({ paymentId: standard.paymentId, receipt: "refund-1" }),
      "listPaymentRefunds",
      { id: "rfnd_Sandbox0000001", reference: "refund-1", status: "succeeded" },
    ],
    createRefundByPaymentId: [
      ({ standard }) => ({ paymentId: standard.paymentId, receipt: "refund-1" }),
      "listPaymentRefunds",
      { id: "rfnd_Sandbox0000001", reference: "refund-1", status: "succeeded" },
    ],
    createReversal: [
      ({ transfer }) => ({ transferId: transfer.transferId }),
      "listReversals",
      { id: "rvrsl_Sandbox0000001", status: "succeeded" },
    ],
    listReversals: [() => ({ transferId: "trf_AAAAAAAAAAAAAA" })],
    updateRefund: [() => ({ refundId: "rfnd_AAAAAAAAAAAAAA", notes: { a: "b" } }), "fetchRefund"],
    listRefunds: [() => ({})],
    fetchRefund: [() => ({ refundId: "rfnd_AAAAAAAAAAAAAA" })],
  },
};

export function queries(api) {
  const tables = Object.entries(QUERIES).flatMap(([provider, table]) =>
    Object.entries(table).map(([operation, [input, asks, finds]]) => [
      `${provider}.${operation}: its query ${asks ? `is ${asks}` : "does not exist"}`,
      async () => {
        const bench = benchOf(api, await openHere(api), provider);
        const plan = bench.plan(operation, input(bench.payments));
        const query = bench.queryFor(JSON.parse(JSON.stringify(plan)));
        same(query?.operation, asks, "the query's operation");
        if (!query) return;
        ok(Object.isFrozen(query), "the query cannot be changed");
        same(bench.queryFor(query), undefined, "the query of a query");
        // A query that the provider recognizes is a new one each time, and never takes the refund's id.
        if (query.idempotencyKey !== undefined) {
          const keys = [plan, query, bench.queryFor(plan)].map(({ idempotencyKey }) => idempotencyKey);
          same(new Set(keys).size, keys.length, `different keys: ${keys}`);
        }
        if (finds) await found(bench, plan, query, finds);
      },
    ]),
  );
  return [...tables, ...more(api)];
}

/** The answer is lost; the query finds what was made, and found nothing before. */
async function found(bench, plan, query, finds) {
  const ask = async () => {
    const verdict = await bench.sendPlan(query);
    has(verdict, { status: "succeeded", next: "done" }, "the query's verdict");
    return verdict.refunds;
  };
  same((await ask()) ?? [], [], "refunds before");
  await bench.fault("lost-response");
  has(await bench.sendPlan(plan), { status: "unknown", next: "query" }, "verdict");
  has((await ask())[0], finds, "the refund that was found");
}

function more(api) {
  return [
    [
      "payermax.createRefund: no query without a merchantId",
      async () => {
        const { plan, queryFor, payments } = benchOf(api, await openHere(api), "payermax");
        const { originalPartnerReferenceNo, amount } = payments.standard;
        const input = { originalPartnerReferenceNo, amount, partnerRefundNo: "refund-1" };
        same(queryFor(plan("createRefund", input)), undefined, "query");
      },
    ],
    [
      "queryFor refuses another provider's plan, and what is none",
      async () => {
        const { plan, payments } = benchOf(api, await openHere(api), "razorpay");
        const good = plan("createRefund", { paymentId: payments.standard.paymentId });
        for (const [wrong, code] of [
          [{ ...good, path: "/v1/payments/x/refunds" }, "invalid_plan"],
          [{}, "invalid_plan"],
          [null, "invalid_plan"],
          [undefined, "invalid_plan"],
        ]) {
          let error;
          try {
            api.signer.razorpay.queryFor(wrong);
          } catch (thrown) {
            error = thrown;
          }
          same(error?.code, code, `code of ${JSON.stringify(wrong)}`);
        }
      },
    ],
  ];
}
