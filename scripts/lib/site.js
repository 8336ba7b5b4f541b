// The console on this machine: its pages, the built package, and the providers of the sandbox, all on one origin, so
// that a page can send its refunds without asking another origin for leave.

import { createServer, request as httpRequest } from "node:http";
import { serveFile } from "./files.js";

const ROOT = new URL("../../", import.meta.url);
const PAGES = new URL("www/", ROOT);
/** What a page may import besides its own files: the package, and the refunds that `npm start` begins with. */
const SHARED = { "/samples.js": "/scripts/lib/refunds.js" };

/**
 * Serves on a free port of 127.0.0.1. What begins with the name of a provider goes on to the sandbox.
 *
 * @param {(path: string) => string | undefined} sandboxFor the origin of the sandbox for a path that is a provider's
 */
export async function startSite(sandboxFor) {
  const server = createServer((request, reply) => {
    const sandbox = sandboxFor(request.url);
    if (sandbox) return forward(sandbox, request, reply);
    // The parser resolves `..`, so that the path is what it looks like.
    const { pathname } = new URL(request.url, "http://localhost");
    const isShared = pathname.startsWith("/pkg/") || pathname in SHARED;
    serveFile(isShared ? ROOT : PAGES, SHARED[pathname] ?? pathname, reply);
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${server.address().port}`;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, close };
}

/** Passes a request on as it is, with its Host header: signatures cover the URL. */
function forward(origin, request, reply) {
  const { method, rawHeaders } = request;
  const passed = httpRequest(new URL(request.url, origin), { method, headers: rawHeaders, setHost: false });
  passed.on("response", (answer) => {
    reply.writeHead(answer.statusCode, answer.rawHeaders);
    answer.pipe(reply);
  });
  passed.on("error", () => reply.destroy());
  reply.on("close", () => passed.destroy());
  request.pipe(passed);
}
