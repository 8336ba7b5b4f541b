// Every operation of every provider takes its own input and gives a plan. `satisfies` wants each to stand here once.

import { craftgate, doku, durianpay, type Money, type Plan, payermax, razorpay } from "refund-signer";

/** A plan for each operation of a provider. */
type Every<Provider> = {
  [Name in keyof Provider as Provider[Name] extends (input: never) => Plan ? Name : never]: Plan;
};

const id = 9007199254740993n;
const lira = { value: "1.50", currency: "TRY" } as const;
const rupiah = { value: "90000", currency: "IDR" } as const;
const rupees: Money<"INR"> = { minor: 9_000_000n, currency: "INR" };
const identifiers = [{ name: "TRANSACTION_SN", value: "1" }];

export const plans = {
  craftgate: {
    createRefund: craftgate.createRefund({ paymentId: id }),
    refundPaymentTransaction: craftgate.refundPaymentTransaction({ paymentTransactionId: "1", amount: lira }),
    retrieveRefund: craftgate.retrieveRefund({ id: 1 }),
    retrieveTransactionRefund: craftgate.retrieveTransactionRefund({ id }),
    markAsRefunded: craftgate.markAsRefunded({ paymentId: id, chargeFromMe: true }),
    markTransactionAsRefunded: craftgate.markTransactionAsRefunded({ paymentTransactionId: id, amount: lira }),
    refundWaitingPayment: craftgate.refundWaitingPayment({ paymentId: id }),
    listPaymentRefunds: craftgate.listPaymentRefunds({ paymentId: id }),
    listTransactionRefunds: craftgate.listTransactionRefunds({ paymentId: id, paymentTransactionId: id }),
    searchRefunds: craftgate.searchRefunds({}),
    searchTransactionRefunds: craftgate.searchTransactionRefunds({ page: 0, size: 10, minRefundPrice: "1.5" }),
    refundWalletTransaction: craftgate.refundWalletTransaction({ walletTransactionId: id, amount: lira }),
    walletRefundableAmount: craftgate.walletRefundableAmount({ walletTransactionId: id }),
    listWalletRefunds: craftgate.listWalletRefunds({ walletTransactionId: id }),
  } satisfies Every<typeof craftgate>,
  doku: {
    createRefund: doku.createRefund({ invoiceNumber: "INV-1", originalRequestId: "1", amount: rupiah }),
    createQrisRefund: doku.createQrisRefund({
      originalPartnerReferenceNo: "INV-1",
      amount: rupiah,
      partnerRefundNo: "R-1",
      merchantId: "1",
    }),
    queryQris: doku.queryQris({ originalPartnerReferenceNo: "INV-1" }),
    checkSnapStatus: doku.checkSnapStatus({ originalPartnerReferenceNo: "INV-1", channel: "EMONEY_OVO_SNAP" }),
    checkStatus: doku.checkStatus({ invoiceNumber: "INV-1" }),
    createShopeePayRefund: doku.createShopeePayRefund({ invoiceNumber: "INV-1", identifiers }),
    createAkulakuRefund: doku.createAkulakuRefund({
      invoiceNumber: "INV-1",
      merchantUniqueReference: "1",
      identifiers,
      refundMerchantUniqueReference: "2",
    }),
    requestAccessToken: doku.requestAccessToken({}),
    createSnapRefund: doku.createSnapRefund({
      originalPartnerReferenceNo: "1",
      amount: rupiah,
      partnerRefundNo: "2",
      channel: "EMONEY_OVO_SNAP",
    }),
  } satisfies Every<typeof doku>,
  durianpay: {
    createRefund: durianpay.createRefund({ refId: "1", paymentId: "pay_1", amount: rupiah }),
    fetchRefund: durianpay.fetchRefund({ refundId: "ref_1" }),
    listRefunds: durianpay.listRefunds({ skip: 10, limit: 10 }),
    listPaymentRefunds: durianpay.listPaymentRefunds({ paymentId: "pay_1" }),
    requestAccessToken: durianpay.requestAccessToken({}),
    createSnapRefund: durianpay.createSnapRefund({
      originalPartnerReferenceNo: "1",
      originalReferenceNo: "pay_1",
      partnerRefundNo: "2",
      amount: rupiah,
    }),
  } satisfies Every<typeof durianpay>,
  payermax: {
    requestAccessToken: payermax.requestAccessToken({}),
    createRefund: payermax.createRefund({ originalPartnerReferenceNo: "1", amount: rupiah, partnerRefundNo: "2" }),
    queryStatus: payermax.queryStatus({ merchantId: "M", originalPartnerReferenceNo: "1" }),
  } satisfies Every<typeof payermax>,
  razorpay: {
    createRefund: razorpay.createRefund({ paymentId: "pay_1", amount: rupees, notes: { order: 1 } }),
    createRefundByPaymentId: razorpay.createRefundByPaymentId({ paymentId: "pay_1", receipt: "r-1" }),
    listPaymentRefunds: razorpay.listPaymentRefunds({ paymentId: "pay_1" }),
    fetchPaymentRefund: razorpay.fetchPaymentRefund({ paymentId: "pay_1", refundId: "rfnd_1" }),
    listRefunds: razorpay.listRefunds({ count: 10 }),
    fetchRefund: razorpay.fetchRefund({ refundId: "rfnd_1" }),
    createReversal: razorpay.createReversal({ transferId: "trf_1", amount: rupees }),
    listReversals: razorpay.listReversals({ transferId: "trf_1" }),
    updateRefund: razorpay.updateRefund({ refundId: "rfnd_1", notes: { reason: "late" } }),
  } satisfies Every<typeof razorpay>,
};

// @ts-expect-error operations are missing
export const incomplete = { createRefund: plans.payermax.createRefund } satisfies Every<typeof payermax>;

// What every provider's refund refuses: a number as an amount, and the input of another provider.
// @ts-expect-error
craftgate.refundPaymentTransaction({ paymentTransactionId: id, amount: { value: 1.5, currency: "TRY" } });
// @ts-expect-error
craftgate.createRefund({ paymentId: { value: "1" } });
// @ts-expect-error
doku.createRefund({ invoiceNumber: "INV-1", originalRequestId: "1", amount: 90_000 });
// @ts-expect-error
doku.createRefund({ paymentId: "pay_1", amount: rupiah });
// @ts-expect-error
durianpay.createRefund({ refId: "1", paymentId: "pay_1", amount: { value: 90_000, currency: "IDR" } });
// @ts-expect-error
durianpay.createRefund({ paymentId: "pay_1", amount: rupiah });
// @ts-expect-error
payermax.createRefund({ originalPartnerReferenceNo: "1", amount: { minor: 1, currency: "IDR" }, partnerRefundNo: "2" });
// @ts-expect-error
payermax.createRefund({ paymentId: "pay_1", amount: rupiah });
// @ts-expect-error
razorpay.createRefund({ paymentId: "pay_1", amount: { value: 1.5, currency: "INR" } });
// @ts-expect-error
razorpay.createRefund({ invoiceNumber: "INV-1", amount: rupees });

// @ts-expect-error one of two: the same amount twice could disagree
export const both: Money = { value: "1.00", minor: 100n, currency: "INR" };

export const paid: true = razorpay.verifyPayment(
  { orderId: "order_1", paymentId: "pay_1", signature: "0" },
  { secrets: ["secret", new Uint8Array(1)] },
);
// @ts-expect-error the secrets are no field of the payment
razorpay.verifyPayment({ orderId: "order_1", paymentId: "pay_1", signature: "0", secrets: ["secret"] });
