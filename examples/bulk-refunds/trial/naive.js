// What is often written instead: a consumer that plans and sends, and tries again when it did not work. No ledger, a new
// plan for each attempt, and every error is an error.

import * as signer from "refund-signer";
import { send } from "refund-signer/fetch";
import { clientOf, planOf, queueOf } from "../accounts.js";
import { generator } from "./random.js";

const counters = { crashes: 0, struck: 0, duplicates: 0, deliveries: 0 };
const MOST_ATTEMPTS = 10;
const finished = new Set();
/** @type {(() => number) | undefined} */
let random;
let attempts = 0;

/** @param {any} env */
function chance({ SEED }) {
  random ??= generator(Number(SEED));
  return random();
}

export default {
  /** @param {Request} request @param {any} env */
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/trial")
      return Response.json({ ...counters, crashes: [counters.crashes], points: ["after the answer"], attempts });
    if (pathname === "/summary") return Response.json([{ state: "succeeded", refunds: finished.size }]);
    const wanted = /** @type {any[]} */ (await request.json());
    for (const [provider, mine] of Map.groupBy(wanted, (refund) => refund.provider)) {
      await queueOf(env, provider).sendBatch(mine.map((body) => ({ body })));
    }
    return new Response(null, { status: 202 });
  },

  /** @param {any} batch @param {any} env */
  async queue({ messages }, env) {
    const twice = messages.filter(() => chance(env) < Number(env.DUPLICATES));
    counters.duplicates += twice.length;
    counters.deliveries += messages.length + twice.length;
    await Promise.all([...messages, ...twice].map((message) => refund(message, env)));
  },
};

/** @param {any} message @param {any} env */
async function refund(message, env) {
  const { id, provider, input } = message.body;
  try {
    const client = /** @type {any} */ (await clientOf(env, provider, message.attempts > 1));
    attempts++;
    // PayerMax recognizes a refund by its number: the careless give each attempt a new one.
    const plan = planOf(provider, `${id}--${attempts}`, input);
    const verdict = await send(client, plan, { timeoutMs: Number(env.ANSWER_MS) });
    client.free();
    if (chance(env) < Number(env.CRASHES)) {
      counters.crashes++;
      throw new Error("crashed");
    }
    const isOver = verdict.status === "succeeded" || verdict.status === "pending" || verdict.status === "failed";
    if (!isOver) throw new Error(`it did not work: ${verdict.problem?.code}`);
    finished.add(id);
    message.ack();
  } catch (error) {
    if (error instanceof signer.RefundError || message.attempts >= MOST_ATTEMPTS) finished.add(id);
    else message.retry();
  }
}

export class Ledger {}
