// Webhooks: what they end, what they only hint at, and what is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "refund-signer/stores/memory";
import { NOTIFYING, Refunds, refusal, world } from "./world.js";

/** How a refund that was accepted stands when its event has come, and how when what is due then was done. */
const AFTER_EVENT = {
  // DOKU's query tells of the payment only, and its event does not name the refund: a person has to look.
  doku: ["open", "review"],
  razorpay: ["succeeded", "succeeded"],
  // The signature does not cover the refund: the provider is asked.
  craftgate: ["open", "succeeded"],
  payermax: ["succeeded", "succeeded"],
};

/** A world with a refund that the provider accepted, and settled since: its event waits. */
async function accepted(provider, status = "succeeded", common = {}) {
  const here = world(provider, common);
  here.sandbox.faults.next(provider, "pending");
  const refund = await here.host().refund("a", here.plan());
  assert.equal(refund.state, "open");
  here.sandbox.settle(here.refunds()[0].id, status);
  return here;
}

const kinds = (here) => here.changes.map(({ kind }) => kind);
const state = async (here, id = "a") => (await here.host().get(id)).state;

for (const provider of NOTIFYING) {
  test(`${provider}: pending, then its event, then what is due`, async () => {
    const here = await accepted(provider);
    const outcomes = await here.deliver();
    assert.ok(outcomes.length > 0 && outcomes.every(({ status }) => status === 200), "acknowledged");
    const [heard, done] = AFTER_EVENT[provider];
    assert.equal(await state(here), heard);
    await here.settle();
    assert.equal(await state(here), done);
    assert.equal(here.refunds().length, 1);
  });

  test(`${provider}: an event that comes twice, in any order, and after the end, changes nothing more`, async () => {
    const here = await accepted(provider);
    const deliveries = await here.sandbox.webhooks.take(provider);
    const send = ({ url, headers, body }) =>
      here.host().webhook(provider, new Request(url, { method: "POST", headers, body }));
    for (const delivery of deliveries) assert.equal((await send(delivery)).status, 200);
    await here.settle();
    const before = await here.host().get("a");
    for (const delivery of [...deliveries].reverse().concat(deliveries)) {
      assert.equal((await send(delivery)).status, 200);
    }
    const after = await here.host().get("a");
    assert.deepEqual([after.state, after.record.end], [before.state, before.record.end]);
    assert.deepEqual(after.record.history, before.record.history);
    assert.equal(here.refunds().length, 1);
  });

  test(`${provider}: a delivery that is not the provider's is refused with 401 and told, and nothing is stored`, async () => {
    const here = await accepted(provider);
    const { version } = await here.store.get("a");
    const [{ url, headers, body }] = await here.sandbox.webhooks.take(provider);
    const signature = Object.keys(headers).find((name) => /signature|^sign$/i.test(name));
    const { [signature]: _, ...unsigned } = headers;
    const other = body.replace(/[0-9](?=[^0-9]*$)/, (digit) => (digit === "1" ? "2" : "1"));
    // Craftgate's signature covers four members of the body, none of which is its last digit.
    const altered = provider === "craftgate" ? body.replace(/"(SUCCESS|FAILURE)"/, '"OTHER"') : other;
    for (const [what, given] of [
      ["unsigned", { headers: unsigned, body }],
      ["altered", { headers, body: altered }],
      ["another's", { headers: { ...headers, [signature]: "c2lnbmF0dXJl" }, body }],
      ["empty", { headers, body: "" }],
    ]) {
      const response = await here.host().webhook(provider, new Request(url, { method: "POST", ...given }));
      assert.equal(response.status, 401, what);
      assert.equal(await response.text(), "");
    }
    assert.deepEqual(kinds(here).slice(-4), Array(4).fill("webhook-refused"));
    assert.equal((await here.store.get("a")).version, version);
  });

  test(`${provider}: an event of a refund that is not stored is acknowledged and reported`, async () => {
    const here = await accepted(provider);
    const elsewhere = world(provider);
    const reader = elsewhere.host({ webhooks: here.webhooks });
    const [{ url, headers, body }] = await here.sandbox.webhooks.take(provider);
    const response = await reader.webhook(provider, new Request(url, { method: "POST", headers, body }));
    assert.equal(response.status, 200);
    assert.deepEqual(kinds(elsewhere), ["webhook-without-record"]);
    assert.equal(elsewhere.changes[0].event.provider, provider);
  });

  test(`${provider}: an event of another account finds nothing in this one`, async () => {
    const here = await accepted(provider);
    const { version } = await here.store.get("a");
    const refunds = here.host();
    const outcomes = await here.sandbox.webhooks.deliver(
      (request) => refunds.webhook(provider, request, { account: "another" }),
      { provider },
    );
    assert.ok(outcomes.every(({ status }) => status === 200));
    assert.ok(kinds(here).includes("webhook-without-record"));
    assert.equal((await here.store.get("a")).version, version);
  });
}

test("a refund of the same payment and amount that somebody made by hand is not taken for ours", async () => {
  const here = world("razorpay");
  const plan = () => here.plan({ amount: { value: "1.00", currency: "INR" } });
  here.sandbox.faults.next("razorpay", "status-503");
  await here.host().refund("a", plan());
  const before = await here.store.get("a");
  await here.host({ store: new MemoryStore() }).refund("by hand", plan());
  here.changes.length = 0;
  await here.deliver();
  assert.deepEqual([...new Set(kinds(here))], ["webhook-without-record"]);
  assert.deepEqual(await here.store.get("a"), before);
});

