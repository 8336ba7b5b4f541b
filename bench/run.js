// All benchmarks, one after the other, into docs/benchmarks. `cargo xtask bench` builds what is measured, and starts this.

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { coldStarts } from "./cold.js";
import { compare } from "./compare.js";
import { CASES } from "./contestants/index.js";
import { countedWith, countInstructions } from "./instructions.js";
import { machine } from "./lib/machine.js";
import { EVERYWHERE, program, withHosts } from "./lib/programs.js";
import { writeReport } from "./report.js";
import { breakdown, sizes } from "./size.js";

const FOLDER = new URL("../docs/benchmarks/", import.meta.url);
const SETTINGS = { rounds: 21, batchRounds: 7, tries: 3, sliceMs: 6, warmMs: 250 };
const COLD_SAMPLES = 31;

mkdirSync(FOLDER, { recursive: true });
const versions = [];
const results = {
  settings: SETTINGS,
  sizes: await step("sizes", sizes),
  breakdown: await step("what of the module is what", breakdown),
  countedWith: countedWith(),
  instructions: await step("instructions", countInstructions),
  criterion: criterion(),
  comparison: await step("every contestant in every runtime", () =>
    withHosts(EVERYWHERE, (hosts) => {
      versions.push(...hosts.map(({ version }) => version).filter(Boolean));
      return compare(hosts, { ...SETTINGS, cases: CASES });
    }),
  ),
  cold: await step("cold starts", () => coldStarts(COLD_SAMPLES)),
  growth: await step("growth", growth),
};
const all = { machine: machine(versions), ...results };
writeFileSync(new URL("results.json", FOLDER), `${JSON.stringify(all, rounded)}\n`);
writeReport(all);

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
