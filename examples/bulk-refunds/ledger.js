// The books, in one Durable Object with SQLite. What a method changes is one transaction, and it is on disk before
// anybody sees what the method returned: so a plan is stored before it is first sent, and an attempt before it begins.

import { DurableObject } from "cloudflare:workers";
import { policyOf, queueOf } from "./accounts.js";
import { tick } from "./clock.js";
import { begun, heard, nextStep, opened, stepNow } from "./step.js";

/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("refund-signer").Verdict} Verdict */
/** @typedef {import("./step.js").Amount} Amount */
/** @typedef {import("./step.js").Facts} Facts */
/** @typedef {"open" | import("./step.js").Final} State */
/** @typedef {{ id: string, provider: string, plan: Plan, amount?: Amount }} Entry */
/** @typedef {{ id: string, holder: string }} Conflict `holder` has the id, or the idempotency key, that another one wants */

/**
 * What a consumer is to do now; nothing, if there is no order. It may begin `withinMs` after it asked.
 * @typedef {{ serial: number, step: "send" | "query", plan: Plan, withinMs: number }} Order
 */

// `due_at`: before that no step may begin. `busy`: a step is under way, and `due_at` is the end of its lease.
// `wake_at`: when the queue is reminded. `serial`: counts the steps, so that a latecomer is known for one. All times are
// the ledger's own, of which `clock` has the latest.
const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS refunds (
    id TEXT PRIMARY KEY, provider TEXT NOT NULL, plan TEXT NOT NULL, state TEXT NOT NULL, why TEXT,
    step TEXT NOT NULL, due_at INTEGER NOT NULL, busy INTEGER NOT NULL, wake_at INTEGER NOT NULL,
    serial INTEGER NOT NULL, facts TEXT NOT NULL, refund_id TEXT
  ) STRICT`,
  "CREATE INDEX IF NOT EXISTS refunds_by_wake ON refunds (wake_at) WHERE state = 'open'",
  "CREATE INDEX IF NOT EXISTS refunds_by_refund_id ON refunds (refund_id, provider)",
  // What a provider recognizes a repeated request by belongs to one refund.
  "CREATE UNIQUE INDEX IF NOT EXISTS refunds_by_key ON refunds (provider, json_extract(plan, '$.idempotencyKey'))",
  `CREATE TABLE IF NOT EXISTS history (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, id TEXT NOT NULL, serial INTEGER NOT NULL, step TEXT NOT NULL,
    verdict TEXT NOT NULL
  ) STRICT`,
  "CREATE TABLE IF NOT EXISTS clock (one INTEGER PRIMARY KEY, now INTEGER NOT NULL, ahead INTEGER NOT NULL) STRICT",
  "INSERT OR IGNORE INTO clock VALUES (1, 0, 0)",
];

const MOST_REMINDERS = 100;
// The platform drops an alarm that is set for the very moment of the one that it is calling, as a clock that stepped back
// would set it. After this it is another moment.
const MOMENT_MS = 50;

export class Ledger extends DurableObject {
  #env;
  #storage;
  #sql;
  #policy;
  /** By the machine's clock; 0 where none is known. */
  #alarmAt = 0;

  /** @param {DurableObjectState} state @param {any} env */
  constructor(state, env) {
    super(state, env);
    this.#env = env;
    this.#storage = state.storage;
    this.#sql = state.storage.sql;
    this.#policy = policyOf(env);
    for (const statement of SCHEMA) this.#sql.exec(statement);
  }

  /**
   * Takes refunds, all or none. The first plan under an id is the only one that is ever sent: the same refund again
   * changes nothing; two refunds under one id, or two ids with one idempotency key, are a mistake that somebody has to
   * hear of.
   *
   * @param {Entry[]} entries
   * @returns {Conflict[]}
   */
  enter(entries) {
    return this.#change((now) => {
      const conflicts = entries.flatMap((entry) => {
        const holder = this.#holder(entry);
        return holder === undefined ? [] : [{ id: entry.id, holder }];
      });
      if (conflicts.length === 0) for (const entry of entries) this.#insert(entry, now);
      return conflicts;
    });
  }

  /**
   * What to do for a refund now.
   *
   * @param {{ id: string }} message
   * @returns {Order | undefined}
   */
  next({ id }) {
    return this.#change((now) => this.#begin(id, now));
  }

  /**
   * Stores what came of a step, and says what to do next.
   *
   * @param {{ id: string, serial: number, verdict: Verdict }} outcome
   * @returns {Order | undefined}
   */
  settle({ id, serial, verdict }) {
    return this.#change((now) => {
      const row = this.#find(id);
      if (!row) throw new Error("no such refund");
      this.#note(id, serial, verdict, now);
      if (row.busy && row.serial === serial) {
        this.#move(row, heard(JSON.parse(row.facts), row.step, verdict, now, this.#policy), verdict, now);
      }
      return this.#begin(id, now);
    });
  }

  /**
   * A webhook spoke of a refund. It decides nothing: the provider is asked at once, if asking is what comes next. So
   * it may come twice, late, in any order, or never.
   *
   * @param {string} provider
   * @param {{ id?: string, reference?: string }} refund as the provider names it
   */
  hint(provider, { id = "", reference = "" }) {
    this.#change((now) => {
      for (const [column, value] of [
        ["id", reference],
        ["refund_id", id],
      ]) {
        this.#sql.exec(
          `UPDATE refunds SET due_at = ?1, wake_at = ?1
           WHERE provider = ?2 AND ${column} = ?3 AND state = 'open' AND step = 'query' AND NOT busy`,
          now,
          provider,
          value,
        );
      }
    });
  }

  /** @returns {{ provider: string, state: State, refunds: number }[]} */
  summary() {
    const query = "SELECT provider, state, COUNT(*) AS refunds FROM refunds GROUP BY provider, state";
    return /** @type {any} */ (this.#sql.exec(query).toArray());
  }

  /** A page of the refunds in one state, by id. @param {State} state @param {string} after */
  list(state, after) {
    const query = `SELECT id, provider, why, json_extract(facts, '$.attempts') AS attempts
      FROM refunds WHERE state = ? AND id > ? ORDER BY id LIMIT 1000`;
    return this.#sql.exec(query, state, after).toArray();
  }

  /** All that is known of one refund. @param {string} id */
  find(id) {
    const row = this.#find(id);
    if (!row) return undefined;
    const { provider, state, why, plan, facts, refund_id: refundId } = row;
    const history = this.#sql.exec("SELECT at, serial, step, verdict FROM history WHERE id = ? ORDER BY seq", id);
    const steps = history.toArray().map((step) => ({ ...step, verdict: JSON.parse(String(step.verdict)) }));
    return { id, provider, state, why, refundId, plan: JSON.parse(plan), facts: JSON.parse(facts), history: steps };
  }

  /** Reminds the queue of what is due: what a message was lost for, and what had to wait. */
  async alarm() {
    await new Promise((resolve) => setTimeout(resolve, MOMENT_MS));
    this.#alarmAt = 0;
    // Put off first: if the sending fails, or this object dies here, they are reminded of once more.
    const due = this.#change((now) => this.#putOff(now));
    const providers = [...new Set(due.map(({ provider }) => provider))];
    await Promise.all(providers.map((provider) => this.#remind(due.filter((row) => row.provider === provider))));
  }

  /** @param {number} now */
  #putOff(now) {
    const query = "SELECT id, provider FROM refunds WHERE state = 'open' AND wake_at <= ? ORDER BY wake_at LIMIT ?";
    const due = /** @type {{ id: string, provider: string }[]} */ (
      this.#sql.exec(query, now, MOST_REMINDERS).toArray()
    );
    for (const { id } of due) {
      this.#sql.exec("UPDATE refunds SET wake_at = ? WHERE id = ?", now + this.#policy.remindMs, id);
    }
    return due;
  }

  /** @param {{ id: string, provider: string }[]} due of one provider */
  async #remind(due) {
    await queueOf(this.#env, due[0]?.provider ?? "").sendBatch(due.map(({ id }) => ({ body: { id } })));
  }

  /** One transaction, at the ledger's own time, and the alarm that its result needs. @template T @param {(now: number) => T} change @returns {T} */
  #change(change) {
    const wall = Date.now();
    const { result, now } = this.#storage.transactionSync(() => {
      const [before] = this.#sql.exec("SELECT now, ahead FROM clock").toArray();
      const { now, ahead } = tick(/** @type {import("./clock.js").Time} */ (before), wall);
      this.#sql.exec("UPDATE clock SET now = ?, ahead = ?", now, ahead);
      return { result: change(now), now };
    });
    const [first] = this.#sql.exec("SELECT MIN(wake_at) AS at FROM refunds WHERE state = 'open'").toArray();
    if (first?.at != null) this.#arm(wall, Number(first.at) - now);
    return result;
  }

  /** Sets the alarm, unless there is an earlier one. @param {number} wall @param {number} waitMs */
  #arm(wall, waitMs) {
    const at = wall + waitMs;
    // One that is over may never come; one of before a step back of the clock comes too late.
    if (wall < this.#alarmAt && this.#alarmAt <= at) return;
    this.#alarmAt = at;
    void this.#storage.setAlarm(at);
  }

  /** The id of another refund that stands in the way. @param {Entry} entry @returns {string | undefined} */
  #holder({ id, provider, plan }) {
    const known = this.#find(id);
    if (known) return contentOf(JSON.parse(known.plan)) === contentOf(plan) ? undefined : id;
    const query = "SELECT id FROM refunds WHERE provider = ? AND json_extract(plan, '$.idempotencyKey') = ?";
    const [holder] = this.#sql.exec(query, provider, plan.idempotencyKey ?? null).toArray();
    return /** @type {string | undefined} */ (holder?.id);
  }

  /** Whoever enters a refund reminds the queue of it; in case that fails, so does the ledger. @param {Entry} entry @param {number} now */
  #insert({ id, provider, plan, amount }, now) {
    this.#sql.exec(
      `INSERT INTO refunds (id, provider, plan, state, step, due_at, busy, wake_at, serial, facts)
       VALUES (?1, ?2, ?3, 'open', 'send', ?4, 0, ?5, 0, ?6) ON CONFLICT (id) DO NOTHING`,
      id,
      provider,
      JSON.stringify(plan),
      now,
      now + this.#policy.remindMs,
      JSON.stringify(opened(provider, id, now, amount)),
    );
  }

  /** Begins the step that is due, by writing down what is true if nothing more is ever heard of it. @param {string} id @param {number} now @returns {Order | undefined} */
  #begin(id, now) {
    const row = this.#find(id);
    if (row?.state !== "open" || row.due_at > now) return undefined;
    if (row.busy) return this.#expire(row, now);
    const facts = JSON.parse(row.facts);
    const step = stepNow(facts, row.step, now, this.#policy);
    const serial = row.serial + 1;
    const lease = now + this.#policy.leaseMs;
    this.#sql.exec(
      "UPDATE refunds SET step = ?1, busy = 1, due_at = ?2, wake_at = ?2, serial = ?3, facts = ?4 WHERE id = ?5",
      step,
      lease,
      serial,
      JSON.stringify(begun(facts, step, now)),
      id,
    );
    return { serial, step, plan: JSON.parse(row.plan), withinMs: this.#policy.leaseMs - 2 * this.#policy.answerMs };
  }

  /** A consumer died: what was written down when it began has come true. @param {Row} row @param {number} now */
  #expire(row, now) {
    this.#move(row, JSON.parse(row.facts), undefined, now);
    return this.#begin(row.id, now);
  }

  /** @param {Row} row @param {Facts} facts @param {Verdict | undefined} verdict @param {number} now */
  #move(row, facts, verdict, now) {
    const next = nextStep(facts, now, this.#policy);
    const { step, at, why } = { step: row.step, at: now, why: undefined, ...next };
    this.#sql.exec(
      `UPDATE refunds SET state = ?1, why = ?2, step = ?3, due_at = ?4, wake_at = ?4, busy = 0, facts = ?5,
         refund_id = COALESCE(?6, refund_id) WHERE id = ?7`,
      next.state,
      why ?? null,
      step,
      at,
      JSON.stringify(facts),
      refundIdOf(verdict, row.id) ?? null,
      row.id,
    );
  }

  /** @param {string} id @param {number} serial @param {Verdict} verdict @param {number} now */
  #note(id, serial, verdict, now) {
    const { status, next, httpStatus, signature, replayed, problem, refund } = verdict;
    const text = JSON.stringify({ status, next, httpStatus, signature, replayed, problem: problem?.code, refund });
    const step =
      "INSERT INTO history (at, id, serial, step, verdict) SELECT ?, id, ?, step, ? FROM refunds WHERE id = ?";
    this.#sql.exec(step, now, serial, text, id);
  }

  /** @param {string} id */
  #find(id) {
    const [row] = this.#sql.exec("SELECT * FROM refunds WHERE id = ?", id).toArray();
    return /** @type {Row | undefined} */ (row);
  }
}

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} provider
 * @property {string} plan
 * @property {State} state
 * @property {string | null} why
 * @property {"send" | "query"} step the next one; while busy the one under way
 * @property {number} due_at
 * @property {number} busy
 * @property {number} serial
 * @property {string} facts
 * @property {string | null} refund_id
 */

/** What a plan asks for, without the idempotency key, which may be made anew for each plan. @param {Plan} plan */
function contentOf({ provider, operation, method, path, query, body, currency }) {
  return JSON.stringify([provider, operation, method, path, query, body, currency]);
}

/** What the provider calls the refund, for webhooks that know it by that only. @param {Verdict | undefined} verdict @param {string} reference */
function refundIdOf(verdict, reference) {
  return verdict?.refund?.id ?? verdict?.refunds?.find((refund) => refund.reference === reference)?.id;
}
