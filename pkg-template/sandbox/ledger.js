// The books: what was captured, what was given back. The only place that decides whether money is left.

/** @typedef {import("./types.js").Payment} Payment */
/** @typedef {import("./types.js").Refund} Refund */
/** @typedef {import("./types.js").RefundStatus} RefundStatus */
/** @typedef {import("./types.js").ProviderName} ProviderName */

export class Ledger {
  /** @type {Payment[]} */
  payments = [];
  /** @type {Refund[]} */
  refunds = [];

  /** @param {() => number} now */
  constructor(now) {
    this.now = now;
  }

  /** @param {ProviderName} provider @param {(payment: Payment) => boolean} is */
  payment(provider, is) {
    return this.payments.find((payment) => payment.provider === provider && is(payment));
  }

  /** @param {ProviderName} provider @param {(refund: Refund) => boolean} is */
  refund(provider, is) {
    return this.refunds.find((refund) => refund.provider === provider && is(refund));
  }

  /** Newest first. @param {ProviderName} provider @param {(refund: Refund) => boolean} is */
  list(provider, is = () => true) {
    return this.refunds.filter((refund) => refund.provider === provider && is(refund)).reverse();
  }

  /** @param {Payment} payment @param {(refund: Refund) => boolean} is */
  refunded(payment, is = () => true) {
    return this.list(
      payment.provider,
      (refund) => refund.paymentId === payment.id && refund.status !== "failed" && is(refund),
    ).reduce((sum, refund) => sum + refund.amount, 0n);
  }

  /** @param {Payment} payment */
  remaining(payment) {
    return payment.amount - this.refunded(payment);
  }

  /**
   * @param {Payment} payment
   * @param {Pick<Refund, "id" | "amount" | "status" | "type"> & Partial<Refund>} entry
   * @returns {Refund}
   */
  open(payment, entry) {
    const at = this.now();
    const refund = {
      provider: payment.provider,
      paymentId: payment.id,
      reference: undefined,
      idempotencyKey: undefined,
      currency: payment.currency,
      createdAt: at,
      updatedAt: at,
      history: [{ status: entry.status, at }],
      details: {},
      ...entry,
    };
    if (refund.status !== "failed" && refund.amount > this.remaining(payment)) {
      throw new Error(`sandbox bug: ${payment.provider} let ${payment.id} be refunded beyond its amount`);
    }
    this.refunds.push(refund);
    return refund;
  }

  /** @param {Refund} refund @param {RefundStatus} status */
  move(refund, status) {
    refund.status = status;
    refund.updatedAt = this.now();
    refund.history.push({ status, at: refund.updatedAt });
  }

  /** Sums per currency. @param {ProviderName} [provider] */
  totals(provider) {
    /** @type {Record<string, { captured: bigint, refunded: bigint, pending: bigint, failed: bigint, refunds: number }>} */
    const totals = {};
    const mine = (/** @type {{ provider: ProviderName }} */ entry) => !provider || entry.provider === provider;
    const of = (/** @type {string} */ currency) =>
      (totals[currency] ??= { captured: 0n, refunded: 0n, pending: 0n, failed: 0n, refunds: 0 });
    for (const payment of this.payments.filter(mine)) of(payment.currency).captured += payment.amount;
    for (const refund of this.refunds.filter(mine)) {
      const sum = of(refund.currency);
      sum[refund.status === "succeeded" ? "refunded" : refund.status] += refund.amount;
      sum.refunds += 1;
    }
    return totals;
  }

  /** What tests and users see: copies, newest last. */
  view() {
    const ledger = this;
    const copy = (/** @type {any} */ value) => Object.freeze(structuredClone(value));
    return Object.freeze({
      /** @returns {readonly Payment[]} */
      get payments() {
        return ledger.payments.map(copy);
      },
      /** @returns {readonly Refund[]} */
      get refunds() {
        return ledger.refunds.map(copy);
      },
      /** @param {ProviderName} [provider] */
      totals: (provider) => ledger.totals(provider),
    });
  }
}
