// Each store is a store, and takes what its runtime or its client has, as their own declarations say.

import type { Store } from "refund-signer/refunds";
import { D1Store, schema as d1Schema } from "refund-signer/stores/d1";
import { DurableObjectStore, schema as objectSchema } from "refund-signer/stores/durable-object";
import { MemoryStore } from "refund-signer/stores/memory";

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

declare const database: D1Database;
declare const storage: DurableObjectStorage;
export const stores: Store[] = [new MemoryStore(), new D1Store(database), new DurableObjectStore(storage)];
export const schemas: string[] = [d1Schema, objectSchema];

// @ts-expect-error a session may read from a replica
new D1Store(database.withSession("first-unconstrained"));
