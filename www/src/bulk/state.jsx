// What a row is, in a color, an icon and, above all, a word.

import { Icon } from "../ui/icon.jsx";

/** @typedef {import("./controller.js").RowState} RowState */

/** @type {Record<RowState, { tone: string, icon: string, word: string }>} */
export const LOOKS = {
  ready: { tone: "info", icon: "clock", word: "ready" },
  busy: { tone: "info", icon: "send", word: "under way" },
  succeeded: { tone: "good", icon: "check", word: "refunded" },
  pending: { tone: "wait", icon: "clock", word: "pending" },
  failed: { tone: "bad", icon: "cross", word: "failed" },
  rejected: { tone: "bad", icon: "stop", word: "refused" },
  unresolved: { tone: "wait", icon: "question", word: "needs a person" },
  awaiting: { tone: "wait", icon: "lock", word: "awaits approval" },
  held: { tone: "wait", icon: "lock", word: "needs a token" },
  invalid: { tone: "bad", icon: "cross", word: "mistakes" },
  "left out": { tone: "wait", icon: "warning", word: "left out" },
};

export const STATES = /** @type {RowState[]} */ (Object.keys(LOOKS));

/** How many rows are what, in words. @param {Record<string, number>} counts @returns {string[]} */
export function tallies(counts) {
  return STATES.filter((name) => (counts[name] ?? 0) > 0).map((name) => `${counts[name]} ${LOOKS[name].word}`);
}

/** @param {{ state: RowState, text?: string }} props */
export function StateBadge({ state, text }) {
  const { tone, icon, word } = LOOKS[state];
  return (
    <span class={`badge ${tone}`}>
      <Icon name={icon} /> {text ?? word}
    </span>
  );
}
