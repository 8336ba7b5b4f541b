// What comes next for a row: a function of what was done with its plan so far, and of nothing else. So it says the same
// after a reload as before.

import { isRecognized, ownOf, referenceIn, stateOfAll } from "../own.js";
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
 * @property {"verdict" | "refused" | "awaiting" | "open" | "review" | "lost"} kind
 *   of the edge signer: `refused` is its own no, nothing was sent; `awaiting`: a second person must approve; `open`: it
 *   goes on by itself; `review`: a person must decide there; `lost`: it was silent
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
 * @property {"again" | "refunded" | "ask" | "goOn"} [says] what a person did: `again` and `refunded` are what was found
 *   at the provider's, `goOn` is a new token or the hope for a second person's yes
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

/**
 * What the log of a row says. Who asks, or goes on with a new token, has found out nothing: only who looked at the
 * provider's has, and what was in doubt before counts no more.
 * @typedef {object} Known
 * @property {Plan} plan
 * @property {Traits} traits
 * @property {number} now
 * @property {boolean} hasQuery
 * @property {readonly Step[]} round since a person last did anything: in it is counted how often something was tried
 * @property {readonly Step[]} doubtful the attempts that may have moved money, since a person looked
 * @property {boolean} wasAccepted since then
 */

/** @type {Next} */
const SEND = { do: "send", afterMs: 0 };

/** @param {Plan} plan @param {readonly Step[]} steps @param {Traits} traits @param {number} now @param {boolean} hasQuery @returns {Next} */
export function nextStep(plan, steps, traits, now, hasQuery) {
  const last = steps.at(-1);
  if (!last) return SEND;
  const round = steps.slice(steps.findLastIndex(({ kind }) => kind === "person") + 1);
  const since = steps.slice(steps.findLastIndex(({ says }) => says === "again") + 1);
  const known = {
    plan,
    traits,
    now,
    hasQuery,
    round,
    doubtful: since.filter(isDoubtful),
    wasAccepted: since.some(isAccepted),
  };
  if (last.kind === "person") return afterPerson(last, known);
  if (round.length >= 2 * MOST_IN_A_ROW) return end("unresolved", "It was tried often enough.");
  return last.kind === "query" ? afterQuery(last, known) : afterSend(last, known);
}

/** Whether money may have moved. What awaited a second person's yes may have been sent since. @param {Step} step */
const isDoubtful = ({ kind, outcome }) =>
  kind === "send" &&
  (!outcome ||
    ["lost", "awaiting", "open", "review"].includes(outcome.kind) ||
    ["unknown", "pending"].includes(outcome.told?.status ?? ""));

/** @param {Step} step */
const isAccepted = ({ kind, outcome }) =>
  outcome?.found === "pending" || (kind === "send" && outcome?.told?.status === "pending");

/** The edge signer's own, where it gives no reason. @type {Told} */
const NO = { status: "rejected", next: "fix", message: "The edge signer refused it." };

/** @param {State} state @param {string} why @returns {Next} */
const end = (state, why) => ({ do: "end", state, why });

/** @param {Known} known @returns {Next} */
const asked = ({ hasQuery }) =>
  hasQuery
    ? { do: "query", afterMs: 0 }
    : end("unresolved", "This refund cannot be asked about: look it up at the provider.");

/** @param {Step} last @param {Known} known @returns {Next} */
function afterPerson({ says }, known) {
  if (says === "refunded") return end("succeeded", "A person found it at the provider.");
  // Its books answer, and nothing is sent twice.
  if (known.traits.recallable) return SEND;
  switch (says) {
    case "again":
      return SEND;
    case "goOn":
      return mayRepeat(known) ? SEND : ask(known);
    default:
      return asked(known);
  }
}

/** @param {Step} last @param {Known} known @returns {Next} */
function afterSend({ outcome }, known) {
  const told = outcome?.told;
  if (outcome?.kind === "awaiting") return end("awaiting", "A second person must approve it.");
  if (outcome?.kind === "open") return followed(known);
  if (outcome?.kind === "review") return end("unresolved", outcome.told?.message ?? "A person must decide.");
  if (outcome?.kind === "refused") return refused({ ...NO, ...told }, known);
  // Without an outcome the page was closed, or the answer lost: it may have happened.
  if (!told) return known.traits.recallable ? again(known, "send") : ask(known);
  switch (told.next) {
    case "done":
      return end("succeeded", "");
    case "wait":
      return end("pending", "Accepted, not final.");
    case "retry":
      return mayRepeat(known) ? again(known, "send", told.retryAfterMs) : ask(known);
    case "reauthenticate":
      return end("held", told.message ?? "A new access token is needed.");
    case "query":
      return ask(known);
    default:
      return refused(told, known);
  }
}

