// Callers that repeat, come together, leave, or hang; and clocks that step.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PROVIDERS, refusal, world } from "./world.js";

/** So short that a host that hangs is given up within the test. */
const SHORT = { leaseMs: 100 };
const never = () => new Promise(() => {});

for (const provider of PROVIDERS) {
  test(`${provider}: twelve callers of three hosts at the same moment refund once`, async () => {
    const here = world(provider);
    const hosts = [here.host(), here.host(), here.host()];
    const plan = here.plan();
    const all = await Promise.all(Array.from({ length: 12 }, (_, at) => hosts[at % 3].refund("a", plan)));
    assert.ok(
      all.every(({ id, state }) => id === "a" && ["open", "succeeded"].includes(state)),
      "each hears of the one refund",
    );
    assert.equal((await hosts[0].get("a")).state, "succeeded");
    assert.deepEqual([here.sent.length, here.refunds().length], [1, 1]);
  });

  test(`${provider}: a repeated call, with the plan made anew, gives the stored refund`, async () => {
    const here = world(provider);
    const first = await here.host().refund("a", here.plan());
    for (const plan of [here.plan(), JSON.parse(JSON.stringify(here.plan()))]) {
      assert.deepEqual(await here.host().refund("a", plan), first);
    }
    assert.equal(here.sent.length, 1);
  });
}

test("a refund that is opened for later is stored and not sent, and runDue ends it", async () => {
  const here = world("razorpay");
  const opened = await here.host().refund("a", here.plan(), { later: true });
  assert.deepEqual([opened.state, opened.step.do, here.sent.length], ["open", "send", 0]);
  // Again, it is the same refund; another one under its id is refused, and misspelt options are, too.
  assert.deepEqual(await here.host().refund("a", here.plan(), { later: true }), opened);
  assert.equal(await refusal(here.host().refund("a", here.plan(), { later: 1 })), "wrong_type options.later");
  assert.equal(await refusal(here.host().refund("a", here.plan(), { latter: true })), "unknown_field options.latter");
  const [ended] = await here.host().runDue();
  assert.deepEqual([ended.state, here.sent.length, here.refunds().length], ["succeeded", 1, 1]);
});

test("a caller that leaves while the request is under way loses nothing", async () => {
  const here = world("razorpay");
  const abandoned = here.host().refund("a", here.plan());
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal((await here.host().get("a")).state, "succeeded");
  assert.equal((await abandoned).state, "succeeded");
});

test("a host that dies before, or after, its request leaves a refund that the next one ends", async () => {
  for (const inBooks of [0, 1]) {
    const here = world("razorpay", { policy: SHORT });
    let isDead = false;
    const store = Object.create(here.store, {
      put: { value: async (...given) => (isDead ? Promise.reject(new Error("it is dead")) : here.store.put(...given)) },
      get: { value: async (...given) => here.store.get(...given) },
      insert: { value: async (...given) => here.store.insert(...given) },
    });
    const fetch = async (...request) => {
      if (inBooks === 1) await here.fetch(...request);
      isDead = true;
      return never();
    };
    await assert.rejects(here.host({ fetch, store }).refund("a", here.plan()), /it is dead/);
    assert.equal(here.refunds().length, inBooks);
    const other = here.host();
    assert.deepEqual([(await other.refund("a", here.plan())).step.do, here.refunds().length], ["wait", inBooks]);
    await here.settle(other);
    assert.deepEqual([(await other.get("a")).state, here.refunds().length], ["succeeded", 1]);
  }
});

test("a client that hangs, or a signature that does, is given up: nothing was sent, and the next call goes on", async () => {
  for (const clients of [
    never,
    (here) => ({ ...here.clients(here.provider), sign: never }),
    // It comes when nobody counts on it any more.
    (here) => {
      const client = here.clients(here.provider);
      return {
        ...client,
        sign: (plan) => {
          const request = client.sign(plan);
          return new Promise((resolve) => setTimeout(() => resolve(request), 150));
        },
      };
    },
  ]) {
    const here = world("razorpay", { policy: SHORT });
    const hanging = here.host({ clients: () => clients(here) });
    await assert.rejects(hanging.refund("a", here.plan()), { name: "TimeoutError" });
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal(here.sent.length, 0);
    assert.equal((await here.host().advance("a")).state, "succeeded");
    assert.equal(here.refunds().length, 1);
  }
});

test("a signature that is there when the step's time is over, by this clock, is not sent", async () => {
  const here = world("razorpay");
  const clients = () => {
    const client = here.clients("razorpay");
    return {
      ...client,
      sign(plan) {
        const request = client.sign(plan);
        here.wait(60_000);
        return request;
      },
    };
  };
  await here.host({ clients }).refund("a", here.plan());
  assert.equal(here.sent.length, 0);
  await here.settle();
  assert.deepEqual([(await here.host().get("a")).state, here.refunds().length], ["succeeded", 1]);
});

test("a fetch that hangs, or an answer that never ends, is unknown, and asked about", async () => {
  for (const answer of [
    never,
    async () => new Response(new ReadableStream({ pull: never })),
    async (here, request) => {
      await here.fetch(...request);
      return never();
    },
  ]) {
    const here = world("razorpay", { policy: SHORT });
    const first = await here.host({ fetch: (...request) => answer(here, request) }).refund("a", here.plan());
    assert.deepEqual([first.state, first.step.do], ["open", "wait"]);
    await here.settle();
    assert.deepEqual([(await here.host().get("a")).state, here.refunds().length], ["succeeded", 1]);
  }
});

