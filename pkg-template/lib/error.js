import { NotReady, replaceInstance } from "./core.js";

const BRAND = Symbol.for("refund-signer.RefundError");

/**
 * A mistake of the caller: the input, the settings or the response object are not what they should be. Whatever
 * a provider sends gives a verdict instead, never an error.
 */
export class RefundError extends Error {
  /** @param {{ code: string, path: string, message: string, userAction: string }[]} problems at least one */
  constructor(problems) {
    super(problems.map(sentence).join("\n"));
    this.problems = problems;
    this.code = problems[0].code;
  }

  get name() {
    return "RefundError";
  }

  get [BRAND]() {
    return true;
  }

  // The package may be loaded twice, as ES modules and as CommonJS; both then know each other's errors.
  static [Symbol.hasInstance](value) {
    return typeof value === "object" && value !== null && value[BRAND] === true;
  }
}

function sentence({ path, message, userAction }) {
  return `${path ? `${path}: ` : ""}${message} ${userAction}`;
}

/** Throws what the caller has to correct in the call itself. */
export function refuse(code, path, message, userAction) {
  throw new RefundError([Object.freeze({ code, path, message, userAction })]);
}

/**
 * Calls into the module, and turns the error that it throws for bad input into ours. The module has no way to fail
 * that is known; should it all the same, its instance is replaced by a new one.
 */
export function guarded(call) {
  try {
    return call();
  } catch (error) {
    if (error instanceof RefundError || error instanceof NotReady) throw error;
    if (!isTrap(error)) refuse("wrong_type", "", "cannot be read: something in it throws.", "Give plain values.");
    replaceInstance();
    return refuseReplaced("failed and was replaced by a new instance.");
  }
}

/** Whether the module itself failed; engines have several words for a stack that is full. */
function isTrap(error) {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError || error?.name === "InternalError";
}

/** Throws what is left to say of something that a failed instance owned. */
export function refuseReplaced(message) {
  refuse("module_replaced", "", message, "Make new clients; then the same call can be made again. Please report it.");
}
