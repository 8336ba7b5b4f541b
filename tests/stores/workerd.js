// The Worker of the cases, in miniflare, which runs it in workerd.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

const WASM = "refund_signer.wasm";

/** Names the module as the Worker knows it, as wrangler does. @type {import("esbuild").Plugin} */
const besideTheWorker = {
  name: "wasm beside the worker",
  setup({ onResolve }) {
    onResolve({ filter: /\.wasm$/ }, () => ({ path: `./${WASM}`, external: true }));
  },
};

/** `call` gives the Worker's answer to a path, and `restart` ends workerd and starts it on the same files. */
export async function startWorker() {
  const folder = mkdtempSync(join(tmpdir(), "stores-"));
  const options = {
    modules: await modulesOf(fileURLToPath(new URL("worker.js", import.meta.url))),
    compatibilityDate: "2026-11-01",
    d1Databases: ["DB"],
    d1Persist: join(folder, "d1"),
    durableObjects: { REFUNDS: { className: "Refunds", useSQLite: true } },
    durableObjectsPersist: join(folder, "objects"),
  };
  let platform = new Miniflare(options);
  return {
    async call(path) {
      const response = await platform.dispatchFetch(`http://stores${path}`);
      return response.text();
    },
    async restart() {
      await platform.dispose();
      platform = new Miniflare(options);
    },
    async end() {
      await platform.dispose();
      rmSync(folder, { recursive: true });
    },
  };
}

const fileOf = createRequire(import.meta.url).resolve;

/** The modules of a Worker, bundled as wrangler does it. @param {string} worker its file */
export async function modulesOf(worker) {
  const { outputFiles } = await build({
    entryPoints: [worker],
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    plugins: [besideTheWorker],
    logLevel: "error",
  });
  return [
    { type: "ESModule", path: "worker.js", contents: outputFiles[0].text },
    { type: "CompiledWasm", path: WASM, contents: readFileSync(fileOf(`refund-signer/${WASM}`)) },
  ];
}
