// The suite in Vercel's edge runtime: with the entry that it is meant for, where the host hands in the module and
// nobody may compile bytes, and with the entry for everybody else. Takes the folder to work in.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EdgeVM } from "@edge-runtime/vm";
import { bundle, WASM } from "./bundle.js";
import { report } from "./report.js";

const folder = process.argv[2];

/** What the bundlers for the edge do with `?module`: the program finds a module that the host compiled. */
const fromTheHost = {
  name: "modules from the host",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.wasm\?module$/ }, ({ path }) => ({ path, namespace: "host" }));
    onLoad({ filter: /./, namespace: "host" }, () => ({ contents: "export default hostModule;" }));
  },
};

const module = new WebAssembly.Module(readFileSync(WASM));
await run("module from the host, no code generation", ["edge-light"], {
  codeGeneration: { strings: false, wasm: false },
  extend: (context) => Object.assign(context, { hostModule: module }),
});
await run("inline entry", [], {});

async function run(what, conditions, settings) {
  const file = join(folder, conditions.length > 0 ? "edge-light.js" : "inline.js");
  await bundle("edge.js", file, { format: "iife", conditions, plugins: [fromTheHost] });
  const vm = new EdgeVM(settings);
  vm.evaluate(readFileSync(file, "utf8"));
  report(`@edge-runtime/vm, ${what}`, await vm.evaluate("runSuite()"));
}
