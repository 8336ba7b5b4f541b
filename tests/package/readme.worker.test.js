// The Worker that README.md begins with, among callers that repeat themselves, hurry, or send nonsense.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, test } from "node:test";
import { createSandbox } from "refund-signer/sandbox";
import { examples } from "../readme/examples.js";

// Inside the repository, so that `refund-signer` is found as it is by its users.
const FILE = new URL("../../target/xtask/readme/worker.mjs", import.meta.url);
mkdirSync(new URL(".", FILE), { recursive: true });
writeFileSync(FILE, examples("README.md")[0].code);
const { default: worker } = await import(FILE.href);

let sandbox;
let env;
const { fetch } = globalThis;

beforeEach(() => {
  sandbox = createSandbox();
  globalThis.fetch = sandbox.fetch;
  const { clientId, secretKey } = sandbox.credentials.doku;
  env = { DOKU_CLIENT_ID: clientId, DOKU_SECRET_KEY: secretKey, PLANS: namespace() };
});

afterEach(() => {
  globalThis.fetch = fetch;
});

/** KV as workerd has it: keys become text, and every answer takes a while. */
function namespace() {
  const values = new Map();
  return {
    get: async (key) => values.get(String(key)) ?? null,
    put: async (key, value) => void values.set(String(key), value),
  };
}

async function ask(body) {
  const request = new Request("https://shop.example/", { method: "POST", body });
  const response = await worker.fetch(request, env);
  return { status: response.status, answer: await response.json() };
}

function refund(more) {
  const { invoiceNumber, originalRequestId } = sandbox.payments.doku.settled;
  const amount = { value: "30000", currency: "IDR" };
  return JSON.stringify({ refundId: "refund-1", invoiceNumber, originalRequestId, amount, ...more });
}

const refunds = () => sandbox.ledger.refunds.length;

test("a refund that is asked for again and again happens once", async () => {
  for (let time = 0; time < 3; time++) {
    const { status, answer } = await ask(refund());
    assert.deepEqual([status, answer.status, answer.replayed], [200, "succeeded", time > 0]);
  }
  assert.equal(refunds(), 1);
});

test("a refund that is asked for many times at the same moment happens once", async () => {
  const answers = await Promise.all(Array.from({ length: 5 }, () => ask(refund())));
  // Each of the others takes itself for the first, and DOKU says that it is not.
  const others = answers.filter(({ answer }) => answer.status !== "succeeded");
  assert.equal(others.length, 4);
  for (const { answer } of others) {
    assert.deepEqual([answer.status, answer.next, answer.problem.code], ["unknown", "query", "idempotency_conflict"]);
  }
  assert.equal((await ask(refund())).answer.status, "succeeded");
  assert.equal(refunds(), 1);
});

test("a lost answer is unknown, and asking again tells what happened", async () => {
  sandbox.faults.next("doku", "lost-response");
  assert.equal((await ask(refund())).answer.status, "unknown");
  assert.equal((await ask(refund())).answer.status, "succeeded");
  assert.equal(refunds(), 1);
});

test("what is refused after a lost answer is still unknown", async () => {
  sandbox.faults.next("doku", "lost-response");
  await ask(refund());
  const refusal = JSON.stringify({ error: { code: "INVALID_SIGNATURE", message: "Invalid signature" } });
  globalThis.fetch = async () => new Response(refusal, { status: 401 });
  assert.equal((await ask(refund({ refundId: "never sent" }))).answer.status, "rejected");
  assert.equal((await ask(refund())).answer.status, "unknown");
});

test("another refund under the same id is refused", async () => {
  await ask(refund());
  assert.equal((await ask(refund({ amount: { value: "1000", currency: "IDR" } }))).status, 409);
  assert.equal((await ask(refund({ requestId: "other" }))).answer.replayed, true);
  assert.equal(refunds(), 1);
});

test("without an id, or with nonsense, nothing is stored and nothing sent", async () => {
  for (const refundId of [undefined, null, "", 7, {}, "a\nb", "x".repeat(600)]) {
    const { status, answer } = await ask(refund({ refundId }));
    assert.deepEqual([status, answer.problems[0].path.split(".")[0]], [400, "requestId"], JSON.stringify(refundId));
  }
  for (const body of ["", "hello", "null", "7", '"text"', "[]", "{}"]) {
    assert.equal((await ask(body)).status, 400, body);
  }
  assert.equal(refunds(), 0);
  assert.equal(await env.PLANS.get("undefined"), null);
});
