// Fails when something got worse than its bound in bounds.json: sizes and instruction counts by a byte or an instruction,
// ratios by more than they spread. `UPDATE=1` writes the bounds anew.

import { readFileSync, writeFileSync } from "node:fs";
import { compare } from "./compare.js";
import { countedWith, countInstructions } from "./instructions.js";
import { ratioOf } from "./lib/measure.js";
import { withHosts } from "./lib/programs.js";
import { sizes } from "./size.js";

const BOUNDS = new URL("bounds.json", import.meta.url);
const SETTINGS = { rounds: 11, batchRounds: 0, tries: 4, sliceMs: 4, warmMs: 250 };
const CASES = ["doku", "craftgate", "payermax", "razorpay", "read", "webhook"];
/** The machine may be another one, and in another mood. */
const GENEROUS = 1.3;
/** Other compilers and C libraries count a little differently; the same ones count exactly. */
const OTHER_TOOLS = 1.03;

const found = {
  sizes: flat(await sizes()),
  countedWith: countedWith(),
  instructions: await countInstructions(),
  ratios: await withHosts(["Node"], async (hosts) => ratiosOf(await compare(hosts, { ...SETTINGS, cases: CASES }))),
};
if (process.env.UPDATE) writeFileSync(BOUNDS, `${JSON.stringify(found, null, 2)}\n`);
const bounds = JSON.parse(readFileSync(BOUNDS, "utf8"));
const sameTools = bounds.countedWith === found.countedWith;
if (!sameTools) console.log(`instructions were counted with ${bounds.countedWith}; here it is ${found.countedWith}`);

const worse = [
  ...exactly("sizes", 1, "bytes"),
  ...exactly("instructions", sameTools ? 1 : OTHER_TOOLS, "instructions"),
  ...Object.keys(bounds.ratios).flatMap(slower),
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

/** Whether three quarters of the rounds are beyond what the bound's own rounds reach. */
function slower(name) {
  const [now, bound] = [found.ratios[name], bounds.ratios[name]];
  const most = (bound.median + 2 * (bound.q3 - bound.median)) * GENEROUS;
  const text = `${name}: ${bound.median} -> ${now?.median}, at most ${most.toFixed(3)}`;
  console.log(text);
  return now?.q1 <= most ? [] : [text];
}

function ratiosOf(rows) {
  const pairs = CASES.flatMap((name) => ["node:crypto", "webcrypto", "noble", "core"].map((who) => [name, who]));
  return Object.fromEntries(
    pairs.map(([name, who]) => {
      const { q1, median, q3 } = ratioOf(rows, name, "Node ours", `Node ${who}`);
      const [low, middle, high] = [q1, median, q3].map((number) => Number(number.toPrecision(3)));
      return [`${name} ÷ ${who}`, { q1: low, median: middle, q3: high }];
    }),
  );
}

function flat(all) {
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, { raw, gzip }]) => [
      [name, raw],
      [`${name}, gzip`, gzip],
    ]),
  );
}
