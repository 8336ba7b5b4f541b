// Check a webhook, in the browser: examples of each provider, what is wrong with them, and what is not covered.

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAccessibility, inBrowser, inEachBrowser, sharedConsole, storedBy } from "./browser.js";

const fieldOf = (page, label) => page.locator(".webhook").getByLabel(label, { exact: true });
const make = async (page, provider, example) => {
  await fieldOf(page, "Provider").selectOption(provider);
  await fieldOf(page, "Example").selectOption(example);
  await page.getByRole("button", { name: "Make it" }).click();
};

inEachBrowser((open) => {
  const site = sharedConsole();

  for (const provider of ["craftgate", "doku", "payermax", "razorpay"]) {
    test(`${provider}: as it came, and altered on its way`, async () => {
      const { page, context, check } = await open(`${site.url}/#/webhook`);
      await make(page, provider, "right");
      await page.getByText("Verified: the provider signed this.").waitFor();
      await page.getByRole("heading", { name: "What it says" }).waitFor();
      await make(page, provider, "altered");
      await page.getByText("Not verified: do not act on it.").waitFor();
      await page.getByText("No known mistake explains it.").waitFor();
      assert.equal(await page.getByRole("heading", { name: "What it says" }).count(), 0);
      check();
      await context.close();
    });
  }
});

inBrowser("chromium", (open) => {
  const site = sharedConsole({ sandbox: "page" });

  test("Razorpay's event id is marked as not covered", async () => {
    const { page, context, check } = await open(`${site.url}/#/webhook`);
    await make(page, "razorpay", "right");
    const part = page.getByRole("listitem").filter({ hasText: "x-razorpay-event-id" });
    await part.getByText("not covered").waitFor();
    await part.getByText(/an old delivery can come again under another id/).waitFor();
    await page.getByRole("listitem").filter({ hasText: "Body" }).getByText("covered", { exact: true }).waitFor();
    check();
    await context.close();
  });

  test("parsed and written again: the cause, the byte and the way out", async () => {
    const { page, context, check } = await open(`${site.url}/#/webhook`);
    await make(page, "doku", "parsed");
    await page.getByText("The same JSON was signed in another spelling").waitFor();
    await page.getByText("Verify the raw bytes before anything parses them").waitFor();
    await page.getByText('Byte 9 (the first is 0): space (0x20) arrived, "{" (0x7b) was signed.').waitFor();
    check();
    await context.close();
  });

  test("too old, a missing setting, and a secret that stays in memory", async () => {
    const { page, context, check } = await open(`${site.url}/#/webhook`);
    await make(page, "doku", "right");
    await page.getByText("Verified: the provider signed this.").waitFor();
    const headers = await fieldOf(page, "Headers").inputValue();
    await fieldOf(page, "Headers").fill(
      headers.replace(/Request-Timestamp: .*/, "Request-Timestamp: 2020-01-01T00:00:00Z"),
    );
    await page.locator(".webhook").getByLabel("Window in seconds").fill("300");
    await page.getByText("It says that it was signed").waitFor();
    await page.locator(".webhook").getByLabel("Path").fill("");
    await page.getByText("path is missing.").waitFor();
    await page.locator(".webhook").getByLabel("Secret key").fill("a-secret-of-mine");
    await page.getByText("Not verified").waitFor();
    assert.ok(!(await storedBy(page)).includes("a-secret-of-mine"));
    check();
    await context.close();
  });

  test("Durianpay has none", async () => {
    const { page, context, check } = await open(`${site.url}/#/webhook`);
    await fieldOf(page, "Provider").selectOption("durianpay");
    await page.getByText("No webhooks for refunds").waitFor();
    check();
    await context.close();
  });

  test("with the keyboard alone", async () => {
    const { page, context, check } = await open(`${site.url}/#/webhook`);
    await fieldOf(page, "Provider").focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("Verified: the provider signed this.").waitFor();
    check();
    await context.close();
  });

  test("no violation of accessibility in either theme, also on a phone", async () => {
    for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
      const { page, context, check } = await open(`${site.url}/#/webhook`, {
        colorScheme,
        viewport: { width: 360, height: 740 },
      });
      await checkAccessibility(page);
      for (const [provider, example, text] of [
        ["razorpay", "right", "Verified"],
        ["doku", "parsed", "With that the signature fits"],
        ["craftgate", "altered", "No known mistake"],
      ]) {
        await make(page, provider, example);
        await page.getByText(text).first().waitFor();
        await checkAccessibility(page);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
      }
      check();
      await context.close();
    }
  });
});
