// `npm run bulk-refunds -- --refunds 10000 --seed 1`: the example under faults, and whether every refund happened once.

import { parseArgs } from "node:util";
import { print } from "./trial/table.js";
import { runTrial } from "./trial/trial.js";

const USAGE = `npm run bulk-refunds -- [options]

  --refunds 1000  how many refunds
  --seed 1        of everything that is drawn by lot: the same seed, the same draws
  --pace 1        multiplies all times of the trial's policy: 2 for a machine that is busy with other things
  --minutes 20    when to give up
  --naive         runs what is often written instead; it is expected to double refunds
  --cautious      leaves to a person what only Durianpay's list could tell
  --verbose       tells what happens, on stderr
  --help          shows this`;

const values = options();
const { naive, cautious, verbose } = values;
const [refunds, seed, pace, minutes] = [values.refunds, values.seed, values.pace, values.minutes].map(positive);
const settings = { refunds, seed, pace, naive, cautious };
const log = verbose ? (/** @type {string} */ line) => console.error(line) : undefined;
const result = await runTrial({ ...settings, limitMs: minutes * 60_000, ...(log && { log }) });
print(settings, result);
conclude(result);
// The naive program is expected to fail.
process.exitCode = naive || isExact(result) ? 0 : 1;

function options() {
  try {
    const { values } = parseArgs({
      options: {
        refunds: { type: "string", default: "1000" },
        seed: { type: "string", default: "1" },
        naive: { type: "boolean", default: false },
        cautious: { type: "boolean", default: false },
        pace: { type: "string", default: "1" },
        minutes: { type: "string", default: "20" },
        verbose: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (!values.help) return values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  console.log(USAGE);
  return process.exit(0);
}

/** @param {string} text */
function positive(text) {
  const number = Number(text);
  return number > 0 && Number.isFinite(number) ? number : refuse(`${JSON.stringify(text)} is no number above 0.`);
}

/** @param {string} why @returns {never} */
function refuse(why) {
  console.error(`${why}\n\n${USAGE}`);
  return process.exit(2);
}

/** @param {Awaited<ReturnType<typeof runTrial>>} result */
function conclude(result) {
  if (!isExact(result)) return console.log("\nNot every refund happened exactly once.");
  const { declined, leftToAPerson } = result;
  const apart = `\nApart from ${declined} that the provider declined and ${leftToAPerson} left to a person:`;
  console.log(declined + leftToAPerson > 0 ? apart : "");
  console.log("Every refund happened exactly once.");
}

/** @param {Awaited<ReturnType<typeof runTrial>>} result */
function isExact({ isOver, doubled, lost, wrongAmount, declinedButPaid, unasked, disagreements, webhooks }) {
  const wrong = [doubled, lost, wrongAmount, declinedButPaid, unasked, disagreements.length, webhooks?.forgedAccepted];
  return isOver && wrong.every((count) => count === 0);
}
