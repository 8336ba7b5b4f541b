import { instance } from "./core.js";
import { guarded, refuse, refuseReplaced } from "./error.js";
import { rawSettings } from "./raw.js";

/** Plans, requests and verdicts are values: nobody can change them on their way. */
export function frozen(value) {
  if (typeof value !== "object" || value === null) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

/** The verdict of an answer that nothing can read any more: money may have moved. */
export function unread(why) {
  const problem = {
    code: "unreadable_response",
    message: `The answer could not be read: ${why}.`,
    userAction: "Ask for the refund's state before doing anything else; it may have happened.",
  };
  return frozen({ status: "unknown", next: "query", problem, signature: "absent", replayed: false });
}

/**
 * Something in the memory of the module that has to be freed. It is kept in a private field, so that neither
 * inspecting nor cloning nor JSON reaches what is behind it.
 */
export class Owned {
  #what;
  #raw;
  #instance;

  constructor(what, given, make) {
    this.#what = what;
    const { settings, wipe } = rawSettings(given);
    try {
      this.#raw = guarded(() => make(settings));
    } finally {
      wipe();
    }
    this.#instance = instance();
  }

  use(call) {
    if (!this.#raw) refuse("freed", "", `this ${this.#what} was freed.`, "Make a new one.");
    if (this.#instance !== instance()) refuseReplaced(`this ${this.#what} was lost when the module failed.`);
    return guarded(() => frozen(call(this.#raw)));
  }

  free() {
    // What a failed instance owned was wiped with it.
    if (this.#instance === instance()) this.#raw?.free();
    this.#raw = undefined;
  }
}
