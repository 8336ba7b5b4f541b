// A store in a browser's IndexedDB: the tabs of one origin share it. Each function is one transaction; in it nothing is
// waited for but its own requests, or it would end before its time.

const VERSION = 1;
const ROWS = "refunds";
/** By what a row is found. What is null is in no index. */
const INDEXES = [
  ["key", ["account", "key"], { unique: true }],
  ["reference", ["account", "reference"], { unique: true }],
  ["refundId", ["account", "refundId"]],
  ["payment", ["account", "payment"]],
  ["due", "due"],
];

/** Rows in one object store. */
export class IndexedDbStore {
  #name;
  #opened;

  constructor({ name = "refund-signer" } = {}) {
    this.#name = name;
  }

  async insert(id, token, record, index) {
    return this.#transaction("readwrite", (rows, give) => {
      const added = rows.add({ ...index, id, version: 1, token, record });
      added.onsuccess = () => give(true);
      added.onerror = (event) => {
        if (added.error.name !== "ConstraintError") return;
        // Something is taken: the transaction ends well, with nothing added.
        event.preventDefault();
        give(false);
      };
    });
  }

  async get(id) {
    return this.#transaction("readonly", (rows, give) => answer(rows.get(id), give));
  }

  async put(id, version, token, record, index) {
    return this.#transaction("readwrite", (rows, give) =>
      answer(rows.get(id), (row) => {
        if (row?.version !== version) return give(false);
        answer(rows.put({ ...index, id, version: version + 1, token, record }), () => give(true));
      }),
    );
  }

  async find(account, by) {
    const [[name, value]] = Object.entries(by);
    return this.#transaction("readonly", (rows, give) => answer(rows.index(name).getAll([account, value]), give));
  }

  async due(now, limit) {
    const isDue = (row) => row.due <= now || row.at > now;
    const found = await this.#transaction("readonly", (rows, give) =>
      collect(rows.index("due").openCursor(), isDue, limit, give),
    );
    return found.map(({ id }) => id);
  }

  async list({ account, state, provider } = {}, { after = "", limit = 50 } = {}) {
    const wanted = Object.entries({ account, state, provider }).filter(([, value]) => value !== undefined);
    const isWanted = (row) => wanted.every(([name, value]) => row[name] === value);
    // One more tells whether a page follows.
    const found = await this.#transaction("readonly", (rows, give) =>
      collect(rows.openCursor(IDBKeyRange.lowerBound(after, true)), isWanted, limit + 1, give),
    );
    return { rows: found.slice(0, limit), ...(found.length > limit && { after: found[limit - 1].id }) };
  }

  /** What `work` gives, once the transaction is over and on disk. */
  async #transaction(mode, work) {
    const database = await this.#database();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(ROWS, mode, { durability: "strict" });
      let result;
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = () => reject(transaction.error ?? new Error("The transaction was aborted."));
      work(transaction.objectStore(ROWS), (value) => {
        result = value;
      });
    });
  }

  /** One connection. Where it failed or was closed, the next call makes another. */
  #database() {
    const forget = () => {
      this.#opened = undefined;
    };
    this.#opened ??= opened(this.#name, forget);
    this.#opened.catch(forget);
    return this.#opened;
  }
}

function opened(name, forget) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => {
      const rows = request.result.createObjectStore(ROWS, { keyPath: "id" });
      for (const index of INDEXES) rows.createIndex(...index);
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = forget;
      // Another tab has newer tables, and waits for this one.
      database.onversionchange = () => {
        forget();
        database.close();
      };
      resolve(database);
    };
  });
}

function answer(request, give) {
  request.onsuccess = () => give(request.result);
}

/** The first rows that a cursor meets and that are wanted. */
function collect(request, isWanted, most, give) {
  const found = [];
  request.onsuccess = () => {
    const cursor = request.result;
    if (cursor === null || found.length === most) return give(found);
    if (isWanted(cursor.value)) found.push(cursor.value);
    cursor.continue();
  };
}
