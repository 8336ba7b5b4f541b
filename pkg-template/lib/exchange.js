// What `send` and the driver share: one request, sent for a limited time, and its answer read, whatever it is.

import { readable, refuse, unread } from "./base.js";

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
  const late = () => controller.abort(new DOMException("The attempt took longer than it may.", "TimeoutError"));
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

/**
 * The request that a signer made, read once, so that what is checked is what is sent. A signer may be
 * anybody's code: whatever else it returns than this plan's request is refused, and nothing is sent.
 */
export function requestOf(plan, request) {
  const wayOut = "Nothing was sent in this attempt. Return the request exactly as client.sign or signWith made it.";
  const differs = (path) => refuse("request_mismatch", path, "is not what the plan says.", wayOut);
  return readable({ code: "request_mismatch", wayOut }, "request", () => {
    const { method, path, query, body, idempotencyKey } = typeof plan === "string" ? JSON.parse(plan) : plan;
    const { headers, ...signed } = { ...request };
    if (signed.method !== method) differs("request.method");
    const target = query ? `${path}?${query}` : path;
    const base = signed.url.endsWith(target) && signed.url.slice(0, -target.length);
    // A client's baseUrl: a host, and the path behind which a proxy or a test has the provider.
    if (!/^https?:\/\/[^/\\?#@\s]+(\/[^\\?#\s]*)?$/.test(base)) differs("request.url");
    if ((signed.body ?? undefined) !== body) differs("request.body");
    const sent = Object.fromEntries(headers instanceof Headers ? headers : Object.entries(headers));
    // SNAP's key stands in the body; the others' in a header that no signature covers.
    const values = [...new Headers(sent).values(), ...Object.values(JSON.parse(body ?? "{}"))];
    if (idempotencyKey && !values.includes(idempotencyKey)) differs("request.headers");
    return { ...signed, headers: sent };
  });
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
