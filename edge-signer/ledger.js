// The ledger: one Durable Object with the books and all refunds, which takes each refund to its end. What may be sent is
// the books' decision, what comes next is that of the package's lifecycle, and the alarm goes on where nobody asks.

import { DurableObject } from "cloudflare:workers";
import * as signer from "refund-signer";
import { Refunds } from "refund-signer/refunds";
import { DurableObjectStore } from "refund-signer/stores/durable-object";
import { Books } from "./books.js";
import { policy } from "./policy.js";
import { objectOf, readEvent, settingsOf } from "./settings.js";

/** @typedef {import("./books.js").Answer} Answer */
/** @typedef {import("./books.js").Refused} Refused */
/** @typedef {import("refund-signer/refunds").StoredRefund} StoredRefund */
/** @typedef {import("refund-signer/stores/store").Index} Index */

/** The alarm rings at least this often while a refund is open: a clock that was set back must not silence it. */
const ROUND_MS = 60_000;
/** The platform drops an alarm that is set for the very moment of the one that rings. */
const MOMENT_MS = 50;
const PAGE = 100;

/**
 * A refund as a caller sees it.
 *
 * @typedef {import("./books.js").Entry & Partial<Pick<StoredRefund["record"], "log" | "refund">> & {
 *   state: "planned" | "awaiting" | StoredRefund["state"], step?: object }} View
 */
/** @typedef {{ view?: View, refused?: Refused | "not_signed" | "not_reviewed", message?: string }} Told */

export class Ledger extends DurableObject {
  #storage;
  #books;
  #refunds;

  /** @param {DurableObjectState} state @param {any} env */
  constructor(state, env) {
    super(state, env);
    this.#storage = state.storage;
    this.#books = new Books(state.storage);
    const store = new RingingStore(state.storage, (due) => this.#ringBy(due));
    this.#refunds = new Refunds({
      store,
      policy: { ...policy.lifecycle, ...objectOf("LIFECYCLE", env.LIFECYCLE ?? "{}") },
      clients: (provider) => clientOf(env, provider),
      webhooks: (provider, delivery) => readEvent(env, provider, delivery),
      onChange: (change) => this.#heard(change),
    });
    state.blockConcurrencyWhile(async () => {
      await store.migrate();
      await this.#ringBy(Date.now() + MOMENT_MS);
    });
  }

  /** Takes a plan that the policy allows, and sends it if it may be sent now. @param {Parameters<Books["submit"]>[0]} submission @returns {Promise<Told>} */
  async submit(submission) {
    return this.#goOn(this.#books.submit(submission));
  }

  /** @param {Parameters<Books["approve"]>[0]} approval @returns {Promise<Told>} */
  async approve(approval) {
    return this.#goOn(this.#books.approve(approval));
  }

  /** What a person found out or decided. @param {{ digest: string, by: string, step: any, decision: any }} review @returns {Promise<Told>} */
  async review({ digest, by, step, decision }) {
    const { refused } = this.#books.review({ digest, by, decision });
    if (refused) return { refused };
    return this.#within(digest, () => this.#refunds.review(digest, { step, decision, by }), "not_reviewed");
  }

  /** What a webhook says is stored; the answer is the provider's. @param {string} provider @param {import("refund-signer").Delivery} delivery */
  async webhook(provider, delivery) {
    return this.#refunds.webhook(provider, delivery, { account: provider });
  }

  /** @param {string} digest @returns {Promise<View | undefined>} */
  async find(digest) {
    const { entry, awaits } = this.#books.find(digest);
    if (!entry) return undefined;
    if (awaits) return { ...entry, state: "awaiting" };
    const found = await this.#refunds.get(digest);
    return found ? viewOf(entry, found) : { ...entry, state: "planned" };
  }

  /** A page of those in a state. @param {"awaiting" | StoredRefund["state"]} state @param {string} after */
  async list(state, after) {
    if (state === "awaiting") {
      const found = this.#books.awaiting(after, PAGE + 1);
      const refunds = found.slice(0, PAGE).map((entry) => ({ ...entry, state }));
      return { refunds, ...(found.length > PAGE && { after: refunds.at(-1)?.digest }) };
    }
    const { refunds, ...page } = await this.#refunds.list({ state }, { limit: PAGE, ...(after && { after }) });
    return { refunds: await Promise.all(refunds.map(({ id }) => this.find(id))), ...page };
  }

  /** @param {Parameters<Books["note"]>[0]} happening */
  note(happening) {
    this.#books.note(happening);
  }

  /** @param {number} after */
  audit(after) {
    return this.#books.audit(after);
  }

  async alarm() {
    await new Promise((resolve) => setTimeout(resolve, MOMENT_MS));
    if (this.#nextDue() === undefined) return;
    // The next one first: it rings, too, when this one fails.
    await this.#storage.setAlarm(Date.now() + ROUND_MS);
    for (const { id: digest, error } of await this.#refunds.runDue({ limit: PAGE })) {
      if (error) this.#books.note({ event: "not_done", digest, code: codeOf(error) });
    }
    const due = this.#nextDue();
    if (due !== undefined) await this.#ringBy(due);
  }

  /** @param {Answer} answer @returns {Promise<Told>} */
  async #goOn({ refused, entry, awaits }) {
    if (refused || !entry) return { refused };
    const { digest, plan } = entry;
    if (awaits) return { view: await this.find(digest) };
    return this.#within(digest, () => this.#refunds.refund(digest, plan, { account: plan.provider }), "not_signed");
  }

  /** @param {string} digest @param {() => Promise<unknown>} task @param {NonNullable<Told["refused"]>} refusal @returns {Promise<Told>} */
  async #within(digest, task, refusal) {
    try {
      await task();
    } catch (error) {
      if (!(error instanceof signer.RefundError)) throw error;
      this.#books.note({ event: "refused", digest, code: error.code });
      return { refused: refusal, message: error.message };
    }
    return { view: await this.find(digest) };
  }

  /** @param {import("refund-signer/refunds").Change} change */
  #heard(change) {
    if (change.kind !== "refund") {
      const { kind, provider } = change;
      this.#books.note({ event: kind, provider });
      return;
    }
    const { id: digest, state, step, record } = change;
    this.#books.count(digest, state);
    const { what, says } = record.log.at(-1) ?? {};
    this.#books.note({ event: "heard", digest, state, next: step.do, what, says, refund: record.refund?.id });
  }

  /** When the next refund goes on; undefined where all are over. */
  #nextDue() {
    const [next] = this.#storage.sql.exec("SELECT MIN(due) AS due FROM refund_records").toArray();
    return next?.due == null ? undefined : Number(next.due);
  }

  /** Sets the alarm, unless an earlier one is set. @param {number} at */
  async #ringBy(at) {
    const now = Date.now();
    const wanted = Math.min(Math.max(at, now + MOMENT_MS), now + ROUND_MS);
    const set = await this.#storage.getAlarm();
    // One that is over may never ring.
    if (set === null || set <= now || wanted < set) await this.#storage.setAlarm(wanted);
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof signer.RefundError ? error.code : "internal_error";
}

