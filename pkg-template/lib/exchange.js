// What `send` and the driver share: one request, sent for a limited time, and its answer read, whatever it is.

import { unread } from "./base.js";

/** Timers hold no more, and would fire at once. */
export const LONGEST_MS = 2 ** 31 - 1;

/**
 * Money may have moved by now, so whatever is wrong with reading becomes a verdict, too.
 *
 * @param {{ read(plan: unknown, answer: unknown): any }} client
 */
export function verdictOf(client, plan, answer) {
  try {
    return client.read(plan, answer);
  } catch (error) {
    return unread(error?.message ?? "reading failed");
  }
}

/**
 * The time of one attempt, from its signing on, which the caller may cut short. Neither every signer nor every `fetch`
 * obeys a signal, so giving up does not depend on them.
 */
export function limited(signal, timeoutMs) {
  const controller = new AbortController();
  const over = new Promise((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason));
  });
  // Nobody may be waiting for it.
  over.catch(() => {});
  const abort = () => controller.abort(signal.reason);
  const late = () => controller.abort(new DOMException("The attempt took longer than timeoutMs.", "TimeoutError"));
  const timer = setTimeout(late, timeoutMs);
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  return {
    signal: controller.signal,
    within: (work) => Promise.race([work, over]),
    end() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    },
  };
}

/** Sends one request. Null when no whole answer arrived, for whatever reason. */
export async function exchange(fetch, request, signal) {
  try {
    const { method, url, headers, body = null } = request;
    // A redirect is an answer like any other: following it would send the signed request somewhere else.
    const response = await fetch(url, { method, headers, body, redirect: "manual", signal });
    // Browsers show nothing of a redirect.
    if (response.status === 0) return null;
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, body: bytes };
  } catch {
    return null;
  }
}
