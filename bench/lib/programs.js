// What xtask found or built for the benchmarks, and the runtimes made of it.

import * as hosts from "./hosts.js";

/** @param {string} name of a variable that `cargo xtask bench` sets */
export function program(name) {
  const path = process.env[name];
  if (!path) throw new Error(`${name} is not set: start this by cargo xtask bench`);
  return path;
}

/** What the core alone can do. */
const CORE = ["doku", "sha256+hmac", "craftgate", "payermax", "razorpay", "read", "webhook"];
const DENO_FLAGS = ["run", "--no-prompt", "--no-config", "--node-modules-dir=manual", "--allow-read", "--allow-env"];

const START = {
  Node: () => hosts.scripted("Node", process.execPath, ["--no-warnings"]),
  native: () => hosts.native("native", program("NATIVE"), CORE),
  "native, soft SHA": () => hosts.native("native, soft SHA", program("NATIVE_SOFT"), CORE),
  Deno: () => hosts.scripted("Deno", program("DENO"), DENO_FLAGS),
  Bun: () => hosts.scripted("Bun", program("BUN"), []),
  workerd: () => hosts.workerd(`${program("SCRATCH")}/workerd`),
  Chromium: () => hosts.chromium(program("CHROMIUM"), `${program("SCRATCH")}/chromium`),
};

/** Starts these runtimes, gives them to `use`, and ends them whatever comes of it. */
export async function withHosts(names, use) {
  const started = [];
  const end = () => {
    for (const host of started) host.close();
  };
  // Browsers and servers do not end by themselves when we are told to.
  const ended = () => {
    end();
    process.exit(1);
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, ended);
  try {
    for (const name of names) started.push(await START[name]());
    return await use(started);
  } finally {
    end();
    for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, ended);
  }
}

export const EVERYWHERE = Object.keys(START);
