// The shell: where one is, where one can go, light or dark; and one screen at a time, loaded when it is asked for.

import { useEffect, useRef } from "preact/hooks";
import { SCREENS, useScreen } from "./route.js";
import { createStore, useStore } from "./store.js";
import { nextTheme, theme } from "./theme.js";
import { Icon } from "./ui/icon.jsx";

/** @typedef {import("preact").ComponentType} ComponentType */
/** @typedef {import("./route.js").Screen} Screen */

/** @type {Record<Screen, () => Promise<ComponentType>>} */
const FILES = {
  refund: async () => (await import("./refund/refund.jsx")).Refund,
  debug: async () => (await import("./debug/debug.jsx")).Debug,
  webhook: async () => (await import("./webhook/webhook.jsx")).Webhook,
  bulk: async () => (await import("./bulk/bulk.jsx")).Bulk,
  history: async () => (await import("./history/history.jsx")).History,
};

const loaded = createStore(/** @type {Partial<Record<Screen, ComponentType>>} */ ({}));

/** @param {Screen} screen */
export async function loadScreen(screen) {
  if (loaded.get()[screen]) return;
  const Component = await FILES[screen]();
  loaded.set({ ...loaded.get(), [screen]: Component });
}

export function App() {
  const screen = useScreen();
  const main = useRef(/** @type {HTMLElement | null} */ (null));
  const title = SCREENS.find(({ name }) => name === screen)?.title;
  useEffect(() => {
    document.title = `${title} · Refund console`;
  }, [title]);
  // No link: it would change the address, which names the screen.
  const skip = () => main.current?.focus();
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        Skip to the content
      </button>
      <header class="top">
        <a class="brand" href="#/refund">
          <Icon name="brand" /> Refund console
        </a>
        <nav aria-label="Screens">
          {SCREENS.map(({ name, title, short = title }) => (
            <a key={name} href={`#/${name}`} aria-label={title} aria-current={name === screen ? "page" : undefined}>
              <span class="long">{title}</span>
              <span class="short">{short}</span>
            </a>
          ))}
        </nav>
        <ThemeButton />
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <Shown screen={screen} />
      </main>
    </>
  );
}

/** What was typed on a screen is still there when one comes back: screens are hidden, not thrown away. @param {{ screen: Screen }} props */
function Shown({ screen }) {
  const components = useStore(loaded);
  useEffect(() => {
    loadScreen(screen);
  }, [screen]);
  return (
    <>
      {Object.entries(components).map(([name, Component]) => (
        <div key={name} data-screen={name} hidden={name !== screen}>
          <Component />
        </div>
      ))}
      {!components[screen] && <p class="quiet">Loading…</p>}
    </>
  );
}

const THEME_ICONS = /** @type {const} */ ({ auto: "auto", light: "sun", dark: "moon" });

function ThemeButton() {
  const now = useStore(theme);
  const label = `Theme: ${now}`;
  return (
    <button type="button" class="icon-button" onClick={nextTheme} aria-label={label} title={label}>
      <Icon name={THEME_ICONS[now]} />
    </button>
  );
}
