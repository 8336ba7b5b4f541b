// refund-signer/slim, for hosts that bring the module themselves.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import * as slim from "refund-signer/slim";

const require = createRequire(import.meta.url);
const bytes = readFileSync(require.resolve("refund-signer/refund_signer.wasm"));
// What an edge host gives: made outside of our realm, so that `instanceof WebAssembly.Module` is false for it.
const Module = runInNewContext("WebAssembly.Module");

for (const [what, package_, module] of [
  ["import, a module of another realm", slim, new Module(bytes)],
  ["require, bytes", require("refund-signer/slim"), bytes],
]) {
  test(`slim by ${what}: says what is missing, and works once it is there`, () => {
    assert.throws(() => package_.payermax.requestAccessToken(), /call init\(bytesOrModule\) once/);
    package_.init(module);
    assert.equal(package_.payermax.requestAccessToken().provider, "payermax");
  });
}