test("what a signer makes of another plan is not sent, and the refund stays open", async () => {
  const here = world("razorpay");
  const clients = () => {
    const client = here.clients("razorpay");
    return { ...client, sign: (plan) => ({ ...client.sign(plan), body: '{"amount":999900}' }) };
  };
  assert.equal(await refusal(here.host({ clients }).refund("a", here.plan())), "request_mismatch request.body");
  assert.deepEqual([here.sent.length, (await here.host().get("a")).record.attempts[0].heard.what], [0, "not-sent"]);
  assert.equal((await here.host().advance("a")).state, "succeeded");
});

test("what clients throws reaches the caller, nothing is sent, and every client is freed", async () => {
  const here = world("razorpay");
  const failing = here.host({ clients: () => Promise.reject(new Error("no key today")) });
  await assert.rejects(failing.refund("a", here.plan()), /no key today/);
  assert.equal(here.sent.length, 0);
  let [made, freed] = [0, 0];
  const counting = here.host({
    clients: (...wanted) => {
      made++;
      const client = here.clients(...wanted);
      return { ...client, free: () => [client.free(), freed++] };
    },
  });
  assert.equal((await counting.advance("a")).state, "succeeded");
  assert.deepEqual([made, freed], [1, 1]);
});

test("the account of a refund is the one that its client is asked for", async () => {
  const here = world("razorpay");
  const asked = [];
  const clients = (name, wanted) => {
    asked.push(`${name} ${wanted.account}`);
    return here.clients(name, wanted);
  };
  const refunds = here.host({ clients, account: "shop" });
  await refunds.refund("a", here.plan({ amount: { value: "1.00", currency: "INR" } }));
  await refunds.refund("b", here.plan({ amount: { value: "1.00", currency: "INR" } }), { account: "other" });
  assert.deepEqual(asked, ["razorpay shop", "razorpay other"]);
  assert.deepEqual([(await here.store.get("a")).account, (await here.store.get("b")).account], ["shop", "other"]);
});

for (const [step, name] of [
  [-7_200_000, "back"],
  [7_200_000, "ahead"],
]) {
  test(`a clock that steps ${name} by two hours doubles nothing and ends`, async () => {
    for (const fault of ["timeout-after", "status-503", "lost-response"]) {
      const here = world("razorpay", { policy: SHORT });
      here.sandbox.faults.next("razorpay", fault);
      assert.equal((await here.host().refund("a", here.plan())).state, "open");
      here.wait(step);
      for (let turns = 0; turns < 200 && (await here.host().get("a")).state === "open"; turns++) {
        for (const { error } of await here.host().runDue()) assert.equal(error, undefined);
        here.wait(60_000);
      }
      assert.deepEqual([(await here.host().get("a")).state, here.refunds().length], ["succeeded", 1], fault);
    }
  });
}

test("runDue takes what is due, and nothing else", async () => {
  const here = world("razorpay");
  const amount = { value: "1.00", currency: "INR" };
  for (const id of ["a", "b", "c"]) {
    here.sandbox.faults.next("razorpay", "status-503");
    await here.host().refund(id, here.plan({ amount }));
  }
  assert.deepEqual(await here.host().runDue(), []);
  here.wait(2_000);
  const first = await here.host().runDue({ limit: 2 });
  assert.deepEqual(
    first.map(({ id, state }) => `${id} ${state}`),
    ["a succeeded", "b succeeded"],
  );
  const second = await here.host().runDue({ limit: 2 });
  assert.deepEqual(
    second.map(({ id }) => id),
    ["c"],
  );
  assert.deepEqual(await here.host().runDue(), []);
  assert.equal(here.refunds().length, 3);
});

test("runDue: one refund that throws stops no other, and does not stand before them in every run", async () => {
  const here = world("razorpay");
  const amount = { value: "1.00", currency: "INR" };
  for (const id of ["bad", "good"]) {
    here.sandbox.faults.next("razorpay", "status-503");
    await here.host().refund(id, here.plan({ amount }));
  }
  const { version, ...row } = await here.store.get("bad");
  await here.store.put("bad", version, "by hand", "{}", row);
  here.wait(2_000);
  const [bad, good] = await here.host().runDue();
  assert.deepEqual([bad.id, bad.error.code, bad.error.problems[0].path], ["bad", "invalid_record", "version"]);
  assert.deepEqual([good.id, good.state], ["good", "succeeded"]);
  assert.equal((await here.store.get("bad")).record, "{}");
  assert.deepEqual(await here.host().runDue(), []);
  here.wait(60_000);
  assert.deepEqual(
    (await here.host().runDue()).map(({ id }) => id),
    ["bad"],
  );
});

test("onChange hears what was stored, also that patience ended; what it throws reaches the caller and loses nothing", async () => {
  const here = world("durianpay", { policy: { patienceMs: 60_000 } });
  here.sandbox.faults.next("durianpay", "status-503");
  await here.host().refund("a", here.plan());
  await here.settle();
  assert.deepEqual(
    here.changes.map(({ kind, state }) => `${kind} ${state}`).filter((change, at, all) => change !== all[at - 1]),
    ["refund open", "refund review"],
  );
  const throwing = world("razorpay", {
    onChange: () => {
      throw new Error("the queue is full");
    },
  });
  await assert.rejects(throwing.host().refund("a", throwing.plan()), /the queue is full/);
  assert.deepEqual([(await throwing.host().get("a")).state, throwing.refunds().length], ["succeeded", 1]);
});
