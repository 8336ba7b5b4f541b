// What the sandbox hands out fits the clients, the operations and the webhook readers without a cast.

import { craftgate, doku, durianpay, type Plan, payermax, razorpay } from "refund-signer";
import { createSandbox, type SandboxOptions } from "refund-signer/sandbox";
import type { Equal, True } from "./assert.js";

export const sandbox = createSandbox();
const { credentials, payments, webhooks } = sandbox;

export const clients = [
  new craftgate.Client(credentials.craftgate),
  new doku.Client(credentials.doku),
  new durianpay.Client(credentials.durianpay),
  new payermax.Client(credentials.payermax),
  new razorpay.Client(credentials.razorpay),
  new razorpay.Client(credentials.razorpayOAuth),
  new razorpay.Client(credentials.razorpayPartner),
];

export const refunds: Plan[] = [
  craftgate.refundPaymentTransaction({ paymentTransactionId: "1", amount: payments.craftgate.today.amount }),
  doku.createRefund(payments.doku.settled),
  durianpay.createRefund({ refId: "1", ...payments.durianpay.standard }),
  payermax.createRefund({ partnerRefundNo: "1", ...payments.payermax.standard }),
  razorpay.createRefund(payments.razorpay.standard),
];

export const readers = [
  new craftgate.Webhooks(await webhooks.settings("craftgate")),
  new doku.Webhooks(await webhooks.settings("doku")),
  new payermax.Webhooks(await webhooks.settings("payermax")),
  new razorpay.Webhooks(await webhooks.settings("razorpay")),
];
// @ts-expect-error Durianpay documents no webhooks
webhooks.settings("durianpay");
// @ts-expect-error the settings of another provider
new doku.Webhooks(await webhooks.settings("razorpay"));
// @ts-expect-error the credentials of another provider
new doku.Client(credentials.razorpay);

// A payment is in the currency that it was added in.
const added = sandbox.addPayment("doku", { amount: { value: "90000", currency: "IDR" } });
export const currencies: [
  True<Equal<typeof added.amount.currency, "IDR">>,
  True<Equal<typeof payments.razorpay.kuwait.amount.currency, "KWD">>,
] = [true, true];
doku.createRefund(added);
// @ts-expect-error DOKU takes no dollars
doku.createRefund(sandbox.addPayment("doku", { amount: { minor: 100n, currency: "USD" } }));
export function inAny(currency: string): void {
  const payment = sandbox.addPayment("doku", { amount: { value: "1", currency } });
  // @ts-expect-error any text is no currency of DOKU's
  doku.createRefund(payment);
}
export const options: SandboxOptions = {
  payments: [{ provider: "razorpay", amount: { value: "1.00", currency: "INR" } }],
};

// What a refund was made under names it, where the provider recognizes it by that.
sandbox.settle(doku.createRefund(added).idempotencyKey, "succeeded");
sandbox.settle(razorpay.createRefund.all([{ paymentId: "pay_1" }])[0]?.idempotencyKey ?? "", "succeeded");
// @ts-expect-error Durianpay recognizes no refund that it was sent before
sandbox.settle(durianpay.createRefund({ refId: "1", ...payments.durianpay.standard }).idempotencyKey, "succeeded");
// @ts-expect-error nor does a plan say so of itself that comes from a store
sandbox.settle((JSON.parse("{}") as Plan).idempotencyKey, "succeeded");
