// examples/follow.rs against the sandbox over HTTP. xtask says in FOLLOW where the program is.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startSandboxServer } from "../../pkg-template/bin/server.js";

/** @param {import("node:test").TestContext} t */
async function begin(t) {
  const { url, sandbox, close } = await startSandboxServer();
  const cwd = await mkdtemp(join(tmpdir(), "follow-"));
  t.after(() => Promise.all([close(), rm(cwd, { recursive: true })]));
  const { keyId, keySecret, baseUrl } = sandbox.credentials.razorpay;
  const env = { RAZORPAY_KEY_ID: keyId, RAZORPAY_KEY_SECRET: keySecret, RAZORPAY_BASE_URL: baseUrl ?? url };
  const { paymentId } = sandbox.payments.razorpay.standard;
  const start = (id = "return-2041") => {
    const child = spawn(String(process.env.FOLLOW), [paymentId, "1.00", id], { env, cwd });
    let out = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    let errors = "";
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    const ended = once(child, "close").then(([code]) => ({
      code,
      step: code === 0 ? JSON.parse(out) : undefined,
      errors,
    }));
    return { child, ended };
  };
  return { sandbox, start, cwd, close };
}

test("a lost answer: the program asks, and the refund is done once", async (t) => {
  const { sandbox, start, close } = await begin(t);
  sandbox.faults.next("razorpay", "lost-response");
  const { step, errors } = await start().ended;
  assert.match(errors, /no answer/);
  assert.deepEqual([step.do, step.outcome], ["finish", "succeeded"]);
  assert.equal(sandbox.ledger.refunds.length, 1);
  // It has ended: another run asks nobody.
  await close();
  assert.equal((await start().ended).step.outcome, "succeeded");
});

test("killed while the answer is under way: the next run goes on with what was stored", async (t) => {
  const { sandbox, start, cwd } = await begin(t);
  sandbox.faults.next("razorpay", "timeout-after");
  const { child, ended } = start();
  while (sandbox.ledger.refunds.length === 0 && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGKILL");
  await ended;
  const stored = JSON.parse(await readFile(join(cwd, "return-2041.json"), "utf8"));
  assert.equal(stored.attempts.length, 1, "the request was stored before it left");
  const { step } = await start().ended;
  assert.deepEqual([step.do, step.outcome], ["finish", "succeeded"]);
  assert.equal(sandbox.ledger.refunds.length, 1);
});

test("a record that was altered is not taken for a new refund", async (t) => {
  const { sandbox, start, cwd } = await begin(t);
  await start().ended;
  await writeFile(join(cwd, "return-2041.json"), "{}");
  const { code } = await start().ended;
  assert.notEqual(code, 0);
  assert.equal(sandbox.ledger.refunds.length, 1);
});
