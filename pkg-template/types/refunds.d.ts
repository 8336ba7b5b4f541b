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
  /** Something was stored about a refund. */
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

/** A refund as it is stored, and what comes next. */
export interface StoredRefund {
  /** Your id. */
  readonly id: string;
  readonly state: "open" | "review" | Outcome;
  readonly step: Step;
  readonly record: RefundRecord;
}

/** The driver. Any number of hosts may use one store at the same time. */
export declare class Refunds {
  /** @throws {RefundError} `unknown_field`, `wrong_type` for an option */
  constructor(options: RefundsOptions);
  /**
   * Opens the refund under your id, or finds the one that is open under it, and takes it as far as it goes now. Call it
   * as often as you like: a made idempotency key is ignored in comparing, and the plan that was stored first is the only
   * one that is ever sent.
   *
   * @throws {RefundError} `conflict` for an id that another refund has, and for an idempotency key or a reference that
   *   another refund of the account has; `invalid_plan`, `wrong_type` for the id
   */
  refund(id: string, plan: Plan, options?: { readonly account?: string }): Promise<StoredRefund>;
  /**
   * Takes the refund as far as it goes now: until it has to wait, is over, or needs a person.
   *
   * @throws {RefundError} `unknown_refund`; what the store and `clients` throw, too
   */
  advance(id: string): Promise<StoredRefund>;
  /** Advances what is due, at most `limit` (50 when left out): for a cron job or an alarm. One that fails stops no other. */
  runDue(options?: {
    readonly limit?: number;
  }): Promise<(StoredRefund | { readonly id: string; readonly error: unknown })[]>;
  /**
   * Verifies a webhook, stores what it says of a refund, and answers: 200 with what the provider expects, 401, 413 or
   * 400. `runDue` or `advance` goes on from there.
   *
   * @throws {RefundError} for a mistake in the set-up, and what the store throws: answer 500, and the provider sends it
   *   again
   */
  webhook(provider: string, request: Request, options?: { readonly account?: string }): Promise<Response>;
  /**
   * Stores what a person decided about the question of `step`, and goes on.
   *
   * @throws {RefundError} `invalid_observation` when the refund has moved on, and for what is not one of `step.answers`
   */
  review(
    id: string,
    decision: { readonly step: number; readonly decision: Decision; readonly by: string },
  ): Promise<StoredRefund>;
  /** The refund as it stands; undefined where there is none under this id. */
  get(id: string): Promise<StoredRefund | undefined>;
  /** A page of refunds in the order of their ids; `after` is there where more follow. */
  list(filter?: Filter, page?: Page): Promise<{ readonly refunds: readonly StoredRefund[]; readonly after?: string }>;
}
