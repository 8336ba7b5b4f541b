// The suite in workerd, the runtime of Cloudflare Workers. The Worker is bundled as wrangler does it: with the
// `workerd` condition, and with the .wasm file as a module beside it. Takes the folder to work in, and perhaps
// another Worker than the suite.

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { bundle, WASM } from "./bundle.js";
import { report } from "./report.js";

// The module must load under dates from before bytes could be compiled at start-up, too.
const DATES = ["2024-01-01", "2026-11-01"];
const FLAGS = [[], ["nodejs_compat"]];

const [folder, worker = "worker.js"] = process.argv.slice(2);
const wasm = basename(WASM);
const require = createRequire(import.meta.url);

/** Names the module as the Worker will know it, whatever its path was. */
const besideTheWorker = {
  name: "wasm beside the worker",
  setup({ onResolve }) {
    onResolve({ filter: /\.wasm$/ }, () => ({ path: `./${wasm}`, external: true }));
  },
};

mkdirSync(folder, { recursive: true });
const conditions = ["workerd", "worker", "browser"];
await bundle(worker, join(folder, "worker.js"), { format: "esm", conditions, plugins: [besideTheWorker] });
copyFileSync(WASM, join(folder, wasm));
for (const date of DATES) {
  for (const flags of FLAGS) report(["workerd", date, ...flags].join(", "), run(date, flags));
}

function run(date, flags) {
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "suite", worker = (
    modules = [(name = "worker.js", esModule = embed "worker.js"), (name = "${wasm}", wasm = embed "${wasm}")],
    compatibilityDate = "${date}",
    compatibilityFlags = ${JSON.stringify(flags)},
  ))],
);
`;
  const file = join(folder, "suite.capnp");
  writeFileSync(file, config);
  const workerd = require.resolve("workerd/bin/workerd");
  const output = execFileSync(process.execPath, [workerd, "test", file], { encoding: "utf8", stdio: "pipe" });
  return JSON.parse(/RESULT (.*)/.exec(output)[1]);
}
