// Both ecosystems build from their lock files: those agree with the manifests, and no command of ours may change them.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const read = (path) => readFileSync(join(ROOT, path), "utf8");
const tracked = (...patterns) =>
  execFileSync("git", ["ls-files", ...patterns], { cwd: ROOT, encoding: "utf8" })
    .trim()
    .split("\n");

for (const lock of tracked("Cargo.lock", "*/Cargo.lock")) {
  test(`${lock} fits its Cargo.toml`, () => {
    const manifest = join(ROOT, dirname(lock), "Cargo.toml");
    const args = ["metadata", "--locked", "--format-version=1", "--manifest-path", manifest];
    const { status, stderr } = spawnSync("cargo", args, { encoding: "utf8", maxBuffer: 1 << 28 });
    assert.equal(status, 0, stderr);
  });
}

test("every workspace of this repository has a lock file", () => {
  const workspaces = tracked("Cargo.toml", "*/Cargo.toml").filter((path) => /^\[workspace\]$/m.test(read(path)));
  assert.deepEqual(
    workspaces.map((path) => path.replace(/toml$/, "lock")).sort(),
    tracked("Cargo.lock", "*/Cargo.lock").sort(),
  );
});

test("package-lock.json fits package.json", () => {
  const args = ["ci", "--dry-run", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  const npm = spawnSync("npm", args, { cwd: ROOT, encoding: "utf8", shell: process.platform === "win32" });
  assert.equal(npm.status, 0, npm.stderr);
});

test("the lock files are in use: cargo xtask runs locked, and npm installs with `ci` alone", () => {
  assert.match(read(".cargo/config.toml"), /^xtask = "run [^"]*--locked /m);
  const sources = readdirSync(join(ROOT, "xtask/src")).map((file) => read(`xtask/src/${file}`));
  const installs = sources.flatMap((source) => source.match(/npm\(\)\.args\(\[.*?\]/g) ?? []);
  assert.ok(installs.some((install) => install.startsWith('npm().args(["ci", "--ignore-scripts"')));
  for (const install of installs) assert.doesNotMatch(install, /"(install|i|add|update)"/);
  const workflows = readdirSync(join(ROOT, ".github/workflows")).map((file) => read(`.github/workflows/${file}`));
  for (const workflow of workflows) assert.doesNotMatch(workflow, /npm (install|i|add|update)\b|npx /);
});
