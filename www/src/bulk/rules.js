// What comes next for a row: a function of what was done with its plan so far, and of nothing else. So it says the same
// after a reload as before.

import { isSameValue } from "./totals.js";

/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("refund-signer").Verdict} Verdict */

/**
 * What is kept of a verdict: what decides, and what a person wants to know.
 * @typedef {object} Told
 * @property {Verdict["status"]} status
 * @property {Verdict["next"]} next
 * @property {number} [httpStatus]
 * @property {number} [retryAfterMs]
 * @property {boolean} [replayed]
 * @property {string} [code] the problem's
 * @property {string} [message]
 * @property {string} [refundId]
 */

/**
 * What came of a step. `found` is what a query says of this refund.
 * @typedef {object} Outcome
 * @property {"verdict" | "refused" | "awaiting" | "lost"} kind
 *   refused: the edge signer's own no, nothing was sent; awaiting: a second person must approve; lost: the signer was silent
 * @property {Told} [told]
 * @property {Found} [found]
 */

/** @typedef {"succeeded" | "pending" | "failed" | "absent" | "unclear" | "mismatch"} Found */

/**
 * One entry of a row's log. It is stored before it is done; without an outcome nobody knows how far it went.
 * @typedef {object} Step
 * @property {"send" | "query" | "person"} kind
 * @property {number} at
 * @property {Outcome} [outcome]
 * @property {"again" | "refunded" | "ask"} [says] what a person decided
 */

/** @typedef {"ready" | "busy" | "succeeded" | "pending" | "failed" | "rejected" | "unresolved" | "awaiting" | "held"} State */
/** @typedef {{ do: "send" | "query", afterMs: number } | { do: "end", state: State, why: string }} Next */

/** @typedef {{ repeatable: boolean, recallable: boolean }} Traits of the destination: see destination.js */

const MOST_IN_A_ROW = 6;
const MOST_QUESTIONS = 3;
const PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** No provider says how long it remembers a key. */
const REPEAT_MS = 24 * 3_600_000;

/** Where the documentation says that the same request again is recognized. */
const REPEATABLE = /^(craftgate\.|razorpay\.createRefund$|doku\.create(Akulaku|ShopeePay)?Refund$)/;

/** @param {Plan} plan @param {readonly Step[]} steps @param {Traits} traits @param {number} now @param {boolean} hasQuery @returns {Next} */
export function nextStep(plan, steps, traits, now, hasQuery) {
  const last = steps.at(-1);
  const since = steps.slice(steps.findLastIndex(({ kind }) => kind === "person") + 1);
  if (!last || (last.kind === "person" && last.says === "again")) return { do: "send", afterMs: 0 };
  if (last.kind === "person")
    return last.says === "ask" ? asked(hasQuery) : end("succeeded", "A person found it at the provider.");
  if (since.length >= 2 * MOST_IN_A_ROW) return end("unresolved", "It was tried often enough.");
  return last.kind === "query" ? afterQuery(plan, since, traits, now) : afterSend(plan, since, traits, now, hasQuery);
}

/** The edge signer's own, where it gives no reason. @type {Told} */
const NO = { status: "rejected", next: "fix", message: "The edge signer refused it." };

/** @param {State} state @param {string} why @returns {Next} */
const end = (state, why) => ({ do: "end", state, why });

/** @param {boolean} hasQuery @returns {Next} */
const asked = (hasQuery) =>
  hasQuery
    ? { do: "query", afterMs: 0 }
    : end("unresolved", "This refund cannot be asked about: look it up at the provider.");

/** @param {Plan} plan @param {readonly Step[]} since @param {Traits} traits @param {number} now @param {boolean} hasQuery @returns {Next} */
function afterSend(plan, since, traits, now, hasQuery) {
  const { outcome } = /** @type {Step} */ (since.at(-1));
  const told = outcome?.told;
  if (outcome?.kind === "awaiting") return end("awaiting", "A second person must approve it.");
  if (outcome?.kind === "refused") return refused(since, { ...NO, ...told }, hasQuery);
  // Without an outcome the page was closed, or the answer lost: it may have happened.
  if (!told) return traits.recallable ? again(since, "send") : ask(plan, since, traits, now, hasQuery);
  switch (told.next) {
    case "done":
      return end("succeeded", "");
    case "wait":
      return end("pending", "Accepted, not final.");
    case "retry":
      return again(since, "send", told.retryAfterMs);
    case "reauthenticate":
      return end("held", told.message ?? "A new access token is needed.");
    case "query":
      return ask(plan, since, traits, now, hasQuery);
    default:
      return refused(since, told, hasQuery);
  }
}

/** A no says nothing about an earlier attempt of which nobody knows what became. @param {readonly Step[]} since @param {Told} told @param {boolean} hasQuery @returns {Next} */
function refused(since, told, hasQuery) {
  const state = told.status === "failed" ? "failed" : "rejected";
  if (told.replayed || !since.slice(0, -1).some(isDoubtful)) return end(state, told.message ?? "");
  return since.some(({ kind }) => kind === "query")
    ? end("unresolved", "A later attempt was refused, and nobody knows what became of the first.")
    : asked(hasQuery);
}

