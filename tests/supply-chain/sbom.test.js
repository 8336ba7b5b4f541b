// The bills of materials name all that is shipped. What is shipped is not asked of the same source: cargo says what it
// compiled for wasm, and the module's own symbols say what was linked. xtask writes cargo's words to LINKED, the compiled
// module before its names are removed is COMPILED, and the bills are in BILLS.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const { BILLS, LINKED, COMPILED } = process.env;
const read = (path) => readFileSync(path, "utf8");
const npm = JSON.parse(read(join(BILLS, "npm.cdx.json")));
const crate = JSON.parse(read(join(BILLS, "crate.cdx.json")));
const required = npm.components.filter(({ scope }) => scope === "required");

/** Whether a crate belongs to the standard library, which is compiled from the toolchain's sources and is one entry of the bill. */
const isStandard = ({ manifest_path, features }) =>
  manifest_path.includes("/lib/rustlib/src/rust/library/") || features.includes("rustc-dep-of-std");

/** `name@version` of every library that cargo compiled for wasm, but for the standard one. */
function compiledForWasm() {
  const messages = read(LINKED)
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  const libraries = messages.filter(
    ({ reason, filenames }) =>
      reason === "compiler-artifact" && filenames.some((file) => /wasm32-unknown-unknown.*\.(rlib|wasm)$/.test(file)),
  );
  // The id ends with `#name@version`, or where the folder has the crate's name with `/name#version`.
  return libraries
    .filter((message) => !isStandard(message))
    .map(({ package_id, manifest_path }) => {
      const [, fragment] = package_id.split("#");
      if (fragment.includes("@")) return fragment;
      return `${/^name = "(.+)"/m.exec(read(manifest_path))?.[1]}@${fragment}`;
    });
}

/** The crates that the symbols of the module begin with. */
function linkedByName() {
  const [names] = WebAssembly.Module.customSections(new WebAssembly.Module(readFileSync(COMPILED)), "name");
  assert.ok(names, "the compiled module has no names: this test needs another source then");
  // Mangled as `Cs…_4core`, by older compilers as `_ZN4core`. A name that is parted by "_" begins with one: the compiler's own.
  const symbols = Buffer.from(names)
    .toString("latin1")
    .matchAll(/(?:Cs[0-9A-Za-z]*_|_ZN)(\d+)([A-Za-z0-9_$.]+)/g);
  const roots = Array.from(symbols, ([, length, text]) => text.slice(0, Number(length)));
  return new Set(roots.filter((name) => /^[a-z][a-z0-9_]*$/.test(name)));
}

test("every crate that was compiled for the module is in the npm package's bill, and no other", () => {
  const named = required
    .filter(({ purl }) => purl.startsWith("pkg:cargo/"))
    .map(({ name, version }) => `${name}@${version}`);
  const compiled = compiledForWasm();
  assert.ok(compiled.length > 10, "cargo named what it compiled");
  assert.deepEqual(named.sort(), [...new Set(compiled)].sort());
});

test("the package names every crate that was compiled for the module, with a license text", () => {
  const notices = read(new URL("../../pkg/THIRD-PARTY.md", import.meta.url));
  const rows = Array.from(notices.matchAll(/^\| (\S+) \| (\d\S+) \|/gm), ([, name, version]) => `${name}@${version}`);
  const others = new Set(compiledForWasm().filter((crate) => !crate.startsWith("refund-signer")));
  assert.deepEqual(rows.sort(), [...others].sort());
  const sections = new Set(Array.from(notices.matchAll(/^## (.+)$/gm), ([, names]) => names.split(", ")).flat());
  for (const crate of others) assert.ok(sections.has(crate.split("@")[0]), `${crate} has a text`);
});

test("every crate with a symbol in the module is in the bill, or in the standard library", () => {
  const known = new Set(required.map(({ name }) => name.replaceAll("-", "_")));
  // What the one entry `rust-std` stands for.
  for (const name of ["core", "alloc", "std", "compiler_builtins", "dlmalloc", "hashbrown", "rustc_demangle"])
    known.add(name);
  const linked = linkedByName();
  for (const name of ["core", "refund_signer", "sha2"]) assert.ok(linked.has(name), `${name} is linked`);
  assert.deepEqual(
    [...linked].filter((name) => !known.has(name)),
    [],
  );
});

test("it names the module by its hash, and the standard library by its version", () => {
  const [module] = npm.metadata.component.components;
  const bytes = readFileSync(new URL("../../pkg/refund_signer.wasm", import.meta.url));
  assert.equal(module.hashes[0].content, createHash("sha256").update(bytes).digest("hex"));
  const std = required.find(({ name }) => name === "rust-std");
  assert.match(std.version, /^1\.\d+\.\d+/);
});

test("what comes from a registry has its checksum, and everything has a license", () => {
  for (const { purl, hashes, licenses } of [...npm.components, ...crate.components]) {
    assert.ok(licenses[0].expression, purl);
    const ours = /refund-signer|rust-std/.test(purl);
    if (!ours) assert.match(hashes[0].content, /^([0-9a-f]{64}|[0-9a-f]{128})$/, purl);
  }
});

test("the crate's bill holds every dependency that its manifest names, in the version that was tested", () => {
  const manifest = read(new URL("../../Cargo.toml", import.meta.url));
  const lock = read(new URL("../../Cargo.lock", import.meta.url));
  const locked = Array.from(lock.matchAll(/^name = "(.+)"\nversion = "(.+)"$/gm), ([, name, version]) => [
    name,
    version,
  ]);
  const [section] = manifest.split("[dependencies]\n")[1].split(/\n\s*\n|\n\[/);
  const named = Array.from(section.matchAll(/^([a-z0-9-]+) = /gm), ([, name]) => name);
  assert.ok(named.length > 3);
  const found = new Set(crate.components.map(({ name, version }) => `${name}@${version}`));
  for (const name of named) {
    const versions = locked.filter(([other]) => other === name).map(([, version]) => `${name}@${version}`);
    assert.ok(
      versions.some((version) => found.has(version)),
      `${name} is not in the bill in a version of Cargo.lock: ${versions.join(", ")}`,
    );
  }
});

test("every dependency that a bill names is in it", () => {
  for (const bill of [npm, crate]) {
    const refs = new Set([bill.metadata.component, ...bill.components].map((component) => component["bom-ref"]));
    assert.equal(refs.size, bill.components.length + 1, "no component is there twice");
    for (const { ref, dependsOn } of bill.dependencies) {
      for (const name of [ref, ...dependsOn]) assert.ok(refs.has(name), name);
    }
  }
});
