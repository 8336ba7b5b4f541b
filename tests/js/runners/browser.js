// The suite in a headless browser, from the files of the package as they are: no bundler, an import map for the names.
// The page itself sends its result, so that no driver is needed. Takes "chromium" or "firefox", the browser's path,
// and a folder for its profile.

import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { chromiumArguments } from "../../../scripts/lib/chromium.js";
import { serveFile } from "../../../scripts/lib/files.js";
import { importMap } from "../../../scripts/lib/import-map.js";
import { readMaterial } from "./material.js";
import { report } from "./report.js";

const ROOT = new URL("../../../", import.meta.url);
const PATIENCE_MS = 120_000;

/** How each browser is started without a window, on a profile of its own, and kept from calling home. */
const BROWSERS = {
  chromium: chromiumArguments,
  firefox: (profile, url) => ["--headless", "--no-remote", "--profile", profile, url],
};
const FIREFOX_SETTINGS = {
  "app.normandy.enabled": false,
  "app.update.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,",
  "toolkit.telemetry.enabled": false,
};

const [, , name, path, profile] = process.argv;

let finish;
const finished = new Promise((resolve) => {
  finish = resolve;
});
const server = createServer(serve).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
prepareProfile();
const url = `http://127.0.0.1:${server.address().port}/`;
const browser = spawn(path, BROWSERS[name](profile, url), { detached: true, stdio: "ignore" });
browser.once("error", (error) => finish({ failure: error.message }));
browser.once("exit", (code) => finish({ failure: `the browser ended with ${code} before the suite did` }));
const timer = setTimeout(() => finish({ failure: `nothing came in ${PATIENCE_MS / 1000} s` }), PATIENCE_MS);

const { agent = name, failure, result = { passed: 0, failures: [failure] } } = await finished;
report(agent, result);
clearTimeout(timer);
// The whole group, since a browser is several processes.
if (browser.pid && browser.exitCode === null) process.kill(-browser.pid, "SIGKILL");
server.close();
server.closeAllConnections();

function prepareProfile() {
  rmSync(profile, { recursive: true, force: true });
  mkdirSync(profile, { recursive: true });
  const settings = Object.entries(FIREFOX_SETTINGS);
  const lines = settings.map(([setting, value]) => `user_pref("${setting}", ${JSON.stringify(value)});\n`);
  if (name === "firefox") writeFileSync(join(profile, "user.js"), lines.join(""));
}

/** The page, its material, what it found, and the files of the repository that its modules ask for. */
async function serve(request, reply) {
  if (request.url === "/material") return reply.end(JSON.stringify(readMaterial()));
  if (request.url === "/result") {
    let text = "";
    for await (const chunk of request) text += chunk;
    reply.end();
    return finish(JSON.parse(text));
  }
  if (request.url !== "/") return serveFile(ROOT, request.url, reply);
  reply.setHeader("content-type", "text/html");
  reply.end(`<!doctype html>
<script type="importmap">${importMap()}</script>
<script type="module" src="/tests/js/runners/page.js"></script>`);
}
