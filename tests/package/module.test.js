// The wasm module may ask its host for what its JavaScript surface needs, and for nothing else: no clock, no random
// numbers, no network. And it offers what that surface calls, and nothing else.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { test } from "node:test";
import { base64 } from "../../pkg/lib/base64.js";
import { decode } from "../../pkg/lib/decode.js";
import { order, text } from "../../pkg/lib/text.js";

const read = (path) => readFileSync(new URL(path, import.meta.url));
const wasm = read("../../pkg/refund_signer.wasm");

// wasm-bindgen ends some names with a hash of its own version, and rustc with one of the build.
const withoutHash = (name) => name.replace(/_+h?[0-9a-f]{16}$/, "");

for (const list of ["imports", "exports"]) {
  test(`the module ${list} exactly what tests/package/${list}.txt names`, () => {
    const entries = WebAssembly.Module[list](new WebAssembly.Module(wasm));
    const found = entries.map(
      ({ module, name, kind }) => `${[kind, module, withoutHash(name)].filter(Boolean).join(" ")}\n`,
    );
    const names = [...new Set(found)].sort().join("");
    const snapshot = new URL(`${list}.txt`, import.meta.url);
    if (process.env.UPDATE) writeFileSync(snapshot, names);
    assert.equal(
      names,
      readFileSync(snapshot, "utf8"),
      "if this is meant: UPDATE=1 npm run test:package, and say in the commit why the module needs it",
    );
  });
}

test("the module holds no path of the machine that built it", () => {
  for (const path of [homedir(), process.cwd()]) {
    assert.equal(wasm.includes(path), false, `${path} is in the module`);
  }
});

test("both texts of the module are the module", () => {
  assert.equal(Buffer.compare(Buffer.from(base64, "base64"), wasm), 0, "lib/base64.js");
  assert.equal(Buffer.compare(decode(text, order), wasm), 0, "lib/text.js");
  assert.match(text, /^[ !#%&(-;=-[\]-_a-~]+$/, "no character that a string or a script in a page needs escaped");
});
