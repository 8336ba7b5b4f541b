// The ways through the boundary, side by side in one run. Takes the folder with the built module, and writes
// docs/benchmarks/boundary.md.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { machine } from "../lib/machine.js";
import { interleave, looped, ratios, spread } from "../lib/measure.js";

const folder = process.argv[2];
const rounds = Number(process.env.ROUNDS ?? 30);
const SETTINGS = { rounds, sliceMs: 4 };
const glue = await import(pathToFileURL(join(folder, "boundary.js")).href);
glue.initSync({ module: readFileSync(join(folder, "boundary_bg.wasm")) });

const URL_ = "https://api-sandbox.doku.com/cancellation/credit-card/refund";
const CLIENT_ID = "MCH-0001-10791114622547";
const input = {
  invoiceNumber: "INV-20210118-0001",
  originalRequestId: "b266c265-3d61-4708-9860-c0d5b9a98f8c",
  amount: { value: "90000", currency: "IDR" },
  requestId: "6cc9f8b1-d83d-4c24-b853-a3223f43a744",
};
const now = 1_597_225_542_000;
const nonce = "41592653589793238462643383279502";
const decoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
const encoder = new TextEncoder();
const buffer = glue.buffer();
const handle = glue.keep(...parts());
// After the buffer was made: memory that grows takes another place.
const memory = new Uint8Array(glue.linear_memory().buffer);
const space = memory.subarray(buffer, buffer + 65_536);
const encodedPlan = encoder.encode(packedInput());
const body = `{"order":{"invoice_number":"${input.invoiceNumber}"},"payment":{"original_request_id":"${input.originalRequestId}"},"refund":{"amount":${input.amount.value}}}`;

const latin1 = new TextDecoder("latin1");
const node = Buffer.from(memory.buffer);
const CONSTANT = { "Content-Type": "application/json", "Client-Id": CLIENT_ID };
const sixteen = new Uint8Array(16);
const pool = new Uint8Array(4096);
let used = pool.length;

function parts() {
  return [input.invoiceNumber, input.originalRequestId, input.amount.value, input.amount.currency, input.requestId];
}

function packedInput() {
  const { invoiceNumber, originalRequestId, amount, requestId } = input;
  return `${invoiceNumber}\n${originalRequestId}\n${amount.value}\n${amount.currency}\n${requestId}`;
}

/** The request with constant keys, from the texts that are not constant. */
function request(id, timestamp, signature, text, url = URL_) {
  return {
    method: "POST",
    url,
    headers: {
      "Content-Type": "application/json",
      "Client-Id": CLIENT_ID,
      "Request-Id": id,
      "Request-Timestamp": timestamp,
      Signature: signature,
    },
    body: text,
  };
}

/** ASCII, byte by byte; false where a character is beyond it. */
function copyAscii(text, target) {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) return false;
    target[at] = code;
  }
  return true;
}

function sliced(text) {
  const first = text.indexOf("\n");
  const second = text.indexOf("\n", first + 1);
  return [text.slice(0, first), text.slice(first + 1, second), text.slice(second + 1)];
}

function throughBuffer(length) {
  const [timestamp, signature, text] = sliced(decoder.decode(space.subarray(0, glue.by_buffer(length, now))));
  return request(input.requestId, timestamp, signature, text);
}

