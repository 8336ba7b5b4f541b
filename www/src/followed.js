// What the edge signer says of a refund that it follows to its end, as a verdict.

/** @typedef {import("refund-signer").Verdict} Verdict */
/** @typedef {"planned" | "awaiting" | "open" | "review" | "succeeded" | "failed" | "rejected" | "reversed"} State */

/** Undefined where a second person must approve it first. @param {{ state: State, step?: any, refund?: import("refund-signer").Refund }} answer @returns {Verdict | undefined} */
export function verdictOf({ state, step, refund }) {
  const told = { signature: "not-offered", replayed: false, ...(refund && { refund }) };
  return /** @type {Verdict | undefined} */ (ended({ state, step, told }));
}

/** @param {{ state: State, step: any, told: object }} answer */
function ended({ state, step, told }) {
  const problem = (/** @type {string} */ code, /** @type {string} */ message, /** @type {string} */ userAction) => ({
    problem: { code, message, userAction },
  });
  switch (state) {
    case "awaiting":
      return undefined;
    case "succeeded":
      return { status: "succeeded", next: "done", final: true, ...told };
    case "rejected":
    case "failed":
    case "reversed": {
      const advice = "Correct what the provider refused, and plan it under a new reference.";
      const status = state === "rejected" ? "rejected" : "failed";
      return { status, next: "fix", final: true, ...told, ...problem(state, step.why, advice) };
    }
    case "review": {
      const { code, message } = step.question;
      const advice = "Have another person look it up in the provider's back office, and decide at the edge signer.";
      return { status: "unknown", next: "query", final: false, ...told, ...problem(code, message, advice) };
    }
    default: {
      const advice = "Nothing: the edge signer goes on with it. Send the same plan again to read how far it is.";
      const message = "It is not known yet how it ended.";
      return { status: "unknown", next: "wait", final: false, ...told, ...problem("open", message, advice) };
    }
  }
}
