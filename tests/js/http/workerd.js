// The suite over HTTP, from workerd: the Worker may reach this machine and nothing else. Takes the folder to work in.

import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { bundle, WASM } from "../runners/bundle.js";
import { report } from "../runners/report.js";
import { startControl } from "./control.js";

const DATE = "2026-11-01";
const OUTPUT_BYTES = 1 << 26;

const folder = process.argv[2];
const wasm = basename(WASM);

/** Names the module as the Worker will know it, whatever its path was. */
const besideTheWorker = {
  name: "wasm beside the worker",
  setup({ onResolve }) {
    onResolve({ filter: /\.wasm$/ }, () => ({ path: `./${wasm}`, external: true }));
  },
};

mkdirSync(folder, { recursive: true });
const conditions = ["workerd", "worker", "browser"];
const plugins = [besideTheWorker];
await bundle("../http/worker.js", join(folder, "worker.js"), { format: "esm", conditions, plugins });
copyFileSync(WASM, join(folder, wasm));

const control = await startControl();
try {
  report(`over HTTP from workerd, ${DATE}`, await run(control.url));
} finally {
  await control.close();
}

async function run(url) {
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "suite", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js"), (name = "${wasm}", wasm = embed "${wasm}")],
      bindings = [(name = "CONTROL", text = "${url}")],
      compatibilityDate = "${DATE}",
      globalOutbound = "loopback",
    )),
    (name = "loopback", network = (allow = ["local"])),
  ],
);
`;
  const file = join(folder, "http.capnp");
  writeFileSync(file, config);
  const workerd = createRequire(import.meta.url).resolve("workerd/bin/workerd");
  // Not the blocking kind: the sandboxes that the Worker asks are in this process.
  const options = { encoding: "utf8", maxBuffer: OUTPUT_BYTES };
  const { stdout } = await promisify(execFile)(process.execPath, [workerd, "test", file], options);
  return JSON.parse(/RESULT (.*)/.exec(stdout)[1]);
}
