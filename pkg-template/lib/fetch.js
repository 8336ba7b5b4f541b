// The few lines between a plan and its verdict that every host with a `fetch` needs.

import { frozen, readable, refuse } from "./base.js";
import { exchange, LONGEST_MS, limited, requestOf, verdictOf } from "./exchange.js";

const OPTIONS = ["fetch", "sign", "signal", "timeoutMs", "retry", "earlier"];
const STATUSES = ["succeeded", "pending", "failed", "rejected", "unknown"];
const PAUSE_MS = 1000;

/**
 * Signs a plan, sends it, and reads the answer. Sends again only while the verdict says `next: "retry"`, which
 * means that the provider takes the same plan again without refunding twice, and never more than `retry` times.
 *
 * An abort before anything was sent rejects. After that there is always a verdict: what was aborted, cut off or
 * timed out may have moved money, and the verdict says so.
 */
export async function send(client, plan, options) {
  const {
    fetch = globalThis.fetch,
    sign = defaultSign,
    signal,
    timeoutMs = 30_000,
    retry = 0,
    earlier,
  } = checkedOptions(options);
  if (!holds(() => typeof client.read === "function"))
    refuse("wrong_type", "client", "is no client.", "Pass the client first, then the plan.");
  if (typeof fetch !== "function") refuse("wrong_type", "fetch", "is no function.", "Give a fetch function.");
  if (typeof sign !== "function") refuse("wrong_type", "sign", "is no function.", "Give a function that signs.");
  checkInteger("timeoutMs", timeoutMs, 1, LONGEST_MS);
  checkInteger("retry", retry, 0, 10);
  if (signal !== undefined && !holds(() => signal instanceof AbortSignal)) {
    refuse("wrong_type", "signal", "is no AbortSignal.", "Give the signal of an AbortController, or leave it out.");
  }
  let inDoubt = mayHaveMoved(earlier);
  const fixed = unchanging(plan);
  let verdict;
  for (let left = retry; ; left--) {
    const limit = limited(signal, timeoutMs);
    let request;
    let answer;
    try {
      limit.signal.throwIfAborted();
      request = requestOf(fixed, await limit.within(sign(client, fixed)));
      limit.signal.throwIfAborted();
      answer = await limit.within(exchange(fetch, request, limit.signal)).catch(() => null);
    } catch (error) {
      // What was sent before owes a verdict.
      if (verdict) return verdict;
      throw error;
    } finally {
      limit.end();
    }
    const isFirst = earlier === undefined && verdict === undefined;
    const lost = () => verdictOf(client, fixed, null);
    const latest = verdictOf(client, fixed, answer);
    verdict = isFirst ? ofFirst(latest, lost) : ofAnother(latest, inDoubt, lost);
    inDoubt ||= verdict.status === "unknown";
    const waitMs = verdict.retryAfterMs ?? Math.min(PAUSE_MS, timeoutMs);
    // A provider that asks for a longer pause is left to the caller, who may not be there that long.
    if (verdict.next !== "retry" || left === 0 || waitMs > timeoutMs || signal?.aborted) return verdict;
    await pause(waitMs, signal);
    if (signal?.aborted) return verdict;
  }
}

/** A stored plan is a plain object, which may be changed while it is sent: the next attempt would be another refund. */
function unchanging(plan) {
  const wayOut = "Pass the plan exactly as an operation returned it, or as it was stored in JSON.";
  return readable({ code: "invalid_plan", wayOut }, "plan", () => {
    const changes = typeof plan === "object" && plan !== null && !Object.isFrozen(plan) && !("then" in plan);
    return changes ? Object.freeze({ ...plan }) : plan;
  });
}

/** Whether money may have moved before this call: null stands for an attempt of which nothing is known. */
function mayHaveMoved(earlier) {
  if (earlier === undefined) return false;
  const wayOut =
    "Give the verdict on the plan so far, null where there is none, or leave it out for a plan never sent.";
  const status = readable({ code: "wrong_type", wayOut }, "earlier", () =>
    earlier === null ? "unknown" : earlier.status,
  );
  if (!STATUSES.includes(status)) refuse("wrong_type", "earlier", "is no verdict.", wayOut);
  return status !== "rejected" && status !== "failed";
}

/**
 * What an answer means where nothing was sent before. `read` does not know that, and takes a refusal that an earlier
 * success could cause for unknown. A proxy may still have sent the request twice: only where the provider recognizes the
 * plan, its first copy cannot be that success.
 */
function ofFirst(verdict, lost) {
  const { ifFirst, repeatable, ...rest } = verdict;
  if (ifFirst && repeatable) return frozen({ ...rest, ...ifFirst, final: true });
  const moved = verdict.status === "succeeded" || verdict.status === "pending";
  if (!verdict.replayed || !moved || isRead(lost())) return verdict;
  return doubted(verdict, lost(), {
    code: "idempotency_conflict",
    message: "The first attempt was answered from the record of another request with this idempotency key.",
    userAction: "Ask for the refund's state before doing anything else, and find out who else uses this key.",
  });
}

/**
 * What an answer means where something was sent before. A refusal speaks of its own attempt only: where that may have
 * moved money, nothing but a marked replay, which is the answer to it, takes the doubt back.
 */
function ofAnother({ ifFirst: _, ...verdict }, inDoubt, lost) {
  const { status, next, replayed, problem } = verdict;
  const isRefusal = status === "rejected" || (status === "failed" && !replayed);
  if (!inDoubt || !isRefusal || isRead(lost())) return frozen(verdict);
  // One more attempt is no second refund only where the provider recognizes it.
  const { repeatable } = lost();
  if (next !== "fix" && repeatable) return frozen({ ...verdict, status: "unknown", final: false, repeatable });
  const userAction = "An earlier attempt may have moved money: ask for the refund's state before doing anything else.";
  return doubted(verdict, lost(), { ...problem, userAction });
}

/** Of a read nothing is ever in doubt: when it is not answered it is simply repeated. */
function isRead(lost) {
  return lost.next === "retry";
}

/** Of what is not believed nothing of a refund is told, but for the provider's own fields. */
function doubted({ refund, refunds, page, retryAfterMs, ...rest }, { repeatable }, problem) {
  return frozen({ ...rest, status: "unknown", next: "query", final: false, repeatable, problem });
}

function defaultSign(client, plan) {
  return client.sign(plan);
}

/** The options, read once: nothing that is checked here can be another value later. */
function checkedOptions(options) {
  const problem = { code: "wrong_type", wayOut: "Give a plain object." };
  if (options === null || !["object", "undefined"].includes(typeof options))
    refuse("wrong_type", "options", "are no object.", problem.wayOut);
  const given = readable(problem, "options", () => ({ ...options }));
  const stranger = Object.keys(given).find((name) => !OPTIONS.includes(name));
  if (stranger) refuse("unknown_field", stranger, `is no option here. Options: ${OPTIONS.join(", ")}.`, "Correct it.");
  return given;
}

/** Whether a test of something foreign holds; a proxy may throw at any look at it. */
function holds(test) {
  try {
    return test();
  } catch {
    return false;
  }
}

function checkInteger(path, value, min, max) {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  refuse("out_of_range", path, `must be a whole number from ${min} to ${max}.`, "Use a value in this range.");
}

function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal?.addEventListener("abort", finish);
  });
}
