// The refunds whose outcome is not known yet, in this browser: they outlive the page, and every tab knows of them.

import { openDB } from "idb";
import { createStore } from "../store.js";
import { AnotherOpen, ChangedElsewhere, NotStored } from "./kept.js";

/** @typedef {import("./kept.js").Kept} Kept */

const DATABASE = "refund-console-refunds";

/** On disk before it is sent: a crash of the machine, too, must not forget an attempt. */
const STRICT = /** @type {const} */ ({ durability: "strict" });

/** The open refunds as this tab knows them, newest first. */
export const openRefunds = createStore(/** @type {readonly Kept[]} */ ([]));

/** @type {Promise<import("idb").IDBPDatabase> | undefined} */
let opened;

/** The same one for the whole page; whoever asks after a failure tries once more. */
function theDatabase() {
  opened ??= openDatabase().catch((error) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

async function openDatabase() {
  const database = await openDB(DATABASE, 1, {
    upgrade(db) {
      db.createObjectStore("open", { keyPath: "id" }).createIndex("key", "key");
    },
    // Another tab with a newer version of this page must not wait for this one.
    blocking: () => database.close(),
  });
  return database;
}

/** Stores a refund before its first attempt, unless another one of its payment is open. @param {Kept} kept @param {boolean} isAsked whether a person wants it all the same @returns {Promise<Kept>} */
export async function claim(kept, isAsked) {
  // So that the browser does not clear what is stored when its disk is full. It may ask; the answer changes nothing now.
  navigator.storage?.persist?.().catch(() => {});
  const others = await changing(async (store) => {
    const found = isAsked ? [] : await store.index("key").getAll(kept.key);
    if (found.length === 0) await store.add({ ...kept, version: 1 });
    return found;
  });
  if (others.length > 0) throw new AnotherOpen(others);
  return { ...kept, version: 1 };
}

/**
 * Reads and writes in one transaction, so that no other tab comes between.
 *
 * @param {string} id @param {(stored: Kept | undefined) => Kept | undefined} change undefined: it is stored no longer
 * @returns {Promise<Kept | undefined>}
 */
export function change(id, change) {
  return changing(async (store) => {
    const next = change(await store.get(id));
    if (!next) {
      await store.delete(id);
      return undefined;
    }
    const kept = { ...next, version: next.version + 1 };
    await store.put(kept);
    return kept;
  });
}

/** @template T @param {(store: import("idb").IDBPObjectStore<any, any, any, "readwrite">) => Promise<T>} work @returns {Promise<T>} */
async function changing(work) {
  try {
    const transaction = (await theDatabase()).transaction("open", "readwrite", STRICT);
    const [result] = await Promise.all([work(transaction.store), transaction.done]);
    return result;
  } catch (error) {
    throw error instanceof ChangedElsewhere ? error : new NotStored(error);
  } finally {
    await refreshOpen();
  }
}

/** Another tab may have changed them. */
export async function refreshOpen() {
  // Where nothing can be stored there is nothing to offer; whoever sends is told.
  const all = await theDatabase()
    .then((database) => database.getAll("open"))
    .catch(() => []);
  openRefunds.set(all.sort((a, b) => b.at - a.at));
}

/** @param {(kept: Kept) => boolean} isForgotten */
export async function forgetRefundsThat(isForgotten) {
  await refreshOpen();
  for (const { id } of openRefunds.get().filter(isForgotten)) await change(id, () => undefined);
}
