// Bulk refunds: plans go into the ledger, their ids into a queue; consumers sign and send what the ledger says is next.
// Anything here may die at any time, and any message may come twice: what counts is in the ledger only.

import { RefundError } from "refund-signer";
import { send } from "refund-signer/fetch";
import { Accounts, forgetToken, isProvider, planOf, policyOf, queryOf, queueOf, readEvent } from "./accounts.js";
import { readBody } from "./body.js";
import { NO_QUERY, NOT_SENT } from "./step.js";

export { Ledger } from "./ledger.js";

/** @typedef {import("./ledger.js").Order} Order */
/** @typedef {import("refund-signer").Verdict} Verdict */
/** @typedef {import("./ledger.js").Entry} Entry */
/** @typedef {{ id: string }} Message */
/** @typedef {{ id: unknown, message: string }} Problem */
/** @typedef {any} Env the bindings: `LEDGER`, `REFUNDS_…`, `KEYS_…`, `WEBHOOKS_…`, `OPERATOR_TOKEN` */

const ID = /^[A-Za-z0-9_-]{1,64}$/;
// What one call to a queue takes.
const MOST_REFUNDS = 100;
/** A webhook that is not verified is answered with 401. @type {Record<string, number>} */
const STATUS_OF_REFUSAL = { body_too_large: 413, unreadable_event: 400 };
const STATES = ["open", "succeeded", "failed", "rejected", "needs-a-person"];

export default {
  /** @param {Request} request @param {Env} env @returns {Promise<Response>} */
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const [, room, name = ""] = /^\/([a-z]+)(?:\/([A-Za-z0-9_-]{1,64}))?$/.exec(pathname) ?? [];
    if (room === "webhooks" && request.method === "POST") return webhook(request, env, name);
    if (!(await isOperator(request, env))) return refusal(401, "Give the operator's token.");
    if (room === "summary") return Response.json(await ledger(env).summary());
    if (room !== "refunds") return refusal(404, "There is nothing here.");
    if (request.method === "POST") return enqueue(request, env);
    return name ? show(env, name) : list(env, searchParams);
  },

  /** A consumer. @param {MessageBatch<Message>} batch @param {Env} env */
  async queue({ messages }, env) {
    const accounts = new Accounts(env);
    await Promise.all(messages.map((message) => consume(message, env, accounts)));
    await accounts.free();
  },
};

/** @param {QueueMessage<Message>} message @param {Env} env @param {Accounts} accounts */
async function consume(message, env, accounts) {
  try {
    await advance(message.body, env, accounts);
    message.ack();
  } catch {
    // Whatever it was, and wherever: the ledger knows how far it came.
    message.retry();
  }
}

/** Does for one refund what the ledger says, until it says no more for now. @param {Message} message @param {Env} env @param {Accounts} accounts */
async function advance(message, env, accounts) {
  let askedAt = performance.now();
  let order = await ledger(env).next(message);
  while (order) {
    const { serial, withinMs } = order;
    const verdict = await carryOut(order, askedAt + withinMs, env, accounts);
    if (verdict.next === "reauthenticate") forgetToken();
    askedAt = performance.now();
    order = await ledger(env).settle({ id: message.id, serial, verdict });
  }
}

/** @param {Order} order @param {number} before by this machine's clock, which is not the ledger's @param {Env} env @param {Accounts} accounts @returns {Promise<Verdict>} */
async function carryOut({ step, plan }, before, env, accounts) {
  const client = await accounts.client(plan.provider).catch(() => undefined);
  // Without keys or a token nothing goes out. By the time `before` another consumer may be at it: the late do not begin.
  if (!client || performance.now() > before) return NOT_SENT;
  const sent = step === "send" ? plan : queryOf(plan);
  if (!sent) return NO_QUERY;
  try {
    // step.js keeps the doubt of every attempt apart, so each answer is judged by itself, as after a refusal.
    return await send(client, sent, { timeoutMs: policyOf(env).answerMs, earlier: NOT_SENT });
  } catch (error) {
    // It could not be signed. After that, there is always a verdict.
    if (error instanceof RefundError) return NOT_SENT;
    throw error;
  }
}

/** `POST /refunds` with `[{ id, provider, input }]`: plans them, and accepts all or none. @param {Request} request @param {Env} env */
async function enqueue(request, env) {
  const wanted = await readJson(request);
  if (!Array.isArray(wanted) || wanted.length === 0 || wanted.length > MOST_REFUNDS) {
    return refusal(400, `Send a JSON array of 1 to ${MOST_REFUNDS} refunds.`);
  }
  const { entries, problems } = planned(wanted);
  if (problems.length > 0) return Response.json({ problems }, { status: 422 });
  // The ledger first: it alone knows which ids and keys are taken, by what is still in a queue, too.
  const conflicts = await ledger(env).enter(entries);
  if (conflicts.length > 0) return Response.json({ problems: conflicts.map(problemOf) }, { status: 409 });
  for (const [provider, mine] of Map.groupBy(entries, (entry) => entry.provider)) {
    await queueOf(env, provider).sendBatch(mine.map(({ id }) => ({ body: { id } })));
  }
  return Response.json({ accepted: entries.length }, { status: 202 });
}

