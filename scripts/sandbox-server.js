// The sandbox over HTTP, on this machine only: raw bytes in, the answer byte for byte out.
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";
import { createSandbox } from "../pkg-template/sandbox/index.js";

const BODY_LIMIT = 1 << 20;

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

/** @param {Sandbox} sandbox @param {IncomingMessage} request @param {ServerResponse} reply */
async function answer(sandbox, request, reply) {
  const gone = new AbortController();
  reply.on("close", () => gone.abort());
  const body = await readBody(request);
  if (!body) return reply.writeHead(413, { Connection: "close" }).end();
  const { method } = request;
  const response = await sandbox.fetch(`http://${request.headers.host}${request.url}`, {
    method,
    headers: readHeaders(request),
    body: method === "GET" || method === "HEAD" ? undefined : body,
    signal: gone.signal,
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  reply.writeHead(response.status, [...response.headers].flat()).end(bytes);
}

/**
 * Serves a sandbox on 127.0.0.1. Without one it makes one whose `credentials` already carry the server's address;
 * a function is called with that address.
 * @param {{ port?: number, sandbox?: Sandbox | ((origin: string) => Sandbox) }} [options]
 */
export async function startSandboxServer({ port = 0, sandbox = (origin) => createSandbox({ origin }) } = {}) {
  const server = createServer((request, reply) => {
    answer(served, request, reply).catch((error) => {
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
  const served = typeof sandbox === "function" ? sandbox(url) : sandbox;
  /** Also ends requests that hang in a fault. */
  async function close() {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
  return { url, sandbox: served, close };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { url, sandbox } = await startSandboxServer({ port: Number(process.argv[2] ?? 4010) });
  console.log(`sandbox at ${url}`);
  console.log(JSON.stringify({ credentials: sandbox.credentials, payments: sandbox.payments }, null, 2));
}
