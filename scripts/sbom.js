// The software bills of materials, in CycloneDX's JSON: what is in the npm package, and what the crate brings along.
// `node scripts/sbom.js FOLDER` writes npm.cdx.json and crate.cdx.json there. No time and no serial number is in them:
// the same sources give the same bytes.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { key, LINKED, licenseOf, metadata, ROOT, releaseOf, rustcVersion, tree, WASM } from "./lib/crates.js";

/** What writes into the package without being linked into the module, or changes the module. */
const TOOLS = { cargo: ["wasm-bindgen-cli-support"], npm: ["binaryen", "esbuild", "typescript"] };

/**
 * @typedef {import("./lib/crates.js").CargoPackage} CargoPackage
 * @typedef {import("./lib/crates.js").Metadata} Metadata
 * @typedef {{ type: string, "bom-ref": string, name: string, version: string, [field: string]: unknown }} Component
 */

/** @param {string} path */
const read = (path) => readFileSync(join(ROOT, path), "utf8");

/** What Cargo.lock says of the packages from the registry: their SHA-256. */
function checksums() {
  const entries = read("Cargo.lock").matchAll(/^name = "(.+)"\nversion = "(.+)"\nsource = .+\nchecksum = "(.+)"$/gm);
  return new Map(Array.from(entries, ([, name, version, sum]) => [`${name}@${version}`, sum]));
}

/**
 * A crate as a component.
 *
 * @param {CargoPackage} crate
 * @param {string | undefined} checksum
 * @param {string} scope
 * @returns {Component}
 */
function crateComponent(crate, checksum, scope) {
  const purl = `pkg:cargo/${key(crate)}`;
  return {
    type: "library",
    "bom-ref": purl,
    name: crate.name,
    version: crate.version,
    scope,
    hashes: checksum === undefined ? undefined : [{ alg: "SHA-256", content: checksum }],
    licenses: [{ expression: licenseOf(crate) }],
    purl,
  };
}

/**
 * A package of package-lock.json as a component.
 *
 * @param {string} name
 * @returns {Component}
 */
function npmComponent(name) {
  const { version, license, integrity } = JSON.parse(read("package-lock.json")).packages[`node_modules/${name}`];
  const [algorithm, base64] = integrity.split("-");
  if (algorithm !== "sha512") throw new Error(`${name}: expected SHA-512 in package-lock.json, found ${algorithm}`);
  const purl = `pkg:npm/${name}@${version}`;
  return {
    type: "application",
    "bom-ref": purl,
    name,
    version,
    scope: "excluded",
    hashes: [{ alg: "SHA-512", content: Buffer.from(base64, "base64").toString("hex") }],
    licenses: [{ expression: license }],
    purl,
  };
}

/**
 * The standard library comes with the compiler, and not from Cargo.lock.
 *
 * @param {string} rustc What `rustc -vV` says.
 * @returns {Component}
 */
function standardLibrary(rustc) {
  const version = releaseOf(rustc) ?? "unknown";
  const commit = /^commit-hash: ([0-9a-f]{40})$/m.exec(rustc)?.[1];
  return {
    type: "library",
    "bom-ref": `rust-std@${version}`,
    name: "rust-std",
    version,
    description: "Rust's core, alloc and std with what they contain, as they come with the compiler",
    scope: "required",
    licenses: [{ expression: "MIT OR Apache-2.0" }],
    purl: `pkg:generic/rust-std@${version}`,
    properties: commit === undefined ? undefined : [{ name: "rustc:commit", value: commit }],
  };
}

/**
 * Who depends on whom, among some components.
 *
 * @param {Metadata} metadata
 * @param {Component[]} components
 */
function dependencies(metadata, components) {
  const known = new Set(components.map((component) => component["bom-ref"]));
  const refs = new Map(metadata.packages.map((crate) => [crate.id, `pkg:cargo/${key(crate)}`]));
  const ref = (/** @type {string} */ id) => refs.get(id) ?? "";
  return metadata.resolve.nodes
    .map(({ id, deps }) => ({
      ref: ref(id),
      dependsOn: deps.map(({ pkg }) => ref(pkg)).filter((dep) => known.has(dep)),
    }))
    .filter((node) => known.has(node.ref));
}

/**
 * @param {Component} subject What it is about.
 * @param {Component[]} components
 * @param {{ ref: string, dependsOn: string[] }[]} dependencies
 */
function bill(subject, components, dependencies) {
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: subject },
    components: components.sort((a, b) => (a["bom-ref"] < b["bom-ref"] ? -1 : 1)),
    dependencies: dependencies.sort((a, b) => (a.ref < b.ref ? -1 : 1)),
  };
}

/**
 * What is in the npm package, and (as "excluded") what made it.
 *
 * @param {Metadata} metadata
 */
function npmBill(metadata) {
  const linked = tree("refund-signer-js", WASM, LINKED);
  const used = tree("refund-signer-js", WASM, ["normal", "build"]);
  const sums = checksums();
  const crates = metadata.packages
    .filter((crate) => used.has(key(crate)) || TOOLS.cargo.includes(crate.name))
    .map((crate) => crateComponent(crate, sums.get(key(crate)), linked.has(key(crate)) ? "required" : "excluded"));
  const std = standardLibrary(rustcVersion());
  const components = [...crates, std, ...TOOLS.npm.map(npmComponent)];
  const subject = npmPackage();
  const { purl: surface } = only(crates, "refund-signer-js");
  const parts = { ref: subject["bom-ref"], dependsOn: [String(surface), std["bom-ref"]] };
  return bill(subject, components, [parts, ...dependencies(metadata, components)]);
}

/** @returns {Component} */
function npmPackage() {
  const { name, version, license } = JSON.parse(read("pkg/package.json"));
  const module = "refund_signer.wasm";
  const content = createHash("sha256")
    .update(readFileSync(join(ROOT, "pkg", module)))
    .digest("hex");
  const purl = `pkg:npm/${name}@${version}`;
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    licenses: [{ expression: license }],
    purl,
    components: [{ type: "file", "bom-ref": module, name: module, hashes: [{ alg: "SHA-256", content }] }],
  };
}

/**
 * The crate brings no code of others along, but names what cargo fetches for it.
 *
 * @param {Metadata} metadata
 */
function crateBill(metadata) {
  const used = tree("refund-signer", "all", LINKED);
  const sums = checksums();
  const crates = metadata.packages
    .filter((crate) => used.has(key(crate)))
    .map((crate) => crateComponent(crate, sums.get(key(crate)), "required"));
  const subject = only(crates, "refund-signer");
  const others = crates.filter((crate) => crate !== subject);
  return bill({ ...subject, scope: undefined }, others, dependencies(metadata, crates));
}

/**
 * @param {Component[]} components
 * @param {string} name
 */
function only(components, name) {
  const [found, ...more] = components.filter((component) => component.name === name);
  if (found === undefined || more.length > 0) throw new Error(`expected one ${name} in Cargo.lock`);
  return found;
}

const folder = process.argv[2];
if (folder === undefined) throw new Error("into which folder?");
const bills = {
  "npm.cdx.json": npmBill(metadata(`--filter-platform=${WASM}`)),
  "crate.cdx.json": crateBill(metadata()),
};
mkdirSync(folder, { recursive: true });
for (const [name, content] of Object.entries(bills)) {
  writeFileSync(join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
}
