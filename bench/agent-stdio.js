// The agent of Node, Deno and Bun: a line of JSON in for each question, a line of JSON out.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createAgent } from "./agent.js";
import { coreCases } from "./contestants/core.js";
import { nodeCrypto } from "./contestants/node-crypto.js";

const { deno, bun, v8 } = process.versions;
const isNode = !deno && !bun;
const more = { "node:crypto": nodeCrypto, ...(isNode && { sdk: (await import("./contestants/sdk.js")).sdk }) };
const core = isNode && process.env.CORE_WASM ? coreCases(readFileSync(process.env.CORE_WASM)) : undefined;
const agent = await createAgent(more, core && { core: (name) => core.get(name) });
const version = deno ? `Deno ${deno}` : bun ? `Bun ${bun}` : `Node ${process.versions.node}`;
say({ version: `${version}${v8 ? ` (V8 ${v8.split("-")[0]})` : ""}`, ready: agent.ready });

for await (const line of createInterface({ input: process.stdin })) {
  const { who, name, iterations } = JSON.parse(line);
  say({ ms: await agent.measure(who, name, iterations) });
}

function say(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
