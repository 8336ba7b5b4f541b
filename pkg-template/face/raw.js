// What callers give is copied here first, into plain texts and bytes: no code of the caller runs while the module is
// at work, and nothing that was checked can change before it is used.

import { RefundError, refuse } from "./error.js";

/** Inputs, settings and headers above this are refused before they reach the module, whose memory never shrinks. */
const MOST_INPUT = 1 << 20;
/** Longer than any secret. */
const MOST_SECRET = 8192;
/** Answers above this many bytes are not read: their verdict is that of an unreadable one. */
const MOST_ANSWER = 8 << 20;
/** Webhooks above this many bytes are refused: an event has a few thousand. */
const MOST_EVENT = 1 << 20;

const UNREADABLE = new Uint8Array(1);

const encoder = new TextEncoder();
// Throws for everything that only says that it is a buffer.
const lengthOfBuffer = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength").get;

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

/**
 * The input of an operation as JSON text; empty when it is left out.
 *
 * @param {() => string[]} fields the names that the operation knows
 */
export function rawInput(input, fields) {
  if (isPromise(input)) refuse("wrong_type", "", "the input is a Promise.", "Write await before it.");
  if (input === undefined) return "";
  const copy = plainCopy(input);
  const text = copy ? JSON.stringify(copy) : typeof input === "string" ? input || "null" : jsonOf(input);
  if (text.length > MOST_INPUT) refuse("too_long", "", "is larger than 1 MiB as JSON.", "Give a shorter value.");
  if (!copy && Object(input) === input) nothingLost(input, text, fields());
  return text;
}

function jsonOf(value) {
  const problem = { code: "wrong_type", wayOut: "Give a plain object of texts, flags and amounts." };
  return readable(problem, "", () => JSON.stringify(value, written) ?? "null");
}

/** What JSON has no form for: a BigInt becomes its digits, and what would be dropped is null, which no field takes. */
function written(_, part) {
  const type = typeof part;
  if (type === "bigint") return String(part);
  return type === "undefined" || type === "function" || type === "symbol" ? null : part;
}

/**
 * A copy of an input of plain values, each of them read once: its JSON lacks nothing that the input has. Undefined for
 * every other one. A value with a `toJSON` is such: that may answer that there is nothing to write.
 */
function plainCopy(input) {
  try {
    return copyOfPlain(input, true);
  } catch {
    return undefined;
  }
}

/** @param {boolean} nested whether a value may be an object itself: an amount is one, and has none in it */
function copyOfPlain(object, nested) {
  if (Object.getPrototypeOf(object) !== Object.prototype || Object.keys(Object.prototype).length > 0) return undefined;
  const copy = { ...object };
  const names = Reflect.ownKeys(copy);
  // What is not enumerable is not copied.
  if ("toJSON" in copy || names.length !== Reflect.ownKeys(object).length) return undefined;
  for (const name of names) {
    copy[name] = plainValue(copy[name], nested);
    if (copy[name] === undefined) return undefined;
  }
  return copy;
}

function plainValue(value, nested) {
  const type = typeof value;
  if (type === "string" || type === "number" || type === "boolean") return value;
  if (type === "bigint") return String(value);
  return type === "object" && nested ? copyOfPlain(value, false) : undefined;
}

/** Refuses a field that the object has and its JSON has not: something inherited, or not enumerable. */
function nothingLost(input, text, fields) {
  const problem = { code: "wrong_type", wayOut: "Give a plain object of texts, flags and amounts." };
  const shown = JSON.parse(text);
  for (const name of fields) {
    if (Object.hasOwn(Object(shown), name) || !readable(problem, name, () => name in input)) continue;
    refuse("wrong_type", name, "is there, but cannot be sent: it is inherited, or not enumerable.", problem.wayOut);
  }
}

