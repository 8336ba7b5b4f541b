// What comes next for one refund. Pure: no I/O, no clock. The only inputs are what the ledger recorded, the verdicts of
// `refund-signer`, and the time.
//
//            ┌──────────── sign the same plan again ───────────┐
//            ▼                                                 │
//   open ─▶ send ─(pending, unknown)─▶ query ─(it cannot tell)─┤
//            │                           │                     └─▶ needs-a-person
//            └─────────▶ succeeded, failed, rejected ◀─┘

/** @typedef {import("refund-signer").Verdict} Verdict */
/** @typedef {"succeeded" | "failed" | "rejected" | "needs-a-person"} Final */
/** @typedef {"strange" | "absent" | "unclear" | "succeeded" | "failed" | "pending"} Sighting what a query's answer says of our refund */

/** @typedef {{ value: string, currency: string }} Amount in major units */

/**
 * What of a verdict decides.
 * @typedef {{ status: Verdict["status"], next: Verdict["next"], replayed?: boolean, retryAfterMs?: number, problem?: string, ours?: Sighting }} Heard
 */

/**
 * What is known of a refund.
 * @typedef {object} Facts
 * @property {string} provider
 * @property {string} reference what the provider's lists know the refund by
 * @property {Amount} [amount] what was asked for, unless it is all there is
 * @property {number} openedAt
 * @property {number} attempts how often the plan was signed
 * @property {number} inDoubt how many of these may have moved money
 * @property {boolean} accepted the provider said that it has the refund
 * @property {number} firstAttemptAt
 * @property {number} lastAttemptAt
 * @property {number} queries since the last attempt
 * @property {Heard | null} verdict of the last attempt
 * @property {Heard | null} answer to the last query since then
 */

/**
 * @typedef {{ state: "open", step: "send" | "query", at: number }} Open
 * @typedef {{ state: Final, why?: string }} Closed
 */

/** Every figure is a choice of whoever runs this: no provider documents them. */
export const POLICY = Object.freeze({
  /** How long a consumer waits for an answer. */
  answerMs: 20_000,
  /** When an attempt of which nothing more was heard counts as lost. Longer than any consumer can be at it. */
  leaseMs: 60_000,
  /** When the queue is reminded again of what it was reminded of. Less than it takes to get through would only fill it. */
  remindMs: 15 * 60_000,
  /** The first pause before asking or signing again; it doubles up to the longest. `Retry-After` counts between the two. */
  pauseMs: 2000,
  longestPauseMs: 15 * 60_000,
  /** How long providers are trusted to recognize a repeated key. */
  rememberedMs: 24 * 3_600_000,
  /** After how long a refund that the provider's list lacks will not come any more. */
  absentMs: 30 * 60_000,
  /** Whether the plan is then signed again where the provider recognizes nothing. If not, a person decides. */
  believeAbsence: false,
  /** When a refund that is still open is given to a person. */
  patienceMs: 72 * 3_600_000,
});
/** @typedef {typeof POLICY | { [Name in keyof typeof POLICY]: (typeof POLICY)[Name] extends boolean ? boolean : number }} Policy */

/** How each provider treats a plan that comes twice, and whether its query can tell what became of one refund. */
const TRAITS = Object.freeze({
  // x-idempotency-key
  craftgate: { recognizes: true, tells: true },
  // Request-Id; HTTP 409 is an answer from the record. The state of the payment is all that can be asked, and MANUAL_…
  // refunds are moved by DOKU's staff.
  doku: { recognizes: true, tells: false },
  // Nothing makes a second attempt safe but the certainty that the first did nothing.
  durianpay: { recognizes: false, tells: true },
  // partnerRefundNo. State 04 may speak of an older refund; the history names ours, where there is one.
  payermax: { recognizes: true, tells: true },
  // X-Refund-Idempotency
  razorpay: { recognizes: true, tells: true },
});

/** What is known when the worst happens now: the request went out, and nothing is ever heard of it. @type {Heard} */
const LOST = Object.freeze({ status: "unknown", next: "query", problem: "no_response" });

/** The attempt was given up before its request went out. @type {Verdict} */
export const NOT_SENT = Object.freeze({
  status: "rejected",
  next: "retry",
  final: false,
  signature: "absent",
  replayed: false,
});

