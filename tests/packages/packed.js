// The package as users get it: packed by npm, and installed from the tarball into an app of its own.

import { execFileSync } from "node:child_process";
import { cpSync, lstatSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const PKG = join(ROOT, "pkg");

/** Runs a program, and gives what it prints. */
export function run(program, args, options) {
  return execFileSync(program, args, { encoding: "utf8", stdio: "pipe", ...options });
}

/** Runs npm without the settings of this repository's own npm run. */
export function npm(args, options) {
  return run("npm", args, { shell: process.platform === "win32", ...options });
}

/** Packs the package into a folder. Gives npm's description: `{ filename, files: [{ path }], … }`. */
export function pack(folder) {
  mkdirSync(folder, { recursive: true });
  const [packed] = JSON.parse(npm(["pack", PKG, "--json", "--ignore-scripts", "--pack-destination", folder]));
  return packed;
}

/** Makes a fresh folder with the app of tests/packages/app and the installed tarball. */
export function installApp(folder) {
  rmSync(folder, { recursive: true, force: true });
  const { filename } = pack(folder);
  cpSync(fileURLToPath(new URL("app", import.meta.url)), folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  npm(["install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts", `./${filename}`], { cwd: folder });
  // A link would be the work tree.
  const installed = lstatSync(join(folder, "node_modules/refund-signer"));
  if (!installed.isDirectory()) throw new Error("the tarball was not installed");
  return folder;
}
