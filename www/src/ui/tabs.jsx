// One of several views, chosen by a row of tabs: arrow keys move within it, Tab leaves it.

import { useId, useRef } from "preact/hooks";

/** @typedef {{ name: string, title: string }} Tab */

/** @param {{ label: string, tabs: readonly Tab[], chosen: string, onChoose: (name: string) => void, children: import("preact").ComponentChildren }} props */
export function Tabs({ label, tabs, chosen, onChoose, children }) {
  const id = useId();
  const row = useRef(/** @type {HTMLDivElement | null} */ (null));
  /** @param {KeyboardEvent} event */
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = (tabs.findIndex(({ name }) => name === chosen) + step + tabs.length) % tabs.length;
    onChoose(tabs[next]?.name ?? chosen);
    row.current?.querySelectorAll("button")[next]?.focus();
  };
  return (
    <div class="tabs">
      <div class="tab-row" role="tablist" aria-label={label} ref={row} onKeyDown={move}>
        {tabs.map(({ name, title }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            aria-selected={name === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={name === chosen ? 0 : -1}
            onClick={() => onChoose(name)}
          >
            {title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${chosen}`}>
        {children}
      </div>
    </div>
  );
}
