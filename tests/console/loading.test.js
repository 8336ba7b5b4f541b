// What opening the console loads: on each screen and each kind of host exactly the files that `node www/report.js` adds
// up, and never the sandbox before something is sent to it.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { filesOf, sandboxFiles } from "../../www/sizes.js";
import { SCREENS } from "../../www/src/route.js";
import { launch, sharedConsole, startConsole } from "./browser.js";

// Nothing is sent to it here.
const signer = { url: "http://127.0.0.1:9", people: [] };
const HOSTS = {
  "npm start": {},
  "npm start, with an edge signer": { signer },
  "static files": { sandbox: "page" },
  "a Worker with the edge signer": { sandbox: "page", signer },
};

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => {
  browser = await launch("chromium");
});
after(() => browser.close());

for (const [name, options] of Object.entries(HOSTS)) {
  describe(name, () => {
    const site = sharedConsole(/** @type {Parameters<typeof sharedConsole>[0]} */ (options));

    for (const screen of SCREENS) {
      test(`opening ${screen.title} loads what the report says`, async () => {
        const { page, context, loaded } = await opened(site.url, screen.name);
        assert.deepEqual([...loaded].sort(), [...filesOf(screen.name)].sort());
        assert.equal(await page.locator(`[data-screen=${screen.name}] h1`).count(), 1);
        await context.close();
      });
    }
  });
}

test("the sandbox in the page is loaded by the first request to it, and not by looking around", async () => {
  const site = await startConsole({ sandbox: "page" });
  const { page, context, loaded } = await opened(site.url, "refund");
  const [sandbox] = sandboxFiles();
  for (const { title, name } of SCREENS) {
    await page.getByRole("link", { name: title, exact: true }).click();
    await page.locator(`[data-screen=${name}] h1`).waitFor();
    await page.waitForLoadState("networkidle");
  }
  assert.ok(!loaded.has(sandbox ?? ""), "loaded too early");
  await page.getByRole("link", { name: "Refund", exact: true }).click();
  await page.getByRole("button", { name: "Send to the sandbox" }).click();
  await page.getByText("The refund is done.").waitFor();
  assert.ok(loaded.has(sandbox ?? ""));
  await context.close();
  site.close();
});

test("a sandbox that could not be loaded is no refund of which nobody knows", async () => {
  const site = await startConsole({ sandbox: "page" });
  const { page, context } = await opened(site.url, "refund");
  const [sandbox] = sandboxFiles();
  await page.route(`**/${sandbox}`, (route) => route.abort(), { times: 1 });
  await page.getByRole("button", { name: "Send to the sandbox" }).click();
  await page.getByText(/could not be loaded/).waitFor();
  assert.equal(await page.getByText("Nobody knows yet").count(), 0);
  await context.close();
  site.close();
});

/** A screen with all that it loads by itself. No service worker: it fetches every file, in the background. @param {string} url @param {string} screen */
async function opened(url, screen) {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const page = await context.newPage();
  /** @type {Set<string>} */
  const loaded = new Set();
  page.on("request", (request) => {
    const path = new URL(request.url()).pathname.slice(1);
    if (/\.(js|wasm)$/.test(path)) loaded.add(path);
  });
  await page.goto(`${url}/#/${screen}`);
  await page.locator(`[data-screen=${screen}] h1`).waitFor();
  await page.waitForLoadState("networkidle");
  return { page, context, loaded };
}