test("an event that names a reference of another provider's refund finds nothing", async () => {
  const here = await accepted("razorpay");
  const doku = world("doku", { store: here.store });
  await doku.host().refund("doku", doku.plan({ requestId: "order-17" }));
  const before = await here.store.get("doku");
  const [{ headers, body }] = await here.sandbox.webhooks.take("razorpay");
  const event = await here.webhooks("razorpay", { headers, body });
  const webhooks = async () => ({ ...event, refund: { ...event.refund, id: "other", reference: "order-17" } });
  const request = new Request("https://shop.example/", { method: "POST", body });
  assert.equal((await here.host({ webhooks }).webhook("razorpay", request)).status, 200);
  assert.equal(kinds(here).at(-1), "webhook-without-record");
  assert.deepEqual(await here.store.get("doku"), before);
});

test("PayerMax's event is answered with the body that it expects, each time", async () => {
  const here = await accepted("payermax");
  const [{ url, headers, body }] = await here.sandbox.webhooks.take("payermax");
  for (let times = 0; times < 2; times++) {
    const response = await here.host().webhook("payermax", new Request(url, { method: "POST", headers, body }));
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.match(JSON.parse(await response.text()).responseCode ?? "", /^200/);
  }
});

test("an event that says failed ends what was accepted, and one that contradicts a success reverses it", async () => {
  const failed = await accepted("razorpay", "failed");
  await failed.deliver();
  assert.equal(await state(failed), "failed");

  const here = await accepted("razorpay");
  const deliveries = await here.sandbox.webhooks.take("razorpay");
  const processed = deliveries.find(({ event }) => event === "refund.processed");
  const send = ({ url, headers, body }, reader = here.host()) =>
    reader.webhook("razorpay", new Request(url, { method: "POST", headers, body }));
  await send(processed);
  assert.equal(await state(here), "succeeded");
  const asked = here.sent.length;
  // The provider says failed, signed; its query still says that the refund was processed.
  const contradiction = await failedEvent(here);
  await here.host({ webhooks: async () => contradiction }).webhook("razorpay", new Request(processed.url, processed));
  assert.equal(await state(here), "open");
  await here.settle();
  assert.equal(await state(here), "succeeded");
  assert.ok(here.sent.length > asked, "it was asked about");
});

/** What a verified `refund.failed` of the stored refund says. */
async function failedEvent(here) {
  const other = await accepted("razorpay", "failed");
  const delivery = (await other.sandbox.webhooks.take("razorpay")).find(({ event }) => event === "refund.failed");
  const event = await other.webhooks("razorpay", { headers: delivery.headers, body: delivery.body });
  const { id } = (await here.host().get("a")).record.refund;
  return { ...event, dedupeKey: "another", refund: { ...event.refund, id } };
}

test("a delivery above 1 MiB is refused with 413 before all of it is read", async () => {
  const here = world("razorpay");
  let pulled = 0;
  const endless = () =>
    new ReadableStream({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
  const post = (more) => new Request("https://shop.example/", { method: "POST", duplex: "half", ...more });
  const said = post({ body: endless(), headers: { "content-length": String(2 ** 20 + 1) } });
  assert.equal((await here.host().webhook("razorpay", said)).status, 413);
  // A stream fills its queue before anybody reads.
  assert.ok(pulled <= 1, `${pulled} pieces read`);
  pulled = 0;
  assert.equal((await here.host().webhook("razorpay", post({ body: endless() }))).status, 413);
  assert.ok(pulled < 20, `${pulled} pieces read`);
  assert.deepEqual(kinds(here), ["webhook-refused", "webhook-refused"]);
});

test("a webhook that cannot be stored is an error, so that the provider sends it again", async () => {
  const here = await accepted("razorpay");
  const store = Object.assign(Object.create(null), {
    insert: (...given) => here.store.insert(...given),
    get: (...given) => here.store.get(...given),
    put: () => Promise.reject(new Error("the database is gone")),
    find: (...given) => here.store.find(...given),
    due: (...given) => here.store.due(...given),
    list: (...given) => here.store.list(...given),
  });
  const outcomes = await here.deliver(here.host({ store }));
  assert.ok(outcomes.some(({ error }) => /the database is gone/.test(error)));
  await here.deliver();
  assert.equal(await state(here), "succeeded");
});

test("a webhook that is none is refused, and so is one without a reader", async () => {
  const here = world("razorpay");
  const read = new Request("https://shop.example/", { method: "POST", body: "{}" });
  await read.text();
  for (const request of [undefined, null, {}, { headers: {}, body: {} }, read]) {
    assert.equal(await refusal(here.host().webhook("razorpay", request)), "invalid_webhook request");
  }
  // Bytes or text are a delivery, of which nothing has to be read; this one is not signed.
  assert.equal((await here.host().webhook("razorpay", { headers: new Headers(), body: "{}" })).status, 401);
  const withoutReader = new Refunds({ store: here.store, clients: here.clients });
  const request = new Request("https://shop.example/", { method: "POST", body: "{}" });
  assert.equal(await refusal(withoutReader.webhook("razorpay", request)), "missing_setting webhooks");
});
