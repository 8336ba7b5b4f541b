// Payments that are there from the start: the ids of the providers' own pages, one for each way a refund can go.

/** Money whose type says the currency. @template {string} Currency @param {Currency} currency */
const of = (currency) => (/** @type {string} */ value) => ({ value, currency });

/** @param {import("./types.js").AddPayment} add */
export function addSamples(add) {
  const yesterday = 86_400_000;
  const idr = of("IDR");
  const inr = of("INR");
  const lira = of("TRY");
  const shopeepay = [
    { name: "PAYMENT_REFERENCE_ID", value: "REF-12345678" },
    { name: "TRANSACTION_SN", value: "000000012345678" },
  ];
  const akulaku = [
    { name: "ORDER_ID", value: "1000043205" },
    { name: "AKULAKU_UNIQUE_REFERENCE", value: "MCH-0001-10791114622547REFUND-ABC-0001045" },
  ];
  return Object.freeze({
    durianpay: Object.freeze({
      standard: add("durianpay", { paymentId: "pay_IsL5nOCW4M2790", amount: idr("50000"), method: "shopeepay" }),
      fullOnly: add("durianpay", {
        paymentId: "pay_DanaFullOnly01",
        amount: idr("20000"),
        method: "dana",
        partial: false,
      }),
      snap: add("durianpay", { originalPartnerReferenceNo: "ORDER-1", amount: idr("50000"), method: "shopeepay" }),
      qris: add("durianpay", {
        originalPartnerReferenceNo: "ORDER-2",
        amount: idr("20000"),
        method: "qris",
        partial: false,
      }),
      snapPending: add("durianpay", {
        originalPartnerReferenceNo: "ORDER-3",
        amount: idr("50000"),
        method: "linkaja",
        outcome: "pending",
      }),
      pending: add("durianpay", {
        paymentId: "pay_AlwaysPending1",
        amount: idr("50000"),
        method: "linkaja",
        outcome: "pending",
      }),
    }),
    doku: Object.freeze({
      settled: add("doku", {
        invoiceNumber: "INV-20210118-0001",
        originalRequestId: "b266c265-3d61-4708-9860-c0d5b9a98f8c",
        amount: idr("90000"),
      }),
      unsettled: add("doku", { invoiceNumber: "INV-20210118-0002", amount: idr("90000"), settled: false }),
      manual: add("doku", { invoiceNumber: "INV-20210118-0003", amount: idr("90000"), manual: true }),
      shopeepay: add("doku", {
        invoiceNumber: "MINV20201231468",
        amount: idr("90000"),
        method: "shopeepay",
        identifiers: shopeepay,
      }),
      akulaku: add("doku", {
        invoiceNumber: "invoice-00000101123",
        amount: idr("90000"),
        method: "akulaku",
        merchantUniqueReference: "REFUND-ABC-0001045",
        identifiers: akulaku,
      }),
      qris: add("doku", { invoiceNumber: "INV-QRIS-0001", amount: idr("90000"), method: "qris" }),
      emoney: add("doku", { invoiceNumber: "INV-0001", amount: idr("90000"), method: "emoney" }),
    }),
    razorpay: Object.freeze({
      standard: add("razorpay", { paymentId: "pay_FCXKPFtYfPXJPy", amount: inr("5001.00"), age: yesterday }),
      noInstant: add("razorpay", {
        paymentId: "pay_FC8MmhMBZPKDHF",
        amount: inr("5001.00"),
        age: yesterday,
        instant: false,
      }),
      pending: add("razorpay", {
        paymentId: "pay_FIKOnlyii5QGNx",
        amount: inr("5001.00"),
        age: yesterday,
        outcome: "pending",
      }),
      authorized: add("razorpay", { paymentId: "pay_JUEM4c0pSLpFEW", amount: inr("123.00"), status: "authorized" }),
      route: add("razorpay", {
        paymentId: "pay_RouteTransfer1",
        amount: inr("1000.00"),
        transfers: ["acc_Sandbox000000A", "acc_Sandbox000000B"],
      }),
      transfer: add("razorpay", { transferId: "trf_EAznuJ9cDLnF7Y", amount: inr("500.00") }),
      partner: add("razorpay", {
        paymentId: "pay_PartnerAccount",
        amount: inr("1000.00"),
        account: "acc_Sandbox0000002",
      }),
      kuwait: add("razorpay", { paymentId: "pay_KuwaitiDinar01", amount: { value: "99.990", currency: "KWD" } }),
    }),
    craftgate: Object.freeze({
      today: add("craftgate", {
        paymentId: "1",
        amount: lira("100"),
        transactions: [
          { id: "11", value: "40" },
          { id: "12", value: "60" },
        ],
        dayEnded: false,
        settled: false,
      }),
      yesterday: add("craftgate", {
        paymentId: "2",
        amount: lira("100"),
        transactions: [
          { id: "21", value: "40" },
          { id: "22", value: "60" },
        ],
        age: yesterday,
        dayEnded: true,
      }),
      longId: add("craftgate", {
        paymentId: "9007199254740993",
        amount: lira("50.25"),
        transactions: [{ id: "9223372036854775807", value: "50.25" }],
        dayEnded: true,
      }),
      pending: add("craftgate", { paymentId: "4", amount: lira("100"), outcome: "pending", dayEnded: false }),
      waiting: add("craftgate", { paymentId: "5", amount: lira("100"), status: "waiting" }),
      wallet: add("craftgate", { paymentId: "6", amount: lira("100"), walletTransactionId: "61", method: "wallet" }),
    }),
    payermax: Object.freeze({
      standard: add("payermax", { originalPartnerReferenceNo: "20240302141539079100054", amount: idr("10000") }),
      pending: add("payermax", {
        originalPartnerReferenceNo: "2020102900000000000001",
        originalReferenceNo: "2020102977770000000009",
        amount: idr("10000"),
        outcome: "pending",
      }),
    }),
  });
}
