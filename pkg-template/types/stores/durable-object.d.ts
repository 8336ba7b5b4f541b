import type { Store } from "./store.js";

export type { Filter, Index, Page, Row, Store } from "./store.js";

/** What is used of `ctx.storage`, of an object with SQLite storage. */
export interface DurableObjectSql {
  sql: { exec(query: string, ...bindings: (string | number | null)[]): { toArray(): unknown[] } };
}

/** The tables as SQL. It may run again. */
export declare const schema: string;

/** A store in the SQLite storage of a Durable Object. Its tables are there after `migrate`. */
export declare class DurableObjectStore implements Store {
  constructor(storage: DurableObjectSql);
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
