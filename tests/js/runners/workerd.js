// The suite in workerd, the runtime of Cloudflare Workers. The Worker is bundled as wrangler does it: with the
// `workerd` condition, and with the .wasm file as a module beside it. Takes the folder to work in.

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { readAnswers } from "./answers.js";
import { report } from "./report.js";

// The module must load under dates from before bytes could be compiled at start-up, too.
const DATES = ["2024-01-01", "2026-11-01"];
const WASM = "refund_signer.wasm";

const folder = process.argv[2];
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const require = createRequire(import.meta.url);

/** Names the module as the Worker will know it, whatever its path was. */
const besideTheWorker = {
  name: "wasm beside the worker",
  setup({ onResolve }) {
    onResolve({ filter: /\.wasm$/ }, () => ({ path: `./${WASM}`, external: true }));
  },
};

/** Puts the files of tests/answers into the bundle, since a Worker reads no files. */
const answersInside = {
  name: "answers inside the worker",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^answers$/ }, ({ path }) => ({ path, namespace: "answers" }));
    onLoad({ filter: /./, namespace: "answers" }, () => ({ contents: JSON.stringify(readAnswers()), loader: "json" }));
  },
};

mkdirSync(folder, { recursive: true });
await build({
  entryPoints: [here("worker.js")],
  outfile: join(folder, "worker.js"),
  bundle: true,
  format: "esm",
  platform: "neutral",
  conditions: ["workerd", "worker", "browser"],
  plugins: [besideTheWorker, answersInside],
  logLevel: "error",
});
copyFileSync(require.resolve(`refund-signer/${WASM}`), join(folder, WASM));
for (const date of DATES) report(`workerd, compatibility date ${date}`, run(date));

function run(date) {
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "suite", worker = (
    modules = [(name = "worker.js", esModule = embed "worker.js"), (name = "${WASM}", wasm = embed "${WASM}")],
    compatibilityDate = "${date}",
  ))],
);
`;
  const file = join(folder, "suite.capnp");
  writeFileSync(file, config);
  const workerd = require.resolve("workerd/bin/workerd");
  const output = execFileSync(process.execPath, [workerd, "test", file], { encoding: "utf8", stdio: "pipe" });
  return JSON.parse(/RESULT (.*)/.exec(output)[1]);
}
