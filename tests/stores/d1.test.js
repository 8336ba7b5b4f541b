// The cases of every store, in D1, in workerd.

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

test("D1: what was written is there when workerd has ended and started again", async () => {
  const rows = await worker.call("/d1/rows");
  assert.match(rows, /"state":"succeeded"/);
  await worker.restart();
  assert.equal(await worker.call("/d1/rows"), rows);
});

test("D1: migrate completes what it finds, and refuses tables of a newer version", async () => {
  assert.equal(await worker.call("/d1/tables"), "passed");
});
