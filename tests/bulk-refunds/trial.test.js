// The example among faults and crashes, a short one of `npm run bulk-refunds`; and that the trial can fail at all.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runTrial } from "../../examples/bulk-refunds/trial/trial.js";

// A quiet machine needs less than half a minute.
const LIMIT_MS = 600_000;
const DECLINED = { doku: 4, durianpay: 4, craftgate: 4, payermax: 4, razorpay: 4 };
const sum = (figures) => Object.values(figures).reduce((total, figure) => total + figure, 0);

test("500 refunds happen once, with the right amount, whatever goes wrong", async () => {
  const result = await runTrial({ refunds: 500, seed: 1, naive: false, cautious: false, limitMs: LIMIT_MS });
  assert.ok(result.isOver, "not over in time");
  const declined = sum(DECLINED);
  const { once, doubled, lost, leftToAPerson, wrongAmount, declinedButPaid, unasked } = result;
  assert.deepEqual(
    { once, doubled, lost, leftToAPerson, wrongAmount, declinedButPaid, unasked },
    { once: 500 - declined, doubled: 0, lost: 0, leftToAPerson: 0, wrongAmount: 0, declinedButPaid: 0, unasked: 0 },
  );
  assert.deepEqual(result.disagreements, []);
  // A person is asked for nothing but what no program can know: DOKU's manual refunds, Durianpay's word `failed`, and
  // a no to a second attempt, if the answer to the first got lost.
  const persons = {};
  for (const [who, count] of Object.entries(result.persons)) persons[who.split(":")[0]] = count;
  const { "doku, manual": manual, "durianpay, declined": unclear, ...declinedAgain } = persons;
  assert.deepEqual([manual, unclear], [4, DECLINED.durianpay]);
  for (const who of Object.keys(declinedAgain)) assert.match(who, /, declined$/);
  const forgotten = sum(declinedAgain);
  assert.deepEqual(result.states, {
    succeeded: 500 - declined - 4,
    failed: declined - DECLINED.durianpay - forgotten,
    review: 4 + DECLINED.durianpay + forgotten,
  });
  // And something did go wrong.
  assert.ok(sum(result.faults) > 100, `${sum(result.faults)} faults`);
  assert.ok(sum(result.worker.crashes) > 5, `${sum(result.worker.crashes)} crashes`);
  assert.ok(result.worker.struck > 50 && result.worker.duplicates > 10 && result.resubmitted > 0);
  const { delivered, doubled: twice, dropped, forged, forgedAccepted, refused } = result.webhooks;
  assert.ok(delivered > 200 && twice > 20 && dropped > 10 && forged > 0);
  assert.deepEqual([forgedAccepted, refused], [0, 0]);
});

test("cautious: where nothing makes another attempt safe, a person decides, and still nothing is doubled", async () => {
  const result = await runTrial({ refunds: 200, seed: 2, naive: false, cautious: true, limitMs: LIMIT_MS });
  assert.ok(result.isOver, "not over in time");
  const { once, doubled, lost, leftToAPerson, wrongAmount, unasked, disagreements } = result;
  assert.deepEqual([doubled, lost, wrongAmount, unasked, disagreements.length], [0, 0, 0, 0, 0]);
  assert.equal(once + leftToAPerson, 200);
  assert.ok(Object.keys(result.persons).every((who) => /^(durianpay|payermax|doku, manual|\w+, declined)/.test(who)));
});

test("naive retries double refunds, and the trial sees it", async () => {
  const { doubled } = await runTrial({ refunds: 200, seed: 1, naive: true, cautious: false, limitMs: LIMIT_MS });
  assert.ok(doubled > 10, `${doubled} doubled`);
});
