import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createSandbox } from "../../pkg-template/sandbox/index.js";
import { parse, write } from "../../pkg-template/sandbox/json.js";
import { exponent, toMajor, toMinor } from "../../pkg-template/sandbox/money.js";
import { clock, durianpay, razorpay, send } from "./requests.js";

test("credentials: an environment, or base URLs where an origin is given", () => {
  const { credentials } = createSandbox();
  assert.equal(credentials.doku.environment, "sandbox");
  assert.equal(credentials.payermax.baseUrl, "https://pay-gate-uat.payermax.com");
  const served = createSandbox({
    origin: "http://127.0.0.1:4010/",
    credentials: { doku: { clientId: "x" } },
  }).credentials;
  assert.deepEqual(
    [served.doku.baseUrl, served.doku.clientId, "environment" in served.doku],
    ["http://127.0.0.1:4010/doku", "x", false],
  );
  assert.equal(served.razorpayOAuth.baseUrl, "http://127.0.0.1:4010/razorpay");
  assert.throws(() => {
    credentials.doku.secretKey = "x";
  }, TypeError);
});

test("routing by host, by prefix, or not at all", async () => {
  const sandbox = createSandbox({ now: clock });
  const request = (base) => send(sandbox, durianpay(sandbox, "GET", "/v1/refunds", undefined, { base }));
  for (const base of [
    "https://api-sandbox.durianpay.id",
    "http://127.0.0.1:1/durianpay",
    "https://edge.example/durianpay",
  ])
    assert.equal((await request(base)).status, 200);
  for (const base of ["https://api.durianpay.id", "http://127.0.0.1:1", "http://127.0.0.1:1/durian"]) {
    const answer = await request(base);
    assert.equal(answer.status, 404);
    assert.match(answer.json.error, /no provider answers/);
  }
  assert.equal((await request("http://127.0.0.1:1/durianpay/durianpay")).json.error_code, "DPAY_INVALID_REQUEST");
});

test("payments can be added, with ids made or given, and money as text or minor units", () => {
  const payments = [
    { provider: "razorpay", paymentId: "pay_00000000000001", amount: { minor: 1234n, currency: "INR" } },
  ];
  const sandbox = createSandbox({ now: clock, payments });
  assert.equal(sandbox.ledger.payments.at(-1).amount, 1234n);
  const made = sandbox.addPayment("doku", { amount: { value: "10", currency: "IDR" } });
  assert.match(made.invoiceNumber, /^INV-SANDBOX-/);
  assert.throws(() => sandbox.addPayment("doku", { amount: { value: "1.234", currency: "IDR" } }), TypeError);
  assert.throws(() => sandbox.addPayment("doku", { amount: { value: 1, currency: "IDR" } }), TypeError);
  const wrong = [
    [undefined, /amount is missing/],
    [{}, /amount is missing/],
    [{ amount: "1.00" }, /amount is missing/],
    [{ amount: {} }, /amount\.currency is missing/],
    [{ amount: { value: "1.00" } }, /amount\.currency is missing/],
    [{ amount: { currency: "INR" } }, /amount\.value is missing/],
    [{ amount: { value: "1.005", currency: "INR" } }, /"1\.005".*INR/],
    [{ amount: { minor: 100, currency: "INR" } }, /100.*INR/],
    [{ amount: { minor: -1n, currency: "INR" } }, /-1.*INR/],
  ];
  for (const [payment, message] of wrong)
    assert.throws(() => sandbox.addPayment("razorpay", payment), { name: "TypeError", message });
  assert.throws(() => sandbox.addPayment("paypal", {}), /Unknown provider/);
  assert.throws(() => sandbox.addPayment("paypal", { amount: { value: "1", currency: "IDR" } }), /Unknown provider/);
});

test("a clock that stands at 0 until the first request, as workerd's does", async () => {
  let at = 0;
  const sandbox = createSandbox({ now: () => at });
  at = clock();
  const { paymentId } = sandbox.payments.razorpay.standard;
  const request = razorpay(sandbox, "POST", `/v1/payments/${paymentId}/refund`, {});
  assert.equal((await send(sandbox, request)).status, 200);
  const captured = sandbox.ledger.payments.find(({ id }) => id === paymentId).createdAt;
  assert.equal(captured, at - 86_400_000);
  at += 200 * 86_400_000;
  assert.equal(sandbox.ledger.payments.find(({ id }) => id === paymentId).createdAt, captured);
});

