// The cases of every store, in IndexedDB, in two tabs of each browser; and tabs that end in the middle of a write.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { serveFile } from "../../scripts/lib/files.js";
import { importMap } from "../../scripts/lib/import-map.js";
import { inEachBrowser } from "../console/browser.js";
import { CASES } from "./cases.js";

const ROOT = new URL("../../", import.meta.url);
const PAGE = `<!doctype html>
<link rel="icon" href="data:,">
<script type="importmap">${importMap()}</script>
<h1></h1>
<script type="module" src="/tests/stores/page.js"></script>`;

const server = createServer((request, reply) => {
  if (request.url !== "/") return serveFile(ROOT, request.url, reply);
  reply.setHeader("content-type", "text/html");
  reply.end(PAGE);
});
let url;
before(async () => {
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  url = `http://127.0.0.1:${server.address().port}/`;
});
after(() => {
  server.close();
  server.closeAllConnections();
});

inEachBrowser((open, browser) => {
  let tab;
  before(async () => {
    tab = await open(url);
    await second();
  });

  /** Another tab of the same browser. */
  async function second() {
    const page = await tab.context.newPage();
    await page.goto(url);
    await page.getByRole("heading", { name: "Ready" }).waitFor();
    return page;
  }

  for (const [at, [name]] of CASES.entries()) {
    test(`IndexedDB in ${browser}: ${name}`, async () => {
      assert.equal(await tab.page.evaluate((at) => globalThis.stores.run(at), at), "passed");
    });
  }

  test(`IndexedDB in ${browser}: a tab that is closed in the middle of a write leaves a whole row`, async () => {
    await tab.page.evaluate(() => globalThis.stores.empty());
    const other = await second();
    await other.evaluate(() => void globalThis.stores.writeOn());
    await other.waitForFunction(() => globalThis.acknowledged > 20);
    const acknowledged = await other.evaluate(() => globalThis.acknowledged);
    await other.close();
    const { version, token, record, refundId } = await tab.page.evaluate(() => globalThis.stores.row());
    const last = version - 1;
    assert.ok(last >= acknowledged, `${last} after ${acknowledged}`);
    assert.deepEqual([token, record, refundId], [`t${last}`, `${last}`, `${last}`]);
  });

  test(`IndexedDB in ${browser}: a write that is aborted fails and has changed nothing; all are strict`, async () => {
    const [insert, put, ...rest] = await tab.page.evaluate(() => globalThis.stores.aborted());
    for (const outcome of [insert, put]) assert.match(outcome, /abort/i);
    assert.deepEqual(rest, ["strict", "strict", true, "t1"]);
  });

  test(`IndexedDB in ${browser}: newer tables are not held up, and refused`, async () => {
    assert.match(await tab.page.evaluate(() => globalThis.stores.newer()), /^VersionError/);
  });

  test(`IndexedDB in ${browser}: no page complained`, () => tab.check());
});
