// What must outlive the page: files, their plans, and what was done with each. No secret is ever among it.

import { openDB } from "idb";

/** @typedef {import("./rows.js").Row} Row */

/**
 * A file that was dropped, on its way to one destination.
 * @typedef {object} Run
 * @property {string} id of the file's content and its destination: the same file again is the same run
 * @property {string} name
 * @property {string} destination
 * @property {readonly string[]} columns
 * @property {number} size how many rows
 * @property {number} createdAt
 * @property {boolean} withRepeats whether rows that repeat an earlier one are sent, too
 * @property {boolean} started
 * @property {boolean} open whether it is on the screen: it is again after a reload
 */

/** @typedef {Row & { run: string }} StoredRow */

const DATABASE = "refund-console-bulk";

/** So many at a time, so that the page may draw between them. */
const BATCH = 500;

/** On disk before it is done: a crash of the machine, too, must not forget an attempt. */
const STRICT = /** @type {const} */ ({ durability: "strict" });

export async function openStore() {
  const database = await openDB(DATABASE, 2, {
    upgrade(db) {
      // Version 1 had another way to follow refunds. What it sent is known to the sandbox and to the edge signer.
      for (const name of Array.from(db.objectStoreNames)) db.deleteObjectStore(name);
      db.createObjectStore("runs", { keyPath: "id" });
      const rows = db.createObjectStore("rows", { keyPath: ["run", "index"] });
      rows.createIndex("fingerprint", "fingerprint");
    },
    // Another tab with a newer version of this page must not wait for this one.
    blocking: () => database.close(),
  });

  return {
    /** The newest first. @returns {Promise<Run[]>} */
    async runs() {
      const runs = await database.getAll("runs");
      return runs.sort((a, b) => b.createdAt - a.createdAt);
    },

    /** All plans at once, before the first attempt. @param {Run} run @param {readonly Row[]} rows */
    async add(run, rows) {
      const transaction = database.transaction(["runs", "rows"], "readwrite", STRICT);
      await transaction.objectStore("runs").add(run);
      const store = transaction.objectStore("rows");
      for (const row of rows) {
        const added = store.add({ ...row, run: run.id });
        if (row.index % BATCH === 0) await added;
      }
      await transaction.done;
    },

    /** Changes a run, as another tab may have left it. @param {Run} run @param {Partial<Run>} change */
    async changeRun(run, change) {
      const transaction = database.transaction("runs", "readwrite");
      Object.assign(run, await transaction.store.get(run.id), change);
      await transaction.store.put(run);
      await transaction.done;
    },

    /** In the order of the file. @param {string} run @returns {Promise<StoredRow[]>} */
    async rowsOf(run) {
      const rows = [];
      for (let from = 1; ; from += BATCH) {
        const some = await database.getAll("rows", IDBKeyRange.bound([run, from], [run, from + BATCH - 1]));
        rows.push(...some);
        if (some.length < BATCH) return rows;
      }
    },

    /** Rows of whatever run that ask for the same. @param {readonly string[]} fingerprints @returns {Promise<StoredRow[]>} */
    async rowsLike(fingerprints) {
      const index = database.transaction("rows").store.index("fingerprint");
      const unique = [...new Set(fingerprints)];
      const found = [];
      for (let from = 0; from < unique.length; from += BATCH) {
        const some = unique.slice(from, from + BATCH).map((fingerprint) => index.getAll(fingerprint));
        found.push(...(await Promise.all(some)).flat());
      }
      return found;
    },

    /** A step before it is done. @param {Row} row */
    async mark(row) {
      const transaction = database.transaction("rows", "readwrite", STRICT);
      transaction.store.put(row);
      await transaction.done;
    },

    /** What came of it: where this is lost, the step is open, and asked about. @param {Row} row */
    async save(row) {
      await database.put("rows", row);
    },

    /** What was found out about rows before any of them is sent. @param {readonly Row[]} rows */
    async saveAll(rows) {
      const transaction = database.transaction("rows", "readwrite");
      for (const row of rows) transaction.store.put(row);
      await transaction.done;
    },

    /** Forgets a run with its plans. @param {string} run */
    async forget(run) {
      const transaction = database.transaction(["runs", "rows"], "readwrite");
      transaction.objectStore("runs").delete(run);
      transaction.objectStore("rows").delete(IDBKeyRange.bound([run, 0], [run, Infinity]));
      await transaction.done;
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof openStore>>} BulkStore */
