// The books, in one Durable Object: what was sent, by whom, how much today, and the audit log. All methods are
// synchronous inside, so no two of them mix; what they store is on disk before anyone sees what they return.
//
//   planned ──▶ sending ──▶ settled ──(its verdict says retry or reauthenticate)──▶ sending
//    ▼    ▲ a second person approves
//   awaiting
//
// A crash leaves `sending` behind: then the verdict is still the one that was stored before sending, `unknown`.

import { DurableObject } from "cloudflare:workers";
import { chainHash, ORIGIN } from "./chain.js";
import { contentOf } from "./digest.js";

/** @typedef {import("./judge.js").Ruling} Ruling */
/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("refund-signer").Verdict} Verdict */
/** @typedef {"planned" | "awaiting" | "sending" | "settled"} State */
/** @typedef {{ key?: string, reference?: string }} Names what the provider knows a refund by */

/**
 * A refund in the books.
 *
 * @typedef {object} Entry
 * @property {string} digest
 * @property {State} state
 * @property {Plan} plan
 * @property {string} currency
 * @property {string} amount in minor units
 * @property {string} submittedBy
 * @property {string} submittedAt
 * @property {string} [approvedBy]
 * @property {number} attempts
 * @property {boolean} inDoubt an earlier attempt may have moved money
 * @property {Verdict} [verdict]
 */

/**
 * What a caller may do now: send, if there is no other answer.
 *
 * @typedef {object} Answer
 * @property {boolean} send
 * @property {Entry} [entry]
 * @property {"not_found" | "not_awaiting" | "same_person" | "daily_limit" | "another_refund"} [refused]
 */

