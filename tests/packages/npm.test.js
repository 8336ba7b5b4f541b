// What npm, publint and "are the types wrong?" say about the packed package.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { PKG, pack } from "./packed.js";

const FILES = new URL("npm-files.txt", import.meta.url);
// A .wasm file has no types: what an import of it gives differs from bundler to bundler.
const WITHOUT_TYPES = ["./refund_signer.wasm"];

const folder = join(process.env.SCRATCH, "npm");
const { filename, files } = pack(folder);

test("the tarball holds the files of tests/packages/npm-files.txt", () => {
  const found = files
    .map(({ path }) => `${path}\n`)
    .sort()
    .join("");
  if (process.env.UPDATE) writeFileSync(FILES, found);
  assert.equal(found, readFileSync(FILES, "utf8"), "if this is meant: UPDATE=1 npm run test:packages");
});

test("npm would publish it without a complaint", () => {
  const { name, version } = JSON.parse(readFileSync(join(PKG, "package.json")));
  const { stdout, stderr } = spawnSync("npm", ["publish", PKG, "--dry-run", "--ignore-scripts"], { encoding: "utf8" });
  assert.equal(stdout.trim(), `+ ${name}@${version}`);
  // Not to be logged in is no fault of the package.
  const complaints = stderr.split("\n").filter((line) => /^npm (warn publish|error)/.test(line));
  assert.deepEqual(
    complaints.filter((line) => !/requires you to be logged in/.test(line)),
    [],
  );
});

test("publint finds nothing", async () => {
  const { messages, pkg } = await publint({ pkgDir: PKG, strict: true });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg)),
    [],
  );
});

test("the types are not wrong, however a program resolves them", () => {
  const cli = dirname(createRequire(import.meta.url).resolve("@arethetypeswrong/cli/package.json"));
  const args = [join(cli, "dist/index.js"), join(folder, filename), "--exclude-entrypoints", ...WITHOUT_TYPES];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.equal(status, 0, stdout);
});
