// How much the console loads, compressed as servers do it. Fails above the bound. `npm run test:console` prints it.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** Of JavaScript and wasm, in kilobytes of 1000 bytes. */
const BOUND_KB = 150;

const DIST = new URL("dist/", import.meta.url);
/** @type {Record<string, { file: string, imports?: string[], dynamicImports?: string[], isEntry?: boolean, name?: string, src?: string, assets?: string[] }>} */
const manifest = JSON.parse(readFileSync(new URL("manifest.json", DIST), "utf8"));
const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry) ?? "index.html";
const wasm = Object.values(manifest).find(({ file }) => file.endsWith(".wasm"));
if (!wasm) throw new Error("The build holds no wasm.");

const first = new Set([...loadedWith(entry), wasm.file]);
const laterKeys = new Set([...keysWith(entry)].flatMap((key) => manifest[key]?.dynamicImports ?? []));
const later = [...laterKeys].map((key) => ({
  name: manifest[key]?.name ?? key,
  files: [...loadedWith(key)].filter((file) => !first.has(file)),
}));

const rows = [
  ["at once: shell and Refund", kilobytes([...first].filter((file) => file !== wasm.file))],
  ["at once: the module, wasm", kilobytes([wasm.file])],
  ...later.map(({ name, files }) => [`later: ${name}`, kilobytes(files)]),
];
for (const [name, size] of rows)
  console.log(`${String(name).padEnd(40)} ${Number(size).toFixed(1).padStart(7)} kB gzip`);

// On a host of static files the sandbox runs in the page: then it is loaded at once, too.
const sandbox = later.find(({ name }) => name === "host");
if (!sandbox) throw new Error("The build holds no sandbox.");
const most = kilobytes([...first, ...sandbox.files]);
console.log(
  `${"loaded at most, with the sandbox".padEnd(40)} ${most.toFixed(1).padStart(7)} kB gzip; the bound is ${BOUND_KB}`,
);
const everything = kilobytes([...new Set([...first, ...later.flatMap(({ files }) => files)])]);
console.log(
  `${"kept for offline, in the background".padEnd(40)} ${everything.toFixed(1).padStart(7)} kB gzip, the files above included`,
);
if (most > BOUND_KB) {
  console.error(`The console loads ${most.toFixed(1)} kB, and ${BOUND_KB} is the bound.`);
  process.exitCode = 1;
}

/** A module, and all that comes with it. @param {string} key @returns {Set<string>} */
function keysWith(key) {
  return new Set([key, ...(manifest[key]?.imports ?? []).flatMap((name) => [...keysWith(name)])]);
}

/** Their JavaScript. @param {string} key */
function loadedWith(key) {
  const files = [...keysWith(key)].map((name) => manifest[name]?.file ?? "");
  return new Set(files.filter((file) => file.endsWith(".js")));
}

/** @param {readonly string[]} files */
function kilobytes(files) {
  const sizes = files.map((file) => gzipSync(readFileSync(new URL(file, DIST)), { level: 9 }).length);
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}
