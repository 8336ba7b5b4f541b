// The console on this machine: its static files, the sandbox that it works on, and perhaps an edge signer, all on one
// origin, since the page may talk to no other.

import { createServer, request as httpRequest } from "node:http";
import { HEADERS } from "../../www/policy.js";
import { createHost } from "../../www/src/sandbox/host.js";
import { serveFile } from "./files.js";

const PAGES = new URL("../../www/dist/", import.meta.url);
const BODY_LIMIT = 1 << 20;
const IMMUTABLE = "max-age=31536000, immutable";

/** @typedef {import("node:http").IncomingMessage} IncomingMessage */
/** @typedef {import("node:http").ServerResponse} ServerResponse */

/**
 * Serves on 127.0.0.1. Without a sandbox and a signer it is a host of static files.
 *
 * @param {object} [options]
 * @param {ReturnType<typeof createHost>} [options.host] what plays the providers
 * @param {{ url: string, people: { name: string, roles: string[], token: string }[] }} [options.signer]
 * @param {number} [options.port]
 * @param {URL} [options.pages] the folder of the static files
 * @param {string} [options.assetCache] how long a browser may keep the files that have a hash in their name
 */
export async function startSite({ host, signer, port = 0, pages = PAGES, assetCache = IMMUTABLE } = {}) {
  const config = { ...(host && { sandbox: "server" }), ...(signer && { signer: true, people: signer.people }) };
  let url;
  const server = createServer((request, reply) => {
    const path = pathOf(request.url);
    if (path === undefined) return reply.writeHead(400).end();
    for (const [name, value] of Object.entries(HEADERS)) reply.setHeader(name, value);
    if (path === "/config.json") return sendJson(reply, 200, config);
    if (host && path.startsWith("/sandbox/")) return operate(host, path.slice("/sandbox/".length), request, reply, url);
    if (signer && /^\/(refunds|audit|webhooks)(\/|$)/.test(path)) return forward(signer.url, request, reply);
    reply.setHeader("Cache-Control", path.startsWith("/assets/") ? assetCache : "no-cache");
    serveFile(pages, path, reply);
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
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

/** An operation of the sandbox, for this site's own pages only: not for a page of another origin, or of another name. */
async function operate(host, name, request, reply, url) {
  const { method, headers } = request;
  if (method !== "POST") return reply.writeHead(405, { Allow: "POST" }).end();
  if (headers.origin !== url || `http://${headers.host}` !== url) return reply.writeHead(403).end();
  if (name === "sandbox" || !Object.hasOwn(host, name)) return reply.writeHead(404).end();
  const gone = new AbortController();
  reply.on("close", () => gone.abort());
  try {
    sendJson(reply, 200, (await host[name](await readJson(request), gone.signal)) ?? null);
  } catch (error) {
    if (!reply.destroyed) reply.writeHead(400, { "Content-Type": "text/plain" }).end(String(error?.message ?? error));
  }
}

async function readJson(request) {
  let text = "";
  request.setEncoding("utf8");
  for await (const chunk of request) {
    text += chunk;
    if (text.length > BODY_LIMIT) throw new Error("The body is too large.");
  }
  return JSON.parse(text);
}

function sendJson(reply, status, value) {
  reply.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  reply.end(JSON.stringify(value));
}

/** Passes a request on as it is, with its Host header: the signer sees the origin that the page sees. */
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
