// What `migrate` of the SQL stores does. `run` runs a statement beside the store.

const INDEX = { account: "main", provider: "razorpay", payment: null, reference: null, key: "k", refundId: null };
const ROW = { ...INDEX, state: "open", due: null, at: 1 };

/** @param {() => any} open @param {(text: string) => Promise<unknown>} run */
export async function checkTables(open, run) {
  // What a migration leaves that ended half-way; several hosts complete it.
  await run("DROP TABLE refund_records_version");
  await run("DROP INDEX refund_records_key");
  await Promise.all(Array.from({ length: 4 }, () => open().migrate()));
  const added = [await open().insert("a", "t", "1", ROW), await open().insert("b", "t", "1", ROW)];
  if (String(added) !== "true,false") throw new Error(`the unique index is missing: ${added}`);

  await run("INSERT INTO refund_records_version (version) VALUES (2)");
  const refused = await open()
    .migrate()
    .catch(({ message }) => message);
  await run("DELETE FROM refund_records_version WHERE version = 2");
  const wanted = "The tables have version 2, and this build knows 1.";
  if (refused !== wanted) throw new Error(`tables of a newer version: ${refused}`);
}
