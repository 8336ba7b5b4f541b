// What `wasm-pack build` makes of the crate in js/, on pages in Chromium. xtask says in SCRATCH where the outputs are.

import { cpSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openPages } from "../packages/pages.js";
import { webpacked } from "../packages/webpacked.js";

const EXPECTED = "HMACSHA256, unknown, query";
const folder = process.env.SCRATCH;

let pages;
before(async () => {
  cpSync(fileURLToPath(new URL(".", import.meta.url)), folder, { recursive: true });
  pages = await openPages(folder);
});
after(() => pages.close());

test("--target web, without a bundler", () => pages.scriptShows(EXPECTED, "/web.js", "module"));

test("--target bundler, in webpack", async () => {
  await webpacked({
    context: folder,
    entry: join(folder, "bundled.js"),
    target: "web",
    output: { path: folder, filename: "bundled.out.js", publicPath: "/" },
    resolve: { alias: { bundler: join(folder, "bundler") } },
    experiments: { asyncWebAssembly: true },
  });
  await pages.scriptShows(EXPECTED, "/bundled.out.js");
});
