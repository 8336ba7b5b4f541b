import { frozen, RefundError, rawSettings, refuse } from "./base.js";
import { answer, core, ended, give, guarded, instance, refuseReplaced, release } from "./core.js";

/** The text that the module answered with; below zero stands a refusal. */
export function answered(length) {
  if (length >= 0) return answer(length);
  throw new RefundError(frozen(JSON.parse(answer(-length))));
}

/**
 * Something in the memory of the module that has to be freed. It is kept in a private field, so that neither
 * inspecting nor cloning nor JSON reaches what is behind it.
 */
export class Owned {
  #what;
  #raw;
  #instance;

  /**
   * @param {string} what it is, for messages
   * @param {"client" | "webhooks"} make what the module calls it
   * @param {string} provider
   * @param {unknown} given the settings
   * @param {string[]} secrets the names of those settings that are secrets
   */
  constructor(what, make, provider, given, secrets) {
    this.#what = what;
    const { text, bytes, wipe } = rawSettings(given, secrets);
    try {
      this.#raw = guarded(() => ended(core()[make](give(`${provider}\n${text}`, bytes), bytes.length)));
    } finally {
      wipe();
    }
    if (!this.#raw) answered(core().answered());
    this.#instance = instance();
  }

  /** The object in the module. */
  get raw() {
    if (!this.#raw) refuse("freed", "", `this ${this.#what} was freed.`, "Make a new one.");
    if (this.#instance !== instance()) refuseReplaced(`this ${this.#what} was lost when the module failed.`);
    return this.#raw;
  }

  free() {
    // What a failed instance owned was wiped with it.
    if (this.#raw && this.#instance === instance()) guarded(() => release(this.#raw));
    this.#raw = undefined;
  }
}
