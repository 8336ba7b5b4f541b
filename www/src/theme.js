// Light or dark: the system's choice until somebody makes another one. The only thing that this page stores.

import { createStore } from "./store.js";

/** @typedef {"auto" | "light" | "dark"} Theme */

const KEY = "theme";
/** @type {readonly Theme[]} */
const THEMES = ["auto", "light", "dark"];

export const theme = createStore(/** @type {Theme} */ ("auto"));

/** Before the first drawing, so that nothing flickers. */
export function startTheme() {
  const stored = localStorage.getItem(KEY);
  show(THEMES.find((name) => name === stored) ?? "auto");
}

/** To the next one: auto, light, dark. */
export function nextTheme() {
  const next = THEMES[(THEMES.indexOf(theme.get()) + 1) % THEMES.length] ?? "auto";
  localStorage.setItem(KEY, next);
  show(next);
}

/** @param {Theme} next */
function show(next) {
  document.documentElement.dataset.theme = next;
  theme.set(next);
}
