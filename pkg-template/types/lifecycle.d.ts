import type { ProviderName } from "./providers.js";
import type { Plan, Refund, Verdict, WebhookEvent } from "./shared.js";

/** Figures in milliseconds; what is left out has its default. docs/lifecycle.md says what each is for. */
export interface Policy {
  /** How long a host may take for one step before others may go on; 60,000 when left out. */
  readonly leaseMs?: number;
  /** How long after `begin` a request may still arrive at the provider; 3,600,000 when left out. */
  readonly arrivalMs?: number;
  /** How long the provider is trusted to remember an idempotency key, from the first `begin`; 86,400,000 when left out. */
  readonly memoryMs?: number;
  /** How long a refund may stay open before a person is asked; 259,200,000 when left out. */
  readonly patienceMs?: number;
  /** The first pause before a repeat, which doubles; 2,000 when left out. */
  readonly pauseMs?: number;
  /** The longest pause; 900,000 when left out. */
  readonly longestPauseMs?: number;
  /** The largest step of the clock, either way, that the stored times do not show; 60,000 when left out. */
  readonly clockStepMs?: number;
  /** Assumption, false when left out: a key of which no replay is documented is recognized all the same. */
  readonly trustUndocumentedKeys?: boolean;
  /** Assumption, none when left out: after this time a list that lacks the refund proves that it does not exist. */
  readonly assumedListLagMs?: number;
}

/** How a refund ended. */
export type Outcome = "succeeded" | "failed" | "rejected" | "reversed";

/** What a person may decide. */
export type Decision = "refunded" | "not-refunded" | "ask-again" | "send-again";

/** The stored record of one refund: plain JSON. Store it as it is, and pass it back as it is. It holds no secret. */
export interface RefundRecord {
  readonly version: 1;
  /** Your label of the merchant account. */
  readonly account: string;
  readonly plan: Plan;
  /** When it was opened, in milliseconds since 1970. */
  readonly openedAt: number;
  /** How it ended, where evidence has ended it; `next` says what comes of it. */
  readonly end?: Outcome;
  /** The refund as the provider last told it. */
  readonly refund?: Refund;
  /** What happened, for people; the longest are cut in the middle. */
  readonly log: readonly { readonly at: number; readonly step: number; readonly what: string; readonly says: string }[];
  readonly history: readonly { readonly at: number; readonly end: Outcome }[];
}

/** Sign `plan`, send it before `before`, read the answer. */
export interface SendStep {
  readonly id: number;
  readonly do: "send";
  /** The last moment at which the request may leave, in milliseconds since 1970. */
  readonly before: number;
  /** Whether it repeats a request that is in doubt, under its idempotency key. */
  readonly repeat: boolean;
  /** Whether the provider wants a new access token. */
  readonly renewToken: boolean;
  readonly plan: Plan;
}

/** Ask the provider about this refund: sign `plan`, send it before `before`, read the answer. */
export interface QueryStep {
  readonly id: number;
  readonly do: "query";
  /** In milliseconds since 1970. */
  readonly before: number;
  readonly plan: Plan;
}

/** Nothing to do until `until`, in milliseconds since 1970, or until an event. */
export interface WaitStep {
  readonly id: number;
  readonly do: "wait";
  readonly until: number;
}

/** Nothing more to do. */
export interface FinishStep {
  readonly id: number;
  readonly do: "finish";
  readonly outcome: Outcome;
  /** The outcome in words. */
  readonly why: string;
  readonly refund?: Refund;
  /** `["send-again"]` where the cause of a refusal can be corrected. */
  readonly answers: readonly Decision[];
}

/** Show a person the question. */
export interface ReviewStep {
  readonly id: number;
  readonly do: "review";
  readonly question: {
    readonly code: "lost" | "key_used_before" | "moved_after_all" | "still_open";
    readonly message: string;
  };
  /** What the person may decide. */
  readonly answers: readonly Decision[];
  /** From when `not-refunded` is taken, in milliseconds since 1970: before it a request may still arrive. */
  readonly notRefundedFrom: number;
  readonly refund?: Refund;
}

export type Step = SendStep | QueryStep | WaitStep | FinishStep | ReviewStep;

