// One sandbox, and for each provider a client and the input of a refund that goes through.

/** What `createRefund` needs, from a payment that the sandbox has. */
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
export const NAMES = Object.keys(INPUTS);

/** A sandbox of its own for each case, so that no case depends on another. */
export function world({ signer, createSandbox }) {
  const sandbox = createSandbox();
  return {
    sandbox,
    /** The input of a good refund. */
    input: (name) => INPUTS[name](sandbox.payments[name]),
    client: (name) => new signer[name].Client(settings(signer, name, sandbox.credentials[name])),
  };
}

/** The credentials that the client takes; the sandbox knows those of webhooks, too. */
export function settings(signer, name, credentials) {
  const taken = signer
    .catalog()
    .find((provider) => provider.name === name)
    .settings.map((setting) => setting.name);
  return Object.fromEntries(Object.entries(credentials).filter(([setting]) => taken.includes(setting)));
}
