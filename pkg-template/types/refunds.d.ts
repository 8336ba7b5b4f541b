import type { Decision, Outcome, Policy, RefundRecord, Step } from "./lifecycle.js";
import type { Delivery, HttpAnswer, Plan, RefundError, SignedRequest, Verdict, WebhookEvent } from "./shared.js";
import type { Filter, Page, Store } from "./stores/store.js";

export type { Filter, Page, Store };

/** What signs and reads for the driver: a `Client` of any provider, or what wraps one. */
export interface RefundClient {
  /** One attempt of a plan; a promise where a key outside the module signs, as with `signWith`. */
  sign(plan: Plan): SignedRequest | Promise<SignedRequest>;
  read(plan: Plan, answer: HttpAnswer | null): Verdict;
  /** Called after the step. */
  free?(): void;
  [Symbol.dispose]?(): void;
}

/** What is reported: for logs, metrics and queues. A host that dies may not report what it stored. */
export type Change =
  /** Something was heard of a refund, or its time ended, and is stored: `state: "review"` is for a person. */
  | ({ readonly kind: "refund" } & StoredRefund)
  /** A webhook was refused: its error says why. */
  | {
      readonly kind: "webhook-refused";
      readonly provider: string;
      readonly account: string;
      readonly error: RefundError;
    }
  /** A verified event that names no stored refund: somebody refunded elsewhere, or the provider does not name refunds. */
  | {
      readonly kind: "webhook-without-record";
      readonly provider: string;
      readonly account: string;
      readonly event: WebhookEvent;
    };

/** What the driver needs. */
export interface RefundsOptions {
  /** One of `refund-signer/stores`, or your own. */
  readonly store: Store;
  /**
   * A client for one step: it is freed after it. Tokens are settings of a client: get a new one where `renewToken` is
   * true. What it throws reaches the caller, and nothing is sent.
   */
  readonly clients: (
    provider: string,
    wanted: { readonly account: string; readonly renewToken: boolean },
  ) => RefundClient | Promise<RefundClient>;
  /**
   * Verifies a delivery and gives its event, or throws the `RefundError` of `Webhooks.read` or `readWebhook`. Needed for
   * `webhook` only.
   */
  readonly webhooks?: (
    provider: string,
    delivery: Delivery,
    wanted: { readonly account: string },
  ) => WebhookEvent | Promise<WebhookEvent>;
  /** The function that sends; the global `fetch` when left out. */
  readonly fetch?: (
    url: string,
    init: {
      method: string;
      headers: Record<string, string>;
      body: string | null;
      redirect: "manual";
      signal: AbortSignal;
    },
  ) => Promise<Response>;
  readonly policy?: Policy;
  /** The time, in milliseconds since 1970; `Date.now` when left out. */
  readonly clock?: () => number;
  /** Called after something was stored or a webhook was read; what it throws reaches the caller. */
  readonly onChange?: (change: Change) => void | Promise<void>;
  /** Your label of the merchant account; `default` when left out. Keys and references are unique in it. */
  readonly account?: string;
}

/** A refund that could not be read or advanced, among others that could. */
export interface FailedRefund {
  readonly id: string;
  readonly error: unknown;
  readonly state?: undefined;
}

/** A refund as it is stored, and what comes next. */
export interface StoredRefund {
  /** Your id. */
  readonly id: string;
  readonly state: "open" | "review" | Outcome;
  readonly step: Step;
  readonly record: RefundRecord;
  readonly error?: undefined;
}

/**
 * The driver. Every id is checked: 1 to 200 characters without control characters, otherwise `wrong_type`. What the store
 * throws reaches the caller; what is stored by then counts. Any number of hosts may use one store at the
 * same time.
 */
export declare class Refunds {
  /**
   * @throws {RefundError} `wrong_type`, `unknown_field` for an option, and `no_value` for one that is there without a value:
   *   a misspelt variable must not become another account or policy
   */
  constructor(options: RefundsOptions);
  /**
   * Opens the refund under your id, or finds the one that is open under it, and takes it as far as it goes now. Call it
   * as often as you like: an idempotency key that the package made (a UUID) is ignored in comparing, and the plan that
   * was stored first is the only one that is ever sent. With `later` it is only stored: `runDue` or `advance` sends it,
   * on this host or another, so that a caller with many refunds has its answer at once.
   *
   * @throws {RefundError} `conflict` for an id that another refund has (path `id`), and for an idempotency key or a
   *   reference that another refund of the account has (path `plan`); `invalid_plan` for a plan that is altered or moves no
   *   money; `invalid_policy`, `invalid_attempt` (the clock) and `invalid_record` (the account's label) before anything is
   *   stored; and what `advance` throws
   */
  refund(
    id: string,
    plan: Plan,
    options?: { readonly account?: string; readonly later?: boolean },
  ): Promise<StoredRefund>;
  /**
   * Takes the refund as far as it goes now: until it has to wait, is over, or needs a person.
   *
   * @throws {RefundError} `unknown_refund`; `invalid_record` and `unsupported_record_version` for a row that was changed by
   *   hand or that a newer build wrote, which stays as it is; `request_mismatch` when a client signs another request than
   *   the plan's, which is not sent. What `clients` and a client's `sign` throw comes through, a `TimeoutError` where they
   *   hang: nothing was sent
   */
  advance(id: string): Promise<StoredRefund>;
  /**
   * Advances what is due, one after another, at most `limit` (1 to 1000; 50 when left out): for a cron job or an alarm. One
   * that fails stops no other, and is tried again after a minute.
   */
  runDue(options?: { readonly limit?: number }): Promise<(StoredRefund | FailedRefund)[]>;
  /**
   * Verifies a webhook, stores what it says of a refund, and answers: 200 with what the provider expects, 401, 413 or
   * 400. `runDue` or `advance` goes on from there.
   *
   * @param provider whose webhook it is, by your own route: never from the delivery
   * @param request where the host has no `Request`, what `fromNode` or `fromLambda` of `refund-signer/webhooks` gives
   * @throws {RefundError} `invalid_webhook` for what is neither a `Request` with an unread body nor a delivery, `missing_setting` without
   *   `webhooks`, what `webhooks` throws for a mistake in its set-up, and what the store throws: answer 500, and the
   *   provider sends it again
   */
  webhook(provider: string, request: Request | Delivery, options?: { readonly account?: string }): Promise<Response>;
  /**
   * Stores what a person decided about the question of `step`, and goes on.
   *
   * @throws {RefundError} `invalid_observation` when the refund has moved on, for what is not one of `step.answers`, and for
   *   `not-refunded` before `step.notRefundedFrom`; `unknown_refund`
   */
  review(
    id: string,
    decision: { readonly step: number; readonly decision: Decision; readonly by: string },
  ): Promise<StoredRefund>;
  /** The refund as it stands; undefined where there is none under this id. */
  get(id: string): Promise<StoredRefund | undefined>;
  /**
   * A page of refunds in the order of their ids, at most `limit` (1 to 1000; 50 when left out). `after` is there where more
   * follow: pass it for the next page. A row that cannot be read hides no other: it has `error`.
   */
  list(
    filter?: Filter,
    page?: Page,
  ): Promise<{ readonly refunds: readonly (StoredRefund | FailedRefund)[]; readonly after?: string }>;
}
