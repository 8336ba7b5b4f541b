// The keys that the shown request is signed with: the sandbox's, until others are typed. In memory only.

import { useState } from "preact/hooks";
import { keys } from "../session.js";
import { useStore } from "../store.js";
import { Button } from "../ui/button.jsx";
import { Controls } from "./fields.jsx";

/**
 * @param {{ provider: import("../catalog.js").CatalogProvider, known: Record<string, string>, problems: readonly import("refund-signer").InputProblem[] }} props
 *   `known` are the sandbox's
 */
export function Keys({ provider, known, problems }) {
  const { name, settings } = provider;
  const typed = useStore(keys)[name] ?? {};
  const [shown] = useState(() => new Set(settings.map((setting) => setting.name)));
  const isOwn = Object.values(typed).some((text) => text !== "");
  const set = (/** @type {Record<string, string>} */ values) => keys.set({ ...keys.get(), [name]: values });
  const secrets = settings.filter(({ kind }) => kind === "secret").map((setting) => setting.name);
  const placeholders = Object.fromEntries(
    Object.entries(known).map(([setting, text]) => [setting, secrets.includes(setting) ? "the sandbox's" : text]),
  );
  return (
    <details class="keys">
      <summary>Keys: {isOwn ? "your own" : "the sandbox's"}</summary>
      <div class="fields">
        <p class="help">To see what your own keys sign. They stay in memory and are gone when the page is closed.</p>
        <Controls
          fields={settings.map((field) => ({ ...field, need: "optional" }))}
          values={typed}
          problems={problems}
          shown={shown}
          placeholders={placeholders}
          onInput={(setting, text) => set({ ...typed, [setting]: text })}
          onLeave={() => {}}
        />
        {isOwn && (
          <div class="actions">
            <Button onClick={() => set({})}>Use the sandbox's again</Button>
          </div>
        )}
      </div>
    </details>
  );
}
