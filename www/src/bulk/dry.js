// Everything but the sending: each plan is signed, and its request kept to be looked at.

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("refund-signer").SignedRequest} SignedRequest */
/** @typedef {{ count: number, isSigned: boolean, requests: ReadonlyMap<number, SignedRequest>, problems: ReadonlyMap<number, string> }} Dry by the row's index */

/** After so many the page may draw. */
const BATCH = 200;

/** @param {readonly Row[]} rows @param {import("./destination.js").Destination & { explain?: (plan: import("refund-signer").Plan) => { request?: SignedRequest, problem?: string } }} destination @returns {Promise<Dry>} */
export async function dryRun(rows, { explain }) {
  /** @type {Map<number, SignedRequest>} */
  const requests = new Map();
  /** @type {Map<number, string>} */
  const problems = new Map();
  for (const [count, { index, plan }] of rows.entries()) {
    const { request, problem } = (plan && explain?.(plan)) ?? {};
    if (request) requests.set(index, request);
    if (problem) problems.set(index, problem);
    if (count % BATCH === BATCH - 1) await new Promise((resolve) => setTimeout(resolve));
  }
  return { count: rows.length, isSigned: explain !== undefined, requests, problems };
}
