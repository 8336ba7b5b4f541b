// Exact text: bytes that matter, in a box that scrolls with the keyboard and can be copied.

import { useState } from "preact/hooks";
import { Icon } from "./icon.jsx";

/**
 * @param {{ text: string, label: string, copy?: boolean, children?: import("preact").ComponentChildren }} props
 *   `label` names it; `children` are drawn in place of the text, for colors
 */
export function Code({ text, label, copy = true, children }) {
  return (
    <div class="code">
      {/* biome-ignore lint/a11y: what scrolls must be reachable with the keyboard, and a fieldset may be no pre */}
      <pre tabIndex={0} role="group" aria-label={label}>
        {children ?? text}
      </pre>
      {copy && <CopyButton text={text} label={label} />}
    </div>
  );
}

/** @param {{ text: string, label: string }} props */
export function CopyButton({ text, label }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  return (
    <button type="button" class="copy" onClick={copy} aria-label={`Copy: ${label}`} title="Copy">
      <Icon name={done ? "check" : "copy"} />
    </button>
  );
}
