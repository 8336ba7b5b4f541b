// A dropped file becomes a run, or is recognized as one.

import { decodeFile } from "./csv.js";
import { markAsked } from "./repeats.js";
import { readRows } from "./rows.js";

/** @typedef {import("./store.js").BulkStore} BulkStore */
/** @typedef {import("./store.js").Run} Run */
/** @typedef {import("./rows.js").Row} Row */

/**
 * @param {BulkStore} store @param {{ name: string, bytes: Uint8Array }} file @param {string} destination
 * @returns {Promise<{ run: Run, rows: Row[], isKnown: boolean }>}
 */
export async function importFile(store, { name, bytes }, destination) {
  const { hash, columns, rows } = await readRows(decodeFile(bytes));
  const id = `${hash}@${destination}`;
  const known = (await store.runs()).find((run) => run.id === id);
  if (known) return openRun(store, known);
  const run = {
    id,
    name,
    destination,
    columns,
    size: rows.length,
    createdAt: Date.now(),
    withRepeats: false,
    started: false,
    open: true,
  };
  await markAsked(store, run, rows);
  await store.add(run, rows);
  return { run, rows, isKnown: false };
}

/** @param {BulkStore} store @param {Run} run */
export async function openRun(store, run) {
  await store.changeRun(run, { open: true });
  return { run, rows: await store.rowsOf(run.id), isKnown: true };
}
