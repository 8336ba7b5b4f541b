// Runs the program without std: it must need nothing from its host, and its refund must work.

import { readFileSync } from "node:fs";

const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const imports = WebAssembly.Module.imports(module);
if (imports.length > 0) throw new Error(`the core needs something from its host: ${JSON.stringify(imports)}`);
const { refund } = new WebAssembly.Instance(module).exports;
if (refund() !== 1) throw new Error("the refund without std did not work");