/** A provider's answer as the module takes it: status, headers as lines, and body. */
export function rawAnswer(answer) {
  if (answer === null) return { status: 0, headers: "0\n", body: undefined };
  return readable(ANSWER, "", () => {
    // One byte is left of an oversized body, which nothing can be read from.
    const body = rawBody(answer, ANSWER, MOST_ANSWER) ?? UNREADABLE;
    const { status } = answer;
    if (!Number.isInteger(status) || status < 100 || status > 999) {
      refuse(ANSWER.code, "status", "is not an HTTP status code.", ANSWER.wayOut);
    }
    return { status, headers: headerLines(answer.headers, ANSWER), body };
  });
}

/** A provider's webhook as the module takes it: headers as lines, and body; and the time, where it is given. */
export function rawDelivery(delivery) {
  return readable(DELIVERY, "", () => {
    const body = rawBody(delivery, DELIVERY, MOST_EVENT);
    if (!body) refuse("body_too_large", "body", "is larger than 1 MiB, and no event is.", "Answer 413.");
    return { headers: headerLines(delivery.headers, DELIVERY), body, now: delivery.now };
  });
}

/** A plan as JSON text. */
export function rawPlan(plan) {
  const wayOut = "Pass the plan exactly as an operation returned it, or as it was stored in JSON.";
  if (isPromise(plan)) refuse("invalid_plan", "plan", "is a Promise.", "Write await before it.");
  const text =
    typeof plan === "string" ? plan : readable({ code: "invalid_plan", wayOut }, "plan", () => JSON.stringify(plan));
  if (text === undefined || text.length > MOST_INPUT) refuse("invalid_plan", "plan", "must be an object.", wayOut);
  return text;
}

/**
 * Settings as the module takes them: names and lengths of the secrets, a line each, then an empty line and the other
 * settings as JSON; and the bytes of the secrets, one behind the other. `wipe` clears the copies.
 *
 * @param {string[]} secrets the names of the settings that are secrets
 * @returns {{ text: string, bytes: Uint8Array, wipe: () => void }}
 */
export function rawSettings(settings, secrets) {
  const problem = { code: "wrong_type", wayOut: "Give a plain object of texts, and bytes for secrets." };
  const copies = [];
  const wipe = () => {
    for (const [, copy] of copies) copy.fill(0);
  };
  try {
    return readable(problem, "", () => {
      if (typeof settings !== "object" || settings === null || Array.isArray(settings)) {
        refuse(problem.code, "", "must be an object.", problem.wayOut);
      }
      const plain = Object.create(null);
      for (const [name, value] of Object.entries(settings)) {
        // No other setting is an object.
        if (!secrets.includes(name)) plain[name] = typeof value === "object" && value !== null ? {} : value;
        else for (const secret of secretsIn(value, name)) copies.push([name, secretBytes(secret, name)]);
      }
      const lines = copies.map(([name, copy]) => `${name} ${copy.length}\n`);
      const bytes = new Uint8Array(copies.reduce((sum, [, copy]) => sum + copy.length, 0));
      let at = 0;
      for (const [, copy] of copies) {
        bytes.set(copy, at);
        at += copy.length;
      }
      copies.push(["all", bytes]);
      const text = `${lines.join("")}\n${jsonOf(plain)}`;
      if (text.length + at > MOST_INPUT)
        refuse("too_long", "", "is larger than 1 MiB as JSON.", "Give shorter values.");
      return { text, bytes, wipe };
    });
  } catch (error) {
    wipe();
    throw error;
  }
}

/** The settings that are no secrets, as JSON. A secret is refused: it should not be where this is called. */
export function publicSettings(settings, secrets) {
  const { text, wipe } = rawSettings(settings, secrets);
  wipe();
  const [first, ...json] = text.split("\n");
  if (first) refuse("unknown_field", first.split(" ")[0], "is a secret, and none is needed.", "Leave it out.");
  return json.join("\n");
}

