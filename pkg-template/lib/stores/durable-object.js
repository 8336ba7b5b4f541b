// A store in the SQLite storage of a Durable Object.

import { SqlStore, schemaWith } from "./sql.js";

/** The tables. */
export const schema = schemaWith("TEXT");

/** Rows in `ctx.storage`. The object sends nothing before what it wrote is durable: its output gate sees to it. */
export class DurableObjectStore extends SqlStore {
  constructor({ sql }) {
    super(async (text, values) => sql.exec(text, ...values).toArray(), schema);
  }
}
