// What this page knows until it is closed: every attempt and its verdict, and the keys. Nothing of it is stored here.

import { createStore } from "./store.js";

/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("refund-signer").SignedRequest} SignedRequest */
/** @typedef {import("refund-signer").Verdict} Verdict */

/**
 * Something that happened.
 *
 * @typedef {object} Entry
 * @property {number} id counts from 1
 * @property {number} at milliseconds since 1970
 * @property {"send" | "again" | "query" | "bulk" | "webhook" | "approve" | "settle"} kind `settle`: in the sandbox, how a pending refund ended
 * @property {string} provider empty for a bulk run
 * @property {string} operation of the plan; of a webhook its kind of event; of a bulk run the name of its file
 * @property {"sandbox" | "signer"} [via] where it was sent
 * @property {Plan} [plan]
 * @property {SignedRequest} [request] what was sent from here
 * @property {Answer} [answer] what came back, as it came
 * @property {Verdict} [verdict]
 * @property {number} [milliseconds]
 * @property {string} [note] what else there is to say, in a few words
 * @property {string} [run] of a bulk run its id
 * @property {{ verified: boolean, text: string, body: string, refund?: import("refund-signer").Refund }} [webhook] `refund`: what it says, where that can be believed
 */

/** @typedef {{ status: number, headers: [string, string][], body: string }} Answer */

/** What happened, in a word or two. @type {Record<Entry["kind"], string>} */
export const KINDS = {
  send: "sent",
  again: "sent again",
  query: "asked",
  webhook: "webhook",
  approve: "approved",
  bulk: "run",
  settle: "settled",
};

/** @typedef {Record<string, Record<string, string>>} Keys settings by provider, as they are typed */

/** Newest first. */
export const history = createStore(/** @type {readonly Entry[]} */ ([]));

/** What was typed in place of the sandbox's credentials; in memory only. */
export const keys = createStore(/** @type {Keys} */ ({}));

/** The bearer token for the edge signer; in memory only. */
export const token = createStore("");

/** @param {Omit<Entry, "id" | "at">} entry @returns {Entry} */
export function remember(entry) {
  const full = { ...entry, id: (history.get()[0]?.id ?? 0) + 1, at: Date.now() };
  history.set([full, ...history.get()]);
  return full;
}

/** A bulk run has one entry, renewed whenever it stops. @param {{ id: string, name: string, destination: string }} run @param {string} note */
export function rememberRun({ id, name, destination }, note) {
  history.set(history.get().filter(({ run }) => run !== id));
  const via = destination === "signer" ? "signer" : "sandbox";
  return remember({ kind: "bulk", provider: "", operation: name, run: id, via, note });
}
