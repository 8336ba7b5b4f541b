import type { Store } from "./store.js";

export type { Filter, Index, Page, Row, Store } from "./store.js";

/**
 * Runs one statement on the primary, outside of any transaction: `(text, values) => pool.query(text, values)` with `pg`
 * or Neon's driver, `(text, values) => sql.unsafe(text, values)` with `postgres`. What it throws reaches the caller.
 */
export type Query = (
  text: string,
  values: (string | number | null)[],
) => Promise<{ readonly rows: readonly unknown[] } | readonly unknown[]>;

/** The tables as SQL, for a file of your migrations. It may run again. */
export declare const schema: string;

/** A store in PostgreSQL. Its tables are there after `migrate` or `schema`. */
export declare class PostgresStore implements Store {
  constructor(query: Query);
  /**
   * Makes the tables where they are missing.
   *
   * @throws {Error} when the tables are of a newer version
   */
  migrate(): Promise<void>;
  insert: Store["insert"];
  get: Store["get"];
  put: Store["put"];
  find: Store["find"];
  due: Store["due"];
  list: Store["list"];
}
