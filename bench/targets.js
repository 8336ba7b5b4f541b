// What is aimed at, and where it is found in the results. Ratios are medians of one run.

import { ratioOf, ratios, spread } from "./lib/measure.js";

const inNode = (name, to) => (results) => ratioOf(results.comparison, name, "Node ours", `Node ${to}`)?.median;
const cold = (where, to) => (results) => {
  const times = results.cold?.[where];
  return times && spread(ratios(times.ours, times[to])).median;
};
const CORE = ["doku", "craftgate", "payermax", "razorpay", "read", "webhook"];
const worstCore = (to) => (results) =>
  Math.max(...CORE.map((name) => ratioOf(results.comparison, name, "Node core", to)?.median ?? Number.NaN));
/** What a byte costs in a large body, to what it costs in a smaller one. */
const perByte = (times, large, small) => (spread(ratios(times[large], times[small])).median * small) / large;

/** @type {{ what: string, most: number, measured: (results: any) => number | undefined }[]} */
export const TARGETS = [
  { what: "DOKU in Node ÷ node:crypto", most: 0.7, measured: inNode("doku", "node:crypto") },
  { what: "Craftgate in Node ÷ node:crypto", most: 0.7, measured: inNode("craftgate", "node:crypto") },
  { what: "DOKU in Node ÷ WebCrypto", most: 0.2, measured: inNode("doku", "webcrypto") },
  { what: "Craftgate in Node ÷ WebCrypto", most: 0.2, measured: inNode("craftgate", "webcrypto") },
  {
    what: "the core: wasm ÷ native with the same SHA, worst case",
    most: 1.6,
    measured: worstCore("native, soft SHA core"),
  },
  { what: "the core: wasm ÷ native with the CPU's SHA, worst case", most: 1.6, measured: worstCore("native core") },
  {
    what: "10,000 refunds in one call, each ÷ the core's own time",
    most: 1.3,
    measured: (results) => ratioOf(results.comparison, "batch 10000", "Node ours", "Node core", "doku")?.median,
  },
  { what: "cold start in Node ÷ import('razorpay')", most: 0.1, measured: cold("node", "razorpay") },
  { what: "cold start in Node ÷ empty wasm module", most: 2, measured: cold("node", "empty-wasm") },
  { what: "cold start in workerd ÷ empty wasm module", most: 2, measured: cold("workerd", "empty-wasm") },
  { what: "module, bytes gzip", most: 40_000, measured: ({ sizes }) => sizes?.module.gzip },
  {
    // The sandbox is for tests, and loads no module.
    what: "JavaScript of the largest entry but the sandbox, bytes gzip",
    most: 8_000,
    measured: ({ sizes }) =>
      sizes &&
      Math.max(...Object.entries(sizes).map(([name, { gzip }]) => (/^entry (?!.*sandbox)/.test(name) ? gzip : 0))),
  },
  {
    what: "a byte of a body of 1 MB ÷ a byte of one of 100 kB, worst of sign, read, webhook",
    most: 1.2,
    measured: ({ growth }) =>
      growth && Math.max(...Object.values(growth.bodies).map((times) => perByte(times, 1_000_000, 100_000))),
  },
  {
    what: "a refund of 100,000 in one call ÷ one of 1,000",
    most: 1.2,
    measured: ({ growth }) => growth && spread(ratios(growth.refunds[100_000], growth.refunds[1_000])).median,
  },
  {
    what: "copies of a body of 1 MB inside the core, worst of sign, read, webhook",
    most: 2,
    measured: ({ growth }) =>
      growth &&
      Math.max(...["sign", "read", "webhook"].map((what) => growth.allocations[`${what}:1000000`].bytes / 1e6)),
  },
  {
    what: "linear memory after a million refunds ÷ after the first 20,000",
    most: 1,
    measured: ({ growth }) => growth && growth.memory.at(-1).linear / growth.memory[0].linear,
  },
];
