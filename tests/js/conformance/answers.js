// The answers of tests/answers, each read through the package. The files say what they are in their README.
// `api.answers` holds their texts: `{ provider, name, text, client }`.

import { same } from "./assert.js";

export function answers({ signer, answers: files }) {
  return files.flatMap(alike).map(({ provider, name, text, client: clientText }) => [
    `${provider} answers: ${name}`,
    async () => {
      const file = JSON.parse(text);
      const { settings, secrets } = JSON.parse(clientText);
      const client = new signer[provider].Client({ ...settings, ...secrets });
      // As text: a number of the file may be larger than JavaScript's are.
      const plan = signer[provider][file.operation](exactText(text, ["input"]));
      const verdict = client.read(plan, await response(file, text, plan, secrets));
      client.free();
      same(comparable(verdict), file.verdict, "verdict");
      if (file.details) same(verdict.details, file.details, "details");
    },
  ]);
}

/** A file, and the other cases that it stands for: its `alike` lists what may stand in the place of a text. */
function alike(file) {
  const others = Object.entries(JSON.parse(file.text).alike ?? {}).flatMap(([said, list]) =>
    list.map((other) => ({
      ...file,
      name: `${file.name} (${other})`,
      text: file.text.replaceAll(JSON.stringify(said), JSON.stringify(other)),
    })),
  );
  return [file, ...others];
}

async function response({ response: given }, text, plan, secrets) {
  if (given === null) return null;
  const body = given.body ?? exactText(text, ["response", "json"]);
  const headers = { ...given.headers };
  if (given.sign) headers.Signature = `${given.sign}=${await dokuSignature(headers, body, plan, secrets.secretKey)}`;
  return { status: given.status, headers, body };
}

/** The verdict without what the files do not repeat. */
function comparable({ details: _, final: __, repeatable: ___, problem, ifFirst, ...verdict }) {
  if (!problem) return verdict;
  const { message, userAction, ...kept } = problem;
  const first = ifFirst && { ifFirst: { status: ifFirst.status, next: ifFirst.next } };
  // The order of the files.
  const { status, next, retryAfterMs, httpStatus, refund, refunds, page, accessToken, ...rest } = verdict;
  return {
    status,
    next,
    retryAfterMs,
    httpStatus,
    refund,
    refunds,
    page,
    accessToken,
    problem: kept,
    ...first,
    ...rest,
  };
}

/** A member of a JSON text, without white space and otherwise exactly as it stands there. */
function exactText(text, path) {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g);
  let start = 0;
  for (const name of path) start = memberAt(tokens, start, name);
  return tokens.slice(start, endOf(tokens, start)).join("");
}

/** Where the value of a member of the object that begins at `start` begins. */
function memberAt(tokens, start, name) {
  let at = start + 1;
  while (tokens[at] !== JSON.stringify(name)) at = endOf(tokens, at + 2) + 1;
  return at + 2;
}

/** Where the value that begins at `start` has ended. */
function endOf(tokens, start) {
  let depth = 0;
  for (let at = start; at < tokens.length; at++) {
    if ("[{".includes(tokens[at])) depth++;
    if ("]}".includes(tokens[at])) depth--;
    if (depth === 0) return at + 1;
  }
  throw new Error("the text is no JSON");
}

/** DOKU's signature of a response: five labelled lines, the last one only where the request had a body. */
async function dokuSignature(headers, body, plan, secret) {
  const lines = ["Client-Id", "Request-Id", "Response-Timestamp"].map((name) => `${name}:${headers[name]}`);
  lines.push(`Request-Target:${plan.path}`);
  if (plan.body !== undefined) lines.push(`Digest:${base64(await crypto.subtle.digest("SHA-256", utf8(body)))}`);
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", utf8(secret), hmac, false, ["sign"]);
  return base64(await crypto.subtle.sign(hmac, key, utf8(lines.join("\n"))));
}

function utf8(text) {
  return new TextEncoder().encode(text);
}

function base64(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}
