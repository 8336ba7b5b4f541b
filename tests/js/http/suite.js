// Every operation once more, over HTTP: the cases of the conformance suite, with the sandbox behind a port. Nothing here
// may use more than Web standards.

import { faults } from "../conformance/faults.js";
import { operations } from "../conformance/operations.js";

/** Over HTTP a request that hangs must have arrived before it is given up. */
const HURRIED_MS = 300;

/** @param {string} control where control.js serves */
export async function runHttpSuite(api, control) {
  const open = (options = {}) => openThere(control, options);
  const cases = [...operations(api, open), ...faults(api, open, { hurriedMs: HURRIED_MS, pairs: false })];
  const failures = [];
  for (const [name, run] of cases) {
    try {
      await run();
    } catch (error) {
      failures.push(`${name}\n    ${error?.stack ?? error}`);
    }
  }
  return { passed: cases.length - failures.length, failures };
}

/** A sandbox behind HTTP, as `openHere` of bench.js gives one. */
async function openThere(control, options) {
  const { url, credentials, payments } = await ask(control, "open", options);
  const call =
    (name) =>
    (...values) =>
      ask(control, "call", { url, name, values });
  return {
    fetch: (...request) => fetch(...request),
    credentials,
    payments,
    refunds: call("refunds"),
    settle: call("settle"),
    fault: call("fault"),
    registerMerchantKey: call("registerMerchantKey"),
    close: call("close"),
  };
}

async function ask(control, what, value) {
  const response = await fetch(`${control}/${what}`, { method: "POST", body: JSON.stringify(value) });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${what}: ${answer}`);
  return answer;
}
