// What the sandbox hands out fits the clients, the operations and the webhook readers without a cast.

import { craftgate, doku, durianpay, type Plan, payermax, razorpay } from "refund-signer";
import { createSandbox, type NewPayment, type ProviderName, type SandboxOptions } from "refund-signer/sandbox";
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

// A ready-made payment has the ids that its operations take, and no others.
export const ids: string[] = [
  payments.durianpay.snap.originalReferenceNo,
  payments.doku.akulaku.merchantUniqueReference,
  payments.doku.emoney.originalPartnerReferenceNo,
  payments.craftgate.wallet.walletTransactionId,
];
doku.createShopeePayRefund(payments.doku.shopeepay);
doku.createAkulakuRefund({ ...payments.doku.akulaku, refundMerchantUniqueReference: "1" });
durianpay.createSnapRefund({ partnerRefundNo: "1", ...payments.durianpay.snap });
export const absent = [
  // @ts-expect-error only those of SNAP have it
  payments.durianpay.standard.originalReferenceNo,
  // @ts-expect-error those of SNAP do not have it
  payments.durianpay.snap.paymentId,
  // @ts-expect-error a card's payment is not refunded by it
  payments.doku.settled.originalPartnerReferenceNo,
  // @ts-expect-error nor by these
  payments.doku.settled.identifiers,
  // @ts-expect-error nor by these
  payments.doku.settled.merchantUniqueReference,
  // @ts-expect-error of a card's payment only
  payments.doku.shopeepay.originalRequestId,
  // @ts-expect-error paid by card
  payments.craftgate.today.walletTransactionId,
];

// So has one that was added, by what was given; where its type leaves that open, an id may be absent.
const amount = { value: "1", currency: "IDR" } as const;
doku.createShopeePayRefund(sandbox.addPayment("doku", { amount, method: "shopeepay" }));
// @ts-expect-error SNAP's, for this method
doku.createRefund(sandbox.addPayment("doku", { amount, method: "emoney" }));
durianpay.createRefund({ refId: "1", ...sandbox.addPayment("durianpay", { amount }) });
// @ts-expect-error SNAP's, for this reference
sandbox.addPayment("durianpay", { amount, originalPartnerReferenceNo: "1" }).paymentId;
// @ts-expect-error no option of a payment
sandbox.addPayment("doku", { amount, invoice: "1" });
export function open(given: NewPayment, method: string, walletTransactionId?: string) {
  const snap = sandbox.addPayment("durianpay", given);
  const wallet = { amount, ...(walletTransactionId !== undefined && { walletTransactionId }) };
  const none: [
    True<Equal<typeof snap.paymentId, string | undefined>>,
    True<Equal<typeof snap.originalReferenceNo, string | undefined>>,
  ] = [true, true];
  return [
    none,
    // @ts-expect-error it may be paid by other means than a card
    sandbox.addPayment("doku", { amount, method }).originalRequestId.length,
    // @ts-expect-error it may be paid by card
    sandbox.addPayment("craftgate", wallet).walletTransactionId.length,
  ];
}

// A fault, where the provider documents it.
sandbox.faults.next("razorpay", "in-progress");
// @ts-expect-error Razorpay's only
sandbox.faults.next("doku", "in-progress");
export function meet(provider: ProviderName, fault: Parameters<typeof sandbox.faults.next>[1]): void {
  sandbox.faults.next(provider, fault);
}

// What a refund was made under names it, where the provider recognizes it by that.
sandbox.settle(doku.createRefund(added).idempotencyKey, "succeeded");
sandbox.settle(razorpay.createRefund.all([{ paymentId: "pay_1" }])[0]?.idempotencyKey ?? "", "succeeded");
// @ts-expect-error Durianpay recognizes no refund that it was sent before
sandbox.settle(durianpay.createRefund({ refId: "1", ...payments.durianpay.standard }).idempotencyKey, "succeeded");
// @ts-expect-error nor does a plan say so of itself that comes from a store
sandbox.settle((JSON.parse("{}") as Plan).idempotencyKey, "succeeded");