test("the ledger is a view: copies, history, totals", async () => {
  const sandbox = createSandbox({ now: clock });
  const { paymentId } = sandbox.payments.razorpay.pending;
  await send(sandbox, razorpay(sandbox, "POST", `/v1/payments/${paymentId}/refund`, { amount: 100, receipt: "r" }));
  const [refund] = sandbox.ledger.refunds;
  assert.throws(() => {
    refund.amount = 0n;
  }, TypeError);
  refund.history.length = 0;
  sandbox.settle(refund.id, "succeeded");
  assert.deepEqual(
    sandbox.ledger.refunds[0].history.map(({ status }) => status),
    ["pending", "succeeded"],
  );
  assert.deepEqual([sandbox.ledger.refunds[0].reference, sandbox.ledger.refunds[0].provider], ["r", "razorpay"]);
  const { INR } = sandbox.ledger.totals("razorpay");
  assert.deepEqual([INR.refunded, INR.pending, INR.refunds], [100n, 0n, 1]);
  assert.equal(sandbox.ledger.totals("doku").IDR.refunds, 0);
  assert.throws(() => sandbox.settle(refund.id, "failed"), /already/);
  assert.throws(() => sandbox.settle(refund.id, "done"), {
    name: "TypeError",
    message: /"done"; known: succeeded, failed/,
  });
  assert.throws(() => sandbox.settle(refund.id), /undefined; known: succeeded, failed/);
  assert.throws(() => sandbox.settle("x", "failed"), /no refund/);
  await send(sandbox, razorpay(sandbox, "POST", `/v1/payments/${paymentId}/refund`, { amount: 100, receipt: "s" }));
  assert.throws(() => sandbox.settle("s", "failed", "doku"), /no refund/);
  sandbox.settle("s", "failed");
  assert.equal(sandbox.ledger.refunds[1].status, "failed");
});

test("the same calls give the same bytes", async () => {
  const run = async () => {
    const sandbox = createSandbox({ now: clock });
    const { paymentId } = sandbox.payments.razorpay.standard;
    return (await send(sandbox, razorpay(sandbox, "POST", `/v1/payments/${paymentId}/refund`, {}))).text;
  };
  assert.equal(await run(), await run());
});

test("JSON keeps its numbers", () => {
  const text =
    '{"id":9223372036854775807,"price":100.00000000,"e":1e3,"neg":-0.0,"s":"1 \\"2\\" 3.0","list":[1,2.50,null,true]}';
  assert.equal(write(parse(text)), text);
  for (const bad of ["", "{", "[1,]", '{"a":01}', "NaN"]) assert.throws(() => parse(bad), SyntaxError, bad);
  assert.equal(write({ a: 1n, b: undefined, c: [2n] }), '{"a":1,"c":[2]}');
});

test("money keeps its digits", () => {
  const pairs = [
    ["12.34", "INR", 1234n],
    ["12", "INR", 1200n],
    ["12.3400", "INR", 1234n],
    ["12.345", "INR", undefined],
    ["1", "JPY", 1n],
    ["1.5", "JPY", undefined],
    ["1.005", "KWD", 1005n],
    ["-1", "INR", undefined],
    ["1e2", "INR", undefined],
    ["", "INR", undefined],
  ];
  for (const [text, currency, minor] of pairs) assert.equal(toMinor(text, currency), minor, text);
  assert.deepEqual(
    [
      toMajor(5n, "INR"),
      toMajor(5n, "JPY"),
      toMajor(5n, "KWD"),
      toMajor(10000n, "TRY", 8),
      toMajor(9000000n, "IDR", 0),
    ],
    ["0.05", "5", "0.005", "100.00000000", "90000"],
  );
});

test("every currency of the core has the same exponent here", () => {
  const core = readFileSync(new URL("../../src/money.rs", import.meta.url), "utf8");
  const table = /const CURRENCIES: &str = "([^"]+)"/.exec(core)?.[1] ?? "";
  const currencies = [...table.matchAll(/([A-Z]{3})(\d)/g)];
  assert.equal(currencies.length, table.replace(/[^A-Z0-9]/g, "").length / 4);
  assert.ok(currencies.length > 140);
  for (const [, currency, digits] of currencies) assert.equal(exponent(currency), Number(digits), currency);
  const { amount } = createSandbox().addPayment("razorpay", { amount: { value: "100", currency: "RWF" } });
  assert.deepEqual(amount, { value: "100", currency: "RWF" });
});
