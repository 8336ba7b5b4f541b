// What is done on each screen before its picture is taken.

/** @typedef {import("playwright-core").Page} Page */

/** @type {Record<string, (page: Page) => Promise<void>>} */
export const stages = {
  async refund(page) {
    await page.getByRole("combobox", { name: "The sandbox's next answer" }).selectOption("lost-response");
    await page.getByRole("button", { name: "Send to the sandbox" }).click();
    await page.getByText("Nobody knows yet").waitFor();
    await page.evaluate(() => scrollTo(0, 0));
    await showOnPhone(page, ".result");
  },
  async debug(page) {
    await page.locator("[data-cause]").first().waitFor();
    await showOnPhone(page, "[data-cause]");
  },
  async webhook(page) {
    await page.getByRole("button", { name: "Make it" }).click();
    await page.getByRole("heading", { name: "What it says" }).waitFor();
    await page.evaluate(() => scrollTo(0, 0));
    await showOnPhone(page, "[data-screen=webhook] .columns > :nth-child(2)");
  },
  async bulk(page) {
    await page.getByRole("button", { name: "Try the sample" }).click();
    await page.getByRole("button", { name: "Refund 7 rows" }).click();
    await page.getByRole("button", { name: "Nothing left to send" }).waitFor();
    await page.evaluate(() => scrollTo(0, 0));
  },
  async history(page) {
    await page.getByRole("link", { name: "Refund", exact: true }).click();
    for (const [provider, fault] of [
      ["razorpay", ""],
      ["craftgate", "declined"],
      ["payermax", "pending"],
      ["doku", "lost-response"],
    ]) {
      await page.getByLabel("Provider").selectOption(provider ?? "");
      await page.getByRole("combobox", { name: "The sandbox's next answer" }).selectOption(fault ?? "");
      await page.getByRole("button", { name: "Send to the sandbox" }).click();
      await page.getByText("Verdict of createRefund").waitFor();
      await page.getByRole("button", { name: "Send to the sandbox", disabled: true }).waitFor();
      await page.locator("[data-screen=refund] .verdict").waitFor();
    }
    await page.getByRole("button", { name: "Ask what became of it" }).click();
    await page.getByText("Verdict of asking").waitFor();
    await page.getByRole("link", { name: "History" }).click();
    await page.getByRole("button", { name: "500 Server error" }).click();
    await page.getByText("Arranged, in this order").waitFor();
    if (!isPhone(page)) await page.locator(".entry summary").nth(1).click();
    await page.evaluate(() => scrollTo(0, 0));
  },
};

/** @param {Page} page */
const isPhone = (page) => (page.viewportSize()?.width ?? 0) < 600;

/** What one came for is below the form there. @param {Page} page @param {string} selector */
async function showOnPhone(page, selector) {
  if (!isPhone(page)) return;
  // Below the bar at the top.
  await page.evaluate((found) => {
    const { top } = /** @type {Element} */ (document.querySelector(found)).getBoundingClientRect();
    scrollBy(0, top - 96);
  }, selector);
}
