// What each entry of the package costs a page, against tests/packages/sizes.json: the module alone, and what esbuild
// makes of the entry with everything it needs.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { build } from "esbuild";
import { PKG } from "./packed.js";

const BASELINE = new URL("sizes.json", import.meta.url);
// Compilers and zlibs of other versions differ by a few bytes.
const TOLERANCE = 1.005;

const gzip = promisify(zlib.gzip);
const brotli = promisify(zlib.brotliCompress);

test("no entry has grown", async () => {
  const sizes = await measure();
  if (process.env.UPDATE) writeFileSync(BASELINE, `${JSON.stringify(sizes, null, 2)}\n`);
  const baseline = JSON.parse(readFileSync(BASELINE, "utf8"));
  for (const line of table(sizes, baseline)) console.log(line);
  const grown = Object.entries(sizes).flatMap(([entry, now]) =>
    Object.keys(now)
      .filter((kind) => now[kind] > (baseline[entry]?.[kind] ?? 0) * TOLERANCE)
      .map((kind) => `${entry}, ${kind}: ${baseline[entry]?.[kind]} -> ${now[kind]} bytes`),
  );
  const hint = "if the growth is worth it: UPDATE=1 npm run test:packages, and say in the commit what it buys";
  assert.deepEqual(grown, [], hint);
  assert.deepEqual(Object.keys(baseline), Object.keys(sizes), `the baseline lists other entries; ${hint}`);
});

async function measure() {
  const { exports } = JSON.parse(readFileSync(join(PKG, "package.json")));
  const scripts = Object.entries(exports).filter(([, target]) => target.default);
  const entries = scripts.map(([entry, target]) => [entry, target.default.default]);
  const [, workerd] = scripts.find(([entry]) => entry === ".");
  const sizes = {
    "the module": await sizesOf(readFileSync(join(PKG, "refund_signer.wasm"))),
    "the glue": await sizesOf(await bundle("./lib/glue.js")),
    ". in workerd, without the module": await sizesOf(await bundle(workerd.workerd.default)),
  };
  for (const [entry, file] of entries) sizes[entry] = await sizesOf(await bundle(file));
  return sizes;
}

async function bundle(file) {
  const { outputFiles } = await build({
    entryPoints: [join(PKG, file)],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    external: ["*.wasm"],
    write: false,
  });
  return outputFiles[0].contents;
}

async function sizesOf(bytes) {
  const [gzipped, brotlied] = await Promise.all([gzip(bytes, { level: 9 }), brotli(bytes)]);
  return { raw: bytes.length, gzip: gzipped.length, brotli: brotlied.length };
}

/** A line per entry: its sizes, and by how much they differ from the baseline. */
function table(sizes, baseline) {
  const cell = (now, before) => {
    const change = now === before ? "" : `(${now > before ? "+" : ""}${now - before})`;
    return `${now.toLocaleString("en")} ${change}`.padEnd(18);
  };
  const row = (entry, cells) => `${entry.padEnd(34)}${cells.join("")}`.trimEnd();
  const head = row(
    "bytes",
    ["raw", "gzip -9", "brotli"].map((name) => name.padEnd(18)),
  );
  const rows = Object.entries(sizes).map(([entry, now]) =>
    row(
      entry,
      Object.keys(now).map((kind) => cell(now[kind], baseline[entry]?.[kind])),
    ),
  );
  return [head, ...rows];
}
