// The public face: what the module does, in the shapes that JavaScript expects. The host's clock and randomness
// come in here, and nowhere else.

import { core } from "./core.js";
import { fromBase64, toBase64, toHex } from "./encoding.js";
import { guarded, refuse } from "./error.js";
import { digits, uuid } from "./random.js";
import { isPromise, rawAnswer, rawAttempt, rawDelivery, rawPlan, readable } from "./raw.js";
import { frozen, Owned, unread } from "./values.js";

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
  return (input) => {
    if (isPromise(input)) refuse("wrong_type", "", "the input is a Promise.", "Write await before it.");
    return guarded(() => frozen(core().plan(name, input, uuid())));
  };
}

/**
 * The plan that asks the provider what became of the refund of another plan; undefined where it cannot be asked. A new
 * one each time: a provider may answer a repeated one from its record.
 */
export function queryFor(plan) {
  return guarded(() => frozen(core().queryFor(rawPlan(plan), uuid())));
}

/** The `Client` class of one provider. */
export function clientOf(provider) {
  return class Client {
    #owned;

    constructor(settings) {
      this.#owned = new Owned("client", settings, (plain) => new (core().Client)(provider, plain));
    }

    sign(plan, attempt) {
      const { now, nonce } = checkedAttempt(attempt);
      const text = rawPlan(plan);
      return this.#owned.use((raw) => raw.sign(text, now, nonce));
    }

    explain(plan, attempt) {
      const { now, nonce } = checkedAttempt(attempt);
      const text = rawPlan(plan);
      return this.#owned.use((raw) => raw.explain(text, now, nonce));
    }

    prepare(plan, attempt) {
      const { now, nonce } = checkedAttempt(attempt);
      const text = rawPlan(plan);
      const prepared = this.#owned.use((raw) => raw.prepare(text, now, nonce));
      const { algorithm, message, also } = prepared;
      const finish = (signature, second) => finished(prepared, signature, second);
      return Object.freeze({ algorithm, message, ...(also && { also: also.message }), finish });
    }

    read(plan, answer) {
      const text = rawPlan(plan);
      const received = answer === null ? null : rawAnswer(answer);
      try {
        return this.#owned.use((raw) => raw.read(text, received));
      } catch (error) {
        // The request was sent: even a module that failed owes a verdict.
        if (error.code !== "module_replaced") throw error;
        return unread("the module failed and was replaced");
      }
    }

    free() {
      this.#owned.free();
    }

    static {
      disposable(Client);
    }
  };
}

/** The `Webhooks` class of one provider. */
export function webhooksOf(provider) {
  return class Webhooks {
    #owned;

    constructor(settings) {
      this.#owned = new Owned("webhook reader", settings, (plain) => new (core().Webhooks)(provider, plain));
    }

    read(delivery) {
      const received = rawDelivery(delivery);
      const now = checkedTime(delivery.now);
      return this.#owned.use((raw) => raw.read(received, now));
    }

    prepare(delivery) {
      const received = rawDelivery(delivery);
      const now = checkedTime(delivery.now);
      const unverified = this.#owned.use((raw) => raw.prepare(received, now));
      const finish = (verified) => this.#owned.use((raw) => raw.finish(received, verified === true));
      return Object.freeze({ ...unverified, signature: fromBase64(unverified.signature), finish });
    }

    free() {
      this.#owned.free();
    }

    static {
      disposable(Webhooks);
    }
  };
}

/** Time and nonce of an attempt in the types that the module takes; made where they are left out. */
function checkedAttempt(attempt) {
  const { now, nonce = digits() } = rawAttempt(attempt);
  if (typeof nonce !== "string") refuse("invalid_attempt", "nonce", "must be a text.", "Leave it out.");
  // The module's memory never shrinks, so nothing large goes in to be refused there.
  if (nonce.length > 32) refuse("invalid_attempt", "nonce", "must be 8 to 32 letters and digits.", "Leave it out.");
  return { now: checkedTime(now), nonce };
}

function checkedTime(now = Date.now()) {
  if (typeof now === "number") return now;
  return refuse("invalid_attempt", "now", "must be a number.", "Leave it out, or give milliseconds since 1970.");
}

/** The prepared request with its signatures in their headers. */
function finished({ request, header, prefix, encoding, also }, signature, second) {
  const encoded = encoding === "hex" ? toHex(signatureBytes(signature)) : toBase64(signatureBytes(signature));
  const headers = { ...request.headers, [header]: prefix + encoded };
  if (also) headers[also.header] = toBase64(signatureBytes(second));
  return frozen({ ...request, headers });
}

function signatureBytes(signature) {
  const wayOut = "Give what the key made, as a Uint8Array.";
  return readable({ code: "wrong_type", wayOut }, "signature", () => {
    const bytes = signature instanceof ArrayBuffer ? new Uint8Array(signature) : signature;
    // The longest RSA key in use makes 2 KiB.
    if (bytes instanceof Uint8Array && bytes.length > 0 && bytes.length <= 2048) return bytes;
    return refuse("wrong_type", "signature", "must be 1 to 2048 bytes.", wayOut);
  });
}

/** For `using client = …`, which not every runtime has yet. */
function disposable(Class) {
  if (Symbol.dispose) Class.prototype[Symbol.dispose] = Class.prototype.free;
}
