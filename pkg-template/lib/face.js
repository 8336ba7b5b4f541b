// The public face: what the module does, in the shapes that JavaScript expects. The host's clock and randomness
// come in here, and nowhere else.

import { core } from "./core.js";
import { guarded, refuse } from "./error.js";

/** The providers, their operations and the fields of each: for forms and documentation. */
export function catalog() {
  return frozen(core().catalog());
}

/**
 * The function that makes the plans of one operation.
 *
 * @param {string} name such as `doku.createRefund`
 */
export function operation(name) {
  return (input) => guarded(() => frozen(core().plan(name, input, uuid())));
}

/** The plan that asks the provider what became of the refund of another plan; undefined where it cannot be asked. */
export function queryFor(plan) {
  return guarded(() => frozen(core().queryFor(plan)));
}

/** The `Client` class of one provider. */
export function clientOf(provider) {
  return class Client {
    // A private field: neither inspecting nor cloning nor JSON reaches what is behind it.
    #raw;

    constructor(settings) {
      this.#raw = guarded(() => new (core().Client)(provider, settings));
    }

    sign(plan, { now = Date.now(), nonce = digits(32) } = {}) {
      const raw = this.#open();
      return guarded(() => frozen(raw.sign(plan, now, nonce)));
    }

    read(plan, response) {
      const raw = this.#open();
      const answer = response === null ? null : checkedAnswer(response);
      return guarded(() => frozen(raw.read(plan, answer)));
    }

    free() {
      this.#raw?.free();
      this.#raw = undefined;
    }

    #open() {
      if (!this.#raw) refuse("client_freed", "", "this client was freed.", "Make a new client.");
      return this.#raw;
    }

    static {
      // Not every runtime has `using` yet.
      if (Symbol.dispose) Client.prototype[Symbol.dispose] = Client.prototype.free;
    }
  };
}

/** The answer as the module takes it. What cannot be checked byte for byte is refused here, with the way out. */
function checkedAnswer(response) {
  if (typeof response?.arrayBuffer === "function") {
    refuse(
      "invalid_response",
      "",
      "this is a Response whose body was not read.",
      "Pass { status: response.status, headers: response.headers, body: new Uint8Array(await response.arrayBuffer()) }, or use send() of refund-signer/fetch.",
    );
  }
  const body = response?.body;
  if (body instanceof ArrayBuffer) return { ...pick(response), body: new Uint8Array(body) };
  if (typeof body === "string" || body instanceof Uint8Array) return { ...pick(response), body };
  refuse(
    "invalid_response",
    "body",
    `the body is ${kindOf(body)}, but signatures are over the exact bytes.`,
    "Pass the bytes or the text as received: new Uint8Array(await response.arrayBuffer()) or await response.text(), never what response.json() gave.",
  );
}

function pick({ status, headers }) {
  return { status, headers };
}

function kindOf(body) {
  if (body === undefined || body === null) return "missing";
  return typeof body === "object" ? "a parsed object" : `a ${typeof body}`;
}

/** Plans, requests and verdicts are values: nobody can change them on their way. */
function frozen(value) {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

/** A random UUID. `crypto.randomUUID` is missing on pages that were not loaded over https. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Random decimal digits. Bytes from 250 on are thrown away, so that no digit is more likely than another. */
function digits(count) {
  let text = "";
  while (text.length < count) {
    for (const byte of crypto.getRandomValues(new Uint8Array(count))) {
      if (byte < 250 && text.length < count) text += byte % 10;
    }
  }
  return text;
}
