// The ledger: the store of all refunds in one Durable Object, and the alarm that reminds the queues of what is due.

import { DurableObject } from "cloudflare:workers";
import { DurableObjectStore } from "refund-signer/stores/durable-object";
import { policyOf, queueOf } from "./accounts.js";

/** @typedef {import("refund-signer/stores/store").Index} Index */

/** The alarm rings at least this often: a clock that was set back must not silence it. */
const ROUND_MS = 60_000;
/**
 * The platform drops an alarm that is set for the very moment of the one that rings, as a clock that was set back would
 * set it. After this it is another moment.
 */
const MOMENT_MS = 50;
const MOST_DUE = 1000;
/** What one call to a queue takes. */
const MOST_MESSAGES = 100;

/** The functions of `Store` are its own: a consumer uses it as the store of its `Refunds`. */
export class Ledger extends DurableObject {
  #env;
  #storage;
  #store;
  #remindMs;
  /** When the queue was reminded of what is still due. A ledger that starts anew reminds it once more. @type {Map<string, number>} */
  #reminded = new Map();

  /** @param {DurableObjectState} state @param {any} env */
  constructor(state, env) {
    super(state, env);
    this.#env = env;
    this.#storage = state.storage;
    this.#store = new DurableObjectStore(state.storage);
    this.#remindMs = policyOf(env).remindMs;
    state.blockConcurrencyWhile(async () => {
      await this.#store.migrate();
      await this.#ringBy(Date.now() + MOMENT_MS);
    });
  }

  /** Whoever opens a refund reminds the queue of it; in case that fails, so does the ledger. @param {string} id @param {string} token @param {string} record @param {Index} index */
  async insert(id, token, record, index) {
    const isNew = await this.#store.insert(id, token, record, index);
    if (isNew) await this.#remindLater(id);
    return isNew;
  }

  /** @param {string} id @param {number} version @param {string} token @param {string} record @param {Index} index */
  async put(id, version, token, record, index) {
    const isWritten = await this.#store.put(id, version, token, record, index);
    if (isWritten) this.#reminded.delete(id);
    if (isWritten && index.due !== null) await this.#ringBy(index.due);
    return isWritten;
  }

  /** @param {string} id */
  async get(id) {
    return this.#store.get(id);
  }

  /** @param {string} account @param {object} by */
  async find(account, by) {
    return this.#store.find(account, by);
  }

  /** @param {number} now @param {number} limit */
  async due(now, limit) {
    return this.#store.due(now, limit);
  }

  /** @param {object} filter @param {object} page */
  async list(filter, page) {
    return this.#store.list(filter, page);
  }

  /** How many refunds of each provider are in which state. */
  async summary() {
    const query = "SELECT provider, state, COUNT(*) AS refunds FROM refund_records GROUP BY provider, state";
    return this.#storage.sql.exec(query).toArray();
  }

  async alarm() {
    await new Promise((resolve) => setTimeout(resolve, MOMENT_MS));
    const now = Date.now();
    // The next one first: it rings, too, when this one fails.
    await this.#storage.setAlarm(now + Math.min(ROUND_MS, this.#remindMs));
    await this.#remind(now);
    const query = "SELECT MIN(due) AS due FROM refund_records WHERE due > ?";
    const [next] = this.#storage.sql.exec(query, now).toArray();
    if (next?.due != null) await this.#ringBy(Number(next.due));
  }

  /** Reminds the queue of what is due: what a message was lost for, and what had to wait. @param {number} now */
  async #remind(now) {
    const due = await this.#store.due(now, MOST_DUE);
    // A clock that was set back reminds once more.
    const isForgotten = (/** @type {string} */ id) =>
      Math.abs(now - (this.#reminded.get(id) ?? Number.NEGATIVE_INFINITY)) >= this.#remindMs;
    const rows = await Promise.all(due.filter(isForgotten).map((id) => this.#store.get(id)));
    for (const [provider, mine] of Map.groupBy(rows, (row) => row.provider)) {
      for (let first = 0; first < mine.length; first += MOST_MESSAGES) {
        const messages = mine.slice(first, first + MOST_MESSAGES);
        await queueOf(this.#env, provider).sendBatch(messages.map(({ id }) => ({ body: { id } })));
        for (const { id } of messages) this.#reminded.set(id, now);
      }
    }
  }

  /** @param {string} id */
  async #remindLater(id) {
    const now = Date.now();
    this.#reminded.set(id, now);
    await this.#ringBy(now + this.#remindMs);
  }

  /** Sets the alarm, unless an earlier one is set. @param {number} at */
  async #ringBy(at) {
    const now = Date.now();
    const set = await this.#storage.getAlarm();
    // One that is over may never ring.
    if (set !== null && now < set && set <= at) return;
    await this.#storage.setAlarm(Math.max(at, now + MOMENT_MS));
  }
}
