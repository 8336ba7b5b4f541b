// One run on the screen: its rows, what each of them is, and the runner while it is at work. No other tab runs meanwhile.

import { includes, markAsked } from "./repeats.js";
import { createRunner, stateOf } from "./runner.js";
import { totals } from "./totals.js";

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("./store.js").Run} Run */
/** @typedef {import("./store.js").BulkStore} BulkStore */
/** @typedef {import("./destination.js").Destination} Destination */
/** @typedef {import("./destination.js").Says} Says */
/** @typedef {import("./destination.js").State | "invalid" | "left out"} RowState */
/** @typedef {{ state: RowState, why: string }} Seen */

const LOCK = "refund-console-bulk";
/** The rate is that of the last seconds. */
const WINDOW_MS = 15_000;
const REDRAW_MS = 150;

/** Rows of which nothing more is expected by itself. @type {readonly RowState[]} */
const AT_THE_END = ["succeeded", "pending", "failed", "rejected", "unresolved", "awaiting", "held"];

/** Another tab is at work. */
export class BusyElsewhere extends Error {}

/**
 * @param {{ run: Run, rows: Row[], store: BulkStore, destination: Destination, concurrency: () => number, redraw: () => void, held: (count: number) => void, stopped: (counts: Record<string, number>) => void }} options
 *   `held`: so many rows ask for what another file asks for, and are left out
 */
export function createController({ run, rows, store, destination, concurrency, redraw, held, stopped }) {
  /** @type {Seen[]} by place */
  let seen = [];
  /** @type {Record<string, number>} */
  let counts = {};
  /** @type {number[]} */
  let finished = [];
  /** @type {ReturnType<typeof createRunner> | undefined} */
  let runner;
  let isPausing = false;
  let willRedraw = false;
  /** @type {import("./totals.js").Total[] | undefined} */
  let sums;

  /** @param {Row} row @returns {Seen} */
  function look(row) {
    if (!row.plan)
      return {
        state: "invalid",
        why: row.problems.map(({ path, message }) => `${path} ${message}`.trim()).join(" "),
      };
    if (!includes(row, run)) return { state: "left out", why: `Asks for the same as ${row.repeats}.` };
    return stateOf(row, destination, Date.now());
  }

  function lookAtAll() {
    sums = undefined;
    seen = rows.map(look);
    counts = {};
    for (const { state } of seen) counts[state] = (counts[state] ?? 0) + 1;
  }

  /** @param {Row} row */
  function changed(row) {
    const place = row.index - 1;
    const before = seen[place]?.state ?? "ready";
    const now = look(row);
    seen[place] = now;
    counts[before] = (counts[before] ?? 1) - 1;
    counts[now.state] = (counts[now.state] ?? 0) + 1;
    if (AT_THE_END.includes(now.state) && !AT_THE_END.includes(before)) finished.push(Date.now());
    // Ten thousand rows change faster than anybody can look.
    if (willRedraw) return;
    willRedraw = true;
    setTimeout(() => {
      willRedraw = false;
      redraw();
    }, REDRAW_MS);
  }

  /** What another tab did since is read first. */
  async function refresh() {
    rows.splice(0, rows.length, ...(await store.rowsOf(run.id)));
    lookAtAll();
  }

  /** @param {() => Promise<void>} work */
  function alone(work) {
    return navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
      if (!lock) throw new BusyElsewhere();
      await refresh();
      await work();
    });
  }

  /** Another file may have asked for the same since this one was taken in: then a person decides anew. */
  async function holdRepeats() {
    const marked = await markAsked(store, run, rows);
    if (marked.length === 0) return;
    // First: what is marked while repeats are sent would be sent.
    await store.changeRun(run, { withRepeats: false });
    await store.saveAll(marked);
    lookAtAll();
    held(marked.length);
  }

  const finishedRows = () => AT_THE_END.reduce((sum, state) => sum + (counts[state] ?? 0), 0);

  lookAtAll();

  return {
    run,
    rows,
    destination,
    /** @param {Row} row @returns {Seen} */
    seen: (row) => seen[row.index - 1] ?? look(row),
    get counts() {
      return counts;
    },
    get isRunning() {
      return runner !== undefined;
    },
    get isPausing() {
      return isPausing;
    },
    /** Sums of what can be sent. */
    totals() {
      sums ??= totals(rows.flatMap((row) => (includes(row, run) && row.amount ? [row.amount] : [])));
      return sums;
    },
    withoutAmount: () => rows.filter((row) => includes(row, run) && !row.amount).length,
    progress() {
      const all = rows.length - (counts.invalid ?? 0) - (counts["left out"] ?? 0);
      const now = Date.now();
      finished = finished.filter((at) => now - at < WINDOW_MS);
      const since = finished[0] ?? now;
      const perSecond = finished.length < 2 ? 0 : ((finished.length - 1) * 1000) / Math.max(now - since, 1);
      const done = finishedRows();
      return { all, done, perSecond, secondsLeft: perSecond > 0 ? (all - done) / perSecond : undefined };
    },

    /** Sends until all rows are at their end, or it is paused. */
    start: () =>
      alone(async () => {
        await holdRepeats();
        if (!run.started) await store.changeRun(run, { started: true });
        // The keys may be others than before.
        destination.close?.();
        // Who goes on has a new token, or knows of a second person's yes.
        const waiting = rows.filter((row) => ["held", "awaiting"].includes(look(row).state));
        for (const row of waiting) destination.decide(row, "ask", Date.now());
        runner = createRunner({
          rows,
          destination,
          store,
          includes: (row) => includes(row, run),
          changed,
          concurrency: concurrency(),
        });
        finished = [];
        lookAtAll();
        redraw();
        try {
          await runner.start();
        } finally {
          runner = undefined;
          isPausing = false;
          lookAtAll();
          stopped(counts);
          redraw();
        }
      }),

    async pause() {
      isPausing = true;
      redraw();
      await runner?.pause();
    },

    /** Whether its rows may have been sent, here or in another tab. */
    async wasStarted() {
      await store.changeRun(run, {});
      return run.started;
    },

    /** Forgets it with its plans; not while another tab sends them. */
    forget: () => alone(() => store.forget(run.id)),

    /** What a person found out about rows, each by its place. @param {readonly Row[]} chosen @param {Says} says */
    decide: (chosen, says) =>
      alone(async () => {
        for (const { index } of chosen) {
          const row = rows[index - 1];
          if (!row || (says !== "ask" && look(row).state !== "unresolved")) continue;
          destination.decide(row, says, Date.now());
          await store.mark(row);
        }
        lookAtAll();
        redraw();
      }),

    /** @param {boolean} withRepeats */
    async includeRepeats(withRepeats) {
      await store.changeRun(run, { withRepeats });
      lookAtAll();
      redraw();
    },
  };
}

/** @typedef {ReturnType<typeof createController>} Controller */
