// Requests, answers and refusals.

import { utf8 } from "./crypto.js";
import { isObject, parse, write } from "./json.js";

/** @typedef {import("./types.js").Call} Call */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./types.js").Payment} Payment */

/** A provider's "no": thrown by any check, answered as it is. */
export class Refusal extends Error {
  /** @param {Answer} answer */
  constructor(answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

/** @param {RequestInfo | URL} input @param {RequestInit} [init] @returns {Promise<Call>} */
export async function readCall(input, init) {
  const request = new Request(input, init);
  const url = new URL(request.url);
  const bytes = new Uint8Array(await request.arrayBuffer());
  return {
    method: request.method,
    url: url.href.replace(/#.*$/, ""),
    target: url.pathname,
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    bytes,
    text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes),
    outcome: undefined,
    met: false,
  };
}

/**
 * `POST /v1/payments/{}/refund` and what it does; each `{}` becomes a decoded argument of the handler.
 * @param {string} route @param {Operation["handle"]} handle @param {{ moves?: boolean }} [traits] @returns {Operation}
 */
export function operation(route, handle, { moves = false } = {}) {
  const [method, path] = /** @type {[string, string]} */ (route.split(" "));
  const source = path.replaceAll(".", "\\.").replaceAll("{}", "([^/]+)");
  return { method, pattern: new RegExp(`^${source}$`), moves, handle };
}

/** A money-moving operation. @param {string} route @param {Operation["handle"]} handle */
export const moves = (route, handle) => operation(route, handle, { moves: true });

/** @param {Call} call */
export const isJson = (call) => /^application\/json\s*(;|$)/i.test(call.headers.get("Content-Type") ?? "");

/** The body as a JSON object, or undefined. @param {Call} call @returns {Record<string, unknown> | undefined} */
export function jsonBody(call) {
  try {
    const value = parse(call.text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @param {Answer} answer @returns {Uint8Array<ArrayBuffer>} */
export const bodyBytes = ({ body }) => utf8(body === undefined ? "" : typeof body === "string" ? body : write(body));

/** Whether a queued fault has it so; it is met, then. @param {Call} call @param {Call["outcome"]} outcome */
export function forced(call, outcome) {
  if (call.outcome !== outcome) return false;
  call.met = true;
  return true;
}

/** Whether this refund ends so: a queued fault goes before what the payment always does. @param {Call} call @param {Payment} payment @param {"pending" | "declined"} outcome */
export function ends(call, payment, outcome) {
  const isForced = call.outcome === "pending" || call.outcome === "declined";
  return isForced ? forced(call, outcome) : payment.outcome === outcome;
}

/** @param {Call} call @param {Payment} payment @returns {import("./types.js").RefundStatus} */
export function statusOf(call, payment) {
  if (ends(call, payment, "declined")) return "failed";
  return ends(call, payment, "pending") ? "pending" : "succeeded";
}

/** @param {string} authorization @param {string} scheme exact spelling @returns {string | undefined} */
export const afterScheme = (authorization, scheme) =>
  authorization.startsWith(`${scheme} `) ? authorization.slice(scheme.length + 1) : undefined;
