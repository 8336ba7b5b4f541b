// Cold starts: from import to the first signed request in a fresh process, each sample in a process of its own, the
// contestants by turns.

import { execFile, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { workerdBinary } from "./lib/hosts.js";
import { rotated } from "./lib/measure.js";
import { program } from "./lib/programs.js";

const FOLDER = new URL("cold/", import.meta.url);
const NODE = ["ours", "razorpay", "craftgate", "node-crypto", "empty-wasm", "nothing"];
const WORKERS = ["ours", "empty-wasm", "nothing"];

/** @returns {Promise<{ node: Record<string, number[]>, workerd: Record<string, number[]> }>} milliseconds */
export async function coldStarts(samples) {
  return { node: await byTurns(NODE, samples, inNode), workerd: await inWorkers(samples) };
}

async function byTurns(names, samples, measure) {
  const times = Object.fromEntries(names.map((name) => [name, []]));
  // The first sample fills the caches of the file system.
  for (const name of names) await measure(name);
  for (let round = 0; round < samples; round++) {
    for (const name of rotated(names, round)) times[name].push(await measure(name));
  }
  return times;
}

async function inNode(name) {
  const script = fileURLToPath(new URL(`${name}.js`, FOLDER));
  const { stdout } = await promisify(execFile)(process.execPath, ["--no-warnings", script]);
  return JSON.parse(stdout).ms;
}

/** The time runs from the start of workerd's process to its first answer: in it every isolate is fresh. */
async function inWorkers(samples) {
  const configs = {};
  for (const name of WORKERS) configs[name] = await prepareWorker(name);
  return byTurns(WORKERS, samples, (name) => firstAnswer(configs[name]));
}

async function prepareWorker(name) {
  const folder = join(program("SCRATCH"), "cold", name);
  mkdirSync(folder, { recursive: true });
  const modules = [];
  await build({
    entryPoints: [fileURLToPath(new URL(`worker-${name}.js`, FOLDER))],
    outfile: join(folder, "worker.js"),
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    logLevel: "error",
    plugins: [
      {
        name: "wasm beside the worker",
        setup: ({ onResolve }) =>
          onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
            copyFileSync(join(resolveDir, path), join(folder, "module.wasm"));
            modules.push(', (name = "module.wasm", wasm = embed "module.wasm")');
            return { path: "./module.wasm", external: true };
          }),
      },
    ],
  });
  const config = join(folder, "config.capnp");
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker.js", esModule = embed "worker.js")${modules[0] ?? ""}],
    compatibilityDate = "2026-11-01",
  ))],
  sockets = [(name = "http", http = (), service = "main")],
);
`,
  );
  return config;
}

/** The socket is ours and listens before workerd starts, so that nobody has to try until it does. */
async function firstAnswer(config) {
  const { binary } = workerdBinary();
  const listener = createServer();
  await new Promise((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { port } = /** @type {import("node:net").AddressInfo} */ (listener.address());
  const { fd } = listener._handle;
  const start = performance.now();
  const child = spawn(binary, ["serve", config, "--socket-fd", "http=3"], {
    stdio: ["ignore", "ignore", "ignore", fd],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  listener.close();
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`);
    const text = await response.text();
    if (!response.ok || text.length < 10) throw new Error(`workerd: ${response.status} ${text}`);
    return performance.now() - start;
  } finally {
    child.kill();
    await ended;
  }
}
