// Where the npm packages come from: the one that we publish needs none, and those that build and test it are the ones
// of the lock file, under licenses that let us. ADVISORIES=required makes it a failure that the registry tells of none.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const json = (path) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));
const lock = json("package-lock.json");
const installed = json("node_modules/.package-lock.json");

/** What tools may be under: nothing of them is shipped. LGPL and MPL ask something only of who distributes them. */
const LICENSES = new Set(
  "0BSD Apache-2.0 BlueOak-1.0.0 BSD-2-Clause BSD-3-Clause CC-BY-3.0 CC-BY-4.0 CC0-1.0 ISC LGPL-3.0-or-later MIT MPL-2.0 Python-2.0 Unlicense WTFPL".split(
    " ",
  ),
);

const npm = (...args) =>
  spawnSync("npm", args, { cwd: ROOT, encoding: "utf8", shell: process.platform === "win32", maxBuffer: 1 << 26 });

test("the published package depends on nothing, and runs nothing when it is installed", () => {
  for (const path of ["pkg-template/package.json", "pkg/package.json"]) {
    const { bin, ...fields } = json(path);
    assert.deepEqual(
      Object.keys(fields).filter((field) => /dependencies|^scripts$|^gypfile$/i.test(field)),
      [],
      path,
    );
    // A command is there for who calls it: the sandbox as a server.
    assert.deepEqual(bin, { "refund-signer": "bin/refund-signer.js" }, path);
  }
});

test("package.json pins every tool to one version, and the lock file has it", () => {
  const { dependencies, devDependencies } = json("package.json");
  assert.equal(dependencies, undefined);
  for (const [name, wanted] of Object.entries(devDependencies)) {
    // A second version of a tool has a name of its own.
    const version = wanted.replace("npm:typescript@", "");
    assert.match(version, /^\d+\.\d+\.\d+$/, name);
    assert.equal(lock.packages[`node_modules/${name}`]?.version, version, name);
  }
  assert.deepEqual(lock.packages[""].devDependencies, devDependencies);
});

test("what is installed is what the lock file says, with the same checksums", () => {
  const entries = Object.entries(installed.packages).filter(([, { link }]) => !link);
  assert.ok(entries.length > 100);
  for (const [path, { version, integrity }] of entries) {
    assert.equal(version, lock.packages[path]?.version, path);
    assert.match(integrity ?? "", /^sha512-/, `${path} has no checksum`);
    assert.equal(integrity, lock.packages[path].integrity, path);
  }
});

test("no package comes from elsewhere than the registry, and those without a checksum are for other machines", (t) => {
  for (const [path, { resolved }] of Object.entries(lock.packages)) {
    assert.match(resolved ?? "https://registry.npmjs.org/", /^https:\/\/registry\.npmjs\.org\//, path);
  }
  const without = Object.entries(lock.packages).filter(([path, { integrity }]) => path !== "" && !integrity);
  for (const [path, { optional, os, cpu }] of without) assert.ok(optional && (os || cpu), `${path} has no checksum`);
  t.diagnostic(`without a checksum, not installed here: ${without.map(([path]) => path).join(", ") || "none"}`);
});

test("every tool is under a license that lets us use it", (t) => {
  const packages = Object.entries(lock.packages).filter(([path]) => path !== "");
  const ids = (license) => license.replace(/[()]/g, "").split(/ (?:AND|OR) /);
  for (const [license, found] of byLicense(packages)) {
    const names = found.map(([path]) => path.replace(/^.*node_modules\//, ""));
    assert.ok(license && ids(license).every((id) => LICENSES.has(id)), `${license}: ${names.join(", ")}`);
    t.diagnostic(`${license}: ${names.length <= 12 ? names.join(", ") : `${names.length} packages`}`);
  }
  const ours = Object.keys(lock.packages[""].devDependencies);
  t.diagnostic(ours.map((name) => `${name} (${lock.packages[`node_modules/${name}`].license})`).join(", "));
});

test("no tool has a known hole of high severity (npm audit)", (t) => {
  const { stdout } = npm("audit", "--json");
  const answer = stdout.startsWith("{") ? JSON.parse(stdout) : {};
  if (answer.vulnerabilities === undefined) {
    const why = `the registry tells of no advisories: ${answer.message ?? stdout.slice(0, 200)}`;
    assert.notEqual(process.env.ADVISORIES, "required", why);
    return t.skip(`NOT CHECKED: ${why}`);
  }
  const bad = Object.values(answer.vulnerabilities).filter(({ severity }) => /high|critical/.test(severity));
  assert.deepEqual(
    bad.map(({ name, severity, range }) => `${name} ${range}: ${severity}`),
    [],
  );
});

function byLicense(packages) {
  const groups = new Map();
  for (const entry of packages) {
    const license = entry[1].license ?? olderLicense(entry[0]);
    groups.set(license, [...(groups.get(license) ?? []), entry]);
  }
  return groups;
}

/** Packages of before npm's `license` have a list, which is not in the lock file. */
function olderLicense(path) {
  return json(`${path}/package.json`)
    .licenses?.map(({ type }) => type)
    .join(" AND ");
}
