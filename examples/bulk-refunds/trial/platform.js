// The Worker with its queues and its Durable Object in miniflare, which runs it in workerd.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { PROVIDERS } from "./cases.js";

const WASM = "refund_signer.wasm";
const require = createRequire(import.meta.url);

/** Names the module as the Worker knows it, like wrangler does. @type {import("esbuild").Plugin} */
const besideTheWorker = {
  name: "wasm beside the worker",
  setup({ onResolve }) {
    onResolve({ filter: /\.wasm$/ }, () => ({ path: `./${WASM}`, external: true }));
  },
};

/** @param {string} entry */
async function bundled(entry) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    plugins: [besideTheWorker],
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}

/**
 * @param {object} options
 * @param {string} options.entry the Worker, as seen from here
 * @param {string} options.upstream host and port of what plays the providers
 * @param {Record<string, string>} options.bindings
 */
export async function startPlatform({ entry, upstream, bindings }) {
  const queues = PROVIDERS.map((name) => [`REFUNDS_${name.toUpperCase()}`, `refunds-${name}`]);
  // Cloudflare's most, so that a crash during a refund's whole life does not drop its message.
  const consumer = { maxBatchSize: 100, maxBatchTimeout: 0, maxRetries: 100 };
  const platform = new Miniflare({
    modules: [
      { type: "ESModule", path: "worker.js", contents: await bundled(entry) },
      { type: "CompiledWasm", path: WASM, contents: readFileSync(require.resolve(`refund-signer/${WASM}`)) },
    ],
    compatibilityDate: "2026-11-01",
    durableObjects: { LEDGER: { className: "Ledger", useSQLite: true } },
    queueProducers: Object.fromEntries(queues.map(([binding, queueName]) => [binding, { queueName }])),
    queueConsumers: Object.fromEntries(queues.map(([, queueName]) => [queueName, consumer])),
    outboundService: { external: { address: upstream, http: {} } },
    bindings,
    // Unread, what workerd prints would stop it once the pipe is full.
    handleRuntimeStdio: (/** @type {any} */ stdout, /** @type {any} */ stderr) => {
      stdout.resume();
      stderr.resume();
    },
  });
  await platform.ready;
  return platform;
}
