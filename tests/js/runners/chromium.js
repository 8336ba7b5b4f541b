// The suite in headless Chromium, from the files of the package as they are: no bundler, an import map for the names.
// Takes the path of Chromium.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { chromium } from "playwright-core";
import { serveFile } from "../../../scripts/lib/files.js";
import { readAnswers } from "./answers.js";
import { report } from "./report.js";

const ROOT = new URL("../../../", import.meta.url);
// As root in a container Chromium has no sandbox; the rest keeps it from calling home.
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const server = createServer(serve).listen(0, "127.0.0.1");
const browser = await chromium.launch({ executablePath: process.argv[2], args: ARGS });
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const result = await page.evaluate(async (answers) => {
    const [{ runSuite }, { api }] = await Promise.all([
      import("/tests/js/conformance/index.js"),
      import("/tests/js/runners/api.js"),
    ]);
    return runSuite({ ...api, answers });
  }, readAnswers());
  report(`Chromium ${browser.version()}`, result);
} finally {
  await browser.close();
  server.close();
}

/** The page, and the files of the repository that its modules ask for. */
function serve(request, reply) {
  if (request.url !== "/") return serveFile(ROOT, request.url, reply);
  reply.setHeader("content-type", "text/html");
  reply.end(`<!doctype html><script type="importmap">${JSON.stringify({ imports: importMap() })}</script>`);
}

/** What a bundler would find for each entry of the package. */
function importMap() {
  const { exports } = JSON.parse(readFileSync(new URL("pkg/package.json", ROOT), "utf8"));
  const entries = Object.entries(exports).filter(([, target]) => target.default);
  return Object.fromEntries(
    entries.map(([name, target]) => [
      `refund-signer${name.slice(1)}`,
      new URL(target.default.default ?? target.default, "http://x/pkg/").pathname,
    ]),
  );
}
