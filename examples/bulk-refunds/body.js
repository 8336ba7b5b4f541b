// Bodies of requests, read with a limit: whoever knows a URL can send to it.

/** More than any event, and than a hundred refunds. */
const LARGEST = 1 << 20;

/** The bytes of a request's body; undefined where they are too many, of which no more is read. @param {Request} request */
export async function readBody({ headers, body }) {
  if (Number(headers.get("Content-Length")) > LARGEST) return undefined;
  const chunks = [];
  let size = 0;
  // The length may be left out, and be another one than was said.
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > LARGEST) return undefined;
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
