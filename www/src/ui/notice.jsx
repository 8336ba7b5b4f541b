import { Icon } from "./icon.jsx";

/** @typedef {"good" | "wait" | "bad" | "info"} Tone */

/** @type {Record<Tone, string>} */
const ICONS = { good: "check", wait: "warning", bad: "cross", info: "info" };

/**
 * A short message with a color, an icon and, above all, words.
 *
 * @param {{ tone: Tone, title: string, icon?: string, children?: import("preact").ComponentChildren }} props
 */
export function Notice({ tone, title, icon = ICONS[tone], children }) {
  return (
    <div class={`notice ${tone}`}>
      <Icon name={icon} />
      <div>
        <p class="notice-title">{title}</p>
        {children}
      </div>
    </div>
  );
}
