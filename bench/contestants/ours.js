// The requests by this package, as its README shows: plan, sign, read.

import * as signer from "refund-signer";

/** What an attempt may be given, for comparisons. @param {import("./by-hand.js").Given | undefined} given */
const attempt = (given) => given && { now: given.now, nonce: given.nonce };

export function ours({ refunds, answer, webhook }) {
  const clients = {};
  const plan = {};
  for (const [name, { operation, settings, secrets, input, fresh }] of Object.entries(refunds)) {
    clients[name] = new signer[name].Client({ ...settings, ...secrets });
    const [field] = Object.keys(fresh);
    const make = signer[name][operation];
    plan[name] = (id) => make(id === undefined ? input : { ...input, [field]: id });
  }
  const { doku, craftgate, payermax, razorpay } = clients;
  const refund = signer.doku.createRefund;
  const stored = plan.doku(Object.values(refunds.doku.fresh)[0]);
  const webhooks = new signer.razorpay.Webhooks({ secrets: [webhook.secret] });

  return {
    doku: (given) => doku.sign(plan.doku(given?.id), attempt(given)),
    craftgate: (given) => craftgate.sign(plan.craftgate(given?.id), attempt(given)),
    // PayerMax has no idempotency key: the reference is the merchant's to choose.
    payermax: (given) => payermax.sign(plan.payermax(given?.id ?? crypto.randomUUID()), attempt(given)),
    razorpay: (given) => razorpay.sign(plan.razorpay(given?.id), attempt(given)),
    read: () => doku.read(stored, answer),
    webhook: () => webhooks.read(webhook),
    batch: refund.all
      ? (inputs) => doku.signAll(refund.all(inputs))
      : (inputs) => inputs.map((input) => doku.sign(refund(input))),
  };
}
