// Requests read with suspicion, answers written without surprise.

import { Refusal } from "./refusal.js";

const LARGEST_BODY = 64 * 1024;

/** Other sites have no business here. @param {Request} request */
export function checkOrigin(request) {
  const origin = request.headers.get("Origin");
  if (origin !== null && origin !== new URL(request.url).origin) {
    throw new Refusal(403, "cross_origin", "This is for pages of the same origin only.");
  }
}

/**
 * The text of a JSON body.
 *
 * @param {Request} request
 * @throws {Refusal} when it is called something else, is too large, or is not UTF-8
 */
export async function readJson(request) {
  if (!/^application\/json(; ?charset=utf-8)?$/i.test(request.headers.get("Content-Type") ?? "")) {
    throw new Refusal(415, "unsupported_media_type", "Send application/json.");
  }
  const bytes = await readBytes(request, LARGEST_BODY);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refusal(400, "invalid_json", "The body is not UTF-8.");
  }
}

/** Stops reading where it becomes too much, whatever the length was said to be. @param {Request} request @param {number} most */
export async function readBytes({ headers, body }, most) {
  const tooLarge = () => new Refusal(413, "body_too_large", `At most ${most} bytes.`);
  if (Number(headers.get("Content-Length")) > most) throw tooLarge();
  const chunks = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > most) throw tooLarge();
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** @param {number} status @param {unknown} value @param {Record<string, string>} [headers] */
export function json(status, value, headers = {}) {
  const safe = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };
  return Response.json(value, { status, headers: { ...safe, ...headers } });
}
