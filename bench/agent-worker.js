// The agent of workerd. A request is a question; who asks takes the time, since the clocks stand still in here.

import { createAgent } from "./agent.js";
import { nodeCrypto } from "./contestants/node-crypto.js";

let agent;

export default {
  async fetch(request) {
    try {
      agent ??= await createAgent({ "node:crypto": nodeCrypto });
      const { who, name, iterations } = await request.json();
      if (who === "ready") return Response.json(agent.ready);
      await agent.measure(who, name, iterations);
      return new Response();
    } catch (error) {
      return new Response(String(error?.stack ?? error), { status: 500 });
    }
  },
};
