// What is pasted into the console, or received by it, is read in time that grows with its length and not with its square.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import * as signer from "refund-signer/slim";
import { parseCsv, writeCsv } from "../../www/src/bulk/csv.js";
import { readable } from "../../www/src/bulk/totals.js";
import { signatureBytes } from "../../www/src/debug/crypto.js";
import { diagnose } from "../../www/src/debug/diagnose.js";
import { minify } from "../../www/src/debug/json.js";
import { parseHeaders, parseRequest } from "../../www/src/debug/request.js";
import { SCHEMES } from "../../www/src/debug/schemes.js";
import { otherSpellings } from "../../www/src/debug/spellings.js";
import { checkDelivery, signedAt } from "../../www/src/webhook/check.js";
import { coverageOf } from "../../www/src/webhook/coverage.js";

before(async () => {
  const url = new URL("../../pkg/refund_signer.wasm", import.meta.url);
  signer.init(await readFile(url));
});

const [SHORT, LONG] = [16_000, 64_000];
/** Below it the clock and the garbage collector are measured. */
const NOISE_MS = 80;

/** @param {(text: string) => unknown} read @param {string} text */
async function milliseconds(read, text) {
  const begin = performance.now();
  await read(text);
  return performance.now() - begin;
}

/** Four times the length takes at most eight times as long. @param {(text: string) => unknown} read @param {(length: number) => string} write */
async function assertLinear(read, write) {
  await read(write(1000));
  const short = await milliseconds(read, write(SHORT));
  const long = await milliseconds(read, write(LONG));
  assert.ok(long < NOISE_MS || long < 8 * short, `${short.toFixed(1)} ms, four times as much ${long.toFixed(1)} ms`);
}

/** Between a beginning and an end, one piece over and over. @param {string} head @param {string} piece @param {string} tail @returns {(length: number) => string} */
const run = (head, piece, tail) => (length) => head + piece.repeat(length / piece.length) + tail;

const doku = /** @type {import("../../www/src/debug/schemes.js").Scheme} */ (SCHEMES.find(({ id }) => id === "doku"));
/** @param {Partial<import("../../www/src/debug/request.js").Sent>} sent */
const diagnosed = (sent) =>
  diagnose({
    scheme: doku,
    sent: { method: "POST", url: "https://api.example/a", headers: [["Signature", "?"]], body: "{}", ...sent },
    secrets: { secretKey: "s" },
  });
/** @param {string} provider @param {Record<string, string>} settings @param {[string, string][]} headers */
const checked = (provider, settings, headers) => checkDelivery({ provider, settings, headers, body: "{}" });
/** @param {string} text @returns {[string, string][]} */
const manyHeaders = (text) => Array.from({ length: text.length / 4 }, (_none, index) => [`h${index}`, "v"]);

/** @type {[what: string, read: (text: string) => unknown, write: (length: number) => string][]} */
const READERS = [
  ["a header with blanks inside its value", parseHeaders, run("name: v", " ", "w")],
  ["a header with tabs inside its value", parseHeaders, run("name: v", "\t", "w")],
  ["a header of asterisks", parseHeaders, run("", "*", "")],
  ["a header behind curl's arrows", parseHeaders, run("", "> ", "")],
  ["a curl command of many words", parseRequest, run("curl https://a.example", " a", "")],
  ["a curl command with open quotes", parseRequest, run('curl "', '\\"', "")],
  ["a request with blanks in its headers", parseRequest, run("POST /a HTTP/1.1\na: b", " ", "c\n\nd")],
  ["a signature of padding", signatureBytes, run("", "=", "x")],
  ["a body whose quotes are not closed", minify, run('"', '\\"', "\n")],
  ["a body of lists within lists", otherSpellings, (length) => "[".repeat(length / 16) + "]".repeat(length / 16)],
  ["many headers, diagnosed", (text) => diagnosed({ headers: manyHeaders(text) }), run("", "a", "")],
  ["a URL of many segments, diagnosed", (text) => diagnosed({ url: text }), run("https://a.example", "/a", "")],
  [
    "many headers of a delivery",
    (text) => coverageOf("razorpay", "", { path: "/", headers: manyHeaders(text), body: "{}" }),
    run("", "a", ""),
  ],
  [
    "a header of a delivery",
    (text) => checked("razorpay", { secrets: "s" }, [["X-Razorpay-Signature", text]]),
    run("v", " ", "w"),
  ],
  [
    "keys that begin and never end",
    (text) => checked("payermax", { merchantId: "m", publicKeys: text }, [["sign", "?"]]),
    run("", "-----BEGIN", ""),
  ],
  ["the time of an event", (text) => signedAt("craftgate", [], text), run("", '"eventTimestamp" ', "")],
  ["a file with open quotes", (text) => parseCsv(text).catch(() => {}), run('a,b\n"', '"x', "")],
  ["a file of separators", (text) => parseCsv(text).catch(() => {}), run("a,b\n", ",", "")],
  ["a cell of separators", (text) => writeCsv(["a"], [[text]]), run("", "; ", "")],
  ["a cell of blanks", (text) => writeCsv(["a"], [[text]]), run("", " ", "x")],
  ["an amount of many digits", readable, run("", "1", "")],
];

describe("four times as long takes at most eight times as long", () => {
  for (const [what, read, write] of READERS) test(what, () => assertLinear(read, write));

  test("this check can fail", () =>
    assert.rejects(
      assertLinear((text) => text.replace(/[ \t]+$/, ""), run("", " ", "x")),
      /times as much/,
    ));
});

test("what was read before is read as before", () => {
  const text = "> Content-Type:  application/json \t\n<  * X-A : b:c\r\nno header\nx-empty:\na\r: b\nb: c\rd";
  const { headers, strange } = parseHeaders(text);
  assert.deepEqual(headers, [
    ["Content-Type", "application/json"],
    ["X-A", "b:c"],
    ["x-empty", ""],
    ["a", "b"],
  ]);
  assert.deepEqual(strange, ["no header", "b: c\rd"]);
  assert.equal(minify('{ "a\\" b" : [ 1, "c d" ] }\n'), '{"a\\" b":[1,"c d"]}');
  assert.deepEqual(parseRequest("curl -uä:b -H 'A: 1' https://a.example -d x"), {
    method: "POST",
    url: "https://a.example",
    headers: [
      ["Authorization", "Basic w6Q6Yg=="],
      ["A", "1"],
    ],
    body: "x",
  });
  assert.deepEqual(["1234567.8912", "123", "12", "1234.5", "0", ""].map(readable), [
    "1 234 567.8912",
    "123",
    "12",
    "1 234.5",
    "0",
    "",
  ]);
  assert.deepEqual(signatureBytes("_-8="), Uint8Array.of(0xff, 0xef));
  assert.equal(signatureBytes("=a"), undefined);
});
