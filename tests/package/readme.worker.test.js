// The Worker that README.md begins with, in workerd with a real D1, among callers that repeat themselves, come together,
// leave, or send nonsense.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Response as Answer, Miniflare } from "miniflare";
import { createSandbox } from "refund-signer/sandbox";
import { D1Store } from "refund-signer/stores/d1";
import { examples } from "../readme/examples.js";
import { modulesOf } from "../stores/workerd.js";

const [{ code }] = examples("README.md");
// Inside the repository, so that `refund-signer` is found as it is by its users.
const FILE = fileURLToPath(new URL("../../target/xtask/readme/worker.mjs", import.meta.url));
const INR = { value: "100.00", currency: "INR" };
/** The first pause before an open refund is looked at again. */
const PAUSE_MS = 2_100;

let worker;
let database;
let sandbox;
/** What the Worker's requests meet on their way to the sandbox. */
let network;

before(async () => {
  mkdirSync(new URL(".", `file://${FILE}`), { recursive: true });
  writeFileSync(FILE, code);
  const { credentials, webhooks } = createSandbox();
  const { keyId, keySecret } = credentials.razorpay;
  const [secret] = (await webhooks.settings("razorpay")).secrets;
  worker = new Miniflare({
    modules: await modulesOf(FILE),
    compatibilityDate: "2026-11-01",
    d1Databases: ["DB"],
    bindings: { KEY_ID: keyId, KEY_SECRET: keySecret, WEBHOOK_SECRET: secret },
    outboundService: (request) => network(() => throughSandbox(request)),
  });
  database = await worker.getD1Database("DB");
  await new D1Store(database).migrate();
});

beforeEach(async () => {
  sandbox = createSandbox();
  network = async (answer) => answer();
  await database.prepare("DELETE FROM refund_records").run();
});

after(() => worker?.dispose());

/** @param {import("miniflare").Request} request */
async function throughSandbox(request) {
  const { url, method, headers } = request;
  const body = method === "GET" ? undefined : await request.text();
  const answer = await sandbox.fetch(url, { method, headers: [...headers], body });
  return new Answer(await answer.arrayBuffer(), { status: answer.status, headers: [...answer.headers] });
}

async function ask(body, more) {
  const response = await worker.dispatchFetch("https://shop.example/", { method: "POST", body, ...more });
  return { status: response.status, answer: await response.json() };
}

function refund(more) {
  const { paymentId } = sandbox.payments.razorpay.standard;
  return JSON.stringify({ id: "refund-1", paymentId, amount: INR, ...more });
}

async function cron() {
  await (await worker.getWorker()).scheduled({ cron: "* * * * *" });
}

/** What is stored, without asking the Worker, which would go on with it. */
async function states() {
  const { results } = await database.prepare("SELECT state FROM refund_records").all();
  return results.map(({ state }) => state);
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const refunds = () => sandbox.ledger.refunds.length;

test("it has at most 30 lines", () => {
  assert.ok(code.trimEnd().split("\n").length <= 30);
});

test("a refund that is asked for again and again happens once", async () => {
  for (let time = 0; time < 3; time++) {
    const { status, answer } = await ask(refund());
    assert.deepEqual([status, answer.id, answer.state], [200, "refund-1", "succeeded"]);
  }
  assert.equal(refunds(), 1);
});

test("a refund that is asked for many times at the same moment happens once", async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(refund())));
  assert.ok(answers.every(({ status, answer }) => status === 200 && ["open", "succeeded"].includes(answer.state)));
  assert.equal((await ask(refund())).answer.state, "succeeded");
  assert.equal(refunds(), 1);
});

test("a caller that leaves while the provider is at work loses nothing", async () => {
  network = async (answer) => {
    const late = await answer();
    await pause(300);
    return late;
  };
  await assert.rejects(ask(refund(), { signal: AbortSignal.timeout(150) }));
  await pause(500);
  assert.equal((await ask(refund())).answer.state, "succeeded");
  assert.equal(refunds(), 1);
});

test("a lost answer, and a provider that fails, are asked about by the cron trigger, and it happens once", async () => {
  for (const [id, fault] of [
    ["lost", "lost-response"],
    ["failed", "status-503"],
  ]) {
    sandbox.faults.next("razorpay", fault);
    assert.equal((await ask(refund({ id }))).answer.state, "open");
  }
  await cron();
  assert.deepEqual(await states(), ["open", "open"], "nothing is due yet");
  await pause(PAUSE_MS);
  await cron();
  assert.deepEqual(await states(), ["succeeded", "succeeded"]);
  assert.equal(refunds(), 2);
});

test("a pending refund ends with its webhook, and a forged one ends nothing", async () => {
  sandbox.faults.next("razorpay", "pending");
  assert.equal((await ask(refund())).answer.state, "open");
  sandbox.settle(sandbox.ledger.refunds[0].id, "succeeded");
  const route = "https://shop.example/webhooks/razorpay";
  const deliver = (change) =>
    sandbox.webhooks.deliver(async ({ headers }, { body }) => {
      const answer = await worker.dispatchFetch(route, { method: "POST", ...change({ headers: [...headers], body }) });
      return new Response(null, { status: answer.status });
    });
  const forged = await deliver(({ headers, body }) => ({ headers, body: `${body} ` }));
  assert.ok(forged.length > 0 && forged.every(({ status }) => status === 401));
  assert.equal((await ask(refund())).answer.state, "open");
  const real = await deliver((delivery) => delivery);
  assert.ok(real.length > 0 && real.every(({ status }) => status === 200));
  assert.equal((await ask(refund())).answer.state, "succeeded");
});

test("another refund under the same id is refused", async () => {
  await ask(refund());
  const { status, answer } = await ask(refund({ amount: { ...INR, value: "7.00" } }));
  assert.deepEqual([status, answer[0].code, answer[0].path], [400, "conflict", "id"]);
  assert.equal(refunds(), 1);
});

test("without an id, or with nonsense, nothing is stored and nothing sent", async () => {
  network = () => assert.fail("sent");
  for (const id of [undefined, null, "", 7, {}, "a\nb", "x".repeat(600)]) {
    const { status, answer } = await ask(refund({ id }));
    assert.deepEqual([status, answer[0].path.split(".")[0]], [400, "receipt"], JSON.stringify(id));
  }
  for (const more of [{ amount: undefined }, { amount: 100 }, { paymentId: null }, { amount: { value: "-1" } }]) {
    assert.equal((await ask(refund(more))).status, 400, JSON.stringify(more));
  }
  for (const body of ["", "hello", "null", "7", '"text"', "[]", "{}"]) {
    assert.equal((await ask(body)).status, 400, body);
  }
  assert.deepEqual(await states(), []);
});
