// Debug a signature, in the browser: examples, a request of one's own, and what is shown of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAccessibility, inBrowser, inEachBrowser, sharedConsole, storedBy } from "./browser.js";

/** What each example must be traced back to; undefined where nothing is wrong. */
const CAUSES = {
  doku: { serialized: "body-reserialized", newline: "body-newline", decoded: "secret-decoded", right: undefined },
  payermax: { path: "path", time: "time-format", bearer: "token-bearer", right: undefined },
  craftgate: { hmac: "algorithm", hex: "encoding", right: undefined },
  durianpay: { colon: "part-missing", space: "secret-space", right: undefined },
  razorpay: { order: "part-order", quotes: "secret-quotes", right: undefined },
};

const causesOf = (page) =>
  page.locator("[data-cause]").evaluateAll((nodes) => nodes.map((node) => node.getAttribute("data-cause")));
const untilFound = (page) => page.locator('.debug [aria-busy="false"]').waitFor();
const fieldOf = (page, label) => page.locator(".debug").getByLabel(label, { exact: true });

inEachBrowser((open) => {
  const site = sharedConsole({ sandbox: "page" });

  test("it opens with an example, and names its cause and the byte", async () => {
    const { page, context, check } = await open(`${site.url}/#/debug`);
    await page.getByText("The same JSON was signed in another spelling").waitFor();
    await page.getByText('Byte 9 (the first is 0): "{" (0x7b) should be there, space (0x20) was signed.').waitFor();
    await page.getByText("to the last character. So this is the cause.").waitFor();
    check();
    await context.close();
  });

  test("a request of one's own: pasted as curl, wrong, then right", async () => {
    const { page, context, check } = await open(`${site.url}/#/debug`);
    await untilFound(page);
    await fieldOf(page, "Provider").selectOption("razorpay");
    await untilFound(page);
    await page.getByText("Paste it all at once").click();
    const basic = btoa("rzp_test_mine:wrong");
    await page
      .getByLabel("A curl command, or HTTP as on the wire")
      .fill(
        `curl -X POST https://api.razorpay.com/v1/payments/pay_1/refund \\\n -H 'Authorization: Basic ${basic}' -H "Content-Type: application/json" -d '{"amount":100}'`,
      );
    assert.equal(await fieldOf(page, "Body").inputValue(), '{"amount":100}');
    await fieldOf(page, "keyId").fill("rzp_test_mine");
    await fieldOf(page, "keySecret").fill("right");
    await page.getByText(/None of the \d+ known mistakes explains it\./).waitFor();
    await fieldOf(page, "keySecret").fill("wrong");
    await page.getByText("The signature is right.").waitFor();
    await fieldOf(page, "keySecret").fill("wrong ");
    await page.getByText("White space was used as part of the secret, or left out of it").waitFor();
    const stored = await storedBy(page);
    assert.ok(!stored.includes("rzp_test_mine"));
    check();
    await context.close();
  });
});

