// What is to be refunded. Payments hold three times what is refunded of them, so that nothing but the programs under
// test keeps a second refund from happening; and most have several refunds, so that a list holds more than one's own.

/** @typedef {import("refund-signer/sandbox").Sandbox} Sandbox */
/** @typedef {"normal" | "slow" | "declined" | "manual"} Kind slow: pending first. manual: DOKU's staff moves the money */
/** @typedef {{ id: string, provider: string, input: Record<string, any>, kind: Kind, minor: bigint, paymentId: string }} Case */

export const PROVIDERS = ["craftgate", "doku", "durianpay", "payermax", "razorpay"];
const SIBLINGS = 4;
const ROOM = 3n;
/** @type {Record<string, string>} */
const CURRENCY = { craftgate: "TRY", doku: "IDR", durianpay: "IDR", payermax: "IDR", razorpay: "INR" };

/** @type {Record<Kind, "pending" | "declined" | undefined>} */
const OUTCOMES = { normal: undefined, slow: "pending", declined: "declined", manual: undefined };

/** @param {Sandbox} sandbox @param {number} refunds @returns {Case[]} */
export function makeCases(sandbox, refunds) {
  /** @type {Case[]} */
  const cases = [];
  for (let round = 0; cases.length < refunds; round++) {
    for (const provider of PROVIDERS) cases.push(...casesOfRound(sandbox, provider, round));
  }
  return cases.slice(0, refunds);
}

/** @param {Sandbox} sandbox @param {string} provider @param {number} round @returns {Case[]} */
function casesOfRound(sandbox, provider, round) {
  const kind = kindOf(provider, round);
  const currency = CURRENCY[provider] ?? "";
  // Different amounts, so that no refund can stand for another; rupiah are whole.
  const amounts = Array.from({ length: SIBLINGS }, (_, i) => BigInt(10_000 + round * SIBLINGS + i) * 100n);
  // DOKU's books know a refund by its payment only.
  const ownPayments = provider === "doku";
  const total = amounts.reduce((sum, amount) => sum + amount, 0n);
  const pay = (/** @type {number} */ i) =>
    addPayment(sandbox, provider, round * SIBLINGS + i, kind, { minor: total * ROOM, currency });
  const shared = ownPayments ? undefined : pay(0);
  return amounts.map((minor, i) => {
    const payment = shared ?? pay(i);
    const input = { ...payment.input, amount: { value: `${minor / 100n}`, currency } };
    return { id: `refund-${provider}-${round}-${i}`, provider, kind, minor, paymentId: payment.id, input };
  });
}

/** @param {string} provider @param {number} round @returns {Kind} */
function kindOf(provider, round) {
  if (round % 50 === 12) return "declined";
  if (provider === "doku") return round % 50 === 7 ? "manual" : "normal";
  return round % 10 === 5 ? "slow" : "normal";
}

/** @param {Sandbox} sandbox @param {string} provider @param {number} n @param {Kind} kind @param {{ minor: bigint, currency: string }} amount */
function addPayment(sandbox, provider, n, kind, amount) {
  const outcome = OUTCOMES[kind];
  const how = { amount, outcome, manual: kind === "manual", dayEnded: true, settled: true };
  const number = String(n).padStart(8, "0");
  switch (provider) {
    case "craftgate": {
      const id = String(100_000 + n);
      sandbox.addPayment("craftgate", { ...how, paymentId: id });
      return { id, input: { paymentTransactionId: `${id}1` } };
    }
    case "doku": {
      const input = { invoiceNumber: `INV-BULK-${number}`, originalRequestId: `bulk-payment-${number}` };
      sandbox.addPayment("doku", { ...how, ...input });
      return { id: input.invoiceNumber, input };
    }
    case "durianpay": {
      const paymentId = `pay_Bulk${number}`;
      sandbox.addPayment("durianpay", { ...how, paymentId });
      return { id: paymentId, input: { paymentId } };
    }
    case "payermax": {
      const input = { originalPartnerReferenceNo: `ORDER-BULK-${number}`, merchantId: "P05010114269706" };
      sandbox.addPayment("payermax", { ...how, ...input });
      return { id: input.originalPartnerReferenceNo, input };
    }
    default: {
      const paymentId = `pay_Bulk00${number}`;
      sandbox.addPayment("razorpay", { ...how, paymentId });
      return { id: paymentId, input: { paymentId } };
    }
  }
}
