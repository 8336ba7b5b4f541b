// Every operation of every provider, from plan to verdict, and what the provider's books say afterwards. The list of
// operations is what the package exports: one without a case fails.

import { ok, same } from "./assert.js";
import { benchOf, openHere } from "./bench.js";
import craftgate from "./operations/craftgate.js";
import doku from "./operations/doku.js";
import durianpay from "./operations/durianpay.js";
import payermax from "./operations/payermax.js";
import razorpay from "./operations/razorpay.js";

const TABLES = { craftgate, doku, durianpay, payermax, razorpay };
/** What a provider exports besides its operations. */
const OTHERS = ["Client", "RefundError", "Webhooks", "describe", "explain", "findRefund", "queryFor", "verifyPayment"];

/** @param {(options?: object) => Promise<object>} [open] makes the sandbox of a case: see bench.js */
export function operations(api, open = (options) => openHere(api, options)) {
  const { signer } = api;
  const cases = [];
  for (const [provider, table] of Object.entries(TABLES)) {
    cases.push([`${provider}: every operation has its cases`, () => complete(signer[provider], table)]);
    for (const [operation, list] of Object.entries(table)) {
      for (const [what, run] of Object.entries(list)) {
        cases.push([`${provider}.${operation}: ${what}`, () => once(api, open, provider, operation, run)]);
      }
    }
  }
  return cases;
}

function complete(namespace, table) {
  const exported = Object.keys(namespace).filter((name) => !OTHERS.includes(name));
  same(Object.keys(table).sort(), exported.sort(), "operations with cases");
  for (const [name, list] of Object.entries(table)) ok(Object.keys(list).length > 0, `a case for ${name}`);
}

/** One case in a sandbox of its own. A case may say in `run.sandbox` what sandbox it needs. */
async function once(api, open, provider, operation, run) {
  const world = await open(run.sandbox);
  const sent = new Set();
  try {
    await run(benchOf(api, world, provider, sent));
  } finally {
    await world.close();
  }
  ok(sent.has(operation), `${operation} was never sent`);
}
