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

/** What was switched last, until it has happened. @type {Promise<void>} */
let switching = Promise.resolve();

/** Resolves when the sandbox knows of every switch: whoever sends waits for it. */
export function switched() {
  return switching;
}

/** The next refund of this provider meets it. @param {string} provider @param {string} name */
export function arm(provider, name) {
  const fault = { provider: /** @type {ProviderName} */ (provider), name: /** @type {FaultName} */ (name) };
  return next(() => theSandbox().fault(fault));
}

/** The sandbox answers as usual. */
export function disarm() {
  return next(() => theSandbox().clearFaults());
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

/** One after the other. @param {() => Promise<void>} work */
function next(work) {
  switching = switching
    .then(work)
    .catch(() => {})
    .then(refreshFaults);
  return switching;
}
