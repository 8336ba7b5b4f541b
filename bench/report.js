// From results.json to what people read: docs/benchmarks/README.md and its plots. Without measuring again:
// `node bench/report.js`.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ratioOf, ratios, spread } from "./lib/measure.js";
import { ratioPlot } from "./lib/svg.js";
import { digits, ratio, table, whole } from "./lib/text.js";
import { TARGETS } from "./targets.js";

const FOLDER = new URL("../docs/benchmarks/", import.meta.url);
const RUNTIMES = ["Node", "workerd", "Deno", "Bun", "Chromium"];
const NAMES = {
  doku: "DOKU",
  craftgate: "Craftgate",
  payermax: "PayerMax",
  razorpay: "Razorpay",
  read: "read an answer",
  webhook: "verify a webhook",
  "batch 1000": "1,000 refunds",
  "batch 10000": "10,000 refunds",
  "sha256+hmac": "hashes alone",
};

export function writeReport(results) {
  writeFileSync(new URL("README.md", FOLDER), page(results));
  writeFileSync(new URL("node.svg", FOLDER), nodePlot(results.comparison));
  writeFileSync(new URL("runtimes.svg", FOLDER), runtimesPlot(results.comparison));
}

function page(results) {
  const { comparison: rows } = results;
  return `# Benchmarks

Written by \`npm run bench\` (\`bench/run.js\`) from the run in [results.json](results.json). ${results.machine}

${origin(results.measured)}

The machine is shared and noisy, so a time by itself means little. In every round each contestant has ${results.settings.tries} turns of about
${results.settings.sliceMs} ms, one after the other, and its best turn counts; a figure is the **median of the rounds' ratios**, with their quartiles
in parentheses, of ${results.settings.rounds} rounds (${results.settings.batchRounds} of one turn where thousands of refunds are made in one call).
Every request by hand is byte for byte the one that this package makes, given the same id, time and nonce, and every
reader was seen to refuse a forged answer: the run fails otherwise.
Requests by hand check no input; this package does. [decisions.md](decisions.md) says what was tried and why targets are missed, [boundary.md](boundary.md) has the ways through the boundary, and
\`npm run bench:check\`, a part of \`npm test\`, compares sizes, instruction counts and ratios with [bench/bounds.json](../../bench/bounds.json).

## Targets

${table(
  ["target", "at most", "measured", ""],
  TARGETS.map(({ what, most, measured }) => {
    const found = measured(results);
    return [what, digits(most), found === undefined ? "not measured" : digits(found), verdict(found, most)];
  }),
)}

The floor: hashing and signing the same bytes in wasm with nothing around it takes ${ratio(floor(rows))} of the whole
request by \`node:crypto\`, which hashes with the CPU's own instructions.

## In Node: this package to the others

Below 1 is faster. ![Ratios in Node](node.svg)

${table(
  ["", "÷ node:crypto", "÷ WebCrypto", "÷ noble-hashes", "÷ official SDK"],
  casesOf(rows).map((name) => [
    NAMES[name],
    ...["node:crypto", "webcrypto", "noble", "sdk"].map((who) =>
      ratio(ratioOf(rows, name, "Node ours", `Node ${who}`)),
    ),
  ]),
)}

DOKU and PayerMax have no official SDK for JavaScript that builds a refund. An SDK's time is that of its whole call, with
an axios that sends nothing.

## In every runtime: this package to the same request by hand

![Ratios in every runtime](runtimes.svg)

${table(
  ["", "runtime", "÷ WebCrypto", "÷ noble-hashes", "÷ node:crypto there"],
  casesOf(rows).flatMap((name) =>
    RUNTIMES.filter((runtime) => rows[name][`${runtime} ours`]).map((runtime) => [
      NAMES[name],
      runtime,
      ...["webcrypto", "noble", "node:crypto"].map((who) =>
        ratio(ratioOf(rows, name, `${runtime} ours`, `${runtime} ${who}`)),
      ),
    ]),
  ),
)}

workerd's clocks stand still while a request is served; its times are taken from outside, less that of an empty request,
in turns that are ten times as long.

## The core alone

The core as wasm, called with numbers only, and the same as a native program: with the CPU's SHA instructions, and with
the portable SHA that wasm has as well. The last column is what JavaScript and the boundary add.

${table(
  ["", "wasm ÷ native, portable SHA", "wasm ÷ native", "package in Node ÷ core in wasm", "native, criterion"],
  ["doku", "craftgate", "payermax", "razorpay", "read", "webhook", "sha256+hmac"].map((name) => [
    NAMES[name],
    ratio(ratioOf(rows, name, "Node core", "native, soft SHA core")),
    ratio(ratioOf(rows, name, "Node core", "native core")),
    ratio(ratioOf(rows, name, "Node ours", "Node core")),
    results.criterion?.[name] ? `${digits(results.criterion[name] / 1000)} µs` : "–",
  ]),
)}

## Times, for orientation only

Microseconds per refund in the best round. Compare them within this table and no further.

${timesTable(rows)}

## Instructions

Of the native core per call, by callgrind; portable SHA, optimized for speed. Exactly the same on every run with
${results.countedWith}.

${table(
  ["call", "instructions", "allocated bytes", "blocks"],
  Object.entries(results.instructions).map(([name, count]) => {
    const { bytes, blocks } = results.growth.allocations[name];
    return [name, whole(count), whole(bytes), blocks];
  }),
)}

## Growth

Microseconds by the size of a body, in Node; in parentheses nanoseconds per byte.

${table(
  ["bytes", "sign", "read", "webhook"],
  Object.keys(results.growth.bodies.sign).map((size) => [
    whole(size),
    ...["sign", "read", "webhook"].map((what) => {
      const { median } = spread(results.growth.bodies[what][size]);
      return `${digits(median / 1000)} (${digits(median / Number(size))})`;
    }),
  ]),
)}

Bytes that the core allocates natively for a body of one megabyte, in bodies: ${["sign", "read", "webhook"]
    .map((what) => `${what} ${digits(results.growth.allocations[`${what}:1000000`].bytes / 1e6)}`)
    .join(", ")}.
What JavaScript and the boundary copy besides is not in these figures.

${table(
  ["refunds in one call", "µs per refund"],
  Object.entries(results.growth.refunds).map(([count, series]) => {
    const { median, q1, q3 } = spread(series);
    return [whole(count), `**${digits(median / 1000)}** (${digits(q1 / 1000)}…${digits(q3 / 1000)})`];
  }),
)}

Memory in a run of a million refunds, each planned and signed, every tenth read as well:

${table(
  ["refunds so far", "linear memory, bytes", "JavaScript heap after gc, bytes"],
  results.growth.memory.map(({ refunds, linear, heap }) => [whole(refunds), whole(linear), whole(heap)]),
)}

## Cold start

Each sample in a fresh process, by turns; ${results.cold.node.ours.length} samples. In Node from the import to the first signed request,
without the process; in workerd from the start of the process to its first answer.

${table(
  ["Node", "best, ms", "median, ms", "÷ import('razorpay')", "÷ empty wasm module"],
  Object.entries(results.cold.node).map(([name, series]) => [
    name,
    digits(Math.min(...series)),
    digits(spread(series).median),
    ratio(spread(ratios(series, results.cold.node.razorpay))),
    ratio(spread(ratios(series, results.cold.node["empty-wasm"]))),
  ]),
)}

${table(
  ["workerd", "best, ms", "median, ms", "÷ empty wasm module"],
  Object.entries(results.cold.workerd).map(([name, series]) => [
    name,
    digits(Math.min(...series)),
    digits(spread(series).median),
    ratio(spread(ratios(series, results.cold.workerd["empty-wasm"]))),
  ]),
)}

## Size

${table(
  ["bytes", "raw", "gzip -9", "brotli"],
  Object.entries(results.sizes).map(([name, size]) => [name, whole(size.raw), whole(size.gzip), whole(size.brotli)]),
)}

An entry is bundled and minified, without the module.

${table(
  ["section of the module", "bytes"],
  results.breakdown.sections.map(({ name, bytes }) => [name, whole(bytes)]),
)}

What each crate costs: the bytes of its functions, generic ones counted for the crate that they are made for. Tables and
texts are in the data section.

${table(
  ["crate", "bytes", "functions"],
  results.breakdown.crates.map(({ name, bytes, functions }) => [`\`${name}\``, whole(bytes), functions]),
)}