/** There is no query for this plan. @type {Verdict} */
export const NO_QUERY = Object.freeze({
  status: "rejected",
  next: "fix",
  final: true,
  signature: "absent",
  replayed: false,
});

/** @param {string} provider @param {string} reference @param {number} now @param {Amount} [amount] @returns {Facts} */
export function opened(provider, reference, now, amount) {
  const never = { attempts: 0, inDoubt: 0, accepted: false, firstAttemptAt: 0, lastAttemptAt: 0, queries: 0 };
  return { provider, reference, ...(amount && { amount }), openedAt: now, ...never, verdict: null, answer: null };
}

/** What to begin now: a plan that had to wait may meet a provider that has forgotten it by now. Asking is always safe. @param {Facts} facts @param {"send" | "query"} step as it was decided @param {number} now @param {Policy} policy @returns {"send" | "query"} */
export function stepNow(facts, step, now, policy) {
  return step === "send" && facts.inDoubt > 0 && !isRemembered(facts, now, policy) ? "query" : step;
}

/** What to store before a step begins: what is true if the consumer dies in it. @param {Facts} facts @param {"send" | "query"} step @param {number} now @returns {Facts} */
export function begun(facts, step, now) {
  if (step === "query") return { ...facts, queries: facts.queries + 1, answer: LOST };
  return {
    ...facts,
    attempts: facts.attempts + 1,
    inDoubt: facts.inDoubt + 1,
    firstAttemptAt: facts.firstAttemptAt || now,
    lastAttemptAt: now,
    queries: 0,
    verdict: LOST,
    answer: null,
  };
}

/** What to store after it. @param {Facts} facts @param {"send" | "query"} step @param {Verdict} verdict @param {number} now @param {Policy} policy @returns {Facts} */
export function heard(facts, step, verdict, now, policy) {
  const accepted = facts.accepted || verdict.status === "pending";
  if (step === "send") {
    // A refusal takes back the doubt of its own attempt only.
    const inDoubt = facts.inDoubt - Number(verdict.status === "rejected");
    return { ...facts, inDoubt, accepted, verdict: brief(verdict) };
  }
  const ours = sighting(facts, verdict);
  const answer = { ...brief(verdict), ours };
  const believed = policy.believeAbsence && !traits(facts).recognizes && isOverdue(facts, now, policy);
  const gone = ours === "absent" && !accepted && believed;
  return { ...facts, answer, accepted: accepted || ours === "pending", inDoubt: gone ? 0 : facts.inDoubt };
}

/** @param {Facts} facts @param {number} now @param {Policy} policy @returns {Open | Closed} */
export function nextStep(facts, now, policy) {
  if (!facts.verdict) return { state: "open", step: "send", at: now };
  const next = facts.answer
    ? afterQuery(facts, facts.answer, now, policy)
    : afterAttempt(facts, facts.verdict, now, policy);
  const isOver = next.state === "open" && now - facts.openedAt > policy.patienceMs;
  return isOver ? person("It is still open after all this time.") : next;
}

/** @param {Facts} facts @param {Heard} verdict @param {number} now @param {Policy} policy @returns {Open | Closed} */
function afterAttempt(facts, verdict, now, policy) {
  const isOlderInDoubt = facts.inDoubt > Number(verdict.status !== "rejected");
  // Nothing of ours can have arrived before: the record is another request's.
  if (verdict.replayed && !isOlderInDoubt) return person("Its idempotency key was used before, by another request.");
  switch (verdict.status) {
    case "succeeded":
      return { state: "succeeded" };
    case "pending":
      if (traits(facts).tells) return ask(facts, now, policy);
      return person("The provider's staff moves the money by hand: its back office says when.");
    case "failed":
      // With an older attempt in doubt it is that one's failure, too, if the provider says that it is the same.
      return !isOlderInDoubt || isRemembered(facts, now, policy) ? { state: "failed" } : ask(facts, now, policy);
    case "rejected":
      if (verdict.next !== "fix") return signAgain(facts, now, policy);
      return isOlderInDoubt ? ask(facts, now, policy) : { state: "rejected" };
    default:
      return verdict.next === "retry" ? signAgain(facts, now, policy) : ask(facts, now, policy);
  }
}

