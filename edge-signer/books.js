// What the policy needs to remember: who submitted and approved what, how much today, and the audit log. All of it is
// synchronous, so no two calls mix; what they store is on disk before anyone sees what they return.

import { chainHash, ORIGIN } from "./chain.js";
import { contentOf } from "./digest.js";

/** @typedef {import("./judge.js").Ruling} Ruling */
/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {{ key?: string, reference?: string }} Names what the provider knows a refund by */

/**
 * A refund in the books.
 *
 * @typedef {object} Entry
 * @property {string} digest
 * @property {Plan} plan
 * @property {string} currency
 * @property {string} amount in minor units
 * @property {string} submittedBy
 * @property {string} submittedAt
 * @property {string} [approvedBy]
 */

/** @typedef {"not_found" | "not_awaiting" | "same_person" | "daily_limit" | "another_refund"} Refused */
/** @typedef {{ entry?: Entry, refused?: Refused, awaits?: boolean }} Answer without `refused` and `awaits` the refund goes on */

// Amounts are texts: they are added as BigInt, and never become a float.
const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS refunds (
    digest TEXT PRIMARY KEY, plan TEXT NOT NULL, currency TEXT NOT NULL, amount TEXT NOT NULL,
    submitted_by TEXT NOT NULL, submitted_at TEXT NOT NULL, approved_by TEXT, needs_approval INTEGER NOT NULL,
    reserved_on TEXT, admitted INTEGER NOT NULL DEFAULT 0
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

const AWAITS = "needs_approval = 1 AND approved_by IS NULL";
const MOVED_NOTHING = ["failed", "rejected"];
const PAGE = 1000;

export class Books {
  #sql;
  #atomically;

  /** @param {DurableObjectStorage} storage */
  constructor(storage) {
    this.#sql = storage.sql;
    this.#atomically = (/** @type {() => any} */ change) => storage.transactionSync(change);
    for (const statement of SCHEMA) this.#sql.exec(statement);
  }

  /**
   * Takes a plan that the policy allows, the first time or again. Two plans with one idempotency key or reference are
   * one refund, of which the first plan is sent.
   *
   * @param {{ digest: string, plan: Plan, names: Names, by: string, ruling: Ruling }} submission
   * @returns {Answer}
   */
  submit({ digest, plan, names, by, ruling }) {
    return this.#atomically(() => {
      const known = this.#row(digest) ?? this.#holder(plan, names);
      if (known && contentOf(JSON.parse(known.plan)) !== contentOf(plan)) {
        return this.#refuse(known, by, "another_refund");
      }
      const row = known ?? this.#enter(digest, plan, names, by, ruling);
      return isAwaiting(row) ? { entry: entryOf(row), awaits: true } : this.#admit(row, by, ruling);
    });
  }

  /**
   * Has a second person approve what awaits it.
   *
   * @param {{ digest: string, by: string, ruling: Ruling }} approval
   * @returns {Answer}
   */
  approve({ digest, by, ruling }) {
    return this.#atomically(() => {
      const row = this.#row(digest);
      if (!row) return { refused: "not_found" };
      if (!isAwaiting(row)) return this.#refuse(row, by, "not_awaiting");
      if (row.submitted_by === by) return this.#refuse(row, by, "same_person");
      // Who approves when the day is full has approved: the plan can be submitted again on another day.
      this.#sql.exec("UPDATE refunds SET approved_by = ? WHERE digest = ?", by, digest);
      this.note({ event: "approved", digest, by });
      return this.#admit(this.#row(digest), by, ruling);
    });
  }

  /**
   * Whether this person may decide what became of a refund: not the one who submitted it.
   *
   * @param {{ digest: string, by: string, decision: unknown }} review
   * @returns {Answer}
   */
  review({ digest, by, decision }) {
    return this.#atomically(() => {
      const row = this.#row(digest);
      if (!row) return { refused: "not_found" };
      if (row.submitted_by === by) return this.#refuse(row, by, "same_person");
      this.note({ event: "reviewed", digest, by, decision: String(decision).slice(0, 40) });
      return { entry: entryOf(row) };
    });
  }

  /** What moved no money takes nothing of its day; what was sent again after that takes it again. @param {string} digest @param {string} state of the refund */
  count(digest, state) {
    this.#atomically(() => {
      const row = this.#row(digest);
      if (!row) return;
      if (!MOVED_NOTHING.includes(state)) this.#reserve(row);
      else if (row.reserved_on) this.#release(row, row.reserved_on);
    });
  }

  /** @param {string} digest @returns {Answer} */
  find(digest) {
    const row = this.#row(digest);
    return row ? { entry: entryOf(row), awaits: isAwaiting(row) } : {};
  }

  /** The page of those that await a second person. @param {string} after @param {number} limit @returns {Entry[]} */
  awaiting(after, limit) {
    const query = `SELECT * FROM refunds WHERE ${AWAITS} AND digest > ? ORDER BY digest LIMIT ?`;
    return this.#sql.exec(query, after, limit).toArray().map(entryOf);
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
    const rows = this.#sql.exec("SELECT record, hash FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", after, PAGE);
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

  /** @param {string} digest @param {Plan} plan @param {Names} names @param {string} by @param {Ruling} ruling @returns {Row} */
  #enter(digest, plan, names, by, { currency, amount, needsApproval }) {
    this.#sql.exec(
      `INSERT INTO refunds (digest, plan, currency, amount, submitted_by, submitted_at, needs_approval)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      digest,
      JSON.stringify(plan),
      currency,
      amount,
      by,
      now(),
      Number(needsApproval),
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
    if (needsApproval) this.note({ event: "awaiting", digest });
    return this.#row(digest);
  }

  /** Lets a refund go on, the first time if its amount fits the day. @param {Row} row @param {string} by @param {Ruling} ruling @returns {Answer} */
  #admit(row, by, { perDay }) {
    if (!row.admitted) {
      if (this.#total(today(), row.currency) + BigInt(row.amount) > BigInt(perDay)) {
        return this.#refuse(row, by, "daily_limit");
      }
      this.#reserve(row);
      this.#sql.exec("UPDATE refunds SET admitted = 1 WHERE digest = ?", row.digest);
      this.note({ event: "admitted", digest: row.digest, by });
    }
    return { entry: entryOf(row) };
  }

  /** @param {Row} row */
  #reserve({ digest, currency, amount, reserved_on }) {
    if (reserved_on) return;
    const day = today();
    this.#setTotal(day, currency, this.#total(day, currency) + BigInt(amount));
    this.#sql.exec("UPDATE refunds SET reserved_on = ? WHERE digest = ?", day, digest);
  }

  /** @param {Row} row @param {string} day */
  #release({ digest, currency, amount }, day) {
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

  /** @param {Row} row @param {string} by @param {Refused} refused @returns {Answer} */
  #refuse(row, by, refused) {
    this.note({ event: "refused", digest: row.digest, by, code: refused });
    return { refused };
  }

  /** @param {string} digest */
  #row(digest) {
    const [row] = this.#sql.exec("SELECT * FROM refunds WHERE digest = ?", digest).toArray();
    return /** @type {any} */ (row);
  }
}

/**
 * @typedef {object} Row
 * @property {string} digest
 * @property {string} plan
 * @property {string} currency
 * @property {string} amount
 * @property {string} submitted_by
 * @property {string} submitted_at
 * @property {string | null} approved_by
 * @property {number} needs_approval
 * @property {string | null} reserved_on the day that it counts for
 * @property {number} admitted whether it may be sent
 */

/** @param {any} row @returns {Entry} */
function entryOf(row) {
  return {
    digest: row.digest,
    plan: JSON.parse(row.plan),
    currency: row.currency,
    amount: row.amount,
    submittedBy: row.submitted_by,
    submittedAt: row.submitted_at,
    ...(row.approved_by && { approvedBy: row.approved_by }),
  };
}

/** @param {Row} row */
function isAwaiting({ needs_approval, approved_by }) {
  return needs_approval === 1 && approved_by === null;
}

/** @param {Names} names */
function given(names) {
  return Object.entries(names).filter(([, name]) => name !== undefined);
}

function now() {
  return new Date().toISOString();
}

function today() {
  return now().slice(0, 10);
}
