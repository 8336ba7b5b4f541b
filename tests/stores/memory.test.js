// The cases of every store, in memory.

import { test } from "node:test";
import { MemoryStore } from "refund-signer/stores/memory";
import { CASES } from "./cases.js";

for (const [name, run] of CASES) {
  test(`memory: ${name}`, async () => {
    const store = new MemoryStore();
    await run(() => store);
  });
}
