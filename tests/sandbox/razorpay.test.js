import assert from "node:assert/strict";
import { test } from "node:test";
import { createSandbox } from "../../pkg-template/sandbox/index.js";
import { clock, NOW, razorpay, send } from "./requests.js";

const open = (options) => createSandbox({ now: clock, ...options });
const create = ({ paymentId }) => `/v1/payments/${paymentId}/refund`;
const post = (sandbox, payment, body, options) =>
  send(sandbox, razorpay(sandbox, "POST", create(payment), body, options));
const get = (sandbox, path, options) => send(sandbox, razorpay(sandbox, "GET", path, undefined, options));
const description = ({ json }) => json.error?.description;

test("a refund looks like the provider's page", async () => {
  const sandbox = open();
  const body = { amount: 500100, speed: "normal", receipt: "Receipt No. 31" };
  const answer = await post(sandbox, sandbox.payments.razorpay.standard, body);
  assert.equal(answer.status, 200);
  assert.equal(
    answer.text,
    '{"id":"rfnd_Sandbox0000001","entity":"refund","amount":500100,"currency":"INR","payment_id":"pay_FCXKPFtYfPXJPy","notes":[],"receipt":"Receipt No. 31","acquirer_data":{"arn":"10000000000001"},"created_at":1772436000,"batch_id":null,"status":"processed","speed_processed":"normal","speed_requested":"normal"}',
  );
});

test("credentials: Basic exactly, Bearer, partner with account", async () => {
  const sandbox = open();
  const { standard, partner } = sandbox.payments.razorpay;
  const { keyId, keySecret } = sandbox.credentials.razorpay;
  const { account, ...pair } = sandbox.credentials.razorpayPartner;
  const encode = (id, secret) => Buffer.from(`${id}:${secret}`).toString("base64");
  const good = encode(keyId, keySecret);
  for (const Authorization of [
    undefined,
    `BASIC ${good}`,
    `basic ${good}`,
    good,
    `Basic ${encode(keyId, "x")}`,
    "Bearer x",
  ]) {
    const answer = await post(sandbox, standard, {}, { headers: { Authorization } });
    assert.deepEqual([answer.status, description(answer)], [401, "The api key provided is invalid"]);
  }
  const bearer = { Authorization: `Bearer ${sandbox.credentials.razorpayOAuth.oauthToken}` };
  assert.equal((await post(sandbox, standard, { amount: 100 }, { headers: bearer })).status, 200);
  const basic = { Authorization: `Basic ${encode(pair.keyId, pair.keySecret)}` };
  const acting = { ...basic, "X-Razorpay-Account": account };
  assert.equal((await post(sandbox, partner, {}, { headers: acting })).status, 200);
  assert.equal(description(await post(sandbox, partner, {}, { headers: basic })), "The id provided does not exist");
  assert.equal(description(await post(sandbox, standard, {}, { headers: acting })), "The id provided does not exist");
  const stranger = { ...basic, "X-Razorpay-Account": "acc_Nobody00000000" };
  assert.equal(
    description(await post(sandbox, partner, {}, { headers: stranger })),
    "acc_Nobody00000000 is not a valid id",
  );
  assert.equal((await get(sandbox, "/v1/refunds", { headers: acting })).json.count, 1);
  assert.equal((await get(sandbox, "/v1/refunds")).json.count, 1);
});

test("fields", async () => {
  const sandbox = open();
  const payment = sandbox.payments.razorpay.standard;
  const refused = [
    [{ amount: 100, reason: "x" }, "reason is/are not required and should not be sent"],
    [{ a: 1, b: 2 }, "a, b is/are not required and should not be sent"],
    [{ amount: 0 }, "Amount cannot be blank."],
    [{ amount: 99 }, "The amount must be at least INR 1.00"],
    [{ amount: 100.5 }, "The amount must be an integer."],
    [{ amount: "1e3" }, "The amount must be an integer."],
    [{ amount: null }, "The amount must be an integer."],
    [{ amount: -100 }, "The amount must be an integer."],
    [{ amount: 500101 }, "The refund amount provided is greater than amount captured"],
    [{ speed: "fast" }, "The selected speed is invalid."],
    [{ receipt: 7 }, "The receipt must be a string."],
    [{ notes: "x" }, "The notes must be an array."],
    [{ notes: { a: {} } }, "The value of a note must be a string of at most 256 characters"],
    [{ notes: { a: "x".repeat(257) } }, "The value of a note must be a string of at most 256 characters"],
    [
      { notes: Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`k${i}`, "v"])) },
      "Number of fields in notes should be less than or equal to 15",
    ],
    [{ reverse_all: "yes" }, "The reverse all field must be true or false."],
    ["{", "The request body is not valid JSON"],
  ];
  for (const [body, text] of refused) {
    const answer = await post(sandbox, payment, body);
    assert.deepEqual([answer.status, answer.json.error.code, description(answer)], [400, "BAD_REQUEST_ERROR", text]);
  }
  const plain = await post(sandbox, payment, { amount: 100 }, { headers: { "Content-Type": "text/plain" } });
  assert.equal(plain.status, 400);
  assert.equal(sandbox.ledger.refunds.length, 0);
  const notes = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`k${i}`, "é".repeat(256)]));
  const accepted = await post(sandbox, payment, {
    amount: "100",
    speed: "optimum",
    notes,
    receipt: "r",
    reverse_all: 1,
  });
  assert.deepEqual([accepted.json.amount, accepted.json.speed_processed, accepted.json.notes], [100, "instant", notes]);
  assert.deepEqual((await post(sandbox, payment, { amount: 100, notes: [] })).json.notes, []);
});

