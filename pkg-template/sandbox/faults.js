// What can go wrong between a merchant and a provider, one queued fault per request.

import { mustBe, mustBeKnown } from "./arguments.js";
import { isObject, Numeral } from "./json.js";

/** @typedef {import("./types.js").ProviderName} ProviderName */
/** @typedef {import("./types.js").Answer} Answer */

/**
 * Each fault, and whether the refund is done behind it unless `next` says otherwise.
 * timeout: hangs until the signal aborts · timeout-after: the same, after the refund · lost-response: done, then the
 * connection breaks · status-*: that status with the provider's own error body · html: a proxy's 502 page · empty: the
 * body is missing · status-204: likewise, with 204 · truncated: half of the body · forged-signature: a wrong response
 * signature, or (where the provider signs nothing) an answer about somebody else's payment · pending, declined: the
 * provider's own verdict · in-progress: an idempotent twin is still running.
 * What a request cannot meet waits for one that can: a verdict for a refund that is decided, in-progress for an
 * idempotency key, forged-signature for an answer that is about a payment.
 */
const DONE = Object.freeze({
  timeout: false,
  "timeout-after": true,
  "lost-response": true,
  "status-429": false,
  "status-500": false,
  "status-503": false,
  html: false,
  empty: true,
  "status-204": true,
  truncated: true,
  "forged-signature": true,
  pending: true,
  declined: true,
  "in-progress": true,
});

/** @typedef {keyof typeof DONE} FaultName */
/** Not every provider documents that it says so. @template {ProviderName} Name @typedef {Name extends "razorpay" ? FaultName : Exclude<FaultName, "in-progress">} FaultOf */
/** @typedef {{ done?: boolean, times?: number, on?: "refund" | "any", retryAfter?: number }} FaultOptions */
/** @typedef {{ name: FaultName, done: boolean, on: "refund" | "any", retryAfter: number }} Fault */
/** @typedef {Fault & { provider: ProviderName }} Queued */

export const FAULTS = /** @type {FaultName[]} */ (Object.keys(DONE));
/** @type {Partial<Record<FaultName, ProviderName[]>>} */
const KNOWN_BY = { "in-progress": ["razorpay"] };
/** There is no answer to change where nothing was done. @type {FaultName[]} */
const OF_THE_ANSWER = ["truncated", "forged-signature", "pending", "declined", "in-progress"];
const OPTIONS = ["done", "times", "on", "retryAfter"];

/** @param {unknown} options */
function mustBeOptions(options) {
  mustBe("A fault's options", options, "an object", isObject(options));
  for (const name of Object.keys(/** @type {object} */ (options))) mustBeKnown("option", name, OPTIONS);
}

/** @param {Fault} fault @param {number} times */
function mustBeSound({ name, done, on, retryAfter }, times) {
  mustBe("done", done, "true or false", typeof done === "boolean");
  mustBeKnown("on", on, ["refund", "any"]);
  mustBe("times", times, "a whole number", Number.isSafeInteger(times) && times >= 0);
  mustBe("retryAfter", retryAfter, "whole seconds", Number.isSafeInteger(retryAfter) && retryAfter >= 0);
  if (!done && OF_THE_ANSWER.includes(name))
    throw new TypeError(`"${name}" is about the answer to what was done: leave out done: false.`);
}

export class Faults {
  /** @type {Queued[]} */
  #queue = [];
  #providers;

  /** @param {ProviderName[]} providers */
  constructor(providers) {
    this.#providers = providers;
  }

  /**
   * The next refund (or, with `on: "any"`, the next request) of this provider meets the fault.
   * @template {ProviderName} Name
   * @param {Name} provider @param {FaultOf<Name>} name @param {FaultOptions} [options]
   */
  next(provider, name, options = {}) {
    mustBeKnown("provider", provider, this.#providers);
    mustBeKnown("fault", name, FAULTS);
    const knownBy = KNOWN_BY[name] ?? this.#providers;
    if (!knownBy.includes(provider))
      throw new TypeError(`${provider} has no fault "${name}"; providers that have: ${knownBy.join(", ")}.`);
    mustBeOptions(options);
    const { done = DONE[name], times = 1, on = "refund", retryAfter = 2 } = options;
    mustBeSound({ name, done, on, retryAfter }, times);
    for (let i = 0; i < times; i += 1) this.#queue.push({ provider, name, done, on, retryAfter });
  }

  /** What waits, oldest first. */
  get pending() {
    return this.#queue.map(({ provider, name, on }) => ({ provider, name, on }));
  }

  clear() {
    this.#queue = [];
  }

  /** @param {ProviderName} provider @param {boolean} movesMoney @returns {Queued | undefined} */
  take(provider, movesMoney) {
    const index = this.#queue.findIndex((fault) => fault.provider === provider && (fault.on === "any" || movesMoney));
    return index < 0 ? undefined : this.#queue.splice(index, 1)[0];
  }

  /** The request could not meet it: it waits for the next. @param {Queued} fault */
  giveBack(fault) {
    this.#queue.unshift(fault);
  }
}

/** Another id of the same form. @param {string} id */
const neighbor = (id) => id.replace(/.$/, (last) => (last === "7" ? "3" : "7"));

/**
 * The answer as if it were about somebody else's payment: every id of a payment and merchant reference in it is another
 * one. Undefined where there is none.
 * @param {Answer} answer @param {ProviderName} provider @param {import("./ledger.js").Ledger} ledger @returns {Answer | undefined}
 */
export function misdirect(answer, provider, ledger) {
  const payments = ledger.payments.filter((payment) => payment.provider === provider);
  const named = payments.flatMap(({ id, input }) => [id, ...Object.values(input).flat()]);
  const ids = new Set([...named, ...ledger.list(provider).map(({ reference }) => reference)]);
  let turned = false;
  /** @param {string} id */
  const another = (id) => {
    turned = true;
    return neighbor(id);
  };
  /** @param {unknown} value @returns {unknown} */
  const turn = (value) => {
    if (Array.isArray(value)) return value.map(turn);
    if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, turn(member)]));
    if (value instanceof Numeral && ids.has(value.text)) return new Numeral(another(value.text));
    return typeof value === "string" && ids.has(value) ? another(value) : value;
  };
  const body = turn(answer.body);
  return turned ? { ...answer, body } : undefined;
}
