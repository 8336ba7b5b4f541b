// `npm run bulk-refunds -- --refunds 10000 --seed 1`: the example under faults, and whether every refund happened once.
// `--naive` runs what is often written instead, `--cautious` leaves to a person what only Durianpay's list could tell.

import { parseArgs } from "node:util";
import { print } from "./trial/table.js";
import { runTrial } from "./trial/trial.js";

const { values } = parseArgs({
  options: {
    refunds: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    naive: { type: "boolean", default: false },
    cautious: { type: "boolean", default: false },
    pace: { type: "string", default: "1" },
    minutes: { type: "string", default: "20" },
    verbose: { type: "boolean", default: false },
  },
});

const { naive, cautious, verbose } = values;
const options = {
  refunds: Number(values.refunds),
  seed: Number(values.seed),
  pace: Number(values.pace),
  naive,
  cautious,
};
const log = verbose ? (/** @type {string} */ line) => console.error(line) : undefined;
const result = await runTrial({ ...options, limitMs: Number(values.minutes) * 60_000, ...(log && { log }) });
print(options, result);
// The naive program is expected to fail.
process.exitCode = naive || isExact(result) ? 0 : 1;

/** @param {Awaited<ReturnType<typeof runTrial>>} result */
function isExact({ isOver, doubled, lost, wrongAmount, declinedButPaid, unasked, disagreements, webhooks }) {
  const wrong = [doubled, lost, wrongAmount, declinedButPaid, unasked, disagreements.length, webhooks?.forgedAccepted];
  return isOver && wrong.every((count) => count === 0);
}
