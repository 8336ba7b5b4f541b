// A delivery, where the host has no `Request`: the raw bytes that were signed, before any parser touched them.

import { readable, refuse } from "./base.js";

/** No event is longer. */
const MOST = 2 ** 20;
const WAY_OUT =
  "Take the request before a body parser: express.raw({ type: () => true }) for this route, addContentTypeParser with parseAs: 'buffer' in Fastify, bodyParser: false in Next.js pages.";

/**
 * The delivery of a request of `node:http`, and of Express, Fastify (`request.raw`), Koa (`ctx.req`) and the like.
 *
 * @param {import("node:http").IncomingMessage & { body?: unknown, rawBody?: unknown }} request
 */
export async function fromNode(request) {
  const problem = { code: "invalid_webhook", wayOut: WAY_OUT };
  const { headers, read, stream } = readable(problem, "request", () => {
    const { headers, rawHeaders, rawBody, body } = request;
    if (typeof body?.getReader === "function")
      refuse(
        problem.code,
        "request",
        "is a Request of fetch.",
        "Pass { headers: request.headers, body: new Uint8Array(await request.arrayBuffer()) } to the reader.",
      );
    if (typeof headers !== "object" || headers === null)
      refuse(problem.code, "request", "is no request of node:http.", WAY_OUT);
    // Where there are raw headers, none is lost that stands twice.
    return { headers: Array.isArray(rawHeaders) ? pairs(rawHeaders) : headers, read: rawBody ?? body, stream: request };
  });
  if (read === undefined || read === null) return { headers, body: await bytesOf(stream) };
  return { headers, body: rawBytes(read) };
}

/** The delivery of an event of AWS Lambda: API Gateway (both versions), a function URL or a load balancer. */
export function fromLambda(event) {
  const wayOut = "Pass the event as the handler got it.";
  return readable({ code: "invalid_webhook", wayOut }, "event", () => {
    const { headers, multiValueHeaders, body, isBase64Encoded } = event;
    const given = multiValueHeaders ?? headers;
    if (typeof given !== "object" || given === null) refuse("invalid_webhook", "event", "has no headers.", wayOut);
    if (body === undefined || body === null) return { headers: given, body: new Uint8Array() };
    if (typeof body !== "string") refuse("invalid_webhook", "event.body", "is no text.", wayOut);
    return { headers: given, body: isBase64Encoded ? fromBase64(body) : bounded(new TextEncoder().encode(body)) };
  });
}

/** Names and values, one after the other, as pairs. */
function pairs(rawHeaders) {
  return rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1]]] : []));
}

/** What a parser left: the bytes are there, or they are lost. */
function rawBytes(read) {
  if (typeof read === "string") return bounded(new TextEncoder().encode(read));
  if (ArrayBuffer.isView(read)) return bounded(new Uint8Array(read.buffer, read.byteOffset, read.byteLength).slice());
  return refuse("invalid_webhook", "request.body", "was parsed: its bytes, which are signed, are lost.", WAY_OUT);
}

/** What is read of a stream, up to a limit. */
async function bytesOf(stream) {
  const chunks = [];
  let size = 0;
  if (stream.readableEnded || stream.destroyed || typeof stream[Symbol.asyncIterator] !== "function")
    refuse("invalid_webhook", "request", "was read already.", WAY_OUT);
  for await (const chunk of stream) {
    const bytes = typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
    size += bytes.length;
    if (size > MOST) tooLarge();
    chunks.push(bytes);
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

function bounded(bytes) {
  return bytes.length > MOST ? tooLarge() : bytes;
}

function tooLarge() {
  return refuse("body_too_large", "body", "is larger than 1 MiB, and no event is.", "Answer 413.");
}

function fromBase64(text) {
  if (text.length > 2 * MOST) tooLarge();
  const binary = atob(text);
  return bounded(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}
