// The suite as one file, for runtimes that read none.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { readMaterial } from "./material.js";

/** The module of the package. */
export const WASM = createRequire(import.meta.url).resolve("refund-signer/refund_signer.wasm");

/** Puts what the suite takes from outside into the bundle. */
const materialInside = {
  name: "material inside the bundle",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^material$/ }, ({ path }) => ({ path, namespace: "material" }));
    onLoad({ filter: /./, namespace: "material" }, () => ({
      contents: JSON.stringify(readMaterial()),
      loader: "json",
    }));
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
    plugins: [materialInside, ...plugins],
    logLevel: "error",
    ...options,
  });
}
