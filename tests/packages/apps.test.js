// The packed package in small apps, as users build them: every bundler without any setting, and every kind of place.
// xtask says in SCRATCH where to work, and in CHROMIUM, DENO and BUN where those are.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { EdgeVM } from "@edge-runtime/vm";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "@rollup/wasm-node";
import { build as esbuild } from "esbuild";
import { createServer as createViteServer, build as viteBuild } from "vite";
import { installApp, run } from "./packed.js";
import { openPages } from "./pages.js";
import { webpacked } from "./webpacked.js";
import { runWorker } from "./worker.js";

const EXPECTED = "succeeded, done, verified, repeated: succeeded, number_amount";

const { SCRATCH, DENO, BUN } = process.env;
const app = installApp(join(SCRATCH, "apps"));
const main = join(app, "main.js");
const out = (name) => join(app, "out", name);

let pages;
before(async () => {
  pages = await openPages(app);
});
after(() => pages.close());

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
  await pages.scriptShows(EXPECTED, "/out/esbuild.module.js", "module");
});

test("esbuild, browser, script", async () => {
  await esbuild({ ...bundled("esbuild.js"), format: "iife" });
  await pages.scriptShows(EXPECTED, "/out/esbuild.js");
});

test("esbuild, Node, CommonJS", async () => {
  await esbuild({ ...bundled("esbuild.cjs"), format: "cjs", platform: "node" });
  ranIn(process.execPath, out("esbuild.cjs"));
});

for (const [format, type] of Object.entries({ es: "module", iife: "text/javascript" })) {
  test(`Rollup, ${format}`, async () => {
    const build = await rollup({ input: main, plugins: [nodeResolve({ browser: true })], onwarn: fail });
    await build.write({ file: out(`rollup.${format}.js`), format });
    await pages.scriptShows(EXPECTED, `/out/rollup.${format}.js`, type);
  });
}

test("webpack, web", async () => {
  await webpacked({ ...unconfigured("webpack.js"), target: "web" });
  await pages.scriptShows(EXPECTED, "/out/webpack.js");
});

test("webpack, Node", async () => {
  await webpacked({ ...unconfigured("webpack.cjs"), target: "node" });
  ranIn(process.execPath, out("webpack.cjs"));
});

test("Vite, build", async () => {
  await viteBuild({ root: app, configFile: false, logLevel: "error", build: { outDir: out("vite") }, base: "./" });
  await pages.shows(EXPECTED, "/out/vite/");
});

test("Vite, dev", async () => {
  const vite = await createViteServer({ root: app, configFile: false, logLevel: "error", server: { port: 0 } });
  try {
    await vite.listen();
    await pages.shows(EXPECTED, vite.resolvedUrls.local[0]);
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

/** What webpack must be told. */
function unconfigured(filename) {
  return { context: app, entry: main, output: { path: out(""), filename } };
}

function fail(warning) {
  throw new Error(warning.message);
}

function ranIn(program, ...args) {
  assert.equal(run(program, args, { cwd: app }).trim(), EXPECTED);
}
