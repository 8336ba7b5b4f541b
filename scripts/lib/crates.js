// What cargo says of the crates: for the bills of materials and for the notices.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const WASM = "wasm32-unknown-unknown";
/** What cargo follows to what is linked. */
export const LINKED = ["normal", "no-proc-macro"];

/**
 * @typedef {{ name: string, version: string, license: string, repository: string | null, id: string, manifest_path: string, source: string | null }} CargoPackage
 * @typedef {{ id: string, deps: { pkg: string }[] }} CargoNode
 * @typedef {{ packages: CargoPackage[], resolve: { nodes: CargoNode[] } }} Metadata
 */

/** @param {string[]} args */
function cargo(...args) {
  return execFileSync("cargo", [...args, "--locked"], { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 28 });
}

/** @param {string[]} args @returns {Metadata} */
export const metadata = (...args) => JSON.parse(cargo("metadata", "--format-version=1", ...args));

/** @param {{ name: string, version: string }} package_ */
export const key = ({ name, version }) => `${name}@${version}`;

/** The license as SPDX writes it; crates.io still holds the old way. @param {CargoPackage} crate */
export const licenseOf = (crate) => crate.license.replaceAll("/", " OR ");

/** What the compiler says of itself, or what xtask says of the one it calls: that brings the standard library. */
export function rustcVersion() {
  return process.env.RUSTC_VERSION ?? execFileSync("rustc", ["-vV"], { encoding: "utf8" });
}

/** @param {string} rustc what the compiler says */
export const releaseOf = (rustc) => /^release: (.+)$/m.exec(rustc)?.[1];

/**
 * `name@version` of every crate in the tree of another, itself included.
 *
 * @param {string} root
 * @param {string} target For which machine, or for `all`.
 * @param {string[]} edges What cargo follows.
 */
export function tree(root, target, edges) {
  const lines = cargo("tree", "--package", root, "--target", target, "--edges", edges.join(), "--prefix=none");
  const names = lines.matchAll(/^(\S+) v(\S+)/gm);
  return new Set(Array.from(names, ([, name, version]) => `${name}@${version}`));
}
