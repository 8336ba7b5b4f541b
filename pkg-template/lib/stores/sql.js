// What the SQL stores have in common: the tables, the statements, and rows. Each function is one statement, so that it
// happens wholly or not at all, and its condition is part of it. `RETURNING` tells in every database whether it held.

/** The version of the tables. */
const VERSION = 1;
const VERSION_OF = "SELECT max(version) AS version FROM refund_records_version";

/** What a row is read as: the names of its members. */
const ROW = `id, version, token, record, account, provider, payment, reference, key, refund_id AS "refundId", state, due, at`;

/** Members that may hold what some database cannot store in a text. */
const TEXTS = ["id", "account", "provider", "payment", "reference", "key", "refundId", "state"];

const INSERT = `INSERT INTO refund_records
  (id, version, token, record, account, provider, payment, reference, key, refund_id, state, due, at)
  VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT DO NOTHING RETURNING id`;

const GET = `SELECT ${ROW} FROM refund_records WHERE id = ?1`;

const PUT = `UPDATE refund_records SET version = version + 1, token = ?2, record = ?3, account = ?4, provider = ?5,
  payment = ?6, reference = ?7, key = ?8, refund_id = ?9, state = ?10, due = ?11, at = ?12
  WHERE id = ?1 AND version = ?13 RETURNING id`;

/** By what a row is found. */
const FIND = {
  payment: `SELECT ${ROW} FROM refund_records WHERE account = ?1 AND payment = ?2`,
  reference: `SELECT ${ROW} FROM refund_records WHERE account = ?1 AND reference = ?2`,
  // By its beginning: an id comes from outside, and Postgres indexes no long text.
  refundId: `SELECT ${ROW} FROM refund_records WHERE account = ?1 AND substr(refund_id, 1, 200) = substr(?2, 1, 200)`,
};

/** Two indexes, one for each side of the OR. */
const DUE = `SELECT id FROM refund_records WHERE due <= ?1 OR (due IS NOT NULL AND at > ?1) ORDER BY due LIMIT ?2`;

/** The tables, with the type that a text has in this database. It may run again; its last statement says that all is there. */
export const schemaWith = (text) => `CREATE TABLE IF NOT EXISTS refund_records (
  id ${text} PRIMARY KEY NOT NULL,
  version BIGINT NOT NULL,
  token ${text} NOT NULL,
  record ${text} NOT NULL,
  account ${text} NOT NULL,
  provider ${text} NOT NULL,
  payment ${text},
  reference ${text},
  key ${text},
  refund_id ${text},
  state ${text} NOT NULL,
  due BIGINT,
  at BIGINT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS refund_records_key ON refund_records (account, key) WHERE key IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS refund_records_reference ON refund_records (account, reference)
  WHERE reference IS NOT NULL;
CREATE INDEX IF NOT EXISTS refund_records_refund_id ON refund_records (account, substr(refund_id, 1, 200));
CREATE INDEX IF NOT EXISTS refund_records_payment ON refund_records (account, payment) WHERE payment IS NOT NULL;
CREATE INDEX IF NOT EXISTS refund_records_due ON refund_records (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS refund_records_at ON refund_records (at) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS refund_records_state ON refund_records (state, id);
CREATE TABLE IF NOT EXISTS refund_records_version (version BIGINT PRIMARY KEY NOT NULL);
INSERT INTO refund_records_version (version) VALUES (${VERSION}) ON CONFLICT DO NOTHING;
`;

/** A store over one function, which runs a statement with its values and gives the rows, and the tables that it needs. */
export class SqlStore {
  #rows;
  #schema;

  constructor(rows, schema) {
    this.#rows = rows;
    this.#schema = schema;
  }

  /** Makes the tables where they are missing. What has begun is completed by the next call. */
  async migrate() {
    const version = await this.#rows(VERSION_OF, []).then(
      ([row]) => Number(row.version),
      () => 0,
    );
    if (version > VERSION) throw new Error(`The tables have version ${version}, and this build knows ${VERSION}.`);
    if (version === VERSION) return;
    for (const statement of this.#schema.trim().split(";\n")) {
      // Of two hosts at the same moment one fails in Postgres, and then finds it done.
      await this.#rows(statement, []).catch(() => this.#rows(statement, []));
    }
  }

  async insert(id, token, record, index) {
    return (await this.#rows(INSERT, values(id, token, record, index))).length > 0;
  }

  async get(id) {
    return rowOf((await this.#rows(GET, [escaped(id)]))[0]);
  }

  async put(id, version, token, record, index) {
    return (await this.#rows(PUT, [...values(id, token, record, index), version])).length > 0;
  }

  async find(account, by) {
    const [[name, value]] = Object.entries(by);
    const rows = await this.#rows(FIND[name], [escaped(account), escaped(value)]);
    return rows.map(rowOf).filter((row) => row[name] === value);
  }

  async due(now, limit) {
    return (await this.#rows(DUE, [now, limit])).map(({ id }) => unescaped(id));
  }

  async list({ account, state, provider } = {}, { after = "", limit = 50 } = {}) {
    const wanted = Object.entries({ account, state, provider }).filter(([, value]) => value !== undefined);
    const conditions = wanted.map(([name], at) => ` AND ${name} = ?${at + 3}`).join("");
    const text = `SELECT ${ROW} FROM refund_records WHERE id > ?1${conditions} ORDER BY id LIMIT ?2`;
    // One more tells whether a page follows.
    const found = await this.#rows(text, [escaped(after), limit + 1, ...wanted.map(([, value]) => escaped(value))]);
    const rows = found.slice(0, limit).map(rowOf);
    return { rows, ...(found.length > limit && { after: rows[limit - 1].id }) };
  }
}

function values(id, token, record, { account, provider, payment, reference, key, refundId, state, due, at }) {
  const texts = [account, provider, payment, reference, key, refundId, state].map(escaped);
  return [escaped(id), token, record, ...texts, due, at];
}

function rowOf(stored) {
  if (!stored) return undefined;
  const row = { ...stored };
  for (const name of TEXTS) row[name] = unescaped(row[name]);
  // Some clients give a BIGINT as text or as a BigInt.
  for (const name of ["version", "due", "at"]) if (row[name] !== null) row[name] = Number(row[name]);
  return row;
}

/** NUL is in no text of Postgres and a lone surrogate in no UTF-8: they are escaped, and what escapes them, too. */
function escaped(text) {
  return text === null
    ? null
    : text.replace(/[\\\0\p{Cs}]/gu, (unit) => `\\${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function unescaped(text) {
  return text === null ? null : text.replace(/\\(....)/g, (_, unit) => String.fromCharCode(Number.parseInt(unit, 16)));
}
