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

/** The plan that asks the provider what became of the refund of another plan; undefined where it cannot be asked. */
export function queryFor(plan) {
  return guarded(() => frozen(core().queryFor(plan)));
}

/** The `Client` class of one provider. */
export function clientOf(provider) {
  return class Client {
    #owned;

    constructor(settings) {
      this.#owned = new Owned("client", () => new (core().Client)(provider, settings));
    }

    sign(plan, { now = Date.now(), nonce = digits(32) } = {}) {
      return this.#owned.use((raw) => raw.sign(plan, now, nonce));
    }

    prepare(plan, { now = Date.now(), nonce = digits(32) } = {}) {
      const prepared = this.#owned.use((raw) => raw.prepare(plan, now, nonce));
      const { algorithm, message, also } = prepared;
      const finish = (signature, second) => finished(prepared, signature, second);
      return Object.freeze({ algorithm, message, ...(also && { also: also.message }), finish });
    }

    read(plan, answer) {
      return this.#owned.use((raw) => raw.read(plan, answer === null ? null : rawAnswer(answer)));
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
      return this.#owned.use((raw) => raw.read(rawDelivery(delivery), delivery.now ?? Date.now()));
    }

    prepare(delivery) {
      const received = rawDelivery(delivery);
      const unverified = this.#owned.use((raw) => raw.prepare(received, delivery.now ?? Date.now()));
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
