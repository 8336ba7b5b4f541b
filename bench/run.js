// All benchmarks, one after the other, into docs/benchmarks. `cargo xtask bench` builds what is measured, and starts this.

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { coldStarts } from "./cold.js";
import { compare } from "./compare.js";
import { CASES } from "./contestants/index.js";
import { countedWith, countInstructions } from "./instructions.js";
import { machine, stamp } from "./lib/machine.js";
import { EVERYWHERE, program, withHosts } from "./lib/programs.js";
import { writeReport } from "./report.js";
import { breakdown, sizes } from "./size.js";

const FOLDER = new URL("../docs/benchmarks/", import.meta.url);
const SETTINGS = { rounds: 11, batchRounds: 4, tries: 8, sliceMs: 1.5, warmMs: 200 };
const COLD_SAMPLES = 31;

/** What is measured, in this order; each part with what it puts into the results. */
const PARTS = {
  size: async () => ({ sizes: await sizes(), breakdown: breakdown() }),
  instructions: async () => ({ countedWith: countedWith(), instructions: await countInstructions() }),
  criterion: () => ({ criterion: criterion() }),
  comparison: () => withHosts(EVERYWHERE, comparison),
  cold: async () => ({ cold: await coldStarts(COLD_SAMPLES) }),
  growth: () => ({ growth: growth() }),
};

// The named parts alone are measured anew, the others stay as they were: for whoever works on one of them.
const named = process.argv.slice(2);
const parts = named.length > 0 ? named : Object.keys(PARTS);
mkdirSync(FOLDER, { recursive: true });
let results = named.length > 0 ? JSON.parse(readFileSync(new URL("results.json", FOLDER), "utf8")) : {};
for (const part of parts) {
  const measured = await step(part, PARTS[part]);
  results = { ...results, ...measured, measured: { ...results.measured, [part]: stamp() } };
}
writeFileSync(new URL("results.json", FOLDER), `${JSON.stringify(results, rounded)}\n`);
writeReport(results);

async function comparison(hosts) {
  const versions = hosts.map(({ version }) => version).filter(Boolean);
  const rows = await compare(hosts, { ...SETTINGS, cases: CASES });
  return { settings: SETTINGS, machine: machine(versions), comparison: rows };
}

async function step(what, work) {
  const start = performance.now();
  process.stderr.write(`- ${what}`);
  const done = await work();
  process.stderr.write(`: ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
  return done;
}

/** In a process of its own, with the garbage collector at hand. */
function growth() {
  const script = fileURLToPath(new URL("growth.js", import.meta.url));
  const options = { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] };
  return JSON.parse(execFileSync(process.execPath, ["--expose-gc", "--no-warnings", script], options));
}

/** Nanoseconds by case: the medians that `cargo bench` left. */
function criterion() {
  const folder = program("CRITERION");
  const cases = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return Object.fromEntries(
    cases
      .filter(({ name }) => name !== "report")
      .map(({ name }) => {
        const { median } = JSON.parse(readFileSync(join(folder, name, "new/estimates.json"), "utf8"));
        return [name, median.point_estimate];
      }),
  );
}

/** Nanoseconds need no more than four digits. */
function rounded(_, value) {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
