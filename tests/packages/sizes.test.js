// What each entry of the package costs a page, against tests/packages/sizes.json: the module alone, and what esbuild
// makes of the entry with everything it needs.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { bundleSize, entries, moduleSize } from "../../scripts/lib/sizes.js";

const BASELINE = new URL("sizes.json", import.meta.url);
// Compilers and zlibs of other versions differ by a few bytes.
const TOLERANCE = 1.005;

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
  const all = entries();
  const { workerd } = all.find(({ entry }) => entry === ".");
  const sizes = {
    "the module": moduleSize(),
    ". in workerd, without the module": await bundleSize(workerd),
  };
  for (const { entry, file } of all) sizes[entry] = await bundleSize(file);
  return sizes;
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
