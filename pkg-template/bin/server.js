// The sandbox over HTTP, on this machine only: raw bytes in, the answer byte for byte out; and a few routes of its own.

import { createServer } from "node:http";
import { createSandbox } from "../sandbox/index.js";

const BODY_LIMIT = 1 << 20;
/** No provider has this name. */
const CONTROL = "/sandbox";

/** @typedef {import("node:http").IncomingMessage} IncomingMessage */
/** @typedef {import("node:http").ServerResponse} ServerResponse */
/** @typedef {ReturnType<typeof createSandbox>} Sandbox */

/** The body, or undefined when it is too large. @param {IncomingMessage} request */
async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_LIMIT) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @param {IncomingMessage} request */
function readHeaders({ rawHeaders }) {
  const headers = new Headers();
  for (let i = 0; i < rawHeaders.length; i += 2) headers.append(rawHeaders[i] ?? "", rawHeaders[i + 1] ?? "");
  return headers;
}

/** @param {Sandbox} sandbox @param {IncomingMessage} request @param {Buffer} body @param {ServerResponse} reply */
async function answer(sandbox, request, body, reply) {
  const gone = new AbortController();
  reply.on("close", () => gone.abort());
  const { method } = request;
  const response = await sandbox.fetch(`http://${request.headers.host}${request.url}`, {
    method,
    headers: readHeaders(request),
    body: method === "GET" || method === "HEAD" ? undefined : /** @type {BodyInit} */ (/** @type {unknown} */ (body)),
    signal: gone.signal,
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  reply.writeHead(response.status, [...response.headers].flat()).end(bytes);
}

/**
 * What a test does with the sandbox, over HTTP.
 *
 * @type {Record<string, (sandbox: Sandbox, given: any, name: string) => unknown>}
 */
const ROUTES = {
  "GET /": ({ credentials, payments, faults, webhooks }) => ({
    credentials,
    payments,
    faults: faults.pending,
    webhooks: webhooks.pending,
  }),
  "GET /ledger": ({ ledger: { payments, refunds, totals } }) => ({ payments, refunds, totals: totals() }),
  "POST /payments": (sandbox, { provider, ...payment }) => sandbox.addPayment(provider, payment),
  "POST /faults": (sandbox, { provider, fault, ...how }) => {
    sandbox.faults.next(provider, fault, how);
    return { faults: sandbox.faults.pending };
  },
  "POST /settle": (sandbox, { key, status, provider }) => {
    sandbox.settle(key, status, provider);
    return { webhooks: sandbox.webhooks.pending };
  },
  "GET /webhooks": ({ webhooks }, _, name) => webhooks.settings(/** @type {any} */ (name)),
  "POST /webhooks": async ({ webhooks }, { provider }) => {
    const delivered = await webhooks.deliver((request) => fetch(request), provider && { provider });
    return delivered.map(({ delivery, ok, status, error }) => ({
      provider: delivery.provider,
      event: delivery.event,
      url: delivery.url,
      ok,
      status,
      ...(error !== undefined && { error: String(error) }),
    }));
  },
};

/** @param {Sandbox} sandbox @param {string} method @param {string} path behind `/sandbox` @param {Buffer} body @param {ServerResponse} reply */
async function control(sandbox, method, path, body, reply) {
  const [, room = "", name = ""] = /^\/?([^/?]*)\/?([^/?]*)/.exec(path) ?? [];
  const route = ROUTES[`${method} /${room}`];
  let [status, told] = [404, /** @type {unknown} */ ({ error: `Routes: ${Object.keys(ROUTES).join(", ")}.` })];
  if (route) {
    try {
      const given = body.length > 0 ? JSON.parse(body.toString()) : {};
      [status, told] = [200, await route(sandbox, Object(given), name)];
    } catch (error) {
      [status, told] = [400, { error: error instanceof Error ? error.message : String(error) }];
    }
  }
  // Amounts in the ledger are BigInt minor units.
  const text = JSON.stringify(told ?? {}, (_, value) => (typeof value === "bigint" ? String(value) : value), 2);
  reply.writeHead(status, { "Content-Type": "application/json" }).end(text);
}

/**
 * Serves a sandbox on 127.0.0.1. Without one it makes one whose `credentials` already carry the server's address;
 * a function is called with that address.
 * @param {{ port?: number, latencyMs?: number, sandbox?: Sandbox | ((origin: string) => Sandbox) }} [options]
 */
export async function startSandboxServer({
  port = 0,
  latencyMs = 0,
  sandbox = (origin) => createSandbox({ origin }),
} = {}) {
  const make = (/** @type {string} */ origin) => (typeof sandbox === "function" ? sandbox(origin) : sandbox);
  const server = createServer((request, reply) => {
    serve(request, reply).catch((error) => {
      // A lost response is a fault that was asked for; anything else is a bug worth seeing.
      if (!reply.destroyed && !/sandbox fault/.test(String(error))) console.error(error);
      request.socket.destroy();
    });
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(undefined));
  });
  const { port: actual } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const url = `http://127.0.0.1:${actual}`;
  let served = make(url);

  /** @param {IncomingMessage} request @param {ServerResponse} reply */
  async function serve(request, reply) {
    const { method = "GET", url: path = "/" } = request;
    const body = await readBody(request);
    if (!body) return reply.writeHead(413, { Connection: "close" }).end();
    if (/^\/sandbox(?:[/?]|$)/.test(path)) {
      // All anew: for the next test.
      if (method === "DELETE") served = make(url);
      return control(served, method === "DELETE" ? "GET" : method, path.slice(CONTROL.length), body, reply);
    }
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
    return answer(served, request, body, reply);
  }

  /** Also ends requests that hang in a fault. */
  async function close() {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
  return { url, sandbox: served, close };
}