/** What a host observes. */
export type Observation =
  | { readonly step: number; readonly verdict: Verdict }
  | { readonly step: number; readonly notSent: true }
  | { readonly event: WebhookEvent }
  | { readonly step: number; readonly decision: Decision; readonly by: string };

/**
 * The record of a refund of which nothing was sent. Store it before anything else.
 *
 * @param options `account`: your label of the merchant account, 1 to 200 characters; `now`: milliseconds since 1970
 * @throws {RefundError} `invalid_plan` for a plan that is altered or moves no money, `invalid_record` for the label,
 *   `invalid_attempt` for the time
 */
export function open(plan: Plan, options: { readonly account: string; readonly now: number }): RefundRecord;

/**
 * What comes next. Pure: the same record, time and policy give the same step.
 *
 * @throws {RefundError} `invalid_record`, `unsupported_record_version`, `invalid_policy`, `invalid_attempt` for the time;
 *   all four functions: `unknown_field` for an option that there is not, `wrong_type` for options that are none
 */
export function next(record: RefundRecord, options: { readonly now: number; readonly policy?: Policy }): Step;

/**
 * The record to store before a step is done: it says "sent, nothing heard". Send only after the store has acknowledged
 * it by compare-and-swap.
 *
 * @throws {RefundError} `invalid_step` for any step but the next one, for one that does not begin, and for one whose time
 *   is over: call `next` again
 */
export function begin(
  record: RefundRecord,
  step: SendStep | QueryStep,
  options: { readonly now: number },
): RefundRecord;

/**
 * The record to store after a step, an event or a decision. What comes late, twice or out of order is a correction, or
 * changes nothing.
 *
 * @throws {RefundError} `invalid_observation`; the stored record stays as it was
 */
export function observe(
  record: RefundRecord,
  observation: Observation,
  options: { readonly now: number; readonly policy?: Policy },
): RefundRecord;

/** What a provider lists of one merchant account. */
export interface ProviderList {
  readonly provider: ProviderName;
  /** Your label of the merchant account, as in the records. */
  readonly account: string;
  /** The verdicts of the pages, in their order, as `read` gave them. */
  readonly verdicts: readonly Verdict[];
  /**
   * What the list holds all refunds of: one payment, by the id that the plans have of it, or the whole account between
   * two times in milliseconds since 1970. Left out, no refund is missing in it.
   */
  readonly covers?: { readonly payment: string } | { readonly from: number; readonly to: number };
}

/** One disagreement between the records and the lists. */
export interface Finding {
  /**
   * - `missing_here`: the provider lists a refund that no record is of
   * - `missing_there`: the provider has accepted the refund, as the record tells, and a whole list that covers it lacks it
   * - `amount_differs`: the listed refund has another amount than the record's plan
   * - `twice_there`: more than one listed refund carries the id or the reference of one record
   * - `state_differs`: the record ended with money moved and the list says that none did, or the other way round
   * - `unclear`: a listed refund without a reference has the record's payment and amount
   */
  readonly code: "missing_here" | "missing_there" | "amount_differs" | "twice_there" | "state_differs" | "unclear";
  /** What it means, and what to do now. */
  readonly message: string;
  /** The place of the record in `records`, from 0. Left out for `missing_here`. */
  readonly record?: number;
  /** The listed refunds that it is about. */
  readonly refunds: readonly Refund[];
}

/** What a comparison finds. */
export interface Reconciliation {
  readonly findings: readonly Finding[];
  /** The places of the lists that lack a page, or hold an answer that tells no refunds: nothing is missing in them. */
  readonly incomplete: readonly number[];
}

/**
 * Where stored records and the provider's own lists disagree: for the end of a day, or after an incident. It changes
 * nothing; what it finds is for a person, or a reason to ask about one refund. A record that is still open is never
 * missing: `next` asks about it. Records and lists together are at most 64 MiB of JSON.
 *
 * @throws {RefundError} `invalid_record`, `unsupported_record_version` and `invalid_plan` for a record,
 *   `invalid_observation` for a list, `invalid_policy`; each with the place: `records[3].clock`
 */
export function reconcile(
  records: readonly RefundRecord[],
  lists: readonly ProviderList[],
  options?: { readonly policy?: Policy },
): Reconciliation;
