import { guarded, refuse } from "./error.js";

/** Plans, requests and verdicts are values: nobody can change them on their way. */
export function frozen(value) {
  if (typeof value !== "object" || value === null) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

/**
 * Something in the memory of the module that has to be freed. It is kept in a private field, so that neither
 * inspecting nor cloning nor JSON reaches what is behind it.
 */
export class Owned {
  #what;
  #raw;

  constructor(what, make) {
    this.#what = what;
    this.#raw = guarded(make);
  }

  use(call) {
    if (!this.#raw) refuse("freed", "", `this ${this.#what} was freed.`, "Make a new one.");
    return guarded(() => frozen(call(this.#raw)));
  }

  free() {
    this.#raw?.free();
    this.#raw = undefined;
  }
}
