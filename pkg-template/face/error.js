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