const ways = {
  "the work alone (no texts pass)": () => glue.inside(handle, now),
  "serde-wasm-bindgen": () => glue.by_serde(input, now, nonce),
  "JSON texts": () => JSON.parse(glue.by_json(JSON.stringify(input), now, nonce)),
  "typed arguments, getters": () => {
    const made = glue.by_arguments(...parts(), now, nonce);
    const given = request(made.id, made.timestamp, made.signature, made.body, made.url);
    made.free();
    return given;
  },
  "object made inside, interned names": () => glue.by_interned(packedInput(), now),
  "packed text, all back": () => {
    const [url, id, timestamp, signature, text] = glue.by_packed(packedInput(), now).split("\n");
    return request(id, timestamp, signature, text, url);
  },
  "packed text, only time and signature back": () => {
    const [timestamp, signature] = glue.by_packed_least(packedInput(), now).split("\n");
    return request(input.requestId, timestamp, signature, body);
  },
  "packed, own buffer, encodeInto": () => throughBuffer(encoder.encodeInto(packedInput(), space).written),
  "packed, own buffer, ASCII loop": () => {
    const text = packedInput();
    copyAscii(text, space);
    return throughBuffer(text.length);
  },
  "cached encoding, own buffer": () => {
    space.set(encodedPlan);
    return throughBuffer(encodedPlan.length);
  },
  "plan kept inside, only time and signature back": () => {
    const [timestamp, signature] = decoder.decode(space.subarray(0, glue.by_handle(handle, now))).split("\n");
    return request(input.requestId, timestamp, signature, body);
  },
  "plan kept inside, fixed places, fromCharCode": () => {
    glue.by_handle(handle, now);
    const timestamp = String.fromCharCode.apply(null, space.subarray(0, 20));
    const signature = String.fromCharCode.apply(null, space.subarray(21, 76));
    return request(input.requestId, timestamp, signature, body);
  },
};

sameEverywhere();
const tables = [
  await table("Ways", "One refund of DOKU's size in and out, Node; ratio to the first row.", ways),
  ...(await pieces()),
];
if (memory.length === 0) throw new Error("the memory grew: views of the old one were measured");
const text = `# The boundary between JavaScript and wasm, measured

Written by \`cargo xtask bench boundary\`. The same data by every way, in one run of ${rounds} interleaved rounds, opt-level 3.
The ratios are medians of the rounds' ratios, with their quartiles; nanoseconds are those of the best round and only
of use within a table.

${machine([`Node ${process.versions.node}`])}

${tables.join("\n\n")}
`;
writeFileSync(new URL("../../docs/benchmarks/boundary.md", import.meta.url), text);
console.log(text);

/** Every way that gives a request gives the same, or the comparison would be none. */
function sameEverywhere() {
  const expected = JSON.stringify(request(input.requestId, String(now).padStart(20, "0"), signature(), body));
  for (const [name, way] of Object.entries(ways).slice(1)) {
    const given = JSON.stringify(way());
    if (given !== expected) throw new Error(`${name} gives another request:\n${given}\n${expected}`);
  }
}

function signature() {
  return "HMACSHA256=PbXbORYE8A6TqM+Vyo87ViRTb/TrsS3xEsk2sxeJ4BU=";
}

async function table(title, about, contestants) {
  const list = Object.entries(contestants).map(([name, call]) => ({ name, run: looped(call) }));
  const times = await interleave(list, SETTINGS);
  const [base] = Object.values(times);
  const rows = Object.entries(times).map(([name, series]) => {
    const { q1, median, q3 } = spread(ratios(series, base));
    const best = Math.min(...series);
    return `| ${name} | ${median.toFixed(2)} | ${q1.toFixed(2)} … ${q3.toFixed(2)} | ${best.toFixed(best < 100 ? 1 : 0)} |`;
  });
  return `## ${title}\n\n${about}\n\n| way | ratio | quartiles | best, ns |\n|---|---|---|---|\n${rows.join("\n")}`;
}

