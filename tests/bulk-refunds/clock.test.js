// A clock that steps: open refunds are reminded of all the same. That their times stay comparable is the lifecycle's part.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startPlatform } from "../../examples/bulk-refunds/trial/platform.js";

const HOUR = 3_600_000;

test("reminders go on after the clock stepped, back or forward, by little or much", async () => {
  const platform = await startPlatform({
    entry: fileURLToPath(new URL("stepping.js", import.meta.url)),
    upstream: "127.0.0.1:9",
    bindings: { OPERATOR_TOKEN: "t", POLICY: JSON.stringify({ remindMs: 400 }) },
  });
  const ask = async (path, init = {}) => {
    const headers = { Authorization: "Bearer t" };
    const response = await platform.dispatchFetch(`https://bulk.example${path}`, { ...init, headers });
    return response.json();
  };
  const enter = (id) => {
    const input = { paymentId: "pay_Bulk0000000001", amount: { value: "2.00", currency: "INR" } };
    return ask("/refunds", { method: "POST", body: JSON.stringify([{ id, provider: "razorpay", input }]) });
  };
  /** How many reminders came since the last step. */
  const step = (ms) => ask(`/step?ms=${ms}`);
  try {
    await enter("first-1");
    await pause(1500);
    assert.ok((await step(-90)) > 1, "with a steady clock");
    for (const ms of [-370, -1500, -HOUR, 300]) {
      await pause(1500);
      const reminders = await step(ms);
      // Not more often, either, than the policy says.
      assert.ok(reminders > 0 && reminders < 8, `${reminders} before the step by ${ms}`);
    }
    await pause(1500);
    assert.ok((await step(HOUR)) > 0, "after all of them");
    // An alarm that was set by a clock that was ahead comes too late; whatever happens next sets it right.
    await pause(1000);
    await step(-HOUR);
    await enter("second-1");
    await pause(1500);
    // Its own message is one.
    assert.ok((await step(0)) > 2, "after a step forward and back");
  } finally {
    await platform.dispose();
  }
});
