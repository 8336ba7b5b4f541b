// Instructions of the native core per call, counted by callgrind: the same on every run, however noisy the machine is.
// The SHA of the portable implementation, and glibc's plainest memory functions, so that the CPU's features do not count.

import { execFile, execFileSync } from "node:child_process";
import { parse } from "node:path";
import { promisify } from "node:util";
import { program } from "./lib/programs.js";

const ITERATIONS = 100;
const PLAIN = "-AVX,-AVX2,-AVX512F,-AVX512VL,-BMI1,-BMI2,-LZCNT,-MOVBE,-ERMS,-FSRM,-SSE4_1,-SSE4_2,-SSSE3,-RTM";
// Nothing else: arguments and variables lie on the stack, and where it then begins decides how memory is copied.
const ENVIRONMENT = { GLIBC_TUNABLES: `glibc.cpu.hwcaps=${PLAIN}` };

export const COUNTED = [
  "doku plan",
  "doku sign",
  "craftgate plan",
  "craftgate sign",
  "payermax plan",
  "payermax sign",
  "razorpay plan",
  "razorpay sign",
  "read",
  "webhook",
  "sha256+hmac",
];

/** @returns {Promise<Record<string, number>>} */
export async function countInstructions() {
  const counts = {};
  // Two at a time: counting is exact whatever else runs.
  for (let at = 0; at < COUNTED.length; at += 2) {
    const names = COUNTED.slice(at, at + 2);
    const found = await Promise.all(names.map(counted));
    for (const [index, name] of names.entries()) counts[name] = found[index];
  }
  return counts;
}

async function counted(name) {
  const valgrind = ["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=counted"];
  const { dir, base } = parse(program("NATIVE_SOFT"));
  const args = [...valgrind, `./${base}`, name, String(ITERATIONS)];
  const { stderr } = await promisify(execFile)(program("VALGRIND"), args, { cwd: dir, env: ENVIRONMENT });
  const [, count] = /Collected : (\d+)/.exec(stderr) ?? [];
  if (!Number(count)) throw new Error(`callgrind counted nothing for ${name}:\n${stderr}`);
  return Math.round(Number(count) / ITERATIONS);
}

/** What the counts depend on besides the code. */
export function countedWith() {
  const first = (command, args) => execFileSync(command, args, { encoding: "utf8" }).split("\n")[0].trim();
  return [first("rustc", ["--version"]), first(program("VALGRIND"), ["--version"]), first("ldd", ["--version"])].join(
    ", ",
  );
}
