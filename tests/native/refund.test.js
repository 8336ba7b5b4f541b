// examples/refund.rs against the sandbox over HTTP. xtask says in REFUND where the program is.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { startSandboxServer } from "../../pkg-template/bin/server.js";

test("a native program refunds once, repeats itself, and hears when nobody answers", async (t) => {
  const { url, sandbox, close } = await startSandboxServer();
  t.after(close);
  const { clientId, secretKey, baseUrl } = sandbox.credentials.doku;
  const { invoiceNumber, originalRequestId, amount } = sandbox.payments.doku.settled;
  const env = { DOKU_CLIENT_ID: clientId, DOKU_SECRET_KEY: secretKey, DOKU_BASE_URL: baseUrl ?? url };
  const refund = async () => {
    const args = [invoiceNumber, originalRequestId, amount.value, "refund-1"];
    const { stdout } = await promisify(execFile)(process.env.REFUND, args, { env });
    return JSON.parse(stdout);
  };

  const first = await refund();
  assert.deepEqual([first.status, first.next, first.signature], ["succeeded", "done", "verified"]);
  assert.equal((await refund()).status, "succeeded");
  assert.equal(sandbox.ledger.refunds.length, 1);

  await close();
  const unanswered = await refund();
  assert.deepEqual([unanswered.status, unanswered.next], ["unknown", "query"]);
});