<details><summary>The largest modules and functions</summary>

${table(
  ["module", "bytes", "functions"],
  results.breakdown.modules.map(({ name, bytes, functions }) => [`\`${name}\``, whole(bytes), functions]),
)}

${table(
  ["function", "bytes"],
  results.breakdown.functions.map(({ name, bytes }) => [`\`${name.replaceAll("|", "\\|")}\``, whole(bytes)]),
)}

</details>
`;
}

/** All parts are of one commit, or which is of which. */
function origin(measured) {
  const commits = new Set(Object.values(measured).map((stamp) => stamp.split(", ")[0]));
  if (commits.size === 1) return `All of it was measured at ${[...commits]}.`;
  return `Measured at different times: ${Object.entries(measured)
    .map(([part, stamp]) => `${part} at ${stamp}`)
    .join("; ")}.`;
}

const casesOf = (rows) => Object.keys(rows).filter((name) => name !== "sha256+hmac");
const floor = (rows) => ratioOf(rows, "sha256+hmac", "Node core", "Node node:crypto", "doku");
const verdict = (found, most) => (found === undefined ? "" : found <= most ? "met" : "**not met**");

function timesTable(rows) {
  const everybody = [...new Set(Object.values(rows).flatMap((row) => Object.keys(row)))];
  const names = casesOf(rows);
  return table(
    ["", ...names.map((name) => NAMES[name])],
    everybody.map((who) => [
      who,
      ...names.map((name) => (rows[name][who]?.length ? digits(Math.min(...rows[name][who]) / 1000) : "–")),
    ]),
  );
}

function nodePlot(rows) {
  const series = {
    "this package": "Node ours",
    "node:crypto": "Node node:crypto",
    WebCrypto: "Node webcrypto",
    "noble-hashes": "Node noble",
    "official SDK": "Node sdk",
    "core alone, wasm": "Node core",
    "core alone, native": "native core",
  };
  return ratioPlot({
    title: "Plan and sign, read, verify in Node",
    axis: "time per refund to that of the same by hand with node:crypto (left is faster); bars: quartiles",
    series: Object.keys(series),
    rows: casesOf(rows).map((name) => ({
      name: NAMES[name],
      values: mapped(series, (who) => ratioOf(rows, name, who, "Node node:crypto")),
    })),
  });
}

function runtimesPlot(rows) {
  const series = Object.fromEntries(RUNTIMES.map((runtime) => [runtime, runtime]));
  return ratioPlot({
    title: "This package to the same request by hand with WebCrypto",
    axis: "time per refund to that of WebCrypto in the same runtime (left is faster); bars: quartiles",
    series: RUNTIMES,
    rows: casesOf(rows).map((name) => ({
      name: NAMES[name],
      values: mapped(series, (runtime) => ratioOf(rows, name, `${runtime} ours`, `${runtime} webcrypto`)),
    })),
  });
}

const mapped = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeReport(JSON.parse(readFileSync(new URL("results.json", FOLDER), "utf8")));
}
