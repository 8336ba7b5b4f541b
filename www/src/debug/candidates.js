// What may have been computed in place of the right signature: each known mistake, and two of them at once.

import { HYPOTHESES } from "./hypotheses.js";

/** @typedef {import("./compute.js").Attempt} Attempt */
/** @typedef {import("./hypotheses.js").Hypothesis} Hypothesis */
/** @typedef {import("./diagnose.js").Cause} Cause */
/** @typedef {{ attempt: Attempt, causes: Cause[] }} Candidate */

/** @param {Attempt} attempt @param {readonly Hypothesis[]} [hypotheses] @returns {Candidate[]} */
export function variationsOf(attempt, hypotheses = HYPOTHESES) {
  return hypotheses.flatMap((hypothesis) => {
    const { id, stage, says, fix } = hypothesis;
    return hypothesis.vary(attempt).map((variation) => ({
      attempt: variation.attempt,
      causes: [{ id, stage, says, fix, detail: variation.detail }],
    }));
  });
}

/** Two of the common mistakes at once. @param {Attempt} attempt @returns {Generator<Candidate>} */
export function* pairsOf(attempt) {
  const common = HYPOTHESES.filter((hypothesis) => hypothesis.common);
  for (const [index, hypothesis] of common.entries()) {
    const later = common.slice(index + 1);
    for (const first of variationsOf(attempt, [hypothesis])) {
      for (const second of variationsOf(first.attempt, later)) {
        yield { attempt: second.attempt, causes: [...first.causes, ...second.causes] };
      }
    }
  }
}

/** A mistake by its name. @param {string} name */
export const hypothesisNamed = (name) => HYPOTHESES.find(({ id }) => id === name);

/** How many mistakes are known. */
export const KNOWN = HYPOTHESES.length;
