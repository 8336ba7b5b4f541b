// The examples of both READMEs and of docs/refunds.md: those that use the sandbox are run as printed, the others are at least JavaScript.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { examples } from "../readme/examples.js";

const ROOT = new URL("../../", import.meta.url);
// Inside the repository, so that `refund-signer` is found as it is by its users.
const FOLDER = new URL("target/xtask/readme/", ROOT);
mkdirSync(FOLDER, { recursive: true });

for (const readme of ["README.md", "pkg-template/README.md", "docs/refunds.md"]) {
  const blocks = examples(readme);

  test(`${readme} has examples, and one of them runs in the sandbox`, () => {
    assert.ok(blocks.some(({ code }) => code.includes("createSandbox()")));
  });

  for (const [at, { name, code }] of blocks.entries()) {
    const runs = code.includes("createSandbox()");
    test(`${readme}: example ${at + 1} ${runs ? "runs as printed" : "is JavaScript"}`, () => {
      const file = new URL(`${name}.mjs`, FOLDER);
      writeFileSync(file, code);
      execFileSync(process.execPath, [...(runs ? [] : ["--check"]), fileURLToPath(file)], { stdio: "pipe" });
    });
  }
}
