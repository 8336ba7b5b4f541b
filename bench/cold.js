// Cold starts: from import to the first signed request in a fresh process, each sample in a process of its own, the
// contestants by turns.

import { execFile, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { rotated } from "./lib/measure.js";
import { program } from "./lib/programs.js";
import { prepareWorker, workerdBinary } from "./lib/workerd.js";

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
  const folder = join(program("SCRATCH"), "cold");
  const configs = {};
  for (const name of WORKERS) configs[name] = await prepareWorker(`cold/worker-${name}.js`, join(folder, name));
  return byTurns(WORKERS, samples, (name) => firstAnswer(configs[name]));
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