/** @param {Facts} facts @param {Heard} answer @param {number} now @param {Policy} policy @returns {Open | Closed} */
function afterQuery(facts, answer, now, policy) {
  switch (answer.ours) {
    case "succeeded":
    case "failed":
      return { state: answer.ours };
    case "pending":
      return ask(facts, now, policy);
    case "strange":
      if (!isOverdue(facts, now, policy)) return ask(facts, now, policy);
      return person("The provider has it, in a state or a number that says nothing, or with another amount.");
  }
  const isAnswered = answer.status === "succeeded" || answer.next === "fix";
  // What the provider accepted is never sent again.
  if (!isAnswered || facts.accepted) return ask(facts, now, policy);
  if (facts.inDoubt === 0 || isRemembered(facts, now, policy)) return send(facts, now, policy);
  // What was lost on its way may be on its way still.
  if (traits(facts).tells && !isOverdue(facts, now, policy)) return ask(facts, now, policy);
  return person("Nobody can tell whether an attempt moved money, and the provider would not recognize another one.");
}

/** Signs the same plan again if that cannot refund twice, and asks if it might. @param {Facts} facts @param {number} now @param {Policy} policy */
function signAgain(facts, now, policy) {
  return facts.inDoubt === 0 || isRemembered(facts, now, policy) ? send(facts, now, policy) : ask(facts, now, policy);
}

/** @param {Facts} facts @param {number} now @param {Policy} policy @returns {Open} */
function send({ attempts, verdict }, now, policy) {
  return { state: "open", step: "send", at: now + pause(attempts - 1, verdict, policy) };
}

/** @param {Facts} facts @param {number} now @param {Policy} policy @returns {Open} */
function ask({ queries, answer }, now, policy) {
  return { state: "open", step: "query", at: now + pause(queries, answer, policy) };
}

/** What the provider asks for, or one that doubles; within the policy, whatever the header says. @param {number} times @param {Heard | null} said @param {Policy} policy */
function pause(times, said, { pauseMs, longestPauseMs }) {
  const wanted = said?.retryAfterMs ?? pauseMs * 2 ** Math.min(times, 30);
  return Math.min(Math.max(wanted, pauseMs), longestPauseMs);
}

/** @param {string} why @returns {Closed} */
function person(why) {
  return { state: "needs-a-person", why };
}

/** @param {Facts} facts */
function traits({ provider }) {
  return TRAITS[/** @type {keyof typeof TRAITS} */ (provider)];
}

/** @param {Facts} facts @param {number} now @param {Policy} policy */
function isRemembered(facts, now, { rememberedMs }) {
  return traits(facts).recognizes && now - facts.firstAttemptAt < rememberedMs && !wasForgotten(facts);
}

/** The last attempt failed as a first one would, with an older one in doubt: that one never arrived, or is not known any more. @param {Facts} facts */
function wasForgotten({ verdict, inDoubt }) {
  return inDoubt > 1 && verdict?.status === "failed" && !verdict.replayed;
}

/** @param {Facts} facts @param {number} now @param {Policy} policy */
function isOverdue({ lastAttemptAt }, now, { absentMs }) {
  return now - lastAttemptAt >= absentMs;
}

/** @param {Verdict} verdict @returns {Heard} */
function brief({ status, next, replayed, retryAfterMs, problem }) {
  return {
    status,
    next,
    ...(replayed && { replayed }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(problem && { problem: problem.code }),
  };
}

/** All that is under our reference counts; more than one refund, or another one, is a person's. @param {Facts} facts @param {Verdict} answer @returns {Sighting} */
function sighting(facts, { status, refunds, page }) {
  if (status !== "succeeded" || !refunds) return "unclear";
  const ours = refunds.filter(({ reference }) => reference === facts.reference);
  // One page of several proves nothing.
  if (ours.length === 0) return (page?.total ?? 0) > refunds.length ? "unclear" : "absent";
  if (!isWhole(ours, facts.amount)) return "strange";
  const state = ours[0]?.status;
  return state === "succeeded" || state === "failed" || state === "pending" ? state : "strange";
}

/** One refund with the amount that was asked for, where both are known. @param {{ amount?: Amount }[]} ours @param {Amount} [asked] */
function isWhole([first, ...others], asked) {
  if (others.length > 0) return false;
  const found = first?.amount;
  if (!asked || !found) return true;
  return found.currency === asked.currency && plain(found.value) === plain(asked.value);
}

/** 10, 10.0 and 10.00 are the same. @param {string} value */
function plain(value) {
  return value.includes(".") ? value.replace(/\.?0+$/, "") : value;
}
