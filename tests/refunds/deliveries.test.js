// Webhooks where the host has no Request: node:http as it is, with the parsers that people put before a route, and Lambda.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { RefundError, razorpay } from "refund-signer";
import { fromLambda, fromNode } from "refund-signer/webhooks";
import { world } from "./world.js";

const body = JSON.stringify({ event: "refund.processed", payload: {}, created_at: 1, text: "ş₹😀" });
const secrets = ["secret"];

async function signature(text = body) {
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(secrets[0]),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  return Buffer.from(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text))).toString("hex");
}

/** What a server's handler gives back of one request. */
async function served(handle, { headers = {}, text = body } = {}) {
  let result;
  const server = createServer(async (request, reply) => {
    result = await handle(request).catch((error) => error);
    reply.end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const url = `http://127.0.0.1:${server.address().port}`;
    const signed = { "X-Razorpay-Signature": await signature(text), ...headers };
    await fetch(url, { method: "POST", headers: signed, body: text });
    return result;
  } finally {
    server.close();
  }
}

const read = (delivery) => new razorpay.Webhooks({ secrets }).read(delivery).kind;
const code = (error) => (error instanceof RefundError ? error.code : String(error));
const bytesOf = async (request) => Buffer.concat(await request.toArray());

test("a request of node:http", async () => {
  assert.equal(await served(async (request) => read(await fromNode(request))), "refund.processed");
});

test("after a parser that keeps the bytes", async () => {
  const parsers = [
    async (request) => Object.assign(request, { body: await bytesOf(request) }),
    async (request) => Object.assign(request, { body: (await bytesOf(request)).toString() }),
    async (request) => {
      const rawBody = await bytesOf(request);
      return Object.assign(request, { rawBody, body: JSON.parse(rawBody) });
    },
  ];
  for (const parse of parsers) {
    assert.equal(await served(async (request) => read(await fromNode(await parse(request)))), "refund.processed");
  }
});

test("after a parser that loses them it says so, and what to do", async () => {
  const parsed = await served(async (request) => {
    const { body: _, ...more } = Object.assign(request, { body: JSON.parse(await bytesOf(request)) });
    return fromNode(Object.assign(request, more));
  });
  assert.equal(code(parsed), "invalid_webhook");
  assert.match(parsed.message, /express\.raw/);
  const drained = await served(async (request) => {
    await bytesOf(request);
    return fromNode(request);
  });
  assert.equal(code(drained), "invalid_webhook");
  assert.equal(
    code(await fromNode(new Request("http://x", { method: "POST", body })).catch((e) => e)),
    "invalid_webhook",
  );
  for (const nothing of [undefined, null, {}, "text", { headers: null }]) {
    assert.equal(code(await fromNode(nothing).catch((error) => error)), "invalid_webhook", String(nothing));
  }
});

test("a signature that stands twice is not joined to one", async () => {
  const twice = await served(async (request) => {
    const name = request.rawHeaders.findIndex((text) => text.toLowerCase() === "x-razorpay-signature");
    request.rawHeaders.push(...request.rawHeaders.slice(name, name + 2));
    return read(await fromNode(request));
  });
  assert.equal(code(twice), "duplicate_signature");
});

test("more than 1 MiB is not read", async () => {
  const text = "x".repeat(2 ** 20 + 1);
  assert.equal(code(await served((request) => fromNode(request), { text })), "body_too_large");
  const event = { headers: {}, body: Buffer.from(text).toString("base64"), isBase64Encoded: true };
  assert.throws(() => fromLambda(event), { code: "body_too_large" });
});

test("an event of Lambda, in each of its forms", async () => {
  const headers = { "x-razorpay-signature": await signature() };
  const encoded = Buffer.from(body).toString("base64");
  const events = [
    { headers, body, isBase64Encoded: false },
    { headers, body: encoded, isBase64Encoded: true },
    { version: "2.0", headers, body: encoded, isBase64Encoded: true, requestContext: {} },
    { headers: null, multiValueHeaders: { "X-Razorpay-Signature": [headers["x-razorpay-signature"]] }, body },
  ];
  for (const event of events) assert.equal(read(fromLambda(event)), "refund.processed");
  assert.throws(() => read(fromLambda({ headers, body: encoded })), { code: "signature_mismatch" });
  assert.equal(fromLambda({ headers }).body.length, 0);
  for (const event of [undefined, null, {}, { headers, body: {} }, { headers, body: "%", isBase64Encoded: true }]) {
    assert.throws(() => fromLambda(event), { code: "invalid_webhook" }, JSON.stringify(event));
  }
});

test("the driver takes such a delivery in the place of a Request", async () => {
  const here = world("razorpay");
  const refunds = here.host();
  here.sandbox.faults.next("razorpay", "pending");
  await refunds.refund("a", here.plan({ receipt: "r-1" }));
  here.sandbox.settle("r-1", "succeeded");
  for (const { headers, body } of await here.sandbox.webhooks.take("razorpay")) {
    const event = { headers, body: Buffer.from(body).toString("base64"), isBase64Encoded: true };
    assert.equal((await refunds.webhook("razorpay", fromLambda(event))).status, 200);
    assert.equal((await refunds.webhook("razorpay", { headers, body: `${body} ` })).status, 401);
  }
  await refunds.runDue();
  assert.equal((await refunds.get("a")).state, "succeeded");
});
