// The notices of those whose code is linked into the module: `node scripts/notices.js FILE` writes them there. No time is in
// them: the same sources give the same bytes.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { key, LINKED, licenseOf, metadata, releaseOf, rustcVersion, tree, WASM } from "./lib/crates.js";

/** @typedef {import("./lib/crates.js").CargoPackage} CargoPackage */

/** The crates of others in the module, by name. */
function linkedCrates() {
  const linked = tree("refund-signer-js", WASM, LINKED);
  return metadata(`--filter-platform=${WASM}`)
    .packages.filter((crate) => crate.source !== null && linked.has(key(crate)))
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/**
 * The license texts that come with a crate, but for Apache's: where that may be chosen, so may the other.
 *
 * @param {CargoPackage} crate
 */
function textsOf(crate) {
  const folder = dirname(crate.manifest_path);
  const files = readdirSync(folder).filter(
    (file) => /^(licen[cs]e|copying|notice)/i.test(file) && !/apache/i.test(file),
  );
  if (files.length === 0) throw new Error(`${key(crate)} (${crate.license}) comes without a license text but Apache's`);
  return files.sort().map((file) => readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim());
}

/** Which crates each text belongs to. @param {CargoPackage[]} crates */
function owners(crates) {
  /** @type {Map<string, string[]>} */
  const owners = new Map();
  for (const crate of crates) {
    for (const text of textsOf(crate)) owners.set(text, [...(owners.get(text) ?? []), crate.name]);
  }
  return owners;
}

/** The release of the compiler, which brings the standard library. */
function release() {
  const version = releaseOf(rustcVersion());
  if (version === undefined) throw new Error("rustc does not name its release");
  return version;
}

/** @param {CargoPackage[]} crates @param {string} std */
function notices(crates, std) {
  const rows = crates.map((crate) => `| ${crate.name} | ${crate.version} | ${licenseOf(crate)} |`);
  const texts = Array.from(
    owners(crates),
    ([text, names]) => `## ${names.join(", ")}\n\n\`\`\`text\n${text}\n\`\`\`\n`,
  );
  return `# What is in the module besides refund-signer

| | version | license |
|---|---|---|
${rows.join("\n")}
| Rust's standard library | ${std} | MIT OR Apache-2.0 |

The standard library is used under Apache-2.0, whose text is in LICENSE-APACHE; what it contains is named in
https://github.com/rust-lang/rust/blob/${std}/COPYRIGHT. The texts of the crates follow.

${texts.join("\n")}`;
}

const file = process.argv[2];
if (file === undefined) throw new Error("into which file?");
writeFileSync(file, notices(linkedCrates(), release()));