/** The one setting that holds several secrets is called so. */
function secretsIn(value, name) {
  if (value === undefined || value === null) {
    refuse("no_value", name, "is there, but its value is missing.", "Give the secret, or leave the setting out.");
  }
  if (name !== "secrets") return [value];
  if (Array.isArray(value)) return value;
  return refuse("wrong_type", name, "must be an array of secrets.", "Give an array of texts or bytes.");
}

function secretBytes(secret, name) {
  if (secret?.length > MOST_SECRET || secret?.byteLength > MOST_SECRET) {
    refuse("too_long", name, "is longer than 8192 bytes.", "Give the secret as it is.");
  }
  if (typeof secret === "string") return encoder.encode(secret);
  if (ArrayBuffer.isView(secret)) return viewOf(secret).slice();
  return refuse("wrong_type", name, "must be text or a Uint8Array.", "Give the secret as it is.");
}

/**
 * Time and nonce of an attempt, where they are given.
 *
 * @param {string[]} names of what it may have
 */
export function rawAttempt(attempt, names) {
  const form = `{ ${names.join(", ")} }`;
  const wayOut = `Leave it out, or give ${form}.`;
  if (attempt === undefined) return {};
  return readable({ code: "invalid_attempt", wayOut }, "", () => {
    if (typeof attempt !== "object" || attempt === null) refuse("invalid_attempt", "", "is no object.", wayOut);
    const other = Object.keys(attempt).find((name) => !names.includes(name));
    if (other !== undefined) refuse("unknown_field", other.slice(0, 80), `is none of ${form}.`, wayOut);
    return { now: attempt.now, nonce: attempt.nonce };
  });
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

/** The exact bytes, copied; undefined where there are more than `most`, which are not copied. */
function rawBody(message, { code, wayOut }, most) {
  if (typeof message?.arrayBuffer === "function") {
    refuse(code, "body", "was not read: this is a fetch object with a stream.", wayOut);
  }
  const body = message?.body;
  if (typeof body === "string") {
    // A UTF-16 unit takes one byte or more.
    const bytes = body.length > most ? undefined : encoder.encode(body);
    return bytes?.length > most ? undefined : bytes;
  }
  const view = viewOf(body) ?? refuse(code, "body", `is ${kindOf(body)}, not the exact bytes or text.`, wayOut);
  return view.length > most ? undefined : view.slice();
}

/** The bytes themselves; undefined for what is neither a buffer nor a view of one. */
function viewOf(bytes) {
  if (ArrayBuffer.isView(bytes)) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // `instanceof` is false for a buffer of another realm.
  if (Object.prototype.toString.call(bytes) !== "[object ArrayBuffer]") return undefined;
  return new Uint8Array(bytes, 0, lengthOfBuffer.call(bytes));
}

/** How many headers, and then names and values, a line each, of a `Headers` object, of pairs, or of a plain object. */
function headerLines(headers, { code, wayOut }) {
  if (typeof headers !== "object" || headers === null) {
    refuse(code, "headers", "is not a Headers object, a plain object or an array of pairs.", wayOut);
  }
  const entries = typeof headers[Symbol.iterator] === "function" ? headers : Object.entries(headers);
  let count = 0;
  let entered = 0;
  let lines = "";
  const bounded = () => {
    if (++entered + lines.length > MOST_INPUT) refuse(code, "headers", "are larger than 1 MiB, or never end.", wayOut);
  };
  for (const [name, value] of entries) {
    bounded();
    // Node's headers have an array for a header that stands several times.
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) {
        if (typeof name !== "string" || typeof one !== "string") {
          refuse(code, "headers", "holds a name or value that is no text.", wayOut);
        }
        count++;
        lines += `${oneLine(name)}\n${oneLine(one)}\n`;
      }
      bounded();
    }
  }
  return `${count}\n${lines}`;
}

/** No header has a line break. Where one is given all the same, it stays a control character, which nothing takes. */
function oneLine(text) {
  return text.includes("\n") ? text.replaceAll("\n", "\r") : text;
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
