// What the package weighs, and what of it is what: the module by sections, crates and functions, the JavaScript by entry.

import { readFileSync } from "node:fs";
import { bundleSize, entries, moduleSize } from "../scripts/lib/sizes.js";
import { program } from "./lib/programs.js";
import { functionSizes, sections } from "./lib/wasm.js";

/** @typedef {import("../scripts/lib/sizes.js").Size} Size */

/** The module, and the JavaScript of each entry without the module. @returns {Promise<Record<string, Size>>} */
export async function sizes() {
  const found = { module: moduleSize() };
  for (const { entry, file, workerd } of entries()) {
    found[`entry ${entry}`] = await glueSize(file);
    if (entry === "." && workerd) found["entry . in workerd"] = await glueSize(workerd);
  }
  return found;
}

/** As a bundler ships it, but for the module: its text stays outside. */
function glueSize(file) {
  return bundleSize(file, ["*/text.js"]);
}

/** The module with its names, taken apart. */
export function breakdown() {
  const bytes = readFileSync(program("NAMED_WASM"));
  const functions = functionSizes(bytes);
  return {
    sections: sections(bytes).filter(({ name }) => name !== "name"),
    crates: grouped(functions, crateOf),
    modules: grouped(functions, moduleOf).slice(0, 40),
    functions: functions.sort((one, other) => other.bytes - one.bytes).slice(0, 30),
  };
}

function grouped(functions, key) {
  const groups = new Map();
  for (const { name, bytes } of functions) {
    const group = groups.get(key(name)) ?? { name: key(name), bytes: 0, functions: 0 };
    group.bytes += bytes;
    group.functions += 1;
    groups.set(group.name, group);
  }
  return [...groups.values()].sort((one, other) => other.bytes - one.bytes);
}

const STANDARD = ["core", "alloc", "std", "__rustc", "compiler_builtins", "rustc_std_workspace_core"];
const OURS = ["refund_signer", "refund_signer_js"];
const MEMORY = /^(memcpy|memset|memmove|memcmp|bcmp|strlen)$/;
/** What wasm-bindgen wraps around exports: the code of the glue inside the module. */
const SHIM = /externref shim|^__wbindgen|^__wbg|^__externref|multivalue shim/;

/** Which crate a function belongs to: that of its type where it implements a trait, so that generic code counts for whom it is made. */
export function crateOf(name) {
  if (SHIM.test(name)) return "wasm-bindgen (shims)";
  if (MEMORY.test(name)) return "compiler_builtins";
  const crates = [...name.matchAll(/(?:^|[<&( ,])([a-z_][a-z0-9_]*)(?:\[[0-9a-f]+\])?::/g)].map(([, crate]) => crate);
  const foreign = crates.filter((crate) => !STANDARD.includes(crate));
  return foreign.find((crate) => OURS.includes(crate)) ?? foreign[0] ?? crates[0] ?? "(no name)";
}

function moduleOf(name) {
  const crate = crateOf(name);
  const [path] = new RegExp(`${crate}(?:\\[[0-9a-f]+\\])?(?:::[a-z_][a-z0-9_]*)*`).exec(name) ?? [crate];
  return path
    .replace(/\[[0-9a-f]+\]/g, "")
    .split("::")
    .slice(0, 3)
    .join("::");
}
