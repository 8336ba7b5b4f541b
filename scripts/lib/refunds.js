// One good refund per provider, of a payment that a fresh sandbox has. Runs anywhere.

const INPUTS = {
  craftgate: ({ today }) => ({ paymentId: today.paymentId }),
  doku: ({ settled }) => ({
    invoiceNumber: settled.invoiceNumber,
    originalRequestId: settled.originalRequestId,
    amount: settled.amount,
  }),
  durianpay: ({ standard }) => ({ paymentId: standard.paymentId, refId: "refund-1", amount: standard.amount }),
  payermax: ({ standard }) => ({
    originalPartnerReferenceNo: standard.originalPartnerReferenceNo,
    partnerRefundNo: "refund-1",
    amount: standard.amount,
  }),
  razorpay: ({ standard }) => ({ paymentId: standard.paymentId, amount: standard.amount }),
};

/** The names of the providers. */
export const PROVIDERS = Object.keys(INPUTS);

/** What `createRefund` takes for it. */
export function refundInput(provider, sandbox) {
  return INPUTS[provider](sandbox.payments[provider]);
}
