// workerd, and what it is given to run a Worker of the benchmarks.

import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { bundled } from "./bundle.js";

const require = createRequire(import.meta.url);

/** The program itself and not the script around it, which would not end with it. */
export function workerdBinary() {
  const { version } = require("workerd/package.json");
  const binary = require("workerd").default;
  return { binary, version };
}

/**
 * Bundles a Worker as wrangler does, with its wasm module, if any, beside it. Gives the file that configures workerd.
 *
 * @param {string} entry below bench/
 * @param {string} folder to work in
 * @param {string} [address] where it listens, unless it is given a socket
 */
export async function prepareWorker(entry, folder, address) {
  mkdirSync(folder, { recursive: true });
  const modules = new Set(['(name = "worker.js", esModule = embed "worker.js")']);
  const besideTheWorker = {
    name: "wasm beside the worker",
    setup: ({ onResolve }) =>
      onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
        copyFileSync(join(resolveDir, path), join(folder, "module.wasm"));
        modules.add('(name = "module.wasm", wasm = embed "module.wasm")');
        return { path: "./module.wasm", external: true };
      }),
  };
  await build({
    ...bundled(entry, join(folder, "worker.js")),
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*"],
    plugins: [besideTheWorker],
  });
  const listens = address ? `address = "${address}", ` : "";
  const config = join(folder, "config.capnp");
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [${[...modules].join(", ")}],
    compatibilityDate = "2026-11-01",
  ))],
  sockets = [(name = "http", ${listens}http = (), service = "main")],
);
`,
  );
  return config;
}
