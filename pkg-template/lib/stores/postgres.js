// A store in PostgreSQL, through whatever client runs a statement.

import { SqlStore, schemaWith } from "./sql.js";

/** The tables. Texts are compared byte by byte, whatever the database's locale is and will be. */
export const schema = schemaWith('TEXT COLLATE "C"');

/** Rows in PostgreSQL. `query` takes a statement and its values, and gives the rows or an object with them. */
export class PostgresStore extends SqlStore {
  constructor(query) {
    const rows = async (text, values) => {
      const result = await query(text.replaceAll("?", "$"), values);
      return Array.isArray(result) ? result : result.rows;
    };
    super(rows, schema);
  }
}
