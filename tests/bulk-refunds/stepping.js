// The Worker of the example, with a clock that a test may step; every message is thrown away, so that only the ledger's
// reminders bring new ones.

import worker, { Ledger } from "../../examples/bulk-refunds/worker.js";

export { Ledger };

const clock = Date.now.bind(Date);
let ahead = 0;
let messages = 0;
Date.now = () => clock() + ahead;

export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/step") return worker.fetch(request, env);
    ahead += Number(searchParams.get("ms"));
    const before = messages;
    messages = 0;
    return Response.json(before);
  },

  async queue(batch) {
    messages += batch.messages.length;
  },
};