inBrowser("chromium", (open) => {
  const site = sharedConsole({ sandbox: "page" });

  for (const [provider, examples] of Object.entries(CAUSES)) {
    test(`the examples of ${provider}`, async () => {
      const { page, context, check } = await open(`${site.url}/#/debug`);
      await untilFound(page);
      await fieldOf(page, "Provider").selectOption(provider);
      await untilFound(page);
      const options = await fieldOf(page, "Example")
        .locator("option")
        .evaluateAll((nodes) => nodes.map((node) => node.value));
      assert.deepEqual(options, Object.keys(examples));
      for (const [example, cause] of Object.entries(examples)) {
        await fieldOf(page, "Example").selectOption(example);
        await untilFound(page);
        await (cause ? page.locator(`[data-cause="${cause}"]`) : page.getByText("The signature is right.")).waitFor();
        assert.deepEqual(await causesOf(page), cause ? [cause] : []);
      }
      check();
      await context.close();
    });
  }

  test("what the provider expected, and what one's code printed, are compared", async () => {
    const { page, context, check } = await open(`${site.url}/#/debug`);
    await untilFound(page);
    await fieldOf(page, "Example").selectOption("right");
    await page.getByText("The signature is right.").waitFor();
    await page.getByText("What else is known", { exact: true }).click();
    await page.getByLabel("Signature that the provider expected").fill("HMACSHA256=AAAA");
    await page.getByText("What the provider expected is explained by no known mistake").waitFor();
    await fieldOf(page, "secretKey").fill("");
    await page.getByLabel("String to sign, as your code made it").fill("Client-id:MCH");
    await page.getByText('Byte 7 (the first is 0): "I" (0x49) should be there, "i" (0x69) was signed.').waitFor();
    check();
    await context.close();
  });

  test("an RSA scheme: a secret is no key, and a signature of a secret is told by its length", async () => {
    const { page, context, check } = await open(`${site.url}/#/debug`);
    await untilFound(page);
    await fieldOf(page, "Provider").selectOption("payermax");
    await untilFound(page);
    await fieldOf(page, "Scheme").selectOption({ label: "PayerMax: SNAP, access token" });
    await page.getByText("The key is missing.").waitFor();
    const key = page.getByLabel("Your RSA key, private or public");
    await key.fill("payermax-client-secret");
    await page.getByText("This is no RSA key.").waitFor();
    const pem = await page.evaluate(async () => {
      const algorithm = {
        name: "RSASSA-PKCS1-v1_5",
        hash: "SHA-256",
        modulusLength: 2048,
        publicExponent: new Uint8Array([1, 0, 1]),
      };
      const { publicKey } = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
      return btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.exportKey("spki", publicKey))));
    });
    await key.fill(pem);
    await page.getByText("The signature has 64 bytes, like SHA-512; an RSA key of 2048 bits makes 256.").waitFor();
    check();
    await context.close();
  });

  test("a missing header is named", async () => {
    const { page, context, check } = await open(`${site.url}/#/debug`);
    await untilFound(page);
    const headers = await fieldOf(page, "Headers").inputValue();
    await fieldOf(page, "Headers").fill(
      headers.replace(/^Request-Id:.*\n/m, "").replace(/(Request-Timestamp: \S+)Z/, "$1.000Z"),
    );
    await page.getByText("Request-Id is missing.").waitFor();
    await page.getByText(/Request-Timestamp must be UTC in whole seconds/).waitFor();
    check();
    await context.close();
  });

  test("with the keyboard alone", async () => {
    const { page, context, check } = await open(`${site.url}/#/debug`);
    await untilFound(page);
    await fieldOf(page, "Provider").focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    await page.getByText("The body that was signed ends differently").waitFor();
    for (const label of [
      "Scheme",
      "Paste it all at once",
      "Method",
      "URL",
      "Headers",
      "Body",
      "secretKey",
      "What else is known",
    ]) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(
        () => document.activeElement?.labels?.[0]?.textContent ?? document.activeElement?.textContent,
      );
      assert.equal(at, label);
    }
    check();
    await context.close();
  });

  test("no violation of accessibility in either theme, also on a phone", async () => {
    for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
      const { page, context, check } = await open(`${site.url}/#/debug`, {
        colorScheme,
        viewport: { width: 360, height: 740 },
      });
      for (const example of ["serialized", "decoded", "right"]) {
        await untilFound(page);
        await fieldOf(page, "Example").selectOption(example);
        await untilFound(page);
        await checkAccessibility(page);
      }
      await page.getByText("What else is known", { exact: true }).click();
      await page.getByText("Paste it all at once").click();
      await fieldOf(page, "secretKey").fill("another");
      await page.getByText(/None of the \d+ known mistakes/).waitFor();
      await checkAccessibility(page);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
      check();
      await context.close();
    }
  });
});
