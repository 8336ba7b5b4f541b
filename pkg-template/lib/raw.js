// What a client or a webhook reader is given is copied here first, into plain texts, bytes and pairs: no code of the
// caller runs while one of them is at work, and nothing that was checked can change before it is used. (The input of an
// operation is read by the module itself, which owns nothing then that such code could free.)

import { RefundError, refuse } from "./error.js";

const ANSWER = {
  code: "invalid_response",
  wayOut:
    "Pass { status: response.status, headers: response.headers, body: new Uint8Array(await response.arrayBuffer()) }, or use send() of refund-signer/fetch.",
};
const DELIVERY = {
  code: "invalid_webhook",
  wayOut:
    "Pass { headers: request.headers, body: new Uint8Array(await request.arrayBuffer()) }: the raw body, before any parser touched it.",
};

/** Headers and settings above this are refused before they reach the module, whose memory never shrinks. */
const MOST = 1 << 20;

/** A provider's answer as the module takes it. */
export function rawAnswer(answer) {
  return readable(ANSWER, "", () => {
    const body = rawBody(answer, ANSWER);
    return { status: answer.status, headers: pairs(answer.headers, ANSWER), body };
  });
}

/** A provider's webhook as the module takes it. */
export function rawDelivery(delivery) {
  return readable(DELIVERY, "", () => {
    const body = rawBody(delivery, DELIVERY);
    return { headers: pairs(delivery.headers, DELIVERY), body };
  });
}

/** A plan as JSON text. */
export function rawPlan(plan) {
  const wayOut = "Pass the plan exactly as an operation returned it, or as it was stored in JSON.";
  if (isPromise(plan)) refuse("invalid_plan", "plan", "is a Promise.", "Write await before it.");
  const text =
    typeof plan === "string" ? plan : readable({ code: "invalid_plan", wayOut }, "plan", () => JSON.stringify(plan));
  return text ?? refuse("invalid_plan", "plan", "must be an object.", wayOut);
}

/**
 * Settings with their byte secrets copied; `wipe` clears the copies.
 *
 * @returns {{ settings: unknown, wipe: () => void }}
 */
export function rawSettings(settings) {
  const copies = [];
  const copied = (value) => {
    if (Array.isArray(value)) return value.map(copied);
    if (value?.length > MOST || value?.byteLength > MOST) {
      refuse("too_long", "", "a setting is larger than 1 MiB.", "Give the setting as it is.");
    }
    // No setting is an object, and one that only looks like bytes would run its own code inside the module.
    if (!ArrayBuffer.isView(value)) return typeof value === "object" ? null : value;
    const copy = bytesOf(value);
    copies.push(copy);
    return copy;
  };
  const wipe = () => {
    for (const copy of copies) copy.fill(0);
  };
  const problem = { code: "wrong_type", wayOut: "Give a plain object of texts, and bytes for secrets." };
  const plain = readable(problem, "", () => {
    if (typeof settings !== "object" || settings === null || Array.isArray(settings)) return settings;
    return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, copied(value)]));
  });
  return { settings: plain, wipe };
}

/** Time and nonce of an attempt, where they are given. */
export function rawAttempt(attempt) {
  const problem = { code: "invalid_attempt", wayOut: "Leave it out, or give { now, nonce }." };
  return readable(problem, "", () => ({ now: attempt?.now, nonce: attempt?.nonce }));
}

/** What a getter, a proxy or a detached buffer throws is a mistake of the caller like any other. */
export function readable({ code, wayOut }, path, read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof RefundError) throw error;
    return refuse(code, path, "cannot be read: something in it throws.", wayOut);
  }
}

function rawBody(message, { code, wayOut }) {
  if (typeof message?.arrayBuffer === "function") {
    refuse(code, "body", "was not read: this is a fetch object with a stream.", wayOut);
  }
  const body = message?.body;
  if (typeof body === "string") return body;
  if (ArrayBuffer.isView(body)) return bytesOf(body);
  // `instanceof` is false for a buffer of another realm.
  if (Object.prototype.toString.call(body) === "[object ArrayBuffer]") return new Uint8Array(body).slice();
  return refuse(code, "body", `is ${kindOf(body)}, not the exact bytes or text.`, wayOut);
}

function bytesOf(view) {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
}

/** Names and values of a `Headers` object, of pairs, or of a plain object. */
function pairs(headers, { code, wayOut }) {
  if (typeof headers !== "object" || headers === null) {
    refuse(code, "headers", "is not a Headers object, a plain object or an array of pairs.", wayOut);
  }
  const entries = typeof headers[Symbol.iterator] === "function" ? headers : Object.entries(headers);
  const found = [];
  let size = 0;
  for (const [name, value] of entries) {
    size++;
    // Node's headers have an array for a header that stands several times.
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one === undefined) continue;
      if (typeof name !== "string" || typeof one !== "string") {
        refuse(code, "headers", "holds a name or value that is no text.", wayOut);
      }
      size += name.length + one.length;
      found.push([name, one]);
    }
    if (size > MOST) refuse(code, "headers", "are larger than 1 MiB, or never end.", wayOut);
  }
  return found;
}

/** What a value is, for a message to somebody who meant to give another. */
export function kindOf(value) {
  if (value === undefined || value === null) return "missing";
  if (isPromise(value)) return "a Promise (write await before it)";
  return typeof value === "object" ? "a parsed object" : `a ${typeof value}`;
}

/** Whether somebody forgot to await. */
export function isPromise(value) {
  try {
    return typeof value?.then === "function";
  } catch {
    return false;
  }
}
