// How the cost grows: with the size of a body, with the number of refunds, and what is left of a million of them. A
// program of its own, which prints its results: nobody may have imported the package before it.

import { execFileSync } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { memory } from "../scripts/lib/instances.js";
import * as hand from "./contestants/by-hand.js";
import { batchOf, material } from "./contestants/material.js";
import { interleave, looped } from "./lib/measure.js";
import { program } from "./lib/programs.js";
import { sink } from "./lib/sink.js";

const BODY_SIZES = [200, 1_000, 10_000, 100_000, 1_000_000];
const COUNTS = [1, 10, 100, 1_000, 10_000, 100_000];
const SETTINGS = { rounds: 9, sliceMs: 6, warmMs: 200 };

async function growth() {
  const signer = await import("refund-signer");
  const { refunds, answer, webhook } = material();
  const { settings, secrets, fresh, input } = refunds.doku;
  const client = new signer.doku.Client({ ...settings, ...secrets });
  const webhooks = new signer.razorpay.Webhooks({ secrets: [webhook.secret] });
  const plan = signer.doku.createRefund({ ...input, ...fresh });

  return {
    bodies: {
      sign: await bySize((size) => {
        const large = { ...plan, body: padded(plan.body, size) };
        return () => client.sign(large);
      }),
      read: await bySize((size) => {
        const large = signedAnswer(answer, secrets.secretKey, size);
        const verdict = client.read(plan, large);
        if (verdict.signature !== "verified") throw new Error(`an answer of ${size} bytes was not believed`);
        return () => client.read(plan, large);
      }),
      webhook: await bySize((size) => {
        const large = signedEvent(webhook, size);
        return () => webhooks.read(large);
      }),
    },
    refunds: await byCount(signer.doku, client),
    memory: await memoryOf(signer.doku, client),
    allocations: allocations(),
  };
}

/** Nanoseconds per call by size, one number per round. */
async function bySize(prepare) {
  const contestants = BODY_SIZES.map((size) => ({ name: String(size), run: looped(prepare(size)) }));
  return interleave(contestants, SETTINGS);
}

/** Nanoseconds per refund by the number of refunds in one call, one number per round. */
async function byCount(doku, client) {
  const batch = doku.createRefund.all
    ? (inputs) => client.signAll(doku.createRefund.all(inputs))
    : (inputs) => inputs.map((input) => client.sign(doku.createRefund(input)));
  const times = {};
  for (const count of COUNTS) times[count] = [];
  const inputs = Object.fromEntries(COUNTS.map((count) => [count, batchOf(count)]));
  for (let round = 0; round < 5; round++) {
    for (const count of COUNTS) {
      // As many refunds for each, or the small ones would be noise.
      const calls = Math.max(1, Math.round(2_000 / count));
      const start = performance.now();
      for (let call = 0; call < calls; call++) sink(batch(inputs[count]));
      times[count].push(((performance.now() - start) * 1e6) / calls / count);
    }
  }
  return times;
}

/** A million refunds, planned, signed and read: what is kept of them, in bytes. */
async function memoryOf(doku, client) {
  const { refunds, answer } = material();
  const { input, fresh } = refunds.doku;
  const read = doku.createRefund({ ...input, ...fresh });
  const run = (count) => {
    for (let at = 0; at < count; at++) {
      sink(client.sign(doku.createRefund(input)));
      if (at % 10 === 0) sink(client.read(read, answer));
    }
  };
  const look = () => {
    sink(undefined);
    globalThis.gc();
    return { linear: memory().buffer.byteLength, heap: process.memoryUsage().heapUsed };
  };
  run(20_000);
  const samples = [{ refunds: 20_000, ...look() }];
  for (let done = 0; done < 1_000_000; ) {
    run(200_000);
    done += 200_000;
    samples.push({ refunds: 20_000 + done, ...look() });
  }
  return samples;
}

/** Bytes and blocks that a call asks the allocator for, natively, by case. */
function allocations() {
  const lines = execFileSync(program("ALLOCATIONS"), { encoding: "utf8" }).trim().split("\n");
  return Object.fromEntries(
    lines.map((line) => {
      const [name, bytes, blocks] = line.split("\t");
      return [name, { bytes: Number(bytes), blocks: Number(blocks) }];
    }),
  );
}

/** A JSON object with one more member, so that it has this many bytes; the object itself where it is longer. */
function padded(body, size) {
  const open = body.slice(0, -1);
  const filling = size - open.length - ',"filling":""}'.length;
  return filling > 0 ? `${open},"filling":"${"x".repeat(filling)}"}` : body;
}

function signedAnswer(answer, secret, size) {
  const body = Buffer.from(padded(Buffer.from(answer.body).toString(), size));
  const headers = new Headers(answer.headers);
  const text = hand.dokuAnswerString(headers, createHash("sha256").update(body).digest("base64"));
  headers.set("Signature", `HMACSHA256=${createHmac("sha256", secret).update(text).digest("base64")}`);
  return { status: 200, headers, body: new Uint8Array(body) };
}

function signedEvent(webhook, size) {
  const body = Buffer.from(padded(Buffer.from(webhook.body).toString(), size));
  const headers = new Headers(webhook.headers);
  headers.set("X-Razorpay-Signature", createHmac("sha256", webhook.secret).update(body).digest("hex"));
  return { headers, body: new Uint8Array(body) };
}

console.log(JSON.stringify(await growth()));