/** Whatever it stores as due has an alarm: the host may be gone before it is done. */
class RingingStore extends DurableObjectStore {
  #ringBy;

  /** @param {DurableObjectStorage} storage @param {(due: number) => Promise<void>} ringBy */
  constructor(storage, ringBy) {
    super(storage);
    this.#ringBy = ringBy;
  }

  /** @param {string} id @param {string} token @param {string} record @param {Index} index */
  async insert(id, token, record, index) {
    const isNew = await super.insert(id, token, record, index);
    if (isNew && index.due !== null) await this.#ringBy(index.due);
    return isNew;
  }

  /** @param {string} id @param {number} version @param {string} token @param {string} record @param {Index} index */
  async put(id, version, token, record, index) {
    const isWritten = await super.put(id, version, token, record, index);
    if (isWritten && index.due !== null) await this.#ringBy(index.due);
    return isWritten;
  }
}

/** A client for one step, at the policy's host. @param {any} env @param {string} provider */
export function clientOf(env, provider) {
  const settings = settingsOf(env, `KEYS_${provider.toUpperCase()}`);
  const { at } = policy.providers[provider];
  return new /** @type {any} */ (signer)[provider].Client({ ...settings, ...at });
}

/** @param {import("./books.js").Entry} entry @param {StoredRefund} refund @returns {View} */
function viewOf(entry, { state, step, record }) {
  // The plan stands in the entry.
  const { plan: _, ...next } = { plan: undefined, ...step };
  return { ...entry, state, step: next, ...(record.refund && { refund: record.refund }), log: record.log };
}
