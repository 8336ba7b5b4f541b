// Each store is a store, and takes what its runtime or its client has, as their own declarations say.

import type { Store } from "refund-signer/refunds";
import { D1Store, schema as d1Schema } from "refund-signer/stores/d1";
import { DurableObjectStore, schema as objectSchema } from "refund-signer/stores/durable-object";
import { IndexedDbStore } from "refund-signer/stores/indexed-db";
import { MemoryStore } from "refund-signer/stores/memory";
import { PostgresStore, schema as postgresSchema } from "refund-signer/stores/postgres";

/** As @cloudflare/workers-types declares it. */
interface D1Result<T> {
  success: true;
  meta: Record<string, unknown>;
  results: T[];
}
declare abstract class D1PreparedStatement {
  bind(...values: unknown[]): D1PreparedStatement;
  all<T = Record<string, unknown>>(): Promise<D1Result<T>>;
}
declare abstract class D1DatabaseSession {
  prepare(query: string): D1PreparedStatement;
  getBookmark(): string | null;
}
declare abstract class D1Database {
  prepare(query: string): D1PreparedStatement;
  withSession(constraintOrBookmark?: string): D1DatabaseSession;
}
type SqlStorageValue = ArrayBuffer | string | number | null;
declare abstract class SqlStorageCursor<T extends Record<string, SqlStorageValue>> {
  toArray(): T[];
}
interface SqlStorage {
  exec<T extends Record<string, SqlStorageValue>>(query: string, ...bindings: unknown[]): SqlStorageCursor<T>;
}
interface DurableObjectStorage {
  sql: SqlStorage;
}

/** As @types/pg declares it. */
interface QueryResult<R> {
  rows: R[];
  rowCount: number | null;
}
declare class Pool {
  // biome-ignore lint/suspicious/noExplicitAny: as declared there
  query<R = any, I = any[]>(text: string, values?: I): Promise<QueryResult<R>>;
}
/** As `postgres` declares it. */
declare function unsafe<T extends object[]>(query: string, parameters?: (string | number | null)[]): Promise<T>;

declare const database: D1Database;
declare const pool: Pool;
declare const storage: DurableObjectStorage;
export const stores: Store[] = [
  new MemoryStore(),
  new D1Store(database),
  new DurableObjectStore(storage),
  new IndexedDbStore({ name: "refunds" }),
  new PostgresStore((text, values) => pool.query(text, values)),
  new PostgresStore((text, values) => unsafe(text, values)),
];
export const schemas: string[] = [d1Schema, objectSchema, postgresSchema];

// @ts-expect-error a session may read from a replica
new D1Store(database.withSession("first-unconstrained"));
