// The public face: what the module does, in the shapes that JavaScript expects. The host's clock and randomness
// come in here, and nowhere else.

import { core } from "./core.js";
import { fromBase64, toBase64, toHex } from "./encoding.js";
import { guarded, refuse } from "./error.js";
import { digits, uuid } from "./random.js";
import { rawAnswer, rawDelivery } from "./raw.js";
import { frozen, Owned } from "./values.js";

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

/**
 * The plan that asks the provider what became of the refund of another plan; undefined where it cannot be asked. A new
 * one each time: a provider may answer a repeated one from its record.
 */
export function queryFor(plan) {
  return guarded(() => frozen(core().queryFor(plan, uuid())));
}

/** The `Client` class of one provider. */
export function clientOf(provider) {
  return class Client {
    #owned;

    constructor(settings) {
      this.#owned = new Owned("client", () => new (core().Client)(provider, settings));
    }

    sign(plan, attempt) {
      const { now, nonce } = checkedAttempt(attempt);
      return this.#owned.use((raw) => raw.sign(plan, now, nonce));
    }

    explain(plan, attempt) {
      const { now, nonce } = checkedAttempt(attempt);
      return this.#owned.use((raw) => raw.explain(plan, now, nonce));
    }

    prepare(plan, attempt) {
      const { now, nonce } = checkedAttempt(attempt);
      const prepared = this.#owned.use((raw) => raw.prepare(plan, now, nonce));
      const { algorithm, message, also } = prepared;
      const finish = (signature, second) => finished(prepared, signature, second);
      return Object.freeze({ algorithm, message, ...(also && { also: also.message }), finish });
    }

    read(plan, answer) {
      const received = answer === null ? null : rawAnswer(answer);
      try {
        return this.#owned.use((raw) => raw.read(plan, received));
      } catch (error) {
        // The request was sent: even a module that failed owes a verdict.
        if (error.code !== "module_replaced") throw error;
        return frozen({ status: "unknown", next: "query", problem: UNREAD, signature: "absent", replayed: false });
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
      this.#owned = new Owned("webhook reader", () => new (core().Webhooks)(provider, settings));
    }

    read(delivery) {
      return this.#owned.use((raw) => raw.read(rawDelivery(delivery), checkedTime(delivery.now)));
    }

    prepare(delivery) {
      const received = rawDelivery(delivery);
      const unverified = this.#owned.use((raw) => raw.prepare(received, checkedTime(delivery.now)));
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

const UNREAD = {
  code: "unreadable_response",
  message: "The answer could not be read: the module failed and was replaced.",
  userAction: "Make a new client and ask for the refund's state. Please report it.",
};

/** Time and nonce of an attempt in the types that the module takes; made where they are left out. */
function checkedAttempt(attempt) {
  const { now, nonce = digits(32) } = attempt ?? {};
  if (typeof nonce !== "string") refuse("invalid_attempt", "nonce", "must be a text.", "Leave it out.");
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
  if (signature instanceof Uint8Array && signature.length > 0) return signature;
  if (signature instanceof ArrayBuffer && signature.byteLength > 0) return new Uint8Array(signature);
  return refuse("wrong_type", "signature", "must be bytes.", "Give what the key made, as a Uint8Array.");
}

/** For `using client = …`, which not every runtime has yet. */
function disposable(Class) {
  if (Symbol.dispose) Class.prototype[Symbol.dispose] = Class.prototype.free;
}
