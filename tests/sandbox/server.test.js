import assert from "node:assert/strict";
import { test } from "node:test";
import { startSandboxServer } from "../../pkg-template/bin/server.js";
import { createSandbox } from "../../pkg-template/sandbox/index.js";
import { clock, craftgate, doku, dokuResponseIsSigned, durianpay } from "./requests.js";

const REFUND = "/cancellation/credit-card/refund";
const served = async (run, make) => {
  const server = await startSandboxServer({ sandbox: make ?? ((origin) => createSandbox({ now: clock, origin })) });
  try {
    await run(server);
  } finally {
    await server.close();
  }
};
const refund = (sandbox, id) => {
  const { invoiceNumber, originalRequestId } = sandbox.payments.doku.settled;
  const body = {
    order: { invoice_number: invoiceNumber },
    payment: { original_request_id: originalRequestId },
    refund: { amount: 100 },
  };
  return doku(sandbox, "POST", REFUND, body, { id, base: sandbox.credentials.doku.baseUrl });
};

test("raw bytes in, the answer byte for byte out", () =>
  served(async ({ url, sandbox }) => {
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    const response = await fetch(...refund(sandbox, "one"));
    const answer = { headers: response.headers, text: await response.text() };
    assert.equal(response.status, 200);
    assert.ok(dokuResponseIsSigned(sandbox, answer, `/doku${REFUND}`));
    assert.equal((await fetch(...refund(sandbox, "one"))).status, 409);
    const reports = craftgate(sandbox, "GET", "/payment-reporting/v1/refunds?conversationId=a%20b", undefined, {
      base: `${url}/craftgate`,
    });
    assert.equal((await fetch(...reports)).status, 200);
    assert.equal((await fetch(`${url}/nobody`)).status, 404);
  }));

test("a given sandbox is served as it is", async () => {
  const sandbox = createSandbox({ now: clock });
  await served(async ({ url }) => {
    const list = durianpay(sandbox, "GET", "/v1/refunds", undefined, { base: `${url}/durianpay` });
    assert.equal((await fetch(...list)).status, 200);
  }, sandbox);
});

test("bodies have a limit", () =>
  served(async ({ url }) => {
    const answer = await fetch(`${url}/doku${REFUND}`, { method: "POST", body: "x".repeat((1 << 20) + 1) }).catch(
      (error) => error,
    );
    assert.ok(answer instanceof TypeError || answer.status === 413);
    assert.equal((await fetch(`${url}/doku${REFUND}`, { method: "POST", body: "x" })).status, 400);
  }));

test("a lost response breaks the connection after the refund", () =>
  served(async ({ sandbox }) => {
    sandbox.faults.next("doku", "lost-response");
    await assert.rejects(fetch(...refund(sandbox, "lost")), TypeError);
    assert.equal(sandbox.ledger.refunds.length, 1);
    assert.equal((await fetch(...refund(sandbox, "lost"))).status, 409);
    assert.equal(sandbox.ledger.refunds.length, 1);
  }));

test("a hung fault does not hang close()", async () => {
  const { sandbox, close } = await startSandboxServer({ sandbox: (origin) => createSandbox({ now: clock, origin }) });
  sandbox.faults.next("doku", "timeout");
  const hanging = fetch(...refund(sandbox, "hung"));
  const outcome = assert.rejects(hanging, TypeError);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await close();
  await outcome;
  assert.equal(sandbox.ledger.refunds.length, 0);
});
