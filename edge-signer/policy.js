// The policy: the one file that says what this signer signs. What is not named here is refused.

/** @type {import("./judge.js").Policy} */
export const policy = {
  // In major units, as text. The day of `perDay` ends at midnight UTC. An amount above `approvalAbove` is sent only
  // after a second person approved it.
  currencies: {
    INR: { decimals: 2, perRefund: "10000.00", approvalAbove: "2000.00", perDay: "50000.00" },
    IDR: { decimals: 2, perRefund: "500000", approvalAbove: "50000", perDay: "2000000" },
    TRY: { decimals: 2, perRefund: "1000.00", approvalAbove: "250.00", perDay: "5000.00" },
  },

  // How a refund is followed to its end: `Policy` of refund-signer/lifecycle; what is left out has its default. A Worker
  // may go on for 30 seconds after its caller left, so that a step takes less.
  lifecycle: { leaseMs: 20_000 },

  // `at` is where requests go: `environment` or `baseUrl`, as the provider's client takes it; never the caller's choice.
  // `currency` is that of the account: refunds in another one are refused.
  // `fullRefunds` are refunds whose body names no amount: "refuse", or "approval" by a second person; then they count
  // as `perRefund`, though the provider may give back more.
  // `options` are fields that change how the refund is made, whose money pays it or who is told, such as Razorpay's
  // `speed` (faster ones cost a fee) and `reverseAll`, Craftgate's `chargeFromMe`, Durianpay's `useRefundLink` and
  // PayerMax's `merchantId`, with the values that are allowed. A plan that has any other is refused.
  providers: {
    craftgate: {
      at: { environment: "sandbox" },
      currency: "TRY",
      fullRefunds: "approval",
      refunds: ["createRefund", "refundPaymentTransaction"],
      reads: ["listPaymentRefunds", "searchTransactionRefunds", "retrieveRefund", "retrieveTransactionRefund"],
    },
    doku: {
      at: { environment: "sandbox" },
      currency: "IDR",
      fullRefunds: "refuse",
      refunds: ["createRefund"],
      reads: ["checkStatus"],
    },
    durianpay: {
      at: { environment: "sandbox" },
      currency: "IDR",
      fullRefunds: "refuse",
      refunds: ["createRefund"],
      reads: ["listPaymentRefunds", "fetchRefund"],
    },
    payermax: {
      at: { baseUrl: "https://pay-gate-uat.payermax.com" },
      currency: "IDR",
      fullRefunds: "refuse",
      options: { merchantId: ["P05010114269706"] },
      refunds: ["createRefund"],
      reads: ["queryStatus"],
    },
    razorpay: {
      at: { environment: "sandbox" },
      currency: "INR",
      fullRefunds: "refuse",
      options: { speed: ["normal"] },
      refunds: ["createRefund"],
      reads: ["listPaymentRefunds", "fetchPaymentRefund", "fetchRefund"],
    },
  },
};
