// Scripts of the benchmarks with all they import, for runtimes that read one file.

import { fileURLToPath } from "node:url";

const BENCH = new URL("../", import.meta.url);

/**
 * @param {string} entry below bench/
 * @param {string} outfile
 * @returns {import("esbuild").BuildOptions}
 */
export function bundled(entry, outfile) {
  return {
    entryPoints: [fileURLToPath(new URL(entry, BENCH))],
    outfile,
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    logLevel: "error",
  };
}
