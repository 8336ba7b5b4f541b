// A dropped file becomes a run, or is recognized as one.

import { decodeFile } from "./csv.js";
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
  const before = await store.askedBefore(
    rows.map(({ fingerprint }) => fingerprint),
    id,
    destination,
  );
  const marked = rows.map((row) => {
    const other = before.get(row.fingerprint);
    return other && row.plan
      ? {
          ...row,
          repeats: `a row of “${other.name}”, which was sent on ${new Date(other.createdAt).toLocaleDateString()}`,
        }
      : row;
  });
  const run = {
    id,
    name,
    destination,
    columns,
    size: marked.length,
    createdAt: Date.now(),
    withRepeats: false,
    started: false,
    open: true,
  };
  await store.add(run, marked);
  return { run, rows: marked, isKnown: false };
}

/** @param {BulkStore} store @param {Run} run */
export async function openRun(store, run) {
  await store.changeRun(run, { open: true });
  return { run, rows: await store.rowsOf(run.id), isKnown: true };
}
