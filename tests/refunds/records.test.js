// Records of every version, as they were stored: each later build reads them, writes them back unchanged, and takes the
// same step. `UPDATE=1` writes the files of a version that has none, and never one that is there.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { describe } from "refund-signer";
import { begin, next, observe, open } from "refund-signer/lifecycle";
import { NOTIFYING, PROVIDERS, world } from "./world.js";

const FOLDER = new URL("../records/", import.meta.url);
const HOUR = 3_600_000;
/** How long after the record was written it is read. */
const AGES = [1, 2 * HOUR, 96 * HOUR];
/** The defaults of today: those of tomorrow are another step. */
const POLICY = {
  leaseMs: 60_000,
  arrivalMs: HOUR,
  memoryMs: 24 * HOUR,
  patienceMs: 72 * HOUR,
  pauseMs: 2000,
  longestPauseMs: 900_000,
  clockStepMs: 60_000,
};
const FAULTS = [
  undefined,
  "lost-response",
  "status-429",
  "status-500",
  "html",
  "pending",
  "declined",
  "empty",
  "in-progress",
];

/** What of a step is the same in every build: its texts may be put better. */
function decided({ id, do: what, before, until, repeat, renewToken, outcome, question, answers, notRefundedFrom }) {
  return { id, do: what, before, until, repeat, renewToken, outcome, code: question?.code, answers, notRefundedFrom };
}

const stepsOf = (record) =>
  AGES.map((age) => {
    const now = record.clock + age;
    return JSON.parse(JSON.stringify({ now, ...decided(next(record, { now, policy: POLICY })) }));
  });

for (const version of readdirSync(FOLDER)) {
  for (const file of readdirSync(new URL(`${version}/`, FOLDER))) {
    test(`records of ${version}: ${file}`, () => {
      const stored = JSON.parse(readFileSync(new URL(`${version}/${file}`, FOLDER), "utf8"));
      assert.ok(stored.length > 5, `${stored.length} records`);
      for (const { record, steps } of stored) {
        assert.deepEqual(stepsOf(record), steps, JSON.stringify(record));
        // An event about another refund changes nothing, so what comes back was read and written whole.
        const event = { provider: record.plan.provider, kind: "other", dedupeKey: "1", signedFields: "all" };
        assert.deepEqual(observe(record, { event }, { now: record.clock }), record);
      }
    });
  }
}

test("the version that this build writes has its records", () => {
  for (const provider of PROVIDERS) assert.ok(existsSync(fileOf(provider)), "run UPDATE=1 node --test tests/refunds");
});

const fileOf = (provider) => new URL(`v1/${provider}.json`, FOLDER);

/** The shape of a record: the kinds of what is in it, without ids, times and texts. */
function shapeOf({ attempts, query, end, history, accepted, askNow, sendAgain, refund, absent }) {
  const heard = (entry) => `${entry.doubt} ${entry.repeat} ${entry.heard?.what}`;
  return JSON.stringify([
    attempts.map(heard),
    query?.heard?.what,
    end,
    history.map(({ what }) => what),
    [accepted, askNow, sendAgain, refund !== undefined, absent !== undefined],
  ]);
}

const said = (status, more) => ({ status, final: true, signature: "absent", replayed: false, next: "fix", ...more });
const ANSWERS = [
  said("rejected"),
  said("rejected", { next: "retry", final: false, retryAfterMs: 5000 }),
  said("rejected", { next: "reauthenticate", final: false }),
  said("failed"),
  said("succeeded", { next: "done", replayed: true }),
  said("succeeded", { next: "done" }),
];

/** What few lives come to: each answer, contradicted by a verified event, and a request that never left. */
function rarely(here, keep) {
  const now = here.now();
  const opened = open(here.plan(), { account: "main", now });
  const step = next(opened, { now, policy: POLICY });
  const begun = begin(opened, step, { now });
  keep(observe(begun, { step: step.id, notSent: true }, { now }));
  const { reference, amount } = describe(opened.plan);
  for (const verdict of ANSWERS) {
    const heard = observe(begun, { step: step.id, verdict }, { now });
    keep(heard);
    for (const status of ["succeeded", "failed"]) {
      const refund = { id: "1", status, ...(reference && { reference }), ...(amount && { amount }) };
      const event = { provider: here.provider, kind: "refund", dedupeKey: "1", signedFields: "all", refund };
      keep(observe(heard, { event }, { now: now + 1 }));
    }
  }
}

/** Every record that some lives of refunds have on their way, one of each shape. */
async function recordsOf(provider) {
  const records = new Map();
  rarely(world(provider), (record) => records.set(shapeOf(record), record));
  for (const fault of FAULTS) {
    const here = world(provider);
    const keep = (text) => {
      const record = JSON.parse(text);
      const shape = shapeOf(record);
      if (!records.has(shape)) records.set(shape, record);
    };
    const store = Object.create(here.store, {
      insert: { value: (...given) => here.store.insert(...given) },
      put: {
        value: async (...given) => {
          keep(given[3]);
          return here.store.put(...given);
        },
      },
      get: { value: (id) => here.store.get(id) },
      find: { value: (...given) => here.store.find(...given) },
      due: { value: (...given) => here.store.due(...given) },
      list: { value: (...given) => here.store.list(...given) },
    });
    const refunds = here.host({ store });
    if (fault === "in-progress" && provider !== "razorpay") continue;
    if (fault) here.sandbox.faults.next(provider, fault);
    await refunds.refund("a", here.plan(), { later: true });
    keep((await here.store.get("a")).record);
    await refunds.advance("a");
    if (NOTIFYING.includes(provider)) await here.deliver(refunds);
    await here.settle(refunds);
    const { state, step } = await refunds.get("a");
    if (state === "review") {
      for (const decision of step.answers) {
        here.wait(2 * HOUR);
        const { step: now } = await refunds.get("a");
        if (now.do === "review") await refunds.review("a", { step: now.id, decision, by: "ada" });
        await here.settle(refunds);
      }
    }
  }
  return [...records.values()].map((record) => ({ record, steps: stepsOf(record) }));
}

if (process.env.UPDATE) {
  for (const provider of PROVIDERS.filter((name) => !existsSync(fileOf(name)))) {
    mkdirSync(new URL("v1/", FOLDER), { recursive: true });
    const lines = (await recordsOf(provider)).map((entry) => JSON.stringify(entry));
    writeFileSync(fileOf(provider), `[\n${lines.join(",\n")}\n]\n`);
  }
}