test("no amount gives back the rest, and then nothing is left", async () => {
  const sandbox = open();
  const payment = sandbox.payments.razorpay.standard;
  await post(sandbox, payment, { amount: 100 });
  assert.equal(
    (await post(sandbox, payment, undefined, { headers: { "Content-Type": undefined } })).json.amount,
    500000,
  );
  assert.equal(description(await post(sandbox, payment, {})), "The payment has been fully refunded already");
  assert.equal(sandbox.ledger.totals("razorpay").INR.refunded, 500100n);
});

test("payments that cannot be refunded", async () => {
  const sandbox = open();
  const { authorized } = sandbox.payments.razorpay;
  assert.equal(
    description(await post(sandbox, authorized, {})),
    "The payment status should be captured for action to be taken",
  );
  assert.equal(description(await post(sandbox, { paymentId: "pay_x" }, {})), "pay_x is not a valid id");
  assert.equal(
    description(await post(sandbox, { paymentId: "pay_00000000000000" }, {})),
    "The id provided does not exist",
  );
  const old = sandbox.addPayment("razorpay", {
    amount: { value: "10", currency: "INR" },
    createdAt: NOW - 200 * 86_400_000,
  });
  assert.equal(
    description(await post(sandbox, old, {})),
    "Payment is more than 6 months old, only instant refund is supported",
  );
  assert.equal((await post(sandbox, old, { speed: "optimum" })).json.speed_processed, "instant");
  const slow = sandbox.addPayment("razorpay", {
    amount: { value: "10", currency: "INR" },
    createdAt: NOW - 200 * 86_400_000,
    instant: false,
  });
  for (const speed of ["normal", "optimum"]) {
    assert.equal(
      description(await post(sandbox, slow, { speed })),
      "Refund is not supported by the bank because the payment is more than 6 months old",
    );
  }
});

test("a receipt is taken once for each payment", async () => {
  const sandbox = open();
  const { standard, pending } = sandbox.payments.razorpay;
  assert.equal((await post(sandbox, standard, { amount: 100, receipt: "r" })).status, 200);
  const second = await post(sandbox, standard, { amount: 100, receipt: "r" });
  assert.deepEqual([second.status, description(second)], [400, "Duplicate receipt found for this refund request."]);
  assert.equal((await post(sandbox, pending, { amount: 100, receipt: "r" })).status, 200);
});

test("currencies: three decimals end in 0, none are plain units", async () => {
  const sandbox = open();
  const { kuwait } = sandbox.payments.razorpay;
  assert.match(description(await post(sandbox, kuwait, { amount: 99991 })), /must end in 0/);
  assert.equal((await post(sandbox, kuwait, { amount: 99990 })).json.amount, 99990);
  const yen = sandbox.addPayment("razorpay", { amount: { value: "500", currency: "JPY" } });
  assert.equal((await post(sandbox, yen, { amount: 1 })).json.amount, 1);
});