/** Whether money may have moved. What awaited a second person's yes may have been sent since. @param {Step} step */
const isDoubtful = ({ kind, outcome }) =>
  kind === "send" && (!outcome || ["lost", "awaiting"].includes(outcome.kind) || outcome.told?.status === "unknown");

/** @param {Plan} plan @param {readonly Step[]} since @param {Traits} traits @param {number} now @param {boolean} hasQuery @returns {Next} */
function ask(plan, since, traits, now, hasQuery) {
  return hasQuery ? { do: "query", afterMs: 0 } : onceMore(plan, since, traits, now);
}

/** @param {Plan} plan @param {readonly Step[]} since @param {Traits} traits @param {number} now @returns {Next} */
function afterQuery(plan, since, traits, now) {
  const { outcome } = /** @type {Step} */ (since.at(-1));
  switch (outcome?.found) {
    case "succeeded":
      return end("succeeded", "Found at the provider.");
    case "pending":
      return end("pending", "Found at the provider, not final.");
    case "failed":
      return end("failed", "Found at the provider, as failed.");
    case "mismatch":
      return end("unresolved", "The provider has a refund of this name with another amount.");
    case "absent":
    case "unclear":
      return onceMore(plan, since, traits, now);
    default:
      // To ask again moves no money.
      return outcome?.told?.next === "fix"
        ? end("unresolved", outcome.told.message ?? "The provider does not answer the question.")
        : again(since, "query", outcome?.told?.retryAfterMs);
  }
}

/** The same plan again, where the provider is known to recognize it. @param {Plan} plan @param {readonly Step[]} since @param {Traits} traits @param {number} now @returns {Next} */
function onceMore(plan, since, traits, now) {
  const first = since.find(({ kind }) => kind === "send")?.at ?? now;
  const isRecognized =
    traits.repeatable && plan.idempotencyKey !== undefined && REPEATABLE.test(`${plan.provider}.${plan.operation}`);
  if (!isRecognized) return notFound(since);
  if (now - first > REPEAT_MS)
    return end("unresolved", "It was not found at the provider, and the first attempt is too old to repeat it.");
  return again(since, "send");
}

/** The first attempt may still be under way: asked a few times, then a person has to look. @param {readonly Step[]} since @returns {Next} */
function notFound(since) {
  const queries = since.filter(({ kind }) => kind === "query").length;
  if (queries > 0 && queries < MOST_QUESTIONS) return again(since, "query");
  const why = queries ? "It was not found at the provider" : "This refund cannot be asked about";
  return end("unresolved", `${why}, and sending it again might refund twice: a person has to look.`);
}

/** @param {readonly Step[]} since @param {"send" | "query"} kind @param {number} [afterMs] @returns {Next} */
function again(since, kind, afterMs) {
  const count = since.filter((step) => step.kind === kind).length;
  if (count >= MOST_IN_A_ROW) return end("unresolved", "It was tried often enough.");
  return { do: kind, afterMs: afterMs ?? Math.min(PAUSE_MS * 2 ** (count - 1), LONGEST_PAUSE_MS) };
}

/** @param {Verdict} verdict @returns {Told} */
export function toldBy({ status, next, httpStatus, retryAfterMs, replayed, problem, refund }) {
  const told = {
    status,
    next,
    httpStatus,
    retryAfterMs,
    replayed: replayed || undefined,
    code: problem?.code,
    message: problem && [problem.message, problem.providerMessage].filter(Boolean).join(" "),
    refundId: refund?.id ?? refund?.parts?.map(({ id }) => id).join(" "),
  };
  return /** @type {Told} */ (Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)));
}

/** The names under which the providers keep the merchant's reference. */
const REFERENCES = ["receipt", "ref_id", "partnerRefundNo"];

/** What the answer to a query says of the refund of a plan. @param {Plan} plan @param {{ value: string } | undefined} amount @param {Verdict} verdict @returns {{ found?: Found, refundId?: string }} */
export function findOwn(plan, amount, verdict) {
  if (verdict.status === "unknown" || verdict.status === "rejected") return {};
  const body = plan.body === undefined ? {} : JSON.parse(plan.body);
  const reference = REFERENCES.map((name) => body[name]).find((value) => typeof value === "string");
  const refunds = verdict.refunds ?? (verdict.refund ? [verdict.refund] : []);
  // Without a name of its own nobody can tell it from another refund of the same payment.
  if (reference === undefined) return { found: "unclear" };
  const own = refunds.find((refund) => refund.reference === reference);
  if (!own) return { found: "absent" };
  const refundId = own.id;
  if (amount && own.amount && !isSameValue(own.amount.value, amount.value))
    return { found: "mismatch", ...(refundId && { refundId }) };
  return { found: own.status === "unknown" ? "unclear" : own.status, ...(refundId && { refundId }) };
}
