/** What a refund is found by. Times are in milliseconds since 1970. */
export interface Index {
  readonly account: string;
  readonly provider: string;
  readonly payment: string | null;
  readonly reference: string | null;
  /** The idempotency key. */
  readonly key: string | null;
  /** The provider's id of the refund, once it is known. */
  readonly refundId: string | null;
  /** `open`, `review`, `succeeded`, `failed`, `rejected` or `reversed`. */
  readonly state: string;
  /** When something has to be done; null for nothing. */
  readonly due: number | null;
  /** When this was written. */
  readonly at: number;
}

/** One refund as it is stored. */
export interface Row extends Index {
  readonly id: string;
  /** 1 for a new row; each `put` adds one. */
  readonly version: number;
  /** Who wrote it. */
  readonly token: string;
  /** The record, as JSON text: a store never looks into it. */
  readonly record: string;
}

export interface Filter {
  readonly account?: string;
  readonly state?: string;
  readonly provider?: string;
}

export interface Page {
  /** The id behind which the page begins. */
  readonly after?: string;
  /** 50 when left out. */
  readonly limit?: number;
}

/**
 * Where records are kept. Every function is one atomic step on a store that is linearizable, and a write is durable
 * before it is acknowledged. A store without compare-and-swap, such as Workers KV, cannot be one.
 */
export interface Store {
  /** Adds a row. False, and nothing is changed, when the id, (account, key) or (account, reference) is taken. */
  insert(id: string, token: string, record: string, index: Index): Promise<boolean>;
  get(id: string): Promise<Row | undefined>;
  /** Replaces a row of this version. False, and nothing is changed, when it has another one. */
  put(id: string, version: number, token: string, record: string, index: Index): Promise<boolean>;
  find(account: string, by: { reference: string } | { refundId: string } | { payment: string }): Promise<Row[]>;
  /** The ids of rows with `due` up to now, and of those with `at` after now, by `due`: the clock may have stepped back. */
  due(now: number, limit: number): Promise<string[]>;
  /** Rows by id. `after` is there where more follow. */
  list(filter?: Filter, page?: Page): Promise<{ rows: Row[]; after?: string }>;
}
