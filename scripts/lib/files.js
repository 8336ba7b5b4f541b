// Files of a folder over HTTP.

import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/**
 * Answers with the file of that path, or with 404.
 *
 * @param {URL} folder with a slash at its end
 * @param {string} path as a URL has it
 * @param {import("node:http").ServerResponse} reply
 */
export async function serveFile(folder, path, reply) {
  // The URL parser resolves `..`, so what comes out is below the root it started from.
  const { pathname } = new URL(path, "http://localhost");
  const name = pathname.endsWith("/") ? `${pathname}index.html` : pathname;
  try {
    const content = await readFile(fileURLToPath(new URL(`.${name}`, folder)));
    reply.setHeader("content-type", TYPES[extname(name)] ?? "text/plain");
    reply.end(content);
  } catch {
    reply.writeHead(404).end(`${name} is not there\n`);
  }
}
