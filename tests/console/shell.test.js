// What holds for every screen: reachable for everybody, nothing stored, nothing asked for elsewhere, there offline.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SCREENS } from "../../www/src/route.js";
import { checkAccessibility, inEachBrowser, sharedConsole, startConsole, storedBy } from "./browser.js";

const SECRET = "an-own-secret-of-mine-0123456789";

inEachBrowser((open, browserName) => {
  const site = sharedConsole();

  for (const theme of ["light", "dark"]) {
    test(`axe finds nothing on any screen, ${theme}, wide and narrow`, async () => {
      const { page, context, check } = await open(`${site.url}/`);
      await setTheme(page, theme);
      await page.getByRole("button", { name: "Send to the sandbox" }).click();
      await page.getByText("The refund is done.").waitFor();
      for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 800 });
        for (const { name, title } of SCREENS) {
          await page.getByRole("link", { name: title, exact: true }).click();
          await page.locator(`[data-screen=${name}] h1`).waitFor();
          await checkAccessibility(page);
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(overflow <= 0, `${name} is ${overflow} pixels wider than ${width}`);
        }
      }
      check();
      await context.close();
    });
  }

  test("the theme is kept, and is all that is kept", async () => {
    const { page, context, check } = await open(`${site.url}/`);
    await setTheme(page, "dark");
    await page.reload();
    await page.getByRole("button", { name: "Theme: dark" }).waitFor();
    assert.deepEqual(await page.evaluate(() => ({ ...localStorage })), { theme: "dark" });
    check();
    await context.close();
  });

  test("no secret is stored or put into the address", async () => {
    const { page, context, check } = await open(`${site.url}/`);
    await page.getByText("Keys: the sandbox's").click();
    await page.getByLabel("secretKey").fill(SECRET);
    await page.getByRole("button", { name: "Send to the sandbox" }).click();
    await page.getByText("Verdict of createRefund").waitFor();
    for (const { title } of SCREENS) await page.getByRole("link", { name: title, exact: true }).click();
    const stored = await storedBy(page);
    assert.ok(!stored.includes(SECRET), stored);
    assert.ok(!stored.includes("SK-sandbox"), stored);
    // The check itself: it would see one.
    await page.evaluate((secret) => sessionStorage.setItem("x", secret), SECRET);
    assert.ok((await storedBy(page)).includes(SECRET));
    await page.reload();
    await page.getByRole("link", { name: "Refund", exact: true }).click();
    // In memory only: it is gone.
    await page.getByText("Keys: the sandbox's").waitFor();
    check();
    await context.close();
  });

  test("the watch over the pages sees a broken policy, an error, and a request to another origin", async () => {
    const { page, context, check, wrongs } = await open(`${site.url}/`);
    check();
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "globalThis.ran = true";
      document.body.append(script);
      const element = document.createElement("p");
      element.setAttribute("style", "color: red");
      document.body.append(element);
      fetch("https://elsewhere.example/").catch(() => {});
      console.error("something");
    });
    await page.waitForTimeout(500);
    assert.equal(await page.evaluate(() => "ran" in globalThis), false, "the policy stops it");
    assert.throws(check);
    const all = wrongs.join("\n");
    for (const part of [/script/i, /style/i, /elsewhere\.example/, /something/]) assert.match(all, part);
    await context.close();
  });

  test("the policy comes as a header and in the page", async () => {
    const response = await fetch(`${site.url}/`);
    const header = response.headers.get("content-security-policy") ?? "";
    assert.match(header, /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/);
    assert.doesNotMatch(header, /unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)|\*|http/);
    const page = (await response.text()).replaceAll("&#39;", "'");
    assert.ok(page.includes(`content="${header.replace("; frame-ancestors 'none'", "")}"`), page);
    assert.doesNotMatch(page, /<style|style=|<script(?![^>]*src=)/);
  });

  test("with the keyboard alone: skip link, form, send, what became of it", async () => {
    const { page, context, check } = await open(`${site.url}/`);
    await page.keyboard.press("Tab");
    const skip = page.getByRole("button", { name: "Skip to the content" });
    assert.equal(await skip.evaluate((element) => element === document.activeElement), true);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.equal(await page.getByLabel("Provider").evaluate((element) => element === document.activeElement), true);
    await tabTo(page, "The sandbox's next answer");
    // Lose the response: the first of the list.
    await page.keyboard.press("ArrowDown");
    await page.getByText("Only asking tells.").waitFor();
    await tabTo(page, "Send to the sandbox");
    const outline = await page.evaluate(
      () => getComputedStyle(/** @type {Element} */ (document.activeElement)).outlineStyle,
    );
    assert.equal(outline, "solid", "the focus is seen");
    await page.keyboard.press("Enter");
    await page.getByText("Nobody knows yet").waitFor();
    const region = page.locator("[aria-live=polite]").filter({ hasText: "Nobody knows yet" });
    assert.equal(await region.count(), 1, "the verdict is announced");
    await tabTo(page, "Ask what became of it");
    await page.keyboard.press("Enter");
    await page.getByText("Verdict of asking").waitFor();
    await tabTo(page, "curl");
    await page.keyboard.press("ArrowRight");
    await page.getByRole("tab", { name: "Worker", selected: true }).waitFor();
    check();
    await context.close();
  });

  // WebDriver BiDi cannot take Firefox off the network; the server is ended in both browsers instead.
  test("offline: reloaded, it plans, signs and sends to the sandbox in the page", async () => {
    // Nothing comes from the browser's own cache.
    const own = await startConsole({ assetCache: "no-store" });
    const { page, context, check } = await open(`${own.url}/`, {
      allow: /Failed to load|NetworkError|ERR_CONNECTION|sw\.js/,
    });
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForFunction(
      async () => (await caches.keys()).length === 1 && navigator.serviceWorker.controller !== null,
    );
    own.close();
    await page.reload();
    await page.getByRole("heading", { name: "Refund", level: 1 }).waitFor();
    await page.getByRole("button", { name: "Send to the sandbox" }).click();
    await page.getByText("The refund is done.").waitFor();
    for (const { title, name } of SCREENS) {
      await page.getByRole("link", { name: title, exact: true }).click();
      await page.locator(`[data-screen=${name}] h1`).waitFor();
    }
    check();
    await context.close();
  });

  test("as static files, without any server behind them", async () => {
    const files = await startConsole({ sandbox: "page" });
    const { page, context, check } = await open(`${files.url}/`);
    await page.getByLabel("The sandbox's next answer").selectOption("lost-response");
    await page.getByRole("button", { name: "Send to the sandbox" }).click();
    await page.getByText("Nobody knows yet").waitFor();
    await page.getByRole("link", { name: "History" }).click();
    await page.getByRole("group", { name: "Refunds in the sandbox" }).getByText("INV-20210118-0001").waitFor();
    check();
    await context.close();
    files.close();
  });

  /** @param {import("playwright-core").Page} page @param {string} theme */
  async function setTheme(page, theme) {
    const button = page.getByRole("button", { name: /^Theme: / });
    while ((await button.getAttribute("aria-label")) !== `Theme: ${theme}`) await button.click();
  }

  /** Presses Tab until something of that name has the focus. @param {import("playwright-core").Page} page @param {string} name */
  async function tabTo(page, name) {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press("Tab");
      const isThere = await page.evaluate((wanted) => {
        const { activeElement: element } = document;
        const label =
          element instanceof HTMLElement && "labels" in element ? /** @type {any} */ (element).labels?.[0] : undefined;
        return [label?.textContent, element?.textContent].some((text) => text?.trim() === wanted);
      }, name);
      if (isThere) return;
    }
    assert.fail(`${name} cannot be reached in ${browserName}`);
  }
});
