// A store in Cloudflare D1.

import { SqlStore, schemaWith } from "./sql.js";

/** The tables. */
export const schema = schemaWith("TEXT");

/** Rows in D1. It takes the binding itself, whose statements run on the primary: a session may read from a replica. */
export class D1Store extends SqlStore {
  constructor(database) {
    const rows = async (text, values) => {
      const { results } = await database
        .prepare(text)
        .bind(...values)
        .all();
      return results;
    };
    super(rows, schema);
  }
}
