import type { Plan, SignedRequest, SigningClient, Verdict } from "./shared.js";

/** How a plan is sent. */
export interface SendOptions {
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
  /**
   * How an attempt is signed; `client.sign(plan)` when left out. For a key outside the module:
   * `(client, plan) => signWith(client, plan, key)`. Method, path, query, body and idempotency key of what it returns must
   * be the plan's.
   */
  readonly sign?: (client: SigningClient, plan: Plan) => SignedRequest | Promise<SignedRequest>;
  /**
   * Aborts, also while an attempt is being signed. Before anything was sent `send` rejects with the signal's reason; after
   * that there is always a verdict: `unknown` where money may have moved.
   */
  readonly signal?: AbortSignal;
  /**
   * How long one attempt may take from its signing on, in milliseconds; 30,000 when left out. A first attempt that is not
   * signed by then rejects with a `TimeoutError`. A longer pause is never waited for, either.
   */
  readonly timeoutMs?: number;
  /** How many times to send again, at most 10, while the verdict says `next: "retry"`; 0 when left out. */
  readonly retry?: number;
  /**
   * The verdict on this plan so far, for a plan that is sent again; null where an attempt may have been made and nothing
   * is known of it. What is refused then, or failed, is `unknown`: nothing but a marked replay (`replayed: true`) says
   * anything of an earlier attempt. Left out for a plan that was never sent: then a documented refusal of the first
   * attempt is what `ifFirst` says where the verdict is `repeatable`, and an answer that is marked as a replay is
   * `unknown`, since somebody else used the key. After a verdict that leaves no doubt (`rejected`, `failed`) the answer is
   * judged by itself, as `client.read` does: for a program that keeps the doubt of every attempt apart.
   */
  readonly earlier?: Verdict | null;
}

/**
 * Signs a plan, sends it, and reads the answer. Sends again only while the verdict says `next: "retry"`, which means that
 * the provider takes the same plan again without refunding twice, and never more than `retry` times. The verdict is on
 * all attempts: what is refused or failed after an attempt that may have moved money is `unknown`.
 *
 * @throws {RefundError} when the plan or an option is not what it should be; `request_mismatch` when what `sign` returned
 *   is not the plan's request, of which nothing is sent then
 */
export function send(client: SigningClient, plan: Plan, options?: SendOptions): Promise<Verdict>;
