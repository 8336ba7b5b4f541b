import type { Store } from "./store.js";

export type { Filter, Index, Page, Row, Store } from "./store.js";

/** What is used of a D1 binding. A session has no `withSession` and does not fit: it may read from a replica. */
export interface D1Binding {
  prepare(query: string): {
    bind(...values: unknown[]): { all(): Promise<{ results: unknown[] }> };
  };
  withSession: unknown;
}

/** The tables as SQL, for a file of your migrations. It may run again. */
export declare const schema: string;

/** A store in Cloudflare D1. Its tables are there after `migrate` or `schema`. */
export declare class D1Store implements Store {
  constructor(database: D1Binding);
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
