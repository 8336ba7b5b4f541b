// The suite in Node without what Node adds to the Web standards, and without `FinalizationRegistry`, which a runtime
// may lack. The package is imported after they are gone.

import { runSuite } from "../conformance/index.js";
import { readMaterial } from "./material.js";
import { report, runtime } from "./report.js";

const GONE = ["Buffer", "process", "FinalizationRegistry"];

const material = readMaterial();
const name = `${runtime()} without ${GONE.join(", ")}`;
const restore = GONE.map(remove);
const { api } = await import("./api.js");
const result = await runSuite({ ...api, ...material });
for (const undo of restore) undo();
report(name, result);

/** Deletes a global, though not for Node's own code: its fetch needs them. Returns what brings it back. */
function remove(global) {
  const value = globalThis[global];
  const get = () => (isNodes(new Error().stack.split("\n")[2]) ? value : undefined);
  Object.defineProperty(globalThis, global, { get, configurable: true });
  if (globalThis[global] !== undefined) throw new Error(`${global} is still there`);
  return () => Object.defineProperty(globalThis, global, { value });
}

/** Whether a line of a stack is in code of Node itself. */
function isNodes(line) {
  return /\(?node:/.test(line);
}
