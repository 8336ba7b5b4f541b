// What a bundler would find for each entry of the package, for pages that have none.

import { readFileSync } from "node:fs";

const PACKAGE = new URL("../../pkg/package.json", import.meta.url);

/** An import map for a page of a server of this repository. */
export function importMap() {
  const { exports } = JSON.parse(readFileSync(PACKAGE, "utf8"));
  const entries = Object.entries(exports).filter(([, target]) => target.default);
  const imports = entries.map(([entry, target]) => [
    `refund-signer${entry.slice(1)}`,
    new URL(target.default.default ?? target.default, "http://x/pkg/").pathname,
  ]);
  return JSON.stringify({ imports: Object.fromEntries(imports) });
}