test("X-Refund-Idempotency", async () => {
  const sandbox = open();
  const payment = sandbox.payments.razorpay.standard;
  const key = (value) => ({ headers: { "X-Refund-Idempotency": value } });
  for (const bad of ["short-key", "with space 1", "slash/slash/"])
    assert.equal((await post(sandbox, payment, { amount: 100 }, key(bad))).status, 400);
  const first = await post(sandbox, payment, { amount: 100 }, key("abcdefghij"));
  const again = await post(sandbox, payment, { amount: 100 }, key("abcdefghij"));
  assert.deepEqual([again.status, again.text], [200, first.text]);
  const other = await post(sandbox, payment, { amount: 101 }, key("abcdefghij"));
  assert.deepEqual([other.status, other.json.error.code], [409, "BAD_REQUEST_ERROR"]);
  assert.equal(description(other), "Different request with the same idempotency key has already been processed.");
  const twins = await Promise.all([1, 2, 3].map(() => post(sandbox, payment, { amount: 200 }, key("in-flight-twins"))));
  assert.equal(new Set(twins.map(({ json }) => json.id)).size, 1);
  sandbox.faults.next("razorpay", "in-progress");
  const busy = await post(sandbox, payment, { amount: 300 }, key("0123456789"));
  assert.deepEqual(
    [busy.status, description(busy)],
    [409, "Another request with the same idempotency key is still in progress."],
  );
  assert.equal((await post(sandbox, payment, { amount: 300 }, key("0123456789"))).status, 200);
  // A refusal is no result: the same key may be used for the corrected request.
  assert.equal((await post(sandbox, payment, { amount: 1 }, key("refused-first"))).status, 400);
  assert.equal((await post(sandbox, payment, { amount: 100 }, key("refused-first"))).status, 200);
  assert.deepEqual(
    sandbox.ledger.refunds.map(({ amount }) => amount),
    [100n, 200n, 300n, 100n],
  );
});

test("Route: reverse_all", async () => {
  const sandbox = open();
  const { route } = sandbox.payments.razorpay;
  assert.equal((await post(sandbox, route, { amount: 100, reverse_all: true })).status, 400);
  assert.equal((await post(sandbox, route, { amount: 100000, reverse_all: true })).status, 200);
  assert.equal(sandbox.ledger.refunds[0].details.reversed.length, 2);
  const other = open();
  assert.equal((await post(other, route, { amount: 100, reverse_all: 0 })).status, 200);
  assert.equal((await post(other, route, { amount: 100, reverse_all: false })).status, 200);
  assert.deepEqual(
    other.ledger.refunds.map(({ details }) => details.reversed),
    [[], []],
  );
});

test("reads", async () => {
  let at = NOW;
  const sandbox = createSandbox({ now: () => at });
  const { standard, noInstant } = sandbox.payments.razorpay;
  for (let i = 0; i < 12; i += 1) {
    at += 1000;
    await post(sandbox, i === 11 ? noInstant : standard, { amount: 100 });
  }
  const last = sandbox.ledger.refunds.at(-1).id;
  const all = (await get(sandbox, "/v1/refunds")).json;
  assert.deepEqual([all.entity, all.count, all.items.length, all.items[0].id], ["collection", 10, 10, last]);
  assert.equal((await get(sandbox, "/v1/refunds?count=100&skip=10")).json.count, 2);
  const second = Math.floor(at / 1000);
  assert.equal((await get(sandbox, `/v1/refunds?from=${second}&to=${second}`)).json.count, 1);
  for (const query of ["count=101", "skip=x", "from=2026-01-01", "page=1"])
    assert.equal((await get(sandbox, `/v1/refunds?${query}`)).status, 400);
  const ofPayment = `/v1/payments/${standard.paymentId}/refunds`;
  assert.equal((await get(sandbox, `${ofPayment}?count=100`)).json.count, 11);
  const first = "rfnd_Sandbox0000001";
  assert.equal((await get(sandbox, `${ofPayment}/${first}`)).json.id, first);
  assert.equal((await get(sandbox, `${ofPayment}/${last}`)).status, 400);
  assert.equal((await get(sandbox, `/v1/refunds/${first}`)).json.id, first);
  assert.equal(description(await get(sandbox, "/v1/refunds/x")), "x is not a valid id");
  assert.equal(description(await get(sandbox, "/v1/refunds/rfnd_00000000000000")), "The id provided does not exist");
  for (const path of ["/v1/refunds/", "/v1/refund", "/v2/refunds"]) {
    const answer = await get(sandbox, path);
    assert.deepEqual([answer.status, description(answer)], [400, "The requested URL was not found on the server."]);
  }
});

test("update: notes only, keys sorted", async () => {
  const sandbox = open();
  await post(sandbox, sandbox.payments.razorpay.standard, { amount: 100 });
  const path = "/v1/refunds/rfnd_Sandbox0000001";
  const patch = (body) => send(sandbox, razorpay(sandbox, "PATCH", path, body));
  assert.equal(description(await patch({})), "The notes field is required");
  assert.match(description(await patch({ notes: {}, amount: 1 })), /^amount is\/are not required/);
  const answer = await patch({ notes: { notes_key_1: "Beam me up Scotty." } });
  assert.deepEqual(Object.keys(answer.json), Object.keys(answer.json).sort());
  assert.deepEqual((await get(sandbox, path)).json.notes, { notes_key_1: "Beam me up Scotty." });
});
