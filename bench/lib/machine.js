// What the figures were measured on.

import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";

/** @param {string[]} runtimes such as "Deno 2.9.6" */
export function machine(runtimes) {
  const [{ model }] = cpus();
  const parts = [
    `${model.trim()}, ${cpus().length} cores, shared`,
    `${Math.round(totalmem() / 2 ** 30)} GB`,
    `${process.platform} ${process.arch}`,
    ...runtimes,
    stamp(),
  ];
  return `Machine: ${parts.join(", ")}.`;
}

/** What was measured, and when. */
export function stamp() {
  return `commit ${commit()}, ${new Date().toISOString().slice(0, 16).replace("T", " ")}`;
}

/** The commit, marked when something of what is measured is not committed. */
function commit() {
  const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).trim();
  const changed = git("status", "--porcelain", "--", "src", "js", "pkg-template", "bench", "Cargo.toml", "Cargo.lock");
  return git("rev-parse", "--short", "HEAD") + (changed ? " with changes" : "");
}
