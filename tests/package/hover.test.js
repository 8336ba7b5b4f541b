// What an editor shows of the package: documentation, and no tag that it cannot resolve.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
// The newest one cannot be asked from JavaScript.
import ts from "typescript-5.2";

const TYPES = fileURLToPath(new URL("../../pkg/types/", import.meta.url));
const PROVIDERS = ["craftgate", "doku", "durianpay", "payermax", "razorpay"];
const FILES = ["index", ...PROVIDERS].map((name) => `${TYPES}${name}.d.ts`);

const program = ts.createProgram(FILES, { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022 });
const checker = program.getTypeChecker();

/** @param {import("typescript-5.2").Symbol} symbol */
const shown = (symbol) => ts.displayPartsToString(symbol.getDocumentationComment(checker));

/** Every function and class of an entry, and every member of its classes. */
function* documented(file) {
  const entry = checker.getSymbolAtLocation(program.getSourceFile(file));
  for (const exported of checker.getExportsOfModule(entry)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    if (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class)) yield [symbol.name, symbol];
    if (symbol.flags & ts.SymbolFlags.Class) {
      const members = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
      const own = members.filter((member) => member.declarations[0].getSourceFile().fileName.startsWith(TYPES));
      for (const member of own) yield [`${symbol.name}.${member.name}`, member];
    }
  }
}

for (const file of FILES) {
  test(`hovering shows what ${file.slice(TYPES.length)} documents`, () => {
    const found = new Map(documented(file));
    const expected = file.endsWith("index.d.ts")
      ? ["describe", "queryFor", "RefundError.code"]
      : ["Client.sign", "Client.read", "Client.free"];
    for (const name of expected) assert.ok(found.has(name), `${name} is not there`);
    for (const [name, symbol] of found) {
      const text = shown(symbol);
      // A name that says it all.
      if (name !== "RefundError.name") assert.match(text, /\w{3}/, `${name} shows nothing`);
      assert.doesNotMatch(text, /@inheritDoc/i, name);
    }
  });
}
