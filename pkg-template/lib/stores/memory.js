// A store in memory, for tests: what it holds ends with the process.

/** Rows in a Map. Every function is one step, as it has to be in a database. */
export class MemoryStore {
  #rows = new Map();

  async insert(id, token, record, index) {
    const rows = [...this.#rows.values()];
    const isTaken = (name) => rows.some((row) => row.account === index.account && row[name] === index[name]);
    if (this.#rows.has(id) || (index.key !== null && isTaken("key"))) return false;
    if (index.reference !== null && isTaken("reference")) return false;
    this.#rows.set(id, Object.freeze({ ...index, id, version: 1, token, record }));
    return true;
  }

  async get(id) {
    return this.#rows.get(id);
  }

  async put(id, version, token, record, index) {
    if (this.#rows.get(id)?.version !== version) return false;
    this.#rows.set(id, Object.freeze({ ...index, id, version: version + 1, token, record }));
    return true;
  }

  async find(account, by) {
    const [[name, value]] = Object.entries(by);
    return [...this.#rows.values()].filter((row) => row.account === account && row[name] === value);
  }

  async due(now, limit) {
    // What a clock wrote that is ahead of this one is looked at now: this one may have stepped back.
    const due = [...this.#rows.values()].filter((row) => row.due !== null && (row.due <= now || row.at > now));
    due.sort((one, other) => one.due - other.due);
    return due.slice(0, limit).map(({ id }) => id);
  }

  async list({ account, state, provider } = {}, { after = "", limit = 50 } = {}) {
    const wanted = Object.entries({ account, state, provider }).filter(([, value]) => value !== undefined);
    const rows = [...this.#rows.values()].filter((row) => wanted.every(([name, value]) => row[name] === value));
    return page(
      rows.filter((row) => row.id > after).sort((one, other) => (one.id < other.id ? -1 : 1)),
      limit,
    );
  }
}

function page(rows, limit) {
  return { rows: rows.slice(0, limit), ...(rows.length > limit && { after: rows[limit - 1].id }) };
}
