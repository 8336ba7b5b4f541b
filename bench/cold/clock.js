// What a fresh process prints: the milliseconds from before the import to the first result.

import { readFileSync } from "node:fs";

/** The refund is read before the clock starts: it would be the caller's. */
const refund = JSON.parse(readFileSync(new URL("../requests.json", import.meta.url), "utf8")).refunds.doku;

/** @param {(refund: any) => Promise<unknown>} run */
export async function firstRequest(run) {
  const start = performance.now();
  const result = await run(refund);
  const ms = performance.now() - start;
  if (!result) throw new Error("there is no result");
  console.log(JSON.stringify({ ms }));
}
