// After everything that can go wrong on the way: a verdict never says more than the provider's books, and a program
// that does nothing but what `next` says, or sends the same plan again, ends with one refund.

import { fail, ok, same } from "./assert.js";
import { openHere } from "./bench.js";

/** Each fault, and whether the refund was made behind it. */
const FAULTS = [
  ["timeout"],
  ["timeout-after"],
  ["lost-response"],
  ["status-429"],
  ["status-500"],
  ["status-500", { done: true }],
  ["status-503"],
  ["status-503", { done: true }],
  ["html"],
  ["html", { done: true }],
  ["empty"],
  ["status-204"],
  ["truncated"],
  ["forged-signature"],
  ["pending"],
  ["declined"],
];
const ONLY_RAZORPAY = [["in-progress"]];

/**
 * Refunds of a part, so that a second one would find money; where only the whole can be refunded, the whole.
 * `mine` recognizes the refund in what a query gives. `once`: the provider documents that a repeated request is one
 * refund, so that the end must be exactly one.
 */
const REFUNDS = {
  "craftgate.createRefund": {
    input: ({ yesterday }) => ({ paymentId: yesterday.paymentId }),
    // Craftgate gives no reference that it promises to keep; nothing else was refunded of this payment.
    mine: ({ payment }) => payment === "2",
    once: true,
    entries: 2,
  },
  "craftgate.refundPaymentTransaction": {
    input: ({ yesterday }) => ({
      paymentTransactionId: yesterday.paymentTransactionIds[0],
      amount: { value: "10", currency: "TRY" },
    }),
    mine: ({ payment }) => payment === "2",
    once: true,
  },
  "craftgate.refundWalletTransaction": {
    input: ({ wallet }) => ({
      walletTransactionId: wallet.walletTransactionId,
      amount: { value: "10", currency: "TRY" },
    }),
    mine: () => true,
    once: true,
  },
  "doku.createRefund": {
    input: ({ settled }) => ({ ...settled, amount: { value: "30000", currency: "IDR" } }),
    // DOKU tells of a payment that it was refunded in full, never of one refund.
    mine: () => false,
    once: true,
  },
  "doku.createSnapRefund": {
    input: ({ emoney }) => ({
      originalPartnerReferenceNo: emoney.originalPartnerReferenceNo,
      partnerRefundNo: "refund-1",
      amount: { value: "30000", currency: "IDR" },
      channel: "EMONEY_DANA_SNAP",
    }),
    mine: ({ reference }) => reference === "refund-1",
  },
  "durianpay.createRefund": {
    input: ({ standard }) => ({
      paymentId: standard.paymentId,
      refId: "refund-1",
      amount: { value: "10000", currency: "IDR" },
    }),
    mine: ({ reference }) => reference === "refund-1",
  },
  "durianpay.createSnapRefund": {
    input: ({ snap }) => ({
      originalPartnerReferenceNo: snap.originalPartnerReferenceNo,
      originalReferenceNo: snap.originalReferenceNo,
      partnerRefundNo: "refund-1",
      amount: { value: "10000", currency: "IDR" },
    }),
    mine: () => false,
  },
  "payermax.createRefund": {
    input: ({ standard }) => ({
      merchantId: standard.merchantId,
      originalPartnerReferenceNo: standard.originalPartnerReferenceNo,
      partnerRefundNo: "refund-1",
      amount: { value: "1000", currency: "IDR" },
    }),
    mine: ({ reference }) => reference === "refund-1",
    once: true,
  },
  "razorpay.createRefund": {
    input: ({ standard }) => ({
      paymentId: standard.paymentId,
      amount: { value: "100", currency: "INR" },
      receipt: "refund-1",
    }),
    mine: ({ reference }) => reference === "refund-1",
    once: true,
  },
};

const STEPS = 12;
const PATIENT_MS = 30_000;

/**
 * @param {() => Promise<object>} [open] makes the sandbox of a case: see bench.js
 * @param {object} [options] `hurriedMs`: how long to wait for an answer that does not come; `pairs`: two faults, too
 */
