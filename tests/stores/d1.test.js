// The cases of every store, in D1.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CASES } from "./cases.js";
import { startWorker } from "./workerd.js";

let worker;
before(async () => {
  worker = await startWorker();
});
after(() => worker?.end());

for (const [at, [name]] of CASES.entries()) {
  test(`D1: ${name}`, async () => assert.equal(await worker.call(`/d1/${at}`), "passed"));
}
