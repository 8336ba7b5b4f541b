// A value that components follow. In memory only.

import { useEffect, useState } from "preact/hooks";

/** @template T @typedef {{ get(): T, set(value: T): void, follow(listener: () => void): () => void }} Store */

/** @template T @param {T} value @returns {Store<T>} */
export function createStore(value) {
  /** @type {Set<() => void>} */
  const listeners = new Set();
  return {
    get: () => value,
    set(next) {
      value = next;
      for (const listener of listeners) listener();
    },
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @template T @param {Store<T>} store @returns {T} */
export function useStore(store) {
  const [, redraw] = useState({});
  useEffect(() => store.follow(() => redraw({})), [store]);
  return store.get();
}
