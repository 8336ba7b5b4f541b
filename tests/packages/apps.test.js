// The packed package in small apps, as users build them: every bundler without any setting, and every kind of place.
// xtask says in SCRATCH where to work, and in CHROMIUM, DENO and BUN where those are.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { EdgeVM } from "@edge-runtime/vm";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "@rollup/wasm-node";
import { build as esbuild } from "esbuild";
import { chromium } from "playwright-core";
import { createServer as createViteServer, build as viteBuild } from "vite";
import webpack from "webpack";
import { serveFile } from "../../scripts/lib/files.js";
import { installApp, run } from "./packed.js";
import { runWorker } from "./worker.js";

const EXPECTED = "succeeded, done, verified, repeated: succeeded, number_amount";

const { SCRATCH, CHROMIUM, DENO, BUN } = process.env;
const app = installApp(join(SCRATCH, "apps"));
const main = join(app, "main.js");
const out = (name) => join(app, "out", name);

let browser;
let server;
before(async () => {
  server = createServer((request, reply) => serve(request.url, reply)).listen(0, "127.0.0.1");
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
});
after(async () => {
  await browser.close();
  server.close();
});

test("Node, import", () => ranIn(process.execPath, main));

test("Node, require", async () => {
  const require = createRequire(main);
  assert.ok(require.resolve("refund-signer").startsWith(app), "the installed package is used");
  await esbuild({ ...bundled("node-unbundled.cjs"), format: "cjs", platform: "node", packages: "external" });
  assert.match(readFileSync(out("node-unbundled.cjs"), "utf8"), /require\("refund-signer"\)/);
  ranIn(process.execPath, out("node-unbundled.cjs"));
});

test("Deno", () => ranIn(DENO, "run", "--no-prompt", "--no-config", "--node-modules-dir=manual", main));

test("Bun", () => ranIn(BUN, main));

test("bun build", () => {
  run(BUN, ["build", main, "--target=bun", `--outfile=${out("bun.js")}`], { cwd: app });
  ranIn(BUN, out("bun.js"));
});

test("esbuild, browser, ESM", async () => {
  await esbuild({ ...bundled("esbuild.module.js"), format: "esm" });
  await ranInChromium("/out/esbuild.module.js", "module");
});

test("esbuild, browser, script", async () => {
  await esbuild({ ...bundled("esbuild.js"), format: "iife" });
  await ranInChromium("/out/esbuild.js");
});

test("esbuild, Node, CommonJS", async () => {
  await esbuild({ ...bundled("esbuild.cjs"), format: "cjs", platform: "node" });
  ranIn(process.execPath, out("esbuild.cjs"));
});

for (const [format, type] of Object.entries({ es: "module", iife: "text/javascript" })) {
  test(`Rollup, ${format}`, async () => {
    const build = await rollup({ input: main, plugins: [nodeResolve({ browser: true })], onwarn: fail });
    await build.write({ file: out(`rollup.${format}.js`), format });
    await ranInChromium(`/out/rollup.${format}.js`, type);
  });
}

test("webpack, web", async () => {
  await webpacked("webpack.js", "web");
  await ranInChromium("/out/webpack.js");
});

test("webpack, Node", async () => {
  await webpacked("webpack.cjs", "node");
  ranIn(process.execPath, out("webpack.cjs"));
});

test("Vite, build", async () => {
  await viteBuild({ root: app, configFile: false, logLevel: "error", build: { outDir: out("vite") }, base: "./" });
  await showedInChromium("/out/vite/");
});

test("Vite, dev", async () => {
  const vite = await createViteServer({ root: app, configFile: false, logLevel: "error", server: { port: 0 } });
  try {
    await vite.listen();
    await showedInChromium(vite.resolvedUrls.local[0]);
  } finally {
    await vite.close();
  }
});

test("a Worker, bundled with the condition workerd", async () => {
  const worker = out("worker.js");
  await esbuild({
    ...bundled("worker.js", "worker.js"),
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    // What wrangler does: the module goes beside the Worker.
    loader: { ".wasm": "copy" },
    assetNames: "[name]",
  });
  assert.equal(runWorker(worker, out("refund_signer.wasm")), EXPECTED);
});

test("an edge function, bundled with the condition edge-light", async () => {
  let wasm;
  const modulesFromTheHost = {
    name: "what the bundlers of the edge do with ?module",
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /\.wasm\?module$/ }, async ({ path, ...from }) => {
        wasm = (await resolve(path.replace("?module", ""), from)).path;
        return { path, namespace: "host" };
      });
      onLoad({ filter: /./, namespace: "host" }, () => ({ contents: "export default hostModule;" }));
    },
  };
  await esbuild({
    ...bundled("edge.js"),
    format: "iife",
    conditions: ["edge-light", "browser"],
    plugins: [modulesFromTheHost],
  });
  const hostModule = new WebAssembly.Module(readFileSync(wasm));
  const vm = new EdgeVM({
    codeGeneration: { strings: false, wasm: false },
    extend: (context) => Object.assign(context, { hostModule }),
  });
  vm.evaluate(readFileSync(out("edge.js"), "utf8"));
  assert.equal(await vm.evaluate("result"), EXPECTED);
});

/** Options of esbuild that all apps share. */
function bundled(name, entry = "main.js") {
  return { entryPoints: [join(app, entry)], outfile: out(name), bundle: true, minify: true, logLevel: "error" };
}

/** Builds with webpack as it is without a configuration. */
async function webpacked(filename, target) {
  const compiler = webpack({
    mode: "production",
    context: app,
    entry: main,
    target,
    output: { path: out(""), filename },
  });
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, result) => (error ? reject(error) : resolve(result)));
  });
  await new Promise((resolve) => compiler.close(resolve));
  assert.equal(stats.toString({ all: false, errors: true }), "");
}

function fail(warning) {
  throw new Error(warning.message);
}

function ranIn(program, ...args) {
  assert.equal(run(program, args, { cwd: app }).trim(), EXPECTED);
}

/** Loads a page with one script. */
async function ranInChromium(path, type = "text/javascript") {
  await showedInChromium(`/page?${new URLSearchParams({ path, type })}`);
}

/** Loads a page, and waits for the result of its script. */
async function showedInChromium(path) {
  const page = await browser.newPage();
  try {
    await page.goto(new URL(path, `http://127.0.0.1:${server.address().port}`).href);
    await page.waitForFunction(() => "result" in globalThis, undefined, { timeout: 20_000 });
    assert.equal(await page.evaluate("result"), EXPECTED);
  } finally {
    await page.close();
  }
}

function serve(url, reply) {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  if (pathname !== "/page") return serveFile(pathToFileURL(`${app}/`), url, reply);
  reply.setHeader("content-type", "text/html");
  reply.end(`<!doctype html><script type="${searchParams.get("type")}" src="${searchParams.get("path")}"></script>`);
}
