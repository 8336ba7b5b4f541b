// Browsers for the console's tests: Debian's Chromium and Firefox, both driven by playwright-core, and every page
// watched: an error on its console, a broken policy or a request to another origin fails the test that it happens in.

import assert from "node:assert/strict";
import { accessSync } from "node:fs";
import { after, before, describe } from "node:test";
import playwright from "playwright-core";
import { startSite } from "../../scripts/lib/site.js";
import { createHost } from "../../www/src/sandbox/host.js";

const PATHS = {
  chromium: process.env.CHROMIUM ?? "/usr/bin/chromium",
  firefox: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
};

/** As root in a container Chromium has no sandbox. Nothing of it calls home. */
const CHROMIUM_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
];

/** @typedef {import("playwright-core").Browser} Browser */
/** @typedef {import("playwright-core").Page} Page */

/** @param {BrowserName} name @returns {Promise<Browser>} */
export function launch(name) {
  const executablePath = PATHS[name];
  accessSync(executablePath);
  return name === "firefox"
    ? launchFirefox(executablePath)
    : playwright.chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
}

/** Firefox as it is delivered, over WebDriver BiDi; playwright's own build of it is not at hand. @param {string} executablePath */
async function launchFirefox(executablePath) {
  const browser = await playwright.firefox.launch({ channel: "moz-firefox", executablePath });
  // This Firefox has no such command yet, and playwright sends it for every page. The themes are tested by the button.
  const session = Object.getPrototypeOf(playwright._connection.toImpl(browser)._browserSession);
  const { send } = session;
  session.send = function (method, parameters) {
    return method === "emulation.setMediaFeaturesOverride" ? Promise.resolve({}) : send.call(this, method, parameters);
  };
  return browser;
}

/** @typedef {(url: string, options?: Parameters<typeof openPage>[2]) => ReturnType<typeof openPage>} Open `openPage` in a browser */
/** @typedef {"chromium" | "firefox"} BrowserName */

/**
 * Describes tests once for each browser. `BROWSERS=chromium` leaves Firefox out, while one works on a test.
 *
 * @param {(open: Open, name: BrowserName) => void} define
 */
export function inEachBrowser(define) {
  const names = /** @type {BrowserName[]} */ ((process.env.BROWSERS ?? "chromium,firefox").split(","));
  for (const name of names) inBrowser(name, define);
}

/** Describes tests in one browser, which they share. @param {BrowserName} name @param {(open: Open, name: BrowserName) => void} define */
export function inBrowser(name, define) {
  describe(name, () => {
    /** @type {Browser} */
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());
    define((url, options) => openPage(browser, url, options), name);
  });
}

/** A console that the tests of this `describe` share. It is there once they run. @param {Parameters<typeof startConsole>[0]} [options] */
export function sharedConsole(options) {
  const site = /** @type {Awaited<ReturnType<typeof startConsole>>} */ ({});
  before(async () => {
    Object.assign(site, await startConsole(options));
  });
  after(() => site.close?.());
  return site;
}

/**
 * The built console with a sandbox in the server, as `npm start` has it; or, with `sandbox: "page"`, as a host of
 * static files has it. `host` is the sandbox's side: `(await host.ledger())` are the refunds that happened.
 *
 * @param {{ sandbox?: "server" | "page", signer?: any, port?: number, assetCache?: string }} [options]
 */
export async function startConsole({ sandbox = "server", ...options } = {}) {
  const host = sandbox === "server" ? createHost() : undefined;
  const site = await startSite({ host, ...options });
  return { ...site, host };
}

/**
 * A page that is watched. `check()` throws for whatever it did wrong until then; call it at the end of a test.
 *
 * @param {Browser} browser
 * @param {string} url such as `${console.url}/#/bulk`
 * @param {{ viewport?: { width: number, height: number }, colorScheme?: "light" | "dark", allow?: RegExp }} [options]
 *   `allow` is what its console may say all the same
 */
export async function openPage(
  browser,
  url,
  { viewport = { width: 1280, height: 900 }, colorScheme = "light", allow } = {},
) {
  const context = await browser.newContext({ viewport, colorScheme });
  const page = await context.newPage();
  const { origin } = new URL(url);
  /** @type {string[]} */
  const wrongs = [];
  page.on("console", (message) => {
    const isBad = message.type() === "error" || message.type() === "warning";
    if (isBad && !allow?.test(message.text())) wrongs.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => wrongs.push(`error: ${error.message}`));
  context.on("request", (request) => {
    if (new URL(request.url()).origin !== origin && !/^(data|blob|about):/.test(request.url()))
      wrongs.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  const check = () => assert.deepEqual(wrongs, [], "the page did something wrong");
  return { page, context, check, wrongs };
}

/** axe-core over what is shown; throws with each violation and where it is. @param {Page} page */
export async function checkAccessibility(page) {
  const path = new URL(import.meta.resolve("axe-core/axe.min.js")).pathname;
  await page.evaluate(await readAxe(path));
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return violations.map(
      ({ id, help, nodes }) =>
        `${id}: ${help}\n${nodes.map(({ html, failureSummary }) => `  ${html}\n  ${failureSummary}`).join("\n")}`,
    );
  });
  assert.deepEqual(found, [], found.join("\n"));
}

/** @type {string | undefined} */
let axe;

/** Evaluated by the driver, so that the page's policy does not forbid it. @param {string} path */
async function readAxe(path) {
  const { readFile } = await import("node:fs/promises");
  axe ??= await readFile(path, "utf8");
  return axe;
}

/** Everything that a page stores, as one text: to see that no secret is in it. @param {Page} page */
export function storedBy(page) {
  return page.evaluate(async () => {
    const read = (/** @type {IDBRequest} */ request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const databases = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await read(indexedDB.open(String(name)));
      for (const store of database.objectStoreNames) {
        databases.push(await read(database.transaction(store).objectStore(store).getAll()));
      }
      database.close();
    }
    const cached = [];
    for (const name of await caches.keys()) {
      for (const { url } of await (await caches.open(name)).keys()) cached.push(url);
    }
    const stores = [
      { ...localStorage },
      { ...sessionStorage },
      databases,
      cached,
      document.cookie,
      location.href,
      history.state,
    ];
    return JSON.stringify(stores, (_, value) => (typeof value === "bigint" ? String(value) : value));
  });
}