export function faults(api, open = () => openHere(api), { hurriedMs = 100, pairs: inPairs = true } = {}) {
  const { signer, send } = api;

  /**
   * A refund that meets faults: follows `next` to its end, or, where it never `asks`, sends the plan again. Gives the
   * verdicts and what the books say.
   */
  async function follow(name, met, asks = true) {
    const [provider, operation] = name.split(".");
    const { input, mine } = REFUNDS[name];
    const world = await open();
    const client = new signer[provider].Client(world.credentials[provider]);
    const timeoutMs = met.some(([fault]) => fault.startsWith("timeout")) ? hurriedMs : PATIENT_MS;
    // The plan comes out of a queue, as it would in a program that broke down.
    const plan = JSON.parse(JSON.stringify(signer[provider][operation](input(world.payments[provider]))));
    const deliver = (what, earlier) => send(client, what, { fetch: world.fetch, timeoutMs, earlier });
    for (const [index, [fault, options]] of met.entries()) {
      // The first fault meets the refund, the next whatever is sent next.
      await world.fault(provider, fault, { ...options, on: index === 0 ? "refund" : "any" });
    }
    const verdicts = [];
    for (let step = 0; step < STEPS; step++) {
      const verdict = await deliver(plan, verdicts.at(-1));
      verdicts.push(verdict);
      truthful(verdict, await world.refunds());
      if (["done", "wait", "fix"].includes(verdict.next)) break;
      if (verdict.next === "reauthenticate") fail(`no token was refused: ${JSON.stringify(verdict)}`);
      if (asks && verdict.next === "query" && (await isThere(provider, plan, deliver, mine))) break;
      if (step === STEPS - 1) fail(`no end: ${verdicts.map(({ status, next }) => `${status}/${next}`)}`);
    }
    const refunds = await world.refunds();
    client.free();
    await world.close();
    return { verdicts, refunds };
  }

  /** Asks until there is an answer. True also where nobody can be asked: then a person has to look. */
  async function isThere(provider, plan, deliver, mine) {
    const query = signer[provider].queryFor(plan);
    if (!query) return true;
    for (let step = 0; step < STEPS; step++) {
      const verdict = await deliver(query);
      if (verdict.status === "succeeded")
        return [verdict.refund, ...(verdict.refunds ?? [])].filter(Boolean).some(mine);
      same(verdict.next, "retry", `next of the query, ${JSON.stringify(verdict)}`);
    }
    return fail("the query has no end");
  }

  /** What the end must be. */
  function ended(name, { verdicts, refunds }, declined) {
    const { once, entries = 1 } = REFUNDS[name];
    const moved = refunds.filter(({ status }) => status !== "failed").length;
    ok(moved <= entries, `${moved} refunds were made`);
    if (once) same(refunds.length, entries, "refunds in the ledger");
    if (once && !declined) same(moved, entries, "refunds that were made");
    // The last word is about the refund, or nobody could be asked.
    const last = verdicts.at(-1);
    if (moved === 0) ok(last.status !== "succeeded" && last.status !== "pending", JSON.stringify(last));
  }

  const faultsOf = (name) => [...FAULTS, ...(name.startsWith("razorpay") ? ONLY_RAZORPAY : [])];
  const shown = ([fault, options]) => (options?.done ? `${fault}, though it was made` : fault);

  const single = Object.keys(REFUNDS).flatMap((name) =>
    faultsOf(name).map((fault) => [
      `${name} after ${shown(fault)}`,
      async () => {
        const end = await follow(name, [fault]);
        ended(name, end, fault[0] === "declined");
        firstWord(fault[0], end.verdicts[0]);
      },
    ]),
  );
  /** A program that broke down before it could ask, and then sends what is in its queue once more. */
  const again = Object.keys(REFUNDS)
    .filter((name) => REFUNDS[name].once)
    .flatMap((name) =>
      faultsOf(name).map((fault) => [
        `${name} after ${shown(fault)}, and then the same plan without asking`,
        async () => ended(name, await follow(name, [fault], false), fault[0] === "declined"),
      ]),
    );
  // A time-out is, from here, an answer that was lost: alone it is tried above, and here it would only take its time.
  const quick = (name) => faultsOf(name).filter(([fault]) => !fault.startsWith("timeout"));
  const pairs = Object.keys(REFUNDS).flatMap((name) =>
    quick(name).map((fault) => [
      `${name} after ${shown(fault)}, and then after each of the others`,
      async () => {
        await Promise.all(
          quick(name).map(async (second) => {
            const declined = [fault, second].some(([which]) => which === "declined");
            try {
              ended(name, await follow(name, [fault, second]), declined);
            } catch (error) {
              fail(`and then ${shown(second)}: ${error.stack}`);
            }
          }),
        );
      },
    ]),
  );
  return inPairs ? [...single, ...again, ...pairs] : [...single, ...again];
}

/** A verdict says no more than what the books say at that moment. */
function truthful(verdict, refunds) {
  const told = JSON.stringify(verdict);
  const made = refunds.filter(({ status }) => status !== "failed");
  if (made.length > 0) ok(!["failed", "rejected"].includes(verdict.status), `the refund was made: ${told}`);
  const done = made.length > 0 && made.every(({ status }) => status === "succeeded");
  if (!done) ok(verdict.status !== "succeeded", `the refund is not done: ${told}`);
  if (verdict.status === "unknown") ok(verdict.refund === undefined, `nothing to believe: ${told}`);
}

/** What the first verdict after a fault is, whoever the provider. */
function firstWord(fault, { status, next, retryAfterMs, signature }) {
  const told = `${status} ${next}`;
  if (fault === "status-429") same([told, retryAfterMs], ["rejected retry", 2000], "verdict");
  else if (fault === "pending") same(told, "pending wait", "verdict");
  else if (fault === "in-progress") same(told, "unknown retry", "verdict");
  else if (fault === "declined") ok(status !== "succeeded" && status !== "pending", told);
  else same(told, "unknown query", "verdict");
  if (fault === "forged-signature") ok(["invalid", "not-offered"].includes(signature), signature);
}
