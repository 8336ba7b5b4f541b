// `npx refund-signer sandbox`, as it is packed: the providers as a server, for tests in any language.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { razorpay } from "refund-signer";
import { send } from "refund-signer/fetch";

const BIN = fileURLToPath(new URL("../../pkg/bin/refund-signer.js", import.meta.url));

const run = (...args) => spawn(process.execPath, [BIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });

/** Runs the server until `use` is done with it. */
async function served(args, use) {
  const child = run("sandbox", "--port", "0", ...args);
  try {
    const [line] = await Promise.race([
      new Promise((resolve) => createInterface(child.stdout).once("line", (first) => resolve([first]))),
      new Promise((_, reject) => child.once("exit", (code) => reject(new Error(`it ended with ${code}`)))),
    ]);
    const url = line.replace("sandbox at ", "");
    await use(url, async (method, path, body) => {
      const response = await fetch(`${url}/sandbox${path}`, { method, body: body && JSON.stringify(body) });
      return { status: response.status, body: await response.json() };
    });
  } finally {
    child.kill();
  }
}

async function ended(args) {
  const child = run(...args);
  const [out, err] = ["stdout", "stderr"].map(async (name) => (await child[name].toArray()).join(""));
  const code = await new Promise((resolve) => child.once("exit", resolve));
  return { code, out: await out, err: await err };
}

test("a client refunds at the server, and the ledger tells", () =>
  served([], async (_, call) => {
    const { credentials, payments } = (await call("GET", "")).body;
    const client = new razorpay.Client(credentials.razorpay);
    const { paymentId } = payments.razorpay.standard;
    const plan = razorpay.createRefund({ paymentId, amount: { value: "100", currency: "INR" } });
    assert.equal((await send(client, plan)).status, "succeeded");
    const { body } = await call("GET", "/ledger");
    assert.deepEqual([body.refunds.length, body.refunds[0].amount], [1, "10000"]);
    assert.equal(body.totals.INR.refunded, "10000");
    assert.equal((await call("DELETE", "")).status, 200);
    assert.equal((await call("GET", "/ledger")).body.refunds.length, 0);
  }));

test("faults are met, from the command line and over HTTP", () =>
  served(["--fault", "razorpay=status-500:2"], async (_, call) => {
    const { credentials, payments, faults } = (await call("GET", "")).body;
    assert.equal(faults.length, 2);
    const client = new razorpay.Client(credentials.razorpay);
    const { paymentId } = payments.razorpay.standard;
    const refund = () => send(client, razorpay.createRefund({ paymentId, amount: { value: "1", currency: "INR" } }));
    for (const _ of [1, 2]) assert.deepEqual((await refund()).httpStatus, 500);
    assert.equal((await refund()).status, "succeeded");
    assert.equal((await call("POST", "/faults", { provider: "razorpay", fault: "declined" })).status, 200);
    assert.equal((await refund()).status, "failed");
    const { status, body } = await call("POST", "/faults", { provider: "razorpay", fault: "flood" });
    assert.equal(status, 400);
    assert.match(body.error, /fault/);
  }));

test("a pending refund is settled, and its webhook is delivered where it was said", async () => {
  const received = [];
  const shop = createServer(async (request, reply) => {
    received.push({ headers: request.headers, body: (await request.toArray()).join("") });
    reply.writeHead(200).end();
  });
  await new Promise((resolve) => shop.listen(0, "127.0.0.1", resolve));
  const hook = `http://127.0.0.1:${shop.address().port}/hooks/razorpay`;
  try {
    await served(["--webhook", `razorpay=${hook}`, "--fault", "razorpay=pending"], async (_, call) => {
      const { credentials, payments } = (await call("GET", "")).body;
      const client = new razorpay.Client(credentials.razorpay);
      const plan = razorpay.createRefund({ paymentId: payments.razorpay.standard.paymentId, receipt: "r-1" });
      assert.equal((await send(client, plan)).status, "pending");
      const settled = await call("POST", "/settle", { key: "r-1", status: "succeeded" });
      assert.equal(settled.body.webhooks.at(-1).event, "refund.processed");
      const { body } = await call("POST", "/webhooks");
      assert.ok(body.length > 0 && body.every(({ ok, url }) => ok && url === hook), JSON.stringify(body));
      const reader = new razorpay.Webhooks((await call("GET", "/webhooks/razorpay")).body);
      const events = received.map(({ headers, body }) => reader.read({ headers, body }));
      assert.equal(events.at(-1).refund.status, "succeeded");
      assert.equal((await call("POST", "/settle", { key: "r-1", status: "succeeded" })).status, 400);
    });
  } finally {
    shop.close();
  }
});

test("one more payment, and answers that take their time", () =>
  served(["--latency", "150"], async (url, call) => {
    const amount = { value: "5", currency: "INR" };
    const added = await call("POST", "/payments", { provider: "razorpay", paymentId: "pay_AAAAAAAAAAAAAA", amount });
    assert.equal(added.body.paymentId, "pay_AAAAAAAAAAAAAA");
    const start = performance.now();
    assert.equal((await fetch(`${url}/razorpay/v1/refunds`)).status, 401);
    assert.ok(performance.now() - start > 140);
    assert.equal((await call("GET", "/nowhere")).status, 404);
    assert.equal((await fetch(`${url}/sandbox/settle`, { method: "POST", body: "{" })).status, 400);
  }));

test("what it does not understand it says, with its usage", async () => {
  const { code, out } = await ended(["sandbox", "--help"]);
  assert.equal(code, 0);
  assert.match(out, /npx refund-signer sandbox/);
  for (const [args, says] of [
    [[], /Say what to do/],
    [["serve"], /There is no serve/],
    [["sandbox", "--port", "http"], /--port takes a whole number/],
    [["sandbox", "--fault", "razorpay"], /--fault is provider=/],
    [["sandbox", "--port", "0", "--fault", "razorpay=flood"], /flood/],
    [["sandbox", "--port", "0", "--fault", "stripe=declined"], /stripe/],
    [["sandbox", "--speed", "1"], /--speed/],
  ]) {
    const { code, err } = await ended(args);
    assert.equal(code, 2, args.join(" "));
    assert.match(err, says);
    assert.match(err, /npx refund-signer sandbox/);
  }
});
