// What is stored of a refund until its outcome is known: its plan, and each step before it is taken. No secret is in it.

import { describe } from "refund-signer/slim";
import { stateOfOwn } from "./asked.js";
import { OPEN_NOTES } from "./notes.js";

/** @typedef {import("../session.js").Entry} Entry */
/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("refund-signer").Verdict} Verdict */

/**
 * A refund that was begun, as it is stored. One whose outcome is known is stored no longer.
 *
 * @typedef {object} Kept
 * @property {string} id random
 * @property {number} version counts the changes; 0: not stored yet
 * @property {string} payment in the provider's words
 * @property {{ value: string, currency: string }} [amount] left out: all that is left
 * @property {string} key destination, provider and payment: for each of them one open refund at a time
 * @property {Plan} plan
 * @property {import("./target.jsx").Via} via
 * @property {import("./input.js").Values} values what its form held
 * @property {number} at milliseconds since 1970
 * @property {readonly Step[]} steps oldest first
 */

/**
 * Something that was done with the plan. It is stored before it is done; without a verdict and a note nothing was heard.
 *
 * @typedef {Pick<Entry, "kind" | "operation" | "at"> & { id: string } & Partial<Pick<Entry, "verdict" | "note" | "milliseconds">>} Step
 */

/** Another refund of the same payment is open. */
export class AnotherOpen extends Error {
  /** @param {readonly Kept[]} others */
  constructor(others) {
    super("Another refund of this payment is open.");
    this.others = others;
  }
}

/** Another tab did something with this refund since it was read. */
export class ChangedElsewhere extends Error {
  constructor() {
    super("Another tab did something with this refund meanwhile, so nothing was sent. Look at what is known now.");
  }
}

/** Nothing can be stored here. */
export class NotStored extends Error {
  /** @param {unknown} cause */
  constructor(cause) {
    super(
      `The plan could not be stored, so nothing was sent: after a reload nobody would know of it. Use another window; private ones may store nothing. (${cause})`,
    );
  }
}

/** @param {Pick<Kept, "plan" | "via" | "values">} refund @returns {Kept} */
export function newKept(refund) {
  const { provider, payment = "", amount } = describe(refund.plan);
  const key = JSON.stringify([refund.via, provider, payment]);
  return { ...refund, payment, ...(amount && { amount }), key, id: newId(), version: 0, at: Date.now(), steps: [] };
}

/** @param {Entry["kind"]} kind @param {string} operation @returns {Step} */
export const newStep = (kind, operation) => ({ id: newId(), kind, operation, at: Date.now() });

const newId = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36)).join("-");

/** A compare-and-swap: of two tabs that know the same version, one takes the step. @param {Kept} known @param {Step} step @returns {(stored: Kept | undefined) => Kept} */
export const stepping = (known, step) => (stored) => {
  if (stored?.version !== known.version) throw new ChangedElsewhere();
  return { ...stored, steps: [...stored.steps, step] };
};

/** Nothing was sent in this step. @param {Step} step @returns {(stored: Kept | undefined) => Kept | undefined} */
export const withdrawing = (step) => (stored) => {
  const steps = stored?.steps.filter(({ id }) => id !== step.id) ?? [];
  return stored && steps.length > 0 ? whileOpen({ ...stored, steps }) : undefined;
};

/** What came of a step. @param {Kept} begun in case another tab forgot it meanwhile @param {Step} step @param {Entry} entry @returns {(stored: Kept | undefined) => Kept | undefined} */
export const ending =
  (begun, step, entry) =>
  (stored = begun) => {
    const told = { ...step, ...outcomeOf(entry) };
    return whileOpen({ ...stored, steps: stored.steps.map((own) => (own.id === step.id ? told : own)) });
  };

/** What was heard besides: answers to questions, and webhooks. @param {readonly Entry[]} entries @returns {(stored: Kept | undefined) => Kept | undefined} */
export const hearing = (entries) => (stored) => {
  if (!stored) return undefined;
  const asked = entries
    .filter(({ kind }) => kind === "query")
    .map((entry) => ({ ...newStep("query", entry.operation), ...outcomeOf(entry) }));
  const isEnded = entries.some(({ webhook }) => webhook?.refund && isEnd(stored, { refund: webhook.refund }));
  return isEnded ? undefined : whileOpen({ ...stored, steps: [...stored.steps, ...asked] });
};

/** Neither the request nor the answer: the request's headers may hold a key. @param {Entry} entry */
const outcomeOf = ({ verdict, note, milliseconds }) => ({
  ...(verdict && { verdict }),
  ...(note && { note }),
  ...(milliseconds !== undefined && { milliseconds }),
});

/** @param {Kept} kept */
const whileOpen = (kept) => (isOpen(kept) ? kept : undefined);

/** Whether money may move or have moved, and nobody knows. A verdict on an attempt counts those before it. @param {Pick<Kept, "plan" | "steps">} kept @returns {boolean} */
export function isOpen({ plan, steps }) {
  const last = steps.at(-1);
  if (!last) return false;
  const { kind, verdict, note } = last;
  const before = { plan, steps: steps.slice(0, -1) };
  if (kind === "query") return !(verdict?.status === "succeeded" && isEnd(before, verdict)) && isOpen(before);
  if (verdict) return ["unknown", "pending"].includes(verdict.status);
  // The edge signer's own refusal speaks of its attempt only.
  return note === undefined || OPEN_NOTES.includes(note) || isOpen(before);
}

/** Whether this refund is among those that are told of, and in a final state. @param {Pick<Kept, "plan" | "steps">} kept @param {Pick<Verdict, "refund" | "refunds">} told */
function isEnd({ plan, steps }, told) {
  const first = steps.find(({ kind, verdict }) => verdict && kind !== "query")?.verdict;
  return ["succeeded", "failed"].includes(stateOfOwn(plan, first, told) ?? "");
}

/** The steps as a story tells them. Where nothing was heard, `unheard` is the verdict. @param {Kept} kept @param {Verdict | undefined} unheard @returns {Entry[]} */
export const entriesOf = ({ plan, via, steps }, unheard) =>
  steps.map(({ id: _, ...step }, index) => {
    const verdict = step.verdict ?? (step.note === undefined ? unheard : undefined);
    // This page counts its own from 1.
    return { ...step, id: -index, provider: plan.provider, via, plan, ...(verdict && { verdict }) };
  });
