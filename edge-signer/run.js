// Bundles the Worker and runs it in workerd on this machine, keys and all in environment variables, never in a file.
// All that it sends goes to one address, `upstream`, whatever host it is meant for.

import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const WASM = "refund_signer.wasm";
const require = createRequire(import.meta.url);
const { default: workerd } = require("workerd");

/** Names the module as the Worker will know it, as wrangler does. @type {import("esbuild").Plugin} */
const besideTheWorker = {
  name: "wasm beside the worker",
  setup({ onResolve }) {
    onResolve({ filter: /\.wasm$/ }, () => ({ path: `./${WASM}`, external: true }));
  },
};

/**
 * @param {object} options
 * @param {Record<string, string>} options.bindings texts: JWT_ISSUER, JWT_AUDIENCE, JWT_KEYS, KEYS_RAZORPAY …
 * @param {string} options.upstream host and port of what plays the providers
 * @param {string} options.folder for the bundle and the Durable Object's database, which a later start finds again
 * @param {number} [options.port]
 * @param {(text: string) => void} [options.log] takes what workerd prints
 */
export async function startEdgeSigner({ bindings, upstream, folder, port = 0, log = console.error }) {
  const state = resolve(folder, "state");
  mkdirSync(state, { recursive: true });
  await build({
    entryPoints: [fileURLToPath(new URL("worker.js", import.meta.url))],
    outfile: join(folder, "worker.js"),
    bundle: true,
    format: "esm",
    platform: "neutral",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    plugins: [besideTheWorker],
    logLevel: "error",
  });
  copyFileSync(require.resolve(`refund-signer/${WASM}`), join(folder, WASM));
  const config = join(folder, "edge-signer.capnp");
  writeFileSync(config, configuration({ names: Object.keys(bindings), upstream, state, port }));

  const child = spawn(workerd, ["serve", config, "--control-fd=3"], {
    env: bindings,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  for (const output of [child.stdout, child.stderr]) output.on("data", (bytes) => log(String(bytes).trimEnd()));
  const ended = new Promise((done) => child.once("exit", done));
  const actual = await Promise.race([
    listening(child.stdio[3]),
    ended.then(() => Promise.reject(new Error("workerd ended before it listened"))),
  ]);
  /** Ends it at once, as a crash would. */
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  return { url: `http://127.0.0.1:${actual}`, kill };
}

/** The port, as workerd announces it. @param {any} control */
async function listening(control) {
  let text = "";
  for await (const chunk of control) {
    text += chunk;
    const found = /"port":\s*(\d+)/.exec(text);
    if (found) return Number(found[1]);
  }
  throw new Error("workerd announced no port");
}

function configuration({ names, upstream, state, port }) {
  const texts = names.map((name) => `(name = "${name}", fromEnvironment = "${name}")`);
  const ledger = `(name = "LEDGER", durableObjectNamespace = "Ledger")`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "signer", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js"), (name = "${WASM}", wasm = embed "${WASM}")],
      compatibilityDate = "2026-11-01",
      bindings = [${[ledger, ...texts].join(", ")}],
      durableObjectNamespaces = [(className = "Ledger", uniqueKey = "edge-signer-ledger", enableSql = true)],
      durableObjectStorage = (localDisk = "state"),
      globalOutbound = "providers",
    )),
    (name = "state", disk = (path = ${JSON.stringify(state)}, writable = true)),
    (name = "providers", external = (address = "${upstream}", http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "signer")],
);
`;
}
