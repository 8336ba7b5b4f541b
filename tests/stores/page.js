// The cases in a tab. Two tabs take turns: every other handle of the first is of a store in the second.

import { IndexedDbStore } from "refund-signer/stores/indexed-db";
import { CASES, INDEX } from "./cases.js";

const NAME = "cases";
const here = new IndexedDbStore({ name: NAME });
const channel = new BroadcastChannel("stores");
const waiting = new Map();
let asked = 0;
let handles = 0;

/** A store whose functions run in the other tab. */
const there = Object.fromEntries(
  ["insert", "get", "put", "find", "due", "list"].map((name) => [
    name,
    (...given) =>
      new Promise((resolve, reject) => {
        asked++;
        waiting.set(asked, { resolve, reject });
        channel.postMessage({ asked, name, given });
      }),
  ]),
);

channel.onmessage = async ({ data: { asked, name, given, answered, result, error } }) => {
  if (name) {
    try {
      channel.postMessage({ answered: asked, result: await here[name](...given) });
    } catch (error) {
      channel.postMessage({ answered: asked, error: String(error) });
    }
  } else if (waiting.has(answered)) {
    const { resolve, reject } = waiting.get(answered);
    waiting.delete(answered);
    if (error) reject(new Error(error));
    else resolve(result);
  }
};

const open = () => (handles++ % 2 === 0 ? here : there);

/** Empties the database. */
function empty() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = resolve;
    request.onerror = request.onblocked = () => reject(new Error("a store stands in the way"));
  });
}

async function outcome(promise) {
  try {
    return await promise;
  } catch ({ name, message }) {
    return `${name}: ${message}`;
  }
}

/** What the test calls. Each gives what can be compared. */
globalThis.stores = {
  async run(at) {
    await empty();
    try {
      await CASES[at][1](open);
      return "passed";
    } catch (error) {
      return `${error.message}\n${error.stack}`;
    }
  },

  /** Writes for as long as the tab lives, and says what was acknowledged. */
  async writeOn() {
    await here.insert("a", "t0", "0", { ...INDEX, refundId: "0" });
    for (let n = 1; ; n++) {
      await here.put("a", n, `t${n}`, `${n}`, { ...INDEX, refundId: `${n}` });
      globalThis.acknowledged = n;
    }
  },

  row: () => here.get("a"),

  empty,

  /** Writes that are aborted after their request has succeeded; and how durable each transaction is. */
  async aborted() {
    await empty();
    await here.insert("a", "t1", "1", INDEX);
    const durability = [];
    const { add, put } = IDBObjectStore.prototype;
    for (const [name, original] of Object.entries({ add, put })) {
      IDBObjectStore.prototype[name] = function (row) {
        const request = original.call(this, row);
        durability.push(this.transaction.durability);
        request.addEventListener("success", () => this.transaction.abort());
        return request;
      };
    }
    const results = [
      await outcome(here.insert("b", "t", "1", INDEX)),
      await outcome(here.put("a", 1, "t2", "2", INDEX)),
    ];
    Object.assign(IDBObjectStore.prototype, { add, put });
    return [...results, ...durability, (await here.get("b")) === undefined, (await here.get("a")).token];
  },

  /** Another build opens the database with newer tables. */
  async newer() {
    await empty();
    await here.insert("a", "t1", "1", INDEX);
    const database = await new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 2);
      request.onsuccess = () => resolve(request.result);
      request.onerror = request.onblocked = () => reject(new Error("a store stands in the way"));
    });
    database.close();
    return outcome(here.put("a", 1, "t2", "2", INDEX));
  },
};
document.querySelector("h1").textContent = "Ready";
