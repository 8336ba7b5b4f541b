// Opens sandboxes behind HTTP for cases that run elsewhere, each on a port of its own, and looks into their books.

import { createServer } from "node:http";
import { createSandbox } from "refund-signer/sandbox";
import { startSandboxServer } from "../../../pkg-template/bin/server.js";
import { plain } from "../conformance/bench.js";

/** What can be asked of an open sandbox: the same as `openHere` of bench.js gives. */
const CALLS = {
  refunds: ({ sandbox }) => sandbox.ledger.refunds,
  settle: ({ sandbox }, ...which) => sandbox.settle(...which),
  fault: ({ sandbox }, ...which) => sandbox.faults.next(...which),
  registerMerchantKey: ({ sandbox }, ...key) => sandbox.registerMerchantKey(...key),
  close: ({ close }) => close(),
};

/** Serves on a free port of this machine until `close` is called. */
export async function startControl() {
  const open = new Map();
  const actions = {
    async open(options) {
      const server = await startSandboxServer({ sandbox: (origin) => createSandbox({ ...options, origin }) });
      open.set(server.url, server);
      const { credentials, payments } = server.sandbox;
      return { url: server.url, credentials, payments };
    },
    async call({ url, name, values }) {
      return CALLS[name](open.get(url), ...values);
    },
  };
  const server = createServer(async (request, reply) => {
    const answer = (status, value) => reply.writeHead(status).end(JSON.stringify(plain(value ?? null)));
    try {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      answer(200, await actions[request.url.slice(1)](JSON.parse(Buffer.concat(chunks).toString())));
    } catch (error) {
      answer(500, String(error?.stack ?? error));
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async () => {
    for (const { close: closeOne } of open.values()) await closeOne();
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}
