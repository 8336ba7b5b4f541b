// The cases of every store, in the SQLite storage of a Durable Object, in workerd.

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
  test(`Durable Object: ${name}`, async () => assert.equal(await worker.call(`/object/${at}`), "passed"));
}

test("Durable Object: what was written is there when workerd has ended and started again", async () => {
  const rows = await worker.call("/object/rows");
  assert.match(rows, /"state":"succeeded"/);
  await worker.restart();
  assert.equal(await worker.call("/object/rows"), rows);
});

test("Durable Object: migrate completes what it finds, and refuses tables of a newer version", async () => {
  assert.equal(await worker.call("/object/tables"), "passed");
});
