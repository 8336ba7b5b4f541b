// How the bodies of requests are read: never more of one than is taken.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readBody } from "../../examples/bulk-refunds/body.js";

const MIB = 2 ** 20;

test("a body is what was sent, up to 1 MiB", async () => {
  for (const size of [0, 1, MIB]) {
    const request = new Request("https://x.example", { method: "POST", body: new Uint8Array(size).fill(7) });
    const body = await readBody(request);
    assert.ok(body instanceof Uint8Array && body.length === size && body.every((byte) => byte === 7));
  }
  assert.equal((await readBody(new Request("https://x.example", { method: "POST" }))).length, 0);
});

test("of a body that is announced as too large nothing is read", async () => {
  const body = new ReadableStream({ pull: () => assert.fail("it was read") }, { highWaterMark: 0 });
  const announced = { headers: new Headers({ "Content-Length": String(MIB + 1) }), body };
  assert.equal(await readBody(announced), undefined);
});

test("a body without an end is left where it becomes too much, whatever its length was said to be", async () => {
  for (const headers of [{}, { "Content-Length": "2" }]) {
    let pulled = 0;
    let left = false;
    const body = new ReadableStream({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(MIB / 16));
      },
      cancel() {
        left = true;
      },
    });
    assert.equal(await readBody({ headers: new Headers(headers), body }), undefined);
    assert.ok(left && pulled < 20, `${pulled} parts`);
  }
});
