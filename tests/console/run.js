// The console's tests: builds it, then runs every `*.test.js` here in Chromium and in Firefox, one file after the other,
// since two browsers at a time are too many for a small machine. `node tests/console/run.js bulk` runs bulk.test.js only.

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const names = process.argv.slice(2);
const files = readdirSync(here).filter((file) => file.endsWith(".test.js"));
const chosen = names.length > 0 ? files.filter((file) => names.includes(file.replace(".test.js", ""))) : files;
if (chosen.length === 0) throw new Error(`There is no such test; there are ${files.join(", ")}.`);

run(["node_modules/vite/bin/vite.js", "build", "--config", "www/vite.config.js", "--logLevel", "error"]);
// A browser that hangs fails its test, and not the whole run's time.
const LIMITS = ["--test-concurrency=1", "--test-timeout=600000", "--test-force-exit"];
run(["--test", ...LIMITS, "--test-reporter=spec", ...chosen.map((file) => `${here}${file}`)]);

/** @param {string[]} args */
function run(args) {
  const { status } = spawnSync(process.execPath, args, { cwd: `${here}../..`, stdio: "inherit" });
  if (status !== 0) process.exit(1);
}
