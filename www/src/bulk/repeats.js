// Rows that ask for what a row of another file asks for: two versions of one file must not refund the same twice unless
// a person wants it.

import { wasBegun } from "./destination.js";

/** @typedef {import("./store.js").BulkStore} BulkStore */
/** @typedef {import("./store.js").Run} Run */
/** @typedef {import("./store.js").StoredRow} StoredRow */
/** @typedef {import("./rows.js").Row} Row */

/** Whether a run sends a row. One that was begun goes on, whatever was ticked since. @param {Row} row @param {Run} run */
export function includes(row, run) {
  return row.plan !== undefined && (row.repeats === undefined || run.withRepeats || wasBegun(row));
}

/**
 * Marks the rows that were not begun and ask for what another run to the same destination has sent or is going to send.
 *
 * @param {Pick<BulkStore, "runs" | "rowsLike">} store @param {Run} run @param {readonly Row[]} rows
 * @returns {Promise<Row[]>} those that were marked just now
 */
export async function markAsked(store, run, rows) {
  const others = new Map((await store.runs()).filter((other) => isOther(other, run)).map((other) => [other.id, other]));
  const open = rows.filter((row) => row.plan && row.repeats === undefined && !wasBegun(row));
  if (others.size === 0 || open.length === 0) return [];
  /** @type {Map<string, string>} */
  const asked = new Map();
  for (const row of await store.rowsLike(open.map(({ fingerprint }) => fingerprint))) {
    const other = others.get(row.run);
    if (other && isAsked(row, other)) asked.set(row.fingerprint, wordsFor(row, other));
  }
  const marked = open.filter(({ fingerprint }) => asked.has(fingerprint));
  for (const row of marked) row.repeats = asked.get(row.fingerprint);
  return marked;
}

/** @param {Run} other @param {Run} run */
const isOther = (other, { id, destination }) => other.id !== id && other.destination === destination;

/** A run that was started sends its rows, though it may have been paused before some of them. @param {StoredRow} row @param {Run} run */
const isAsked = (row, run) => wasBegun(row) || (run.started && includes(row, run));

/** @param {StoredRow} row @param {Run} run */
function wordsFor({ record, remote }, { name }) {
  const since = record?.openedAt ?? remote?.since;
  const fate = since ? `which was sent on ${new Date(since).toLocaleDateString()}` : "which is to be sent";
  return `a row of “${name}”, ${fate}`;
}