// Amounts are texts: they are added as BigInt, and never become a float.
const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS refunds (
    digest TEXT PRIMARY KEY, state TEXT NOT NULL, plan TEXT NOT NULL, currency TEXT NOT NULL, amount TEXT NOT NULL,
    submitted_by TEXT NOT NULL, submitted_at TEXT NOT NULL, approved_by TEXT, attempts INTEGER NOT NULL DEFAULT 0,
    reserved_on TEXT, in_doubt INTEGER NOT NULL DEFAULT 0, verdict TEXT, verdict_before TEXT
  ) STRICT`,
  // The idempotency keys and references of each provider, and whose they are.
  `CREATE TABLE IF NOT EXISTS names (
    provider TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL,
    PRIMARY KEY (provider, kind, name)
  ) STRICT`,
  `CREATE TABLE IF NOT EXISTS totals (
    day TEXT NOT NULL, currency TEXT NOT NULL, amount TEXT NOT NULL, PRIMARY KEY (day, currency)
  ) STRICT`,
  "CREATE TABLE IF NOT EXISTS audit (seq INTEGER PRIMARY KEY, record TEXT NOT NULL, hash TEXT NOT NULL) STRICT",
  ...["UPDATE", "DELETE"].map(
    (change) => `CREATE TRIGGER IF NOT EXISTS audit_never_${change} BEFORE ${change} ON audit
      BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END`,
  ),
];

const MAY_SEND_AGAIN = ["retry", "reauthenticate"];
const MOVED_NOTHING = ["failed", "rejected"];
const AUDIT_PAGE = 1000;

export class Ledger extends DurableObject {
  #sql;
  #atomically;

  /** @param {DurableObjectState} state @param {unknown} env */
  constructor(state, env) {
    super(state, env);
    this.#sql = state.storage.sql;
    this.#atomically = (/** @type {() => Answer} */ change) => state.storage.transactionSync(change);
    for (const statement of SCHEMA) this.#sql.exec(statement);
  }

  /**
   * Takes a plan that the policy admits, the first time or again. Two plans with one idempotency key or reference are
   * one refund, of which the first plan is sent.
   *
   * @param {{ digest: string, plan: Plan, names: Names, by: string, ruling: Ruling, lost: Verdict }} submission `lost`
   *   is the verdict if no more is ever heard
   * @returns {Answer}
   */
  submit({ digest, plan, names, by, ruling, lost }) {
    return this.#atomically(() => {
      const known = this.#row(digest) ?? this.#holder(plan, names);
      if (known && contentOf(JSON.parse(known.plan)) !== contentOf(plan)) {
        return this.#refuse(known, by, "another_refund");
      }
      const row = known ?? this.#enter(digest, plan, names, by, ruling);
      const isOpen = row.state === "planned" || (row.state === "settled" && maySendAgain(row));
      if (!isOpen) return { send: false, entry: entryOf(row) };
      if (ruling.needsApproval && !row.approved_by) return this.#await(row.digest);
      return this.#start(row, by, ruling, lost);
    });
  }

  /**
   * Has a second person approve what awaits it.
   *
   * @param {{ digest: string, by: string, ruling: Ruling, lost: Verdict }} approval
   * @returns {Answer}
   */
  approve({ digest, by, ruling, lost }) {
    return this.#atomically(() => {
      const row = this.#row(digest);
      if (!row) return { send: false, refused: "not_found" };
      if (row.state !== "awaiting") return this.#refuse(row, by, "not_awaiting");
      if (row.submitted_by === by) return this.#refuse(row, by, "same_person");
      // Who approves when the day is full has approved: the plan can be submitted again on another day.
      this.#sql.exec("UPDATE refunds SET state = 'planned', approved_by = ? WHERE digest = ?", by, digest);
      this.note({ event: "approved", digest, by });
      return this.#start(row, by, ruling, lost);
    });
  }

  /**
   * Stores what came of an attempt.
   *
   * @param {{ digest: string, attempt: number, verdict: Verdict }} outcome
   * @returns {Entry}
   */
  settle({ digest, attempt, verdict }) {
    const { entry } = this.#atomically(() => {
      const row = this.#sending(digest, attempt);
      // Where an earlier attempt may have moved money, the refusal of a later one says nothing about it.
      if (MOVED_NOTHING.includes(verdict.status) && !row.in_doubt) this.#release(row);
      this.#sql.exec(
        "UPDATE refunds SET state = 'settled', verdict = ?, in_doubt = ? WHERE digest = ?",
        JSON.stringify(verdict),
        Number(row.in_doubt || verdict.status === "unknown"),
        digest,
      );
      const { status, next, httpStatus, signature, problem, refund } = verdict;
      this.note({
        event: "settled",
        digest,
        attempt,
        status,
        next,
        httpStatus,
        signature,
        problem: problem?.code,
        refund: refund?.id,
      });
      return { send: false, entry: this.#entry(digest) };
    });
    return /** @type {Entry} */ (entry);
  }

  /**
   * Takes an attempt back that was never sent, since it could not be signed. What is known of earlier ones stays.
   *
   * @param {{ digest: string, attempt: number, code: string }} failure
   */
  withdraw({ digest, attempt, code }) {
    this.#atomically(() => {
      const row = this.#sending(digest, attempt);
      if (!row.in_doubt) this.#release(row);
      const state = row.verdict_before ? "settled" : "planned";
      this.#sql.exec("UPDATE refunds SET state = ?, verdict = verdict_before WHERE digest = ?", state, digest);
      this.note({ event: "not_signed", digest, attempt, code });
      return { send: false };
    });
  }

  /** @param {string} digest @returns {Entry | undefined} */
  find(digest) {
    const row = this.#row(digest);
    return row && entryOf(row);
  }

  /**
   * Appends to the audit log.
   *
   * @param {{ event: string } & Record<string, unknown>} happening without secrets
   */
  note(happening) {
    const [last] = this.#sql.exec("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").toArray();
    const seq = Number(last?.seq ?? 0) + 1;
    const text = JSON.stringify({ seq, at: now(), ...happening });
    const hash = chainHash(String(last?.hash ?? ORIGIN), text);
    this.#sql.exec("INSERT INTO audit (seq, record, hash) VALUES (?, ?, ?)", seq, text, hash);
  }

  /** @param {number} after @returns {import("./chain.js").Link[]} the next page */
  audit(after) {
    const rows = this.#sql.exec("SELECT record, hash FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", after, AUDIT_PAGE);
    return rows.toArray().map(({ record, hash }) => ({ record: JSON.parse(String(record)), hash: String(hash) }));
  }

  /** Whose the key or the reference of a plan is. @param {Plan} plan @param {Names} names */
  #holder({ provider }, names) {
    for (const [kind, name] of given(names)) {
      const query = "SELECT digest FROM names WHERE provider = ? AND kind = ? AND name = ?";
      const [found] = this.#sql.exec(query, provider, kind, name).toArray();
      if (found) return this.#row(String(found.digest));
    }
    return undefined;
  }

  /** @param {string} digest @param {Plan} plan @param {Names} names @param {string} by @param {Ruling} ruling */
  #enter(digest, plan, names, by, { currency, amount }) {
    this.#sql.exec(
      `INSERT INTO refunds (digest, state, plan, currency, amount, submitted_by, submitted_at)
       VALUES (?, 'planned', ?, ?, ?, ?, ?)`,
      digest,
      JSON.stringify(plan),
      currency,
      amount,
      by,
      now(),
    );
    const { provider, operation } = plan;
    for (const [kind, name] of given(names)) {
      this.#sql.exec(
        "INSERT INTO names (provider, kind, name, digest) VALUES (?, ?, ?, ?)",
        provider,
        kind,
        name,
        digest,
      );
    }
    this.note({ event: "submitted", digest, by, provider, operation, amount, currency });
    return /** @type {Row} */ (this.#row(digest));
  }

  /** @param {string} digest @returns {Answer} */
  #await(digest) {
    this.#sql.exec("UPDATE refunds SET state = 'awaiting' WHERE digest = ?", digest);
    this.note({ event: "awaiting", digest });
    return { send: false, entry: this.#entry(digest) };
  }

  /** Reserves the amount, if that was not done before, and lets the caller send. @param {Row} row @param {string} by @param {Ruling} ruling @param {Verdict} lost @returns {Answer} */
  #start(row, by, ruling, lost) {
    if (!row.reserved_on && !this.#reserve(row, BigInt(ruling.perDay))) return this.#refuse(row, by, "daily_limit");
    this.#sql.exec(
      `UPDATE refunds SET state = 'sending', attempts = attempts + 1, verdict_before = verdict, verdict = ?
       WHERE digest = ?`,
      JSON.stringify(lost),
      row.digest,
    );
    this.note({ event: "sending", digest: row.digest, by, attempt: row.attempts + 1 });
    return { send: true, entry: this.#entry(row.digest) };
  }

  /** @param {Row} row @param {bigint} perDay */
  #reserve({ digest, currency, amount }, perDay) {
    const day = now().slice(0, 10);
    const total = this.#total(day, currency) + BigInt(amount);
    if (total > perDay) return false;
    this.#setTotal(day, currency, total);
    this.#sql.exec("UPDATE refunds SET reserved_on = ? WHERE digest = ?", day, digest);
    return true;
  }

  /** @param {Row} row */
  #release({ digest, reserved_on: day, currency, amount }) {
    if (!day) return;
    this.#setTotal(day, currency, this.#total(day, currency) - BigInt(amount));
    this.#sql.exec("UPDATE refunds SET reserved_on = NULL WHERE digest = ?", digest);
  }

  /** @param {string} day @param {string} currency */
  #total(day, currency) {
    const [row] = this.#sql.exec("SELECT amount FROM totals WHERE day = ? AND currency = ?", day, currency).toArray();
    return BigInt(String(row?.amount ?? 0));
  }

  /** @param {string} day @param {string} currency @param {bigint} total */
  #setTotal(day, currency, total) {
    this.#sql.exec(
      "INSERT OR REPLACE INTO totals (day, currency, amount) VALUES (?, ?, ?)",
      day,
      currency,
      String(total),
    );
  }

  /** @param {Row} row @param {string} by @param {NonNullable<Answer["refused"]>} refused @returns {Answer} */
  #refuse(row, by, refused) {
    this.note({ event: "refused", digest: row.digest, by, code: refused });
    return { send: false, refused, entry: entryOf(row) };
  }

  /** The row of an attempt that is under way. @param {string} digest @param {number} attempt */
  #sending(digest, attempt) {
    const row = this.#row(digest);
    if (row?.state !== "sending" || row.attempts !== attempt) throw new Error("no such attempt is under way");
    return row;
  }

  /** @param {string} digest */
  #row(digest) {
    const [row] = this.#sql.exec("SELECT * FROM refunds WHERE digest = ?", digest).toArray();
    return /** @type {Row | undefined} */ (row);
  }

  /** @param {string} digest */
  #entry(digest) {
    return entryOf(/** @type {Row} */ (this.#row(digest)));
  }
}

/**
 * @typedef {object} Row
 * @property {string} digest
 * @property {State} state
 * @property {string} plan
 * @property {string} currency
 * @property {string} amount
 * @property {string} submitted_by
 * @property {string} submitted_at
 * @property {string | null} approved_by
 * @property {number} attempts
 * @property {string | null} reserved_on
 * @property {number} in_doubt
 * @property {string | null} verdict
 * @property {string | null} verdict_before of the attempt before the last
 */

/** @param {Row} row @returns {Entry} */
function entryOf(row) {
  return {
    digest: row.digest,
    state: row.state,
    plan: JSON.parse(row.plan),
    currency: row.currency,
    amount: row.amount,
    submittedBy: row.submitted_by,
    submittedAt: row.submitted_at,
    ...(row.approved_by && { approvedBy: row.approved_by }),
    attempts: row.attempts,
    inDoubt: row.in_doubt === 1,
    ...(row.verdict && { verdict: JSON.parse(row.verdict) }),
  };
}

/** @param {Names} names */
function given(names) {
  return Object.entries(names).filter(([, name]) => name !== undefined);
}

/** @param {Row} row */
function maySendAgain({ verdict }) {
  return verdict !== null && MAY_SEND_AGAIN.includes(JSON.parse(verdict).next);
}

function now() {
  return new Date().toISOString();
}
