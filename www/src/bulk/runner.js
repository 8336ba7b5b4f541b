// Sends the rows of a run: a few at a time, one at a time for a payment, each step stored before it is done.

import { logOf, wasBegun } from "./destination.js";

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("./destination.js").Destination} Destination */
/** @typedef {import("./destination.js").Says} Says */
/** @typedef {import("./destination.js").State} State */

/**
 * @typedef {object} Store
 * @property {(row: Row) => Promise<void>} mark a step before it is done: it must survive a crash
 * @property {(row: Row) => Promise<void>} save what came of it
 */

/**
 * @typedef {object} Options
 * @property {readonly Row[]} rows
 * @property {Destination} destination
 * @property {Store} store
 * @property {(row: Row) => boolean} includes which rows are sent
 * @property {(row: Row) => void} changed
 * @property {number} [concurrency]
 * @property {() => number} [now]
 */

/** @param {Options} options */
export function createRunner({ rows, destination, store, includes, changed, concurrency = 4, now = Date.now }) {
  /** Rows that are not at their end, in the file's order, and when each may go on. @type {Map<Row, number>} */
  const open = new Map();
  /** @type {Set<string>} */
  const busyPayments = new Set();
  /** @type {Set<Row>} */
  const busy = new Set();
  let isPaused = true;
  /** @type {Promise<void> | undefined} */
  let running;
  /** Workers that wait for something to change. @type {Set<() => void>} */
  const sleepers = new Set();

  /** @param {Row} row */
  const paymentOf = ({ provider, payment }) => `${provider} ${payment}`;

  /** Puts a row where its destination says. @param {Row} row */
  function place(row) {
    const next = destination.next(row, now());
    if (next.do === "end") open.delete(row);
    else open.set(row, next.do === "wait" ? next.until : now());
  }

  /** The first row that may go on now, or when the next one may. @returns {{ row: Row } | { waitMs: number } | undefined} */
  function take() {
    let earliest = Infinity;
    for (const [row, readyAt] of open) {
      if (busy.has(row) || busyPayments.has(paymentOf(row))) continue;
      if (readyAt <= now()) return { row };
      earliest = Math.min(earliest, readyAt);
    }
    if (earliest < Infinity) return { waitMs: earliest - now() };
    return busy.size > 0 ? { waitMs: Infinity } : undefined;
  }

  /** @param {Row} row */
  async function step(row) {
    if (destination.next(row, now()).do !== "step") return;
    const { record, remote } = row;
    const begun = destination.begin(row, now());
    try {
      await store.mark(row);
    } catch (error) {
      // What could not be stored must not be sent.
      Object.assign(row, { record, remote });
      throw error;
    }
    changed(row);
    await destination.perform(row, begun);
    // The edge signer's token is that of all rows.
    const next = destination.next(row, now());
    if (destination.isSigner && next.do === "end" && next.state === "held") isPaused = true;
    await store.save(row);
  }

  /** @param {Row} row */
  async function goOn(row) {
    busy.add(row);
    busyPayments.add(paymentOf(row));
    try {
      await step(row);
    } finally {
      busy.delete(row);
      busyPayments.delete(paymentOf(row));
      place(row);
      changed(row);
      wake();
    }
  }

  async function work() {
    while (!isPaused) {
      const found = take();
      if (!found) return;
      if ("row" in found) await goOn(found.row);
      else await sleep(found.waitMs);
    }
  }

  /** Until the time has come, or something else may have changed. @param {number} ms @returns {Promise<void>} */
  function sleep(ms) {
    return new Promise((resolve) => {
      const awake = () => {
        sleepers.delete(awake);
        clearTimeout(timer);
        resolve();
      };
      const timer = ms < Infinity ? setTimeout(awake, ms) : undefined;
      sleepers.add(awake);
    });
  }

  function wake() {
    for (const awake of sleepers) awake();
  }

  for (const row of rows) if (row.plan && includes(row)) place(row);

  return {
    /** Goes on until all rows are at their end, or it is paused. Rejects when nothing can be stored any more. */
    start() {
      isPaused = false;
      running ??= Promise.all(Array.from({ length: concurrency }, work))
        .then(() => {})
        .catch((error) => {
          isPaused = true;
          throw error;
        })
        .finally(() => {
          running = undefined;
        });
      return running;
    },
    /** Lets what is under way end; resolves when nothing is. */
    async pause() {
      isPaused = true;
      wake();
      await running?.catch(() => {});
    },
    /** A person decided about a row. @param {Row} row @param {Says} says */
    async decide(row, says) {
      destination.decide(row, says, now());
      await store.mark(row);
      place(row);
      changed(row);
      wake();
    },
    /** How many rows are not at their end. */
    get left() {
      return open.size;
    },
    /** @param {Row} row */
    isBusy: (row) => busy.has(row),
  };
}

/** What a row is, in a word. @param {Row} row @param {Destination} destination @param {number} now @returns {{ state: State, why: string }} */
export function stateOf(row, destination, now) {
  if (!wasBegun(row)) return { state: "ready", why: "" };
  const next = destination.next(row, now);
  if (next.do === "end") return { state: next.state, why: next.why };
  const last = logOf(row).at(-1);
  return { state: "busy", why: last?.what === "heard" ? `Heard: ${last.says}.` : "" };
}
