// Hostile inputs through the public package: `node --expose-gc tests/torture/run.js --inputs 1000000 --seed 1`.
//
// Whatever is passed, only a documented RefundError or a sound result comes out; the module is never lost; after every
// batch the same refund is signed with the same signature; and no memory is lost, in the module or outside.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { memories } from "../../scripts/lib/instances.js";
import { callsOf } from "./calls.js";
import { Random } from "./random.js";

const BATCH = 1_000;
const MEGABYTE = 2 ** 20;
/** A body is read up to 8 MiB; a copy on its way in, its JSON and its verdict's follow from that. */
const MOST_LINEAR = 64 * MEGABYTE;
const MOST_HEAP_GROWTH = 48 * MEGABYTE;
const SHOWN = 10;

const { values } = parseArgs({
  options: { inputs: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
});
const [inputs, seed] = [Number(values.inputs), Number(values.seed)];
if (!globalThis.gc) throw new Error("run it with node --expose-gc");

const signer = await import("refund-signer");
const webcrypto = await import("refund-signer/webcrypto");
const { send } = await import("refund-signer/fetch");

const codes = documentedCodes();
const known = knownRefund();
const calls = await callsOf({ signer, webcrypto, send });
const outcomes = new Map();
const findings = [];
process.on("unhandledRejection", (error) => findings.push(`an unhandled rejection: ${error?.stack ?? error}`));

let before = measured();
const start = performance.now();
for (let done = 0; done < inputs; done += BATCH) {
  await batch(done, Math.min(BATCH, inputs - done));
  if (done % 100_000 === 0 && done > 0) console.log(`${done} inputs, ${findings.length} findings`);
  // The first batches load and compile, and let the module grow to what it needs.
  if (done <= Math.min(10_000, inputs / 4)) before = measured();
}
report(performance.now() - start, before, measured());

/** Hostile calls, one after the other, and then the known refund. Each call has a seed of its own, so it can be repeated. */
async function batch(first, count) {
  for (let at = first; at < first + count; at++) {
    const random = new Random(seed * 1_000_003 + at);
    const [name, call] = random.of(calls);
    const outcome = await outcomeOf(call, random);
    if (outcome.finding) findings.push(`input ${at}, ${name}: ${outcome.finding}`);
    outcomes.set(outcome.code, (outcomes.get(outcome.code) ?? 0) + 1);
  }
  const signature = describe(known.sign);
  if (signature !== known.signature) findings.push(`input ${first + count}: the known refund got ${signature}`);
  if (memories.length !== 1) findings.push(`input ${first + count}: ${memories.length} instances of the module`);
  if ({}.polluted !== undefined) findings.push(`input ${first + count}: the prototype of all objects is polluted`);
  if (findings.length > SHOWN) report(performance.now() - start, before, measured());
}

/** What came of it: a value, or the code of a RefundError; and what is wrong with that. */
async function outcomeOf(call, random) {
  try {
    await call(random);
    return { code: "(a result)" };
  } catch (error) {
    return { code: describe(() => String(error.code)), finding: complaint(error) };
  }
}

/** What is wrong with something that was thrown; undefined for a documented error. */
function complaint(error) {
  return describe(() => {
    if (!(error instanceof signer.RefundError) || !(error instanceof Error)) return `${error?.stack ?? String(error)}`;
    if (!codes.has(error.code) || error.code === "module_replaced") return `the code ${error.code}`;
    if (!Array.isArray(error.problems) || error.problems.length === 0) return "an error without problems";
    for (const { code, path, message, userAction } of error.problems) {
      if (!codes.has(code)) return `the code ${code}`;
      if (![path, message, userAction].every((text) => typeof text === "string")) return "a problem without words";
    }
    if (error.message.length > 20_000) return `a message of ${error.message.length} characters`;
    return undefined;
  });
}

function describe(read) {
  try {
    return read();
  } catch {
    return "something that cannot even be looked at";
  }
}

function documentedCodes() {
  const declarations = readFileSync(new URL("../../pkg-template/types/shared.d.ts", import.meta.url), "utf8");
  const union = declarations.split("export type ErrorCode =")[1].split(";\n")[0];
  return new Set(Array.from(union.matchAll(/\| "(.*)"/g), ([, code]) => code));
}

/** The refund of the vector known-doku-create-refund, by a client that lives as long as the run. */
function knownRefund() {
  const folder = new URL("../vectors/cases/known-doku-create-refund/", import.meta.url);
  const read = (file) => readFileSync(new URL(file, folder), "utf8").trim();
  const { settings, secrets, input, attempt } = JSON.parse(read("input.json"));
  const client = new signer.doku.Client({ ...settings, ...secrets });
  const sign = () => client.sign(signer.doku.createRefund(input), attempt).headers.Signature;
  return { sign, signature: read("signature.txt") };
}

function measured() {
  globalThis.gc();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return { heap: heapUsed, outside: external + arrayBuffers, linear: memories.at(-1).buffer.byteLength };
}

function report(milliseconds, first, last) {
  const size = (bytes) => `${(bytes / MEGABYTE).toFixed(1)} MiB`;
  const rows = [...outcomes].sort(([, one], [, other]) => other - one);
  for (const [code, count] of rows) console.log(`${String(count).padStart(9)}  ${code.slice(0, 60)}`);
  const total = rows.reduce((sum, [, count]) => sum + count, 0);
  console.log(`${total} inputs (seed ${seed}) in ${(milliseconds / 1000).toFixed(1)} s`);
  for (const name of ["linear", "heap", "outside"]) {
    console.log(`${name.padEnd(8)} ${size(first[name])} before, ${size(last[name])} after`);
  }
  if (last.linear > MOST_LINEAR) findings.push(`the module took ${size(last.linear)}`);
  if (last.heap - first.heap > MOST_HEAP_GROWTH) findings.push("the heap grew");
  if (last.outside - first.outside > MOST_HEAP_GROWTH) findings.push("the memory outside the heap grew");
  for (const finding of findings.slice(0, SHOWN)) console.log(`FOUND ${finding}`);
  console.log(`${findings.length} findings`);
  process.exit(findings.length === 0 ? 0 : 1);
}
