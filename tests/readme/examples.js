// The JavaScript in the documentation, block by block: it is run, and compiled as TypeScript.

import { readFileSync } from "node:fs";

const ROOT = new URL("../../", import.meta.url);

/** @param {string} page its path in the repository @returns {{ name: string, code: string }[]} */
export function examples(page) {
  const blocks = readFileSync(new URL(page, ROOT), "utf8").matchAll(/```js\n(.*?)```/gs);
  return Array.from(blocks, ([, code], at) => ({ name: `${page.replaceAll("/", "-")}-${at + 1}`, code }));
}
