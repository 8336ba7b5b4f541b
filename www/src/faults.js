// The sandbox's switches: what its next answers will be.

import { theSandbox } from "./sandbox.js";
import { createStore } from "./store.js";

/** @typedef {import("./sandbox/host.js").FaultName} FaultName */
/** @typedef {import("refund-signer/sandbox").ProviderName} ProviderName */

/** @typedef {{ name: FaultName, title: string, story: string }} Switch */

/** In the order in which they are worth trying. @type {readonly Switch[]} */
export const SWITCHES = [
  {
    name: "lost-response",
    title: "Lose the response",
    story: "The refund is done, then the connection breaks. Only asking tells.",
  },
  {
    name: "timeout",
    title: "Time out",
    story: "Nothing happens and no answer comes. It looks just like a lost response.",
  },
  {
    name: "pending",
    title: "Pending, then webhook",
    story: "Accepted, not final: settle it, and the webhook arrives.",
  },
  { name: "declined", title: "Declined", story: "The provider decides against the refund." },
  {
    name: "status-429",
    title: "429 Too many requests",
    story: "Refused for now: the same plan again, a little later.",
  },
  {
    name: "status-500",
    title: "500 Server error",
    story: "The provider failed inside, and nobody knows how far it came.",
  },
  { name: "html", title: "HTML from a proxy", story: "A 502 page in place of an answer." },
  {
    name: "forged-signature",
    title: "Forged answer",
    story: "A wrong signature where the provider signs (DOKU); elsewhere an answer about another payment.",
  },
];

/** Those that wait, oldest first. */
export const waiting = createStore(/** @type {readonly { provider: ProviderName, name: FaultName }[]} */ ([]));

/** @param {string} name */
export function switchNamed(name) {
  return SWITCHES.find((known) => known.name === name);
}

/** The next refund of this provider meets it. @param {string} provider @param {string} name */
export async function arm(provider, name) {
  await theSandbox().fault({
    provider: /** @type {ProviderName} */ (provider),
    name: /** @type {FaultName} */ (name),
  });
  await refreshFaults();
}

export async function disarm() {
  await theSandbox().clearFaults();
  await refreshFaults();
}

/** After a request: it may have met one. */
export async function refreshFaults() {
  // A server that went away has no switches.
  waiting.set(
    await theSandbox()
      .faults()
      .catch(() => []),
  );
}
