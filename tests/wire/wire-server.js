// A server on 127.0.0.1 that keeps every request as the bytes that arrived: no HTTP parser in between corrects them.

import { createServer } from "node:net";

const HEAD_END = "\r\n\r\n";

/** One whole request at the beginning of the bytes, or undefined while it is not all there. */
function readRequest(bytes) {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return undefined;
  const [line, ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const headers = lines.map((header) => {
    const colon = header.indexOf(":");
    return [header.slice(0, colon), header.slice(colon + 1).trim()];
  });
  const length = Number(headers.find(([name]) => /^content-length$/i.test(name))?.[1] ?? 0);
  const body = bytes.subarray(end + HEAD_END.length);
  if (body.length < length) return undefined;
  // The target is what stands between the first and the last space: an SDK may leave spaces in it.
  const target = line.slice(line.indexOf(" ") + 1, line.lastIndexOf(" "));
  return { method: line.slice(0, line.indexOf(" ")), target, headers, body };
}

/** Starts it. `take()` gives the requests since it was called last; each was answered with `answer`. */
export async function startWireServer(answer) {
  const requests = [];
  const text = JSON.stringify(answer);
  const head = ["HTTP/1.1 200 OK", "Content-Type: application/json", `Content-Length: ${Buffer.byteLength(text)}`];
  const server = createServer((socket) => {
    let bytes = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      const request = readRequest(bytes);
      if (!request) return;
      requests.push(request);
      socket.end(`${[...head, "Connection: close"].join("\r\n")}${HEAD_END}${text}`);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    take: () => requests.splice(0),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
