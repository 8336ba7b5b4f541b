// One attempt of a plan: the request as it is shown and then sent, and how its signature came about.

import { RefundError } from "/pkg/inline/index.js";

/**
 * Signs a plan once. `request` is what is to be shown and sent; where the client cannot sign it, `refusal` says why.
 */
export function attemptOf(client, plan) {
  // Fixed, so that the request and its explanation are about the same attempt.
  const attempt = { now: Date.now(), nonce: digits(24) };
  const request = orRefusal(() => client.sign(plan, attempt));
  const explanation = orRefusal(() => client.explain(plan, attempt));
  return {
    plan,
    madeAt: attempt.now,
    request: request.value,
    refusal: request.refusal,
    explanation: explanation.value,
  };
}

/** Random digits: DOKU's SNAP takes no letters. */
function digits(count) {
  return Array.from(crypto.getRandomValues(new Uint8Array(count)), (byte) => byte % 10).join("");
}

function orRefusal(work) {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof RefundError)) throw error;
    return { refusal: error.problems };
  }
}
