// What the console loads, from the list of files that Vite writes, compressed as servers do it.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const DIST = new URL("dist/", import.meta.url);
/** @type {Record<string, { file: string, imports?: string[], dynamicImports?: string[] }>} */
const manifest = JSON.parse(readFileSync(new URL("manifest.json", DIST), "utf8"));

/** What a screen asks for by itself as soon as it is drawn: Debug explains its first example. @type {Record<string, string[]>} */
const AT_ONCE = { debug: ["src/debug/candidates.js"] };

/** The JavaScript and the wasm that open a screen; the same on every host. @param {string} screen */
export function filesOf(screen) {
  const keys = ["index.html", `src/${screen}/${screen}.jsx`, ...(AT_ONCE[screen] ?? [])];
  return new Set([...keys.flatMap((key) => [...filesWith(key)]), wasm()]);
}

/** What the first thing that is sent to a sandbox in the page loads. */
export function sandboxFiles() {
  return filesWith("src/sandbox/host.js");
}

/** All there is, as it is kept for offline. */
export function allFiles() {
  const files = Object.values(manifest).map(({ file }) => file);
  return new Set(files.filter((file) => /\.(js|wasm)$/.test(file)));
}

/** In kilobytes of 1000 bytes. @param {Iterable<string>} files */
export function kilobytes(files) {
  const sizes = Array.from(files, (file) => gzipSync(readFileSync(new URL(file, DIST)), { level: 9 }).length);
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}

function wasm() {
  const found = [...allFiles()].find((file) => file.endsWith(".wasm"));
  if (!found) throw new Error("The build holds no wasm.");
  return found;
}

/** A module's file, and those of all that comes with it. @param {string} key @returns {Set<string>} */
function filesWith(key) {
  const entry = manifest[key];
  if (!entry) throw new Error(`The build holds no ${key}.`);
  const { file, imports = [] } = entry;
  return new Set([file, ...imports.flatMap((name) => [...filesWith(name)])]);
}