/** The JSON of a request; undefined for anything else, and for too much of it. @param {Request} request */
async function readJson(request) {
  try {
    return JSON.parse(new TextDecoder().decode(await readBody(request)));
  } catch {
    return undefined;
  }
}

/** @param {import("./ledger.js").Conflict} conflict @returns {Problem} */
function problemOf({ id, holder }) {
  return { id, message: id === holder ? "id: another refund was submitted under it." : sharedKey(id, holder) };
}

/** The provider would take the second refund for the first one again. @param {string} id @param {string} holder */
function sharedKey(id, holder) {
  return `input: ${id} has the idempotency key of ${holder}. Give each refund one of its own, or leave it out.`;
}

/** The amount as the providers' lists have it; of one in minor units the ledger cannot tell whether it is the same. @param {{ amount?: { value?: string, currency: string } }} input @returns {import("./step.js").Amount | undefined} */
function majorOf({ amount }) {
  return amount?.value === undefined ? undefined : { value: amount.value, currency: amount.currency };
}

/** @param {unknown[]} wanted */
function planned(wanted) {
  /** @type {Entry[]} */
  const entries = [];
  /** @type {Problem[]} */
  const problems = [];
  const ids = new Set();
  /** @type {Map<string, string>} */
  const holders = new Map();
  for (const { id, provider, input } of wanted.map(Object)) {
    if (typeof id !== "string" || !ID.test(id)) problems.push({ id, message: "id: 1 to 64 letters, digits, - and _." });
    else if (ids.has(id)) problems.push({ id, message: "id: there is another refund under it in this request." });
    else if (!isProvider(provider)) problems.push({ id, message: "provider: none that is known." });
    else {
      try {
        const plan = planOf(provider, id, input);
        const key = plan.idempotencyKey && `${provider} ${plan.idempotencyKey}`;
        const holder = key && holders.get(key);
        if (holder) problems.push({ id, message: sharedKey(id, holder) });
        if (key) holders.set(key, id);
        entries.push({ id, provider, plan, amount: majorOf(input) });
      } catch (error) {
        if (!(error instanceof RefundError)) throw error;
        problems.push({ id, message: error.message });
      }
    }
    ids.add(id);
  }
  return { entries, problems };
}

/** `POST /webhooks/:provider`: a hint to ask now. @param {Request} request @param {Env} env @param {string} provider */
async function webhook(request, env, provider) {
  if (!isProvider(provider) || provider === "durianpay") return refusal(404, "No such webhooks.");
  const body = await readBody(request);
  if (!body) return refusal(413, "body_too_large");
  try {
    const { refund, acknowledgement } = await readEvent(env, provider, { headers: request.headers, body });
    if (refund) await ledger(env).hint(provider, { id: refund.id, reference: refund.reference });
    return new Response(acknowledgement ?? null, { headers: { "Content-Type": "application/json" } });
  } catch (error) {
    if (error instanceof RefundError) return refusal(STATUS_OF_REFUSAL[error.code] ?? 401, error.code);
    throw error;
  }
}

/** @param {Env} env @param {string} id */
async function show(env, id) {
  const found = await ledger(env).find(id);
  return found ? Response.json(found) : refusal(404, "No such refund.");
}

/** `GET /refunds?state=needs-a-person&after=`: a page of them. @param {Env} env @param {URLSearchParams} query */
async function list(env, query) {
  const state = query.get("state") ?? "needs-a-person";
  if (!STATES.includes(state)) return refusal(400, `state is one of ${STATES.join(", ")}.`);
  return Response.json(await ledger(env).list(state, query.get("after") ?? ""));
}

/** Compares digests, so that the time it takes says nothing. @param {Request} request @param {Env} env */
async function isOperator(request, { OPERATOR_TOKEN }) {
  if (!OPERATOR_TOKEN) return false;
  const digest = (/** @type {string} */ text) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const given = await digest(request.headers.get("Authorization") ?? "");
  return crypto.subtle.timingSafeEqual(given, await digest(`Bearer ${OPERATOR_TOKEN}`));
}

/** @param {number} status @param {string} message */
function refusal(status, message) {
  return Response.json({ error: message }, { status });
}

/** One ledger for all: an id that is used twice is found, whatever the provider. @param {Env} env */
function ledger(env) {
  return env.LEDGER.get(env.LEDGER.idFromName("ledger"));
}
