// How a Chromium is started that no driver controls: its page itself says what it found.

/** No window, and no calls home. */
const FLAGS = [
  "--headless=new",
  // As root in a container Chromium has no sandbox.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** @param {string} profile a folder of its own @param {string} url */
export function chromiumArguments(profile, url) {
  return [...FLAGS, `--user-data-dir=${profile}`, url];
}
