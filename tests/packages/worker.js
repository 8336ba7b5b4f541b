// A Worker in workerd.

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { run } from "./packed.js";

const WORKERD = createRequire(import.meta.url).resolve("workerd/bin/workerd");

/** Runs the handler `test` of a Worker with a module beside it, and gives what it prints as its result. */
export function runWorker(worker, wasm) {
  const modules = [
    `(name = "worker.js", esModule = embed "${basename(worker)}")`,
    `(name = "${basename(wasm)}", wasm = embed "${basename(wasm)}")`,
  ];
  const file = join(dirname(worker), "worker.capnp");
  writeFileSync(
    file,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "app", worker = (modules = [${modules}], compatibilityDate = "2024-01-01"))],
);
`,
  );
  return /RESULT (.*)/.exec(run(process.execPath, [WORKERD, "test", file]))[1];
}
