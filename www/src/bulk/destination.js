// Where plans go: to the sandbox, with its keys; or to the edge signer, which has its own.

import { send } from "refund-signer/fetch";
import * as signer from "refund-signer/slim";
import { RefundError } from "refund-signer/slim";
import { verdictOf } from "../followed.js";
import { findOwn, toldBy } from "./rules.js";

/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("refund-signer").Verdict} Verdict */
/** @typedef {import("./rules.js").Outcome} Outcome */
/** @typedef {import("./runner.js").Destination} Destination */
/** @typedef {import("refund-signer").SigningClient & { free(): void }} Client */

/** A verdict that leaves no doubt behind. @type {Verdict} */
const ALONE = Object.freeze({ status: "rejected", next: "retry", final: false, signature: "absent", replayed: false });

/** @param {Plan} plan @returns {Plan | undefined} */
const queryFor = (plan) => /** @type {any} */ (signer)[plan.provider].queryFor(plan);

/** Whether a plan can be asked about never changes. @type {WeakMap<Plan, boolean>} */
const queryable = new WeakMap();

/** @param {Plan} plan */
function hasQuery(plan) {
  const known = queryable.get(plan) ?? queryFor(plan) !== undefined;
  queryable.set(plan, known);
  return known;
}

/** Asks about a refund by whatever sends a plan. @param {(plan: Plan) => Promise<Outcome & { verdict?: Verdict }>} exchange @returns {Destination["query"]} */
const asking = (exchange) => async (plan, amount) => {
  const query = queryFor(plan);
  if (!query) return { kind: "lost" };
  const { verdict, ...outcome } = await exchange(query);
  if (!verdict) return outcome;
  const { found, refundId } = findOwn(plan, amount, verdict);
  const told = { ...toldBy(verdict), ...(refundId && { refundId }) };
  return { kind: "verdict", told, ...(found && { found }) };
};

/** @param {(plan: Plan) => Promise<Outcome & { verdict?: Verdict }>} exchange @returns {Destination["send"]} */
const sending = (exchange) => async (plan) => {
  const { verdict, ...outcome } = await exchange(plan);
  return verdict ? { kind: "verdict", told: toldBy(verdict) } : outcome;
};

/**
 * Signs here, with the keys of this page.
 *
 * `repeatable`: the same plan is really sent again. `recallable`: it is only answered from the books.
 * @param {{ load?: () => Promise<unknown>, fetch: (url: string, init: RequestInit) => Promise<Response>, settings: (provider: string) => Record<string, string>, timeoutMs: number }} how
 * @returns {Destination & { explain(plan: Plan): { request?: import("refund-signer").SignedRequest, problem?: string }, close(): void }}
 */
export function direct({ load, fetch, settings, timeoutMs }) {
  /** @type {Map<string, Client>} */
  const clients = new Map();
  /** @param {string} provider */
  const clientFor = (provider) => {
    const client = clients.get(provider) ?? new /** @type {any} */ (signer)[provider].Client(settings(provider));
    clients.set(provider, client);
    return client;
  };

  /** @param {Plan} plan @returns {Promise<Outcome & { verdict?: Verdict }>} */
  const exchange = async (plan) => {
    try {
      await load?.();
      return {
        kind: "verdict",
        verdict: await send(clientFor(plan.provider), plan, {
          fetch: /** @type {typeof globalThis.fetch} */ (fetch),
          timeoutMs,
          // rules.js keeps the doubt of every attempt apart, so each answer is judged by itself, as after a refusal.
          earlier: ALONE,
        }),
      };
    } catch (error) {
      // `send` throws before anything was sent, and never after.
      return {
        kind: "refused",
        told: { status: "rejected", next: "fix", code: "not_signed", message: wordsOf(error) },
      };
    }
  };

  return {
    repeatable: true,
    recallable: false,
    hasQuery,
    send: sending(exchange),
    query: asking(exchange),
    explain(plan) {
      try {
        return { request: clientFor(plan.provider).sign(plan) };
      } catch (error) {
        return { problem: wordsOf(error) };
      }
    },
    close() {
      for (const client of clients.values()) client.free();
      clients.clear();
    },
  };
}

/** @param {unknown} error */
const wordsOf = (error) =>
  error instanceof RefundError
    ? error.problems.map(({ path, message }) => `${path} ${message}`).join(" ")
    : String(error);

/**
 * The edge signer, which follows a refund to its end, whoever asks and however often.
 * @param {{ fetch: typeof globalThis.fetch, token: () => string }} how @returns {Destination}
 */
export function edgeSigner({ fetch, token }) {
  /** @param {Plan} plan @returns {Promise<Outcome & { verdict?: Verdict }>} */
  const exchange = async (plan) => {
    const headers = { Authorization: `Bearer ${token()}`, "Content-Type": "application/json" };
    const response = await fetch("refunds", { method: "POST", headers, body: JSON.stringify(plan) }).catch(
      () => undefined,
    );
    const answer = await response?.json().catch(() => undefined);
    if (!response || !answer || response.status >= 500) return { kind: "lost" };
    if (response.status === 401)
      return {
        kind: "verdict",
        told: { status: "rejected", next: "reauthenticate", message: "The edge signer wants a valid token." },
      };
    if (answer.error)
      return {
        kind: "refused",
        told: { status: "rejected", next: "fix", code: answer.error.code, message: answer.error.message },
      };
    const verdict = answer.verdict ?? verdictOf(answer);
    if (!verdict) return { kind: "awaiting" };
    if (answer.state === "review") return { kind: "review", told: toldBy(verdict) };
    return verdict.next === "wait" ? { kind: "open" } : { kind: "verdict", verdict };
  };
  return {
    repeatable: false,
    recallable: true,
    hasQuery: () => false,
    send: sending(exchange),
    query: asking(exchange),
  };
}
