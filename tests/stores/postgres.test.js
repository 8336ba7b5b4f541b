// The cases of every store, in PostgreSQL, and connections and servers that end in the middle of a write.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PostgresStore } from "refund-signer/stores/postgres";
import { CASES, INDEX, world } from "./cases.js";
import { startServer } from "./server.js";
import { checkTables } from "./tables.js";

let server;
/** What clients give: an object with the rows, or the rows. */
const QUERIES = [
  (text, values) => server.pool.query(text, values),
  async (text, values) => (await server.pool.query(text, values)).rows,
];
let handles = 0;
const open = () => new PostgresStore(QUERIES[handles++ % 2]);

before(async () => {
  server = await startServer();
  await open().migrate();
});
after(() => server?.end());

const empty = () => server.pool.query("TRUNCATE refund_records");

for (const [name, run] of CASES) {
  test(`Postgres: ${name}`, async () => {
    await empty();
    await run(open);
  });
}

test("Postgres: migrate completes what it finds, and refuses tables of a newer version", async () => {
  await empty();
  await checkTables(open, (text) => server.pool.query(text));
});

test("Postgres: a connection that ends in the middle of a put has written nothing", async () => {
  await empty();
  await open().insert("a", "t1", "1", INDEX);
  const holder = await server.pool.connect();
  await holder.query("BEGIN");
  await holder.query("SELECT id FROM refund_records WHERE id = 'a' FOR UPDATE");
  const put = assert.rejects(open().put("a", 1, "t2", "2", INDEX), /terminat/);
  await endWaiting(holder);
  await put;
  await holder.query("ROLLBACK");
  holder.release();
  assert.deepEqual([(await open().get("a")).token, await open().put("a", 1, "t3", "3", INDEX)], ["t1", true]);
});

/** Ends the connection that waits for a lock, once there is one. */
async function endWaiting(client) {
  const waiting = "FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
  for (;;) {
    const { rows } = await client.query(`SELECT pg_terminate_backend(pid) ${waiting}`);
    if (rows.length > 0) return;
  }
}

test("Postgres: a server that crashes keeps every write that it acknowledged, and none by halves", async () => {
  await empty();
  await open().insert("a", "t0", "0", { ...INDEX, refundId: "0" });
  let acknowledged = 0;
  const write = async () => {
    for (let n = 1; ; n++) {
      await open().put("a", n, `t${n}`, `${n}`, { ...INDEX, refundId: `${n}` });
      acknowledged = n;
    }
  };
  const writing = write().catch(() => {});
  while (acknowledged < 20) await new Promise((resolve) => setTimeout(resolve, 1));
  await server.crash();
  await writing;
  const row = await open().get("a");
  // The last write may have been stored before its answer was lost.
  assert.ok([acknowledged, acknowledged + 1].includes(row.version - 1), `${row.version} after ${acknowledged}`);
  const last = row.version - 1;
  assert.deepEqual([row.token, row.record, row.refundId], [`t${last}`, `${last}`, `${last}`]);
});

test("Postgres: refunds go on when the server has crashed among them, each once", async () => {
  await empty();
  const { sandbox, plan, host, sent, settled } = world(open);
  const ids = Array.from({ length: 40 }, (_, n) => `refund ${n}`);
  const errors = [];
  const refunds = ids.map((id) =>
    host()
      .refund(id, plan(id))
      .catch((error) => errors.push(error)),
  );
  while (sent() < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  await server.crash();
  await Promise.all(refunds);
  assert.ok(errors.length > 0, "the crash came among them");
  let begun = 0;
  for (const id of ids) {
    await host().refund(id, plan(id));
    assert.equal(await settled(id), "succeeded");
    begun += (await host().get(id)).record.attempts.length;
  }
  assert.ok(begun >= sent(), `${sent()} were sent, and ${begun} of them stored before`);
  const receipts = sandbox.ledger.refunds.map(({ reference }) => reference);
  assert.deepEqual(receipts.sort(), [...ids].sort());
});
