// Fails when something got worse than its bound in bounds.json: sizes by a byte, instruction counts by a thousandth,
// ratios of times by more than they spread. `UPDATE=1` writes the bounds anew.

import { readFileSync, writeFileSync } from "node:fs";
import { compare } from "./compare.js";
import { countedWith, countInstructions } from "./instructions.js";
import { withHosts } from "./lib/programs.js";
import { sizes } from "./size.js";

const BOUNDS = new URL("bounds.json", import.meta.url);
const CASES = ["doku", "craftgate", "payermax", "razorpay", "read", "webhook"];
/** Who is as steady as we are: WebCrypto's threads depend on what else the machine does. */
const OTHERS = ["node:crypto", "core"];
// Many short turns, so that some of each contestant's are undisturbed: those are compared.
const SETTINGS = {
  cases: CASES,
  only: ["ours", ...OTHERS],
  rounds: 1,
  batchRounds: 0,
  tries: 60,
  sliceMs: 1,
  warmMs: 250,
};
/** In as many processes at most: a compiler can have a bad day in one of them, a regression is there in all. */
const PROCESSES = 6;
/** The machine may be another one: a CPU with SHA of its own makes the others faster, and not our module. */
const GENEROUS = 1.5;
/** How long the path of the checkout is moves the stack, and with it how memory is copied: 0.033 % were seen. */
const OTHER_FOLDER = 1.001;
/** Other compilers and C libraries count a little differently. */
const OTHER_TOOLS = 1.03;

const found = { sizes: flat(await sizes()), countedWith: countedWith(), instructions: await countInstructions() };
if (process.env.UPDATE) writeFileSync(BOUNDS, `${JSON.stringify({ ...found, ratios: await spreads() }, null, 2)}\n`);
const bounds = JSON.parse(readFileSync(BOUNDS, "utf8"));
const sameTools = bounds.countedWith === found.countedWith;
if (!sameTools) console.log(`instructions were counted with ${bounds.countedWith}; here it is ${found.countedWith}`);

const worse = [
  ...exactly("sizes", 1, "bytes"),
  ...exactly("instructions", sameTools ? OTHER_FOLDER : OTHER_TOOLS, "instructions"),
  ...(await slower()),
];
for (const line of worse) console.error(`worse: ${line}`);
if (worse.length > 0) {
  console.error("if it is worth it: UPDATE=1 npm run bench:check, and say in the commit what it buys");
  process.exitCode = 1;
}

/** What is larger than its bound, or not there any more; what is new has no bound yet, which is as bad. */
function exactly(kind, factor, unit) {
  const names = [...new Set([...Object.keys(bounds[kind]), ...Object.keys(found[kind])])];
  return names.flatMap((name) => {
    const [now, bound] = [found[kind][name], bounds[kind][name]];
    if (now !== bound) console.log(`${name}: ${bound} -> ${now} ${unit}`);
    return now <= bound * factor ? [] : [`${name}: ${bound} -> ${now} ${unit}`];
  });
}

/** The ratios that were beyond their bounds in every process. */
async function slower() {
  const least = {};
  let beyond = Object.keys(bounds.ratios);
  for (let process = 0; process < PROCESSES && beyond.length > 0; process++) {
    const now = await measureRatios();
    for (const name of beyond) least[name] = Math.min(least[name] ?? Number.POSITIVE_INFINITY, now[name] ?? Number.NaN);
    beyond = beyond.filter((name) => !(least[name] <= most(bounds.ratios[name])));
  }
  const line = (name) =>
    `${name}: ${bounds.ratios[name].ratio} -> ${least[name]}, at most ${short(most(bounds.ratios[name]))}`;
  for (const name of Object.keys(bounds.ratios)) console.log(line(name));
  return beyond.map(line);
}

function most({ ratio, spread }) {
  return ratio * (1 + spread) * GENEROUS;
}

/** What the bounds are: the middle of several processes, and how far apart they are. */
async function spreads() {
  const runs = [];
  for (let process = 0; process < PROCESSES / 2; process++) runs.push(await measureRatios());
  return Object.fromEntries(
    Object.keys(runs[0]).map((name) => {
      const sorted = runs.map((run) => run[name]).sort((one, other) => one - other);
      const ratio = sorted[Math.floor(sorted.length / 2)];
      return [name, { ratio, spread: short((sorted.at(-1) - sorted[0]) / ratio) }];
    }),
  );
}

/** Our best turn to that of each other, in a fresh process. @returns {Promise<Record<string, number>>} */
async function measureRatios() {
  const rows = await withHosts(["Node"], (hosts) => compare(hosts, SETTINGS));
  const pairs = CASES.flatMap((name) => OTHERS.map((who) => [name, who]));
  return Object.fromEntries(
    pairs.map(([name, who]) => {
      const [ours, theirs] = [rows[name]["Node ours"], rows[name][`Node ${who}`]];
      return [`${name} ÷ ${who}`, short(Math.min(...ours) / Math.min(...theirs))];
    }),
  );
}

function short(number) {
  return Number(number.toPrecision(3));
}

function flat(all) {
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, { raw, gzip }]) => [
      [name, raw],
      [`${name}, gzip`, gzip],
    ]),
  );
}
