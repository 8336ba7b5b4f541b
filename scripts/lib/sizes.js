// What the package costs a page: the JavaScript that a bundler makes of its entries, and what is left of it on the wire.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const PKG = fileURLToPath(new URL("../../pkg", import.meta.url));

/** @typedef {{ raw: number, gzip: number, brotli: number }} Size */

/**
 * The package's entries that are JavaScript, each with its file, and with its file for workerd.
 *
 * @returns {{ entry: string, file: string, workerd?: string }[]}
 */
export function entries() {
  const { exports } = JSON.parse(readFileSync(join(PKG, "package.json"), "utf8"));
  const scripts = Object.entries(exports).filter(([, target]) => target.default);
  return scripts.map(([entry, target]) => ({ entry, file: target.default.default, workerd: target.workerd?.default }));
}

/** The module. */
export function moduleSize() {
  return sizeOf(readFileSync(join(PKG, "refund_signer.wasm")));
}

/**
 * A file of the package with all it imports, as esbuild ships it.
 *
 * @param {string} file
 * @param {string[]} [outside] what is not counted; a `.wasm` file never is
 */
export async function bundleSize(file, outside = []) {
  const { outputFiles } = await build({
    entryPoints: [join(PKG, file)],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    external: ["*.wasm", ...outside],
    write: false,
  });
  return sizeOf(outputFiles[0].contents);
}

/** @param {Uint8Array} bytes @returns {Size} */
function sizeOf(bytes) {
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length };
}
