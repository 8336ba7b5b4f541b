// The cases in workerd: `/d1/3` runs the third on the D1 database, `/object/3` in a Durable Object. The answer says what
// went wrong. `/d1/rows` lists what is stored, and `/d1/tables` checks the tables.

import { DurableObject } from "cloudflare:workers";
import { D1Store } from "refund-signer/stores/d1";
import { DurableObjectStore } from "refund-signer/stores/durable-object";
import { CASES } from "./cases.js";
import { checkTables } from "./tables.js";

export class Refunds extends DurableObject {
  #open = () => new DurableObjectStore(this.ctx.storage);

  constructor(ctx, env) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(() => this.#open().migrate());
  }

  fetch(request) {
    return answered(request, this.#open, async (text) => this.ctx.storage.sql.exec(text));
  }
}

export default {
  async fetch(request, { DB, REFUNDS }) {
    if (new URL(request.url).pathname.startsWith("/object/")) return REFUNDS.getByName("all").fetch(request);
    const open = () => new D1Store(DB);
    await open().migrate();
    return answered(request, open, (text) => DB.exec(text));
  },
};

async function answered(request, open, run) {
  const what = new URL(request.url).pathname.split("/").at(-1);
  if (what === "rows") return Response.json((await open().list()).rows);
  try {
    await run("DELETE FROM refund_records");
    await (what === "tables" ? checkTables(open, run) : CASES[what][1](open));
    return new Response("passed");
  } catch (error) {
    return new Response(error.stack);
  }
}
