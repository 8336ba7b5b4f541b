// Where the same plan again is the same refund, also when nobody knows what became of it.

/** Operations whose providers document that a repeated request is recognized; Craftgate's clients do. */
const RECOGNIZED = /^(craftgate\.|razorpay\.createRefund$|doku\.create(Akulaku|ShopeePay)?Refund$)/;

/** Whether the provider recognizes a plan that it got before. @param {Pick<import("refund-signer").Plan, "provider" | "operation" | "idempotencyKey">} plan */
export function isRecognized({ provider, operation, idempotencyKey }) {
  return idempotencyKey !== undefined && RECOGNIZED.test(`${provider}.${operation}`);
}
