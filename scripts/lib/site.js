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
 * @param {() => Promise<void>} resetSandbox what `POST /sandbox/reset` does, for the console's own pages only
 */
export async function startSite(sandboxFor, resetSandbox) {
  let url;
  const server = createServer((request, reply) => {
    const pathname = pathOf(request.url);
    if (pathname === undefined) return reply.writeHead(400).end();
    const sandbox = sandboxFor(pathname);
    if (sandbox) return forward(sandbox, request, reply);
    if (pathname === "/sandbox/reset") return reset(request, reply, url, resetSandbox);
    const isShared = pathname.startsWith("/pkg/") || Object.hasOwn(SHARED, pathname);
    serveFile(isShared ? ROOT : PAGES, SHARED[pathname] ?? pathname, reply);
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  url = `http://127.0.0.1:${server.address().port}`;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, close };
}

/** The path once `..` is resolved, so that it is what it looks like; undefined where the request names a host. */
function pathOf(target) {
  if (!target.startsWith("/")) return undefined;
  // Two slashes at its beginning would be read as a host by the next parser.
  return new URL(`http://localhost${target}`).pathname.replace(/^\/+/, "/");
}

/** Only for this site's own pages: a page of another origin, or of another name for this address, is refused. */
async function reset({ method, headers }, reply, url, resetSandbox) {
  if (method !== "POST") return reply.writeHead(405, { Allow: "POST" }).end();
  if (headers.origin !== url || `http://${headers.host}` !== url) return reply.writeHead(403).end();
  try {
    await resetSandbox();
    reply.writeHead(204).end();
  } catch (error) {
    console.error(error);
    reply.writeHead(500).end();
  }
}

/** Passes a request on as it is, with its Host header: signatures cover the URL. */
function forward(origin, request, reply) {
  const { method, rawHeaders, url } = request;
  const passed = httpRequest(origin, { method, path: url, headers: rawHeaders, setHost: false });
  passed.on("response", (answer) => {
    reply.writeHead(answer.statusCode, answer.rawHeaders);
    answer.pipe(reply);
  });
  passed.on("error", () => reply.destroy());
  reply.on("close", () => passed.destroy());
  request.pipe(passed);
}