/** The edge signer goes on whether it is asked or not. @param {Known} known @returns {Next} */
function followed(known) {
  return known.round.length < MOST_IN_A_ROW
    ? again(known, "send")
    : end("pending", "The edge signer goes on with it: ask again later.");
}

/** A no says nothing about an earlier attempt of which nobody knows what became. @param {Told} told @param {Known} known @returns {Next} */
function refused(told, known) {
  const state = told.status === "failed" ? "failed" : "rejected";
  if (told.replayed || known.doubtful.length === 0) return end(state, told.message ?? "");
  return known.round.some(({ kind }) => kind === "query")
    ? end("unresolved", "A later attempt was refused, and nobody knows what became of the first.")
    : asked(known);
}

/** @param {Known} known @returns {Next} */
function ask(known) {
  return known.hasQuery ? { do: "query", afterMs: 0 } : onceMore(known);
}

/** @param {Step} last @param {Known} known @returns {Next} */
function afterQuery({ outcome }, known) {
  switch (outcome?.found) {
    case "succeeded":
      return end("succeeded", "Found at the provider.");
    case "pending":
      return end("pending", "Found at the provider, not final.");
    case "failed":
      return end("failed", "Found at the provider, as failed.");
    case "mismatch":
      return end("unresolved", "The provider has a refund of this name with another amount.");
    case "unclear":
      return known.wasAccepted ? end("pending", "Accepted; the answer does not tell more.") : onceMore(known);
    case "absent":
      return onceMore(known);
    default:
      // To ask again moves no money.
      return outcome?.told?.next === "fix"
        ? end("unresolved", outcome.told.message ?? "The provider does not answer the question.")
        : again(known, "query", outcome?.told?.retryAfterMs);
  }
}

/** The same plan again, where the provider is known to recognize it. @param {Known} known @returns {Next} */
function onceMore(known) {
  const { plan, traits, wasAccepted } = known;
  // What was accepted is never sent again.
  if (wasAccepted || !traits.repeatable || !isRecognized(plan)) return notFound(known);
  if (!mayRepeat(known))
    return end("unresolved", "It was not found at the provider, and the first attempt is too old to repeat it.");
  return again(known, "send");
}

/** Whether the same plan, sent now, cannot become a second refund. @param {Known} known */
function mayRepeat({ plan, traits, now, doubtful, wasAccepted }) {
  const [first] = doubtful;
  if (!first || traits.recallable) return true;
  const isWelcome = isRecognized(plan) || doubtful.every(({ outcome }) => outcome?.told?.next === "retry");
  return isWelcome && !wasAccepted && now - first.at <= REPEAT_MS;
}

/** The first attempt may still be under way: asked a few times, then a person has to look. @param {Known} known @returns {Next} */
function notFound(known) {
  const queries = known.round.filter(({ kind }) => kind === "query").length;
  if (queries > 0 && queries < MOST_QUESTIONS) return again(known, "query");
  const why = queries ? "It was not found at the provider" : "This refund cannot be asked about";
  return end("unresolved", `${why}, and sending it again might refund twice: a person has to look.`);
}

/** @param {Known} known @param {"send" | "query"} kind @param {number} [afterMs] @returns {Next} */
function again({ round }, kind, afterMs) {
  const count = round.filter((step) => step.kind === kind).length;
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

/** What the answer to a query says of the refund of a plan. @param {Plan} plan @param {{ value: string } | undefined} amount @param {Verdict} verdict @returns {{ found?: Found, refundId?: string }} */
export function findOwn(plan, amount, verdict) {
  if (verdict.status === "unknown" || verdict.status === "rejected") return {};
  // Without a name of its own nobody can tell it from another refund of the same payment.
  if (referenceIn(plan) === undefined) return { found: "unclear" };
  const own = ownOf(plan, verdict.refunds ?? (verdict.refund ? [verdict.refund] : []));
  // A page of Craftgate's says that the payment's own conversationId may stand there: then no refund has this one.
  if (own.length === 0) return { found: plan.provider === "craftgate" ? "unclear" : "absent" };
  const refundId = own.flatMap(({ id }) => id ?? []).join(" ");
  const heard = { ...(refundId && { refundId }) };
  const isOther = own.length === 1 && amount && own[0]?.amount && !isSameValue(own[0].amount.value, amount.value);
  if (isOther) return { found: "mismatch", ...heard };
  const state = stateOfAll(plan, own);
  return { found: state === "unknown" ? "unclear" : state, ...heard };
}
