import type { Store } from "./store.js";

export type { Filter, Index, Page, Row, Store } from "./store.js";

/**
 * A store in a browser's IndexedDB, for tools that one person uses. The tabs of an origin share it. Call
 * `navigator.storage.persist()`, or the browser may delete it when the disk is full.
 */
export declare class IndexedDbStore implements Store {
  /** `name` is that of the database; `refund-signer` when left out. */
  constructor(options?: { readonly name?: string });
  insert: Store["insert"];
  get: Store["get"];
  put: Store["put"];
  find: Store["find"];
  due: Store["due"];
  list: Store["list"];
}
