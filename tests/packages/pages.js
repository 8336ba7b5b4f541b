// Pages of a folder in headless Chromium.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { serveFile } from "../../scripts/lib/files.js";

/** Serves a folder, and starts the Chromium that the environment names. */
export async function openPages(folder) {
  const server = createServer((request, reply) => serve(request.url, reply)).listen(0, "127.0.0.1");
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });

  function serve(url, reply) {
    const { pathname, searchParams } = new URL(url, "http://localhost");
    if (pathname !== "/page") return serveFile(pathToFileURL(`${folder}/`), url, reply);
    reply.setHeader("content-type", "text/html");
    reply.end(`<!doctype html><script type="${searchParams.get("type")}" src="${searchParams.get("path")}"></script>`);
  }

  /** Loads a page, waits for the global promise `result` of its script, and compares. */
  async function shows(expected, path) {
    const page = await browser.newPage();
    try {
      await page.goto(new URL(path, `http://127.0.0.1:${server.address().port}`).href);
      await page.waitForFunction(() => "result" in globalThis, undefined, { timeout: 20_000 });
      assert.equal(await page.evaluate("result"), expected);
    } finally {
      await page.close();
    }
  }

  return {
    shows,
    /** The same for a page that is one script. */
    scriptShows: (expected, path, type = "text/javascript") =>
      shows(expected, `/page?${new URLSearchParams({ path, type })}`),
    async close() {
      await browser.close();
      server.close();
    },
  };
}
