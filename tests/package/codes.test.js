// The declarations list every code of the core, and no other. The core has them in one table per list.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const declarations = read("pkg-template/types/shared.d.ts");

// Codes that the JavaScript layer adds.
const ADDED = {
  ErrorCode: ["freed", "module_replaced", "repeated", "request_mismatch", "unknown_refund"],
  ProblemCode: [],
};

for (const [union, source] of Object.entries({ ErrorCode: "src/error.rs", ProblemCode: "src/verdict/texts.rs" })) {
  test(`${union} lists the codes of ${source}`, () => {
    const declared = declarations.split(`export type ${union} =`)[1].split(";\n")[0];
    const listed = Array.from(declared.matchAll(/\| "(.*)"/g), ([, code]) => code);
    const table = Array.from(read(source).matchAll(/Self::\w+ => \{?\s*\(\s*"(\w+)"/g), ([, code]) => code);
    assert.ok(table.length > 20, `the table of ${source} was found`);
    assert.deepEqual(listed.sort(), [...table, ...ADDED[union]].sort());
  });
}
