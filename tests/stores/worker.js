// The cases in workerd: `/d1/3` runs the third case on the D1 database, and answers with what went wrong.

import { D1Store } from "refund-signer/stores/d1";
import { CASES } from "./cases.js";

const STORES = {
  d1: async ({ DB }) => {
    await new D1Store(DB).migrate();
    await DB.exec("DELETE FROM refund_records");
    return () => new D1Store(DB);
  },
};

export default {
  async fetch(request, env) {
    const [, name, at] = new URL(request.url).pathname.split("/");
    return answered(async () => CASES[at][1](await STORES[name](env)));
  },
};

async function answered(run) {
  try {
    await run();
    return new Response("passed");
  } catch (error) {
    return new Response(error.stack);
  }
}
