// The screen that is shown, in the address after `#/`. Nothing else is ever put into the address.

import { useEffect, useState } from "preact/hooks";

/** @typedef {"refund" | "debug" | "webhook" | "bulk" | "history"} Screen */

/** `short`: where there is little room. @type {readonly { name: Screen, title: string, short?: string }[]} */
export const SCREENS = [
  { name: "refund", title: "Refund" },
  { name: "debug", title: "Debug a signature", short: "Debug" },
  { name: "webhook", title: "Check a webhook", short: "Webhook" },
  { name: "bulk", title: "Bulk" },
  { name: "history", title: "History" },
];

/** @returns {Screen} */
export function currentScreen() {
  const name = location.hash.replace(/^#\//, "");
  return SCREENS.find((screen) => screen.name === name)?.name ?? "refund";
}

export function useScreen() {
  const [screen, setScreen] = useState(currentScreen);
  useEffect(() => {
    const follow = () => setScreen(currentScreen());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return screen;
}
