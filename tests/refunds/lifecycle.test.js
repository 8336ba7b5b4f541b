// The four functions of the lifecycle, called with what is none of theirs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { RefundError, razorpay } from "refund-signer";
import { begin, next, observe, open } from "refund-signer/lifecycle";

const NOW = 1_790_000_000_000;
const plan = razorpay.createRefund({ paymentId: "pay_1", idempotencyKey: "return-2041-key", receipt: "return-2041" });
const record = open(plan, { account: "main", now: NOW });
const step = next(record, { now: NOW });

/** The code and path of what a call throws. @param {() => unknown} call */
function refused(call) {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof RefundError, String(error));
    return `${error.code} ${error.problems[0]?.path}`;
  }
  return "nothing is thrown";
}

/** Each of them, with other options. @type {[string, (options: any) => unknown][]} */
const calls = [
  ["open", (options) => open(plan, Object(options) === options ? { account: "main", ...options } : options)],
  ["next", (options) => next(record, options)],
  ["begin", (options) => begin(record, /** @type {any} */ (step), options)],
  ["observe", (options) => observe(record, { step: 1, notSent: true }, options)],
];

for (const [name, call] of calls) {
  test(`${name}: options that are missing, misspelt or none are refused`, () => {
    for (const none of [undefined, null, 7, "now"])
      assert.equal(
        refused(() => call(none)),
        "wrong_type options",
      );
    assert.equal(
      refused(() => call({ now: NOW, polcy: { leaseMs: 1 } })),
      "unknown_field polcy",
    );
  });

  test(`${name}: a time that is not the present one is refused`, () => {
    for (const now of [undefined, null, Number.NaN, -1, 0, 1.5, NOW / 1000, Infinity, 2 ** 53, String(NOW)]) {
      assert.equal(
        refused(() => call({ now })),
        "invalid_attempt now",
        String(now),
      );
    }
  });
}

test("a refused observation leaves the record as it was", () => {
  const before = JSON.stringify(record);
  assert.match(
    refused(() => observe(record, { step: 7, notSent: true }, { now: NOW })),
    /^invalid_observation/,
  );
  assert.equal(JSON.stringify(record), before);
});