/** The parts that ways are made of, each by itself. */
async function pieces() {
  const made = [];
  const ascii = (length) => "abcdefghijklmnopqrstuvwxyz-0123456789/".repeat(30).slice(0, length);
  for (const length of [20, 56, 150, 600, 1000]) {
    const bytes = encoder.encode(ascii(length));
    space.set(bytes);
    const view = space.subarray(0, length);
    made.push(
      await table(`Out: ${length} ASCII bytes become a string`, "", {
        "TextDecoder (UTF-8, fatal)": () => decoder.decode(view),
        "TextDecoder, with subarray": () => decoder.decode(space.subarray(0, length)),
        "TextDecoder (latin1)": () => latin1.decode(view),
        "String.fromCharCode.apply": () => String.fromCharCode.apply(null, view),
        "String.fromCharCode(...)": () => String.fromCharCode(...view),
        "fromCharCode, + in a loop": () => concatenated(view),
        "Buffer latin1Slice (Node only)": () => node.latin1Slice(buffer, buffer + length),
      }),
    );
  }
  for (const length of [36, 200, 600, 1000]) {
    const text = ascii(length);
    // What a program has is often a concatenation that was never flattened; reading it flattens it once.
    made.push(
      await table(`In: a string of ${length} ASCII characters into the memory`, "", {
        encodeInto: () => encoder.encodeInto(text, space),
        "ASCII loop": () => copyAscii(text, space),
        "encode, then set": () => space.set(encoder.encode(text)),
        "set of bytes that are kept": () => space.set(encodedPlan),
        "Buffer latin1Write (Node only)": () => node.latin1Write(text, buffer),
      }),
    );
  }
  const requestJson = JSON.stringify(request(input.requestId, "2020-08-12T09:45:42Z", signature(), body));
  const packed = [URL_, input.requestId, "2020-08-12T09:45:42Z", signature(), body].join("\n");
  const lengths = packed.split("\n").map((part) => part.length);
  const names = Object.keys(JSON.parse(requestJson).headers);
  const values = Object.values(JSON.parse(requestJson).headers);
  made.push(
    await table("Out: a text becomes the request", "The text is a string already.", {
      "JSON.parse": () => JSON.parse(requestJson),
      "split, literal": () => {
        const [url, id, timestamp, sign, text] = packed.split("\n");
        return request(id, timestamp, sign, text, url);
      },
      "slice by known lengths, literal": () => {
        let at = 0;
        const next = (length) => {
          const part = packed.slice(at, at + length);
          at += length + 1;
          return part;
        };
        const [a, b, c, d, e] = lengths;
        const url = next(a);
        return request(next(b), next(c), next(d), next(e), url);
      },
    }),
    await table("Out: the headers' object", "Five headers.", {
      "literal with constant keys": () => ({
        "Content-Type": values[0],
        "Client-Id": values[1],
        "Request-Id": values[2],
        "Request-Timestamp": values[3],
        Signature: values[4],
      }),
      "keys set in a loop": () => {
        const headers = {};
        for (let at = 0; at < names.length; at++) headers[names[at]] = values[at];
        return headers;
      },
      "Object.fromEntries": () => Object.fromEntries(names.map((name, at) => [name, values[at]])),
      "spread of the constant ones": () => ({ ...CONSTANT, "Request-Id": values[2], Signature: values[4] }),
    }),
    await table("Out: nobody can change it", "Request with its headers.", {
      "not frozen": () => request(input.requestId, "t", "s", body),
      "two Object.freeze": () => {
        const made = request(input.requestId, "t", "s", body);
        Object.freeze(made.headers);
        return Object.freeze(made);
      },
      "recursive, by Object.values": () => frozen(request(input.requestId, "t", "s", body)),
    }),
    await table("Host: what every attempt asks the host for", "", {
      "Date.now": () => Date.now(),
      "crypto.randomUUID": () => crypto.randomUUID(),
      "getRandomValues, 16 bytes": () => crypto.getRandomValues(sixteen),
      "16 bytes of a pool of 4096": () => pooled(),
      "a text of 32 digits, as today": () => digits(),
    }),
    await table("In: the input's text", "", {
      "JSON.stringify": () => JSON.stringify(input),
      "template of the fields": () => packedInput(),
      "Reflect.ownKeys, then each member": () => Reflect.ownKeys(input).map((key) => input[key]),
    }),
  );
  return made;
}

function pooled() {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  used += 16;
  return pool.subarray(used - 16, used);
}

function digits() {
  let text = "";
  while (text.length < 32) {
    for (const word of crypto.getRandomValues(new Uint32Array(4))) {
      if (word < 4_200_000_000 && text.length < 32) text += String(word % 100_000_000).padStart(8, "0");
    }
  }
  return text;
}

function concatenated(view) {
  let text = "";
  for (let at = 0; at < view.length; at++) text += String.fromCharCode(view[at]);
  return text;
}

function frozen(value) {
  if (typeof value !== "object" || value === null) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
