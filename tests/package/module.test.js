// The wasm module may ask its host for what its JavaScript surface needs, and for nothing else: no clock, no random
// numbers, no network.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { test } from "node:test";

const read = (path) => readFileSync(new URL(path, import.meta.url));
const SNAPSHOT = new URL("imports.txt", import.meta.url);
const wasm = read("../../pkg/refund_signer.wasm");

// wasm-bindgen ends the names of imports with a hash of its own version.
const withoutHash = (name) => name.replace(/_[0-9a-f]{16}$/, "");

test("the module imports exactly what tests/package/imports.txt names", () => {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm));
  const found = imports.map(({ module, name, kind }) => `${kind} ${module} ${withoutHash(name)}\n`);
  const text = [...new Set(found)].sort().join("");
  if (process.env.UPDATE) writeFileSync(SNAPSHOT, text);
  assert.equal(
    text,
    read(SNAPSHOT).toString(),
    "if this is meant: UPDATE=1 npm run test:package, and say in the commit why the module needs it",
  );
});

test("the module holds no path of the machine that built it", () => {
  for (const path of [homedir(), process.cwd()]) {
    assert.equal(wasm.includes(path), false, `${path} is in the module`);
  }
});
