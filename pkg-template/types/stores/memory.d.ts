import type { Store } from "./store.js";

export type { Filter, Index, Page, Row, Store } from "./store.js";

/** A store in memory, for tests: what it holds ends with the process. */
export declare class MemoryStore implements Store {
  insert: Store["insert"];
  get: Store["get"];
  put: Store["put"];
  find: Store["find"];
  due: Store["due"];
  list: Store["list"];
}
