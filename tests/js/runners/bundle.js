// The suite as one file, for runtimes that read none.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { readAnswers } from "./answers.js";

/** The module of the package. */
export const WASM = createRequire(import.meta.url).resolve("refund-signer/refund_signer.wasm");

/** Puts the files of tests/answers into the bundle. */
const answersInside = {
  name: "answers inside the bundle",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^answers$/ }, ({ path }) => ({ path, namespace: "answers" }));
    onLoad({ filter: /./, namespace: "answers" }, () => ({ contents: JSON.stringify(readAnswers()), loader: "json" }));
  },
};

/**
 * Bundles a file of this folder.
 *
 * @param {string} entry its name
 * @param {string} outfile
 * @param {import("esbuild").BuildOptions} options
 */
export function bundle(entry, outfile, { plugins = [], ...options }) {
  return build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    outfile,
    bundle: true,
    platform: "neutral",
    target: "es2022",
    plugins: [answersInside, ...plugins],
    logLevel: "error",
    ...options,
  });
}
