// The refund as a Workflow, in miniflare, with the sandbox as Razorpay.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { createSandbox } from "refund-signer/sandbox";

const WASM = createRequire(import.meta.url).resolve("refund-signer/refund_signer.wasm");
const OPERATOR_TOKEN = "operator-token";
const POLICY = { leaseMs: 2000, pauseMs: 1000, longestPauseMs: 1000 };
const worker = await bundled();

/** @param {import("refund-signer/lifecycle").Policy} [policy] */
async function start(policy = POLICY) {
  const folder = mkdtempSync(join(tmpdir(), "workflows-"));
  const sandbox = createSandbox();
  /** What becomes of a request on its way. */
  const gate = { through: async (request) => request() };
  const { secrets } = await sandbox.webhooks.settings("razorpay");
  const { baseUrl, ...keys } = sandbox.credentials.razorpay;
  const sent = [];
  const run = () =>
    new Miniflare({
      name: "refunds",
      modules: [
        { type: "ESModule", path: "worker.js", contents: worker },
        { type: "CompiledWasm", path: "refund_signer.wasm", contents: readFileSync(WASM) },
      ],
      compatibilityDate: "2026-11-01",
      d1Databases: { DB: "refunds" },
      workflows: { REFUNDS: { name: "refunds", className: "RefundWorkflow" } },
      d1Persist: join(folder, "d1"),
      workflowsPersist: join(folder, "workflows"),
      bindings: {
        OPERATOR_TOKEN,
        KEYS_RAZORPAY: JSON.stringify(keys),
        WEBHOOK_SECRET: secrets[0],
        POLICY: JSON.stringify(policy),
      },
      outboundService: async (request) => {
        sent.push(`${request.method} ${new URL(request.url).pathname}`);
        const body = request.method === "GET" ? undefined : await request.text();
        const { url, method } = request;
        return gate.through(() => sandbox.fetch(url, { method, headers: [...request.headers], body }));
      },
    });
  let running = run();
  after(async () => {
    await running.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const call = async (method, path, { body, headers = { Authorization: `Bearer ${OPERATOR_TOKEN}` } } = {}) => {
    const response = await running.dispatchFetch(`https://refunds.example${path}`, { method, body, headers });
    const text = await response.text();
    return { status: response.status, body: text && JSON.parse(text) };
  };
  return {
    sandbox,
    gate,
    sent,
    call,
    begin: (id, value = "10.00") => {
      const { paymentId } = sandbox.payments.razorpay.standard;
      const input = { paymentId, amount: { value, currency: "INR" } };
      return call("POST", `/refunds/${id}`, { body: JSON.stringify(input) });
    },
    /** When it is in this state; what it is then. */
    async comesTo(id, state) {
      for (let left = 200; left > 0; left--) {
        const { body } = await call("GET", `/refunds/${id}`);
        if (body.state === state) return body;
        await pause(50);
      }
      const { body } = await call("GET", `/refunds/${id}`);
      return assert.fail(`${id} is ${JSON.stringify(body.step)}\n${JSON.stringify(body.record?.log, null, 1)}`);
    },
    /** The process ends in the middle of whatever it does, and another one begins with what is on disk. */
    async crash() {
      await running.dispose();
      running = run();
      await running.ready;
    },
  };
}

const methods = (sent) => sent.map((line) => line.split(" ")[0]);

async function bundled() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../../examples/workflows/worker.js", import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*", "./refund_signer.wasm"],
    plugins: [
      {
        name: "wasm beside the worker",
        setup({ onResolve }) {
          onResolve({ filter: /\.wasm$/ }, () => ({ path: "./refund_signer.wasm", external: true }));
        },
      },
    ],
    logLevel: "error",
  });
  return outputFiles[0].text;
}

test("a refund comes to its end, once, however often it is asked for", async () => {
  const { sandbox, call, begin, comesTo } = await start();
  assert.equal((await call("GET", "/refunds/r-1", { headers: {} })).status, 401);
  assert.equal((await call("GET", "/refunds/r-1")).status, 404);
  const answers = await Promise.all(Array.from({ length: 10 }, () => begin("r-1")));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [202]);
  await comesTo("r-1", "succeeded");
  assert.equal((await begin("r-1")).body.state, "succeeded");
  assert.equal((await begin("r-1", "20.00")).status, 409);
  assert.equal(sandbox.ledger.refunds.length, 1);
});

test("a lost answer is asked about, with the workflow asleep in between", async () => {
  const { sandbox, sent, begin, comesTo } = await start();
  sandbox.faults.next("razorpay", "lost-response");
  await begin("r-1");
  await comesTo("r-1", "succeeded");
  assert.deepEqual(methods(sent), ["POST", "GET"]);
  assert.equal(sandbox.ledger.refunds.length, 1);
});

test("a webhook wakes the workflow", async () => {
  const { sandbox, call, begin, comesTo } = await start({ ...POLICY, pauseMs: 600_000, longestPauseMs: 600_000 });
  sandbox.faults.next("razorpay", "pending");
  await begin("r-1");
  await comesTo("r-1", "open");
  while (sandbox.ledger.refunds.length === 0) await pause(20);
  sandbox.settle("r-1", "succeeded");
  for (const { headers, body } of await sandbox.webhooks.take("razorpay")) {
    assert.equal((await call("POST", "/webhooks/razorpay", { headers, body: `${body} ` })).status, 401);
    assert.equal((await call("POST", "/webhooks/razorpay", { headers, body })).status, 200);
  }
  await comesTo("r-1", "succeeded");
});

/** The process ends while a request is under way. */
async function diesIn({ gate, sent, crash, begin }, request) {
  gate.through = async (send) => {
    gate.through = async (next) => next();
    await request(send);
    return new Promise(() => {});
  };
  await begin("r-1");
  while (sent.length === 0) await pause(20);
  await pause(100);
  await crash();
  // Miniflare wakes a workflow when it is spoken to; Cloudflare does without.
  await begin("r-1");
}

test("a step that its engine runs again asks first: the request had arrived", async () => {
  const world = await start();
  await diesIn(world, (send) => send());
  await world.comesTo("r-1", "succeeded");
  assert.deepEqual(methods(world.sent), ["POST", "GET"]);
  assert.equal(world.sandbox.ledger.refunds.length, 1);
});

test("a step that its engine runs again asks first: the request had not arrived", async () => {
  const world = await start();
  await diesIn(world, () => {});
  await world.comesTo("r-1", "succeeded");
  assert.deepEqual(methods(world.sent), ["POST", "GET", "POST"]);
  assert.equal(world.sandbox.ledger.refunds.length, 1);
});

test("a person's decision wakes the workflow", async () => {
  const figures = { leaseMs: 500, arrivalMs: 600, memoryMs: 700, patienceMs: 1500, pauseMs: 100, longestPauseMs: 100 };
  const { sandbox, gate, sent, call, begin, comesTo } = await start({ ...figures, clockStepMs: 1 });
  const down = async () => new Response("down", { status: 503 });
  // Refunded, and then there is no answer any more.
  gate.through = async (send) => {
    gate.through = down;
    await send();
    return down();
  };
  await begin("r-1");
  const { step } = await comesTo("r-1", "review");
  const review = (decision) => call("POST", "/refunds/r-1/review", { body: JSON.stringify(decision) });
  assert.equal((await review({ step: 1, decision: "refunded", by: "ada" })).status, 409);
  const asked = sent.length;
  assert.equal((await review({ step: step.id, decision: "refunded", by: "ada" })).body.state, "succeeded");
  assert.deepEqual([sandbox.ledger.refunds.length, sent.length], [1, asked]);
});
