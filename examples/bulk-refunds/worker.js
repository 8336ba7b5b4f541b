// Bulk refunds: plans go into the ledger, their ids into a queue; consumers take each refund as far as it goes. Anything
// here may die at any time, and any message may come twice: what counts is in the ledger only.

import { RefundError } from "refund-signer";
import { Refunds } from "refund-signer/refunds";
import { readEvent } from "../../edge-signer/settings.js";
import { isOperator } from "../operator.js";
import { clientOf, isProvider, planOf, policyOf, queueOf } from "./accounts.js";
import { readBody } from "./body.js";

export { Ledger } from "./ledger.js";

/** @typedef {{ id: string }} Message */
/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {{ id: unknown, message: string }} Problem */
/** @typedef {any} Env the bindings: `LEDGER`, `REFUNDS_…`, `KEYS_…`, `WEBHOOKS_…`, `OPERATOR_TOKEN`, `POLICY` */

const ID = /^[A-Za-z0-9_-]{1,64}$/;
const MOST_REFUNDS = 100;
const MOST_ROWS = 1000;
const STATES = ["open", "review", "succeeded", "failed", "rejected", "reversed"];

export default {
  /** @param {Request} request @param {Env} env @returns {Promise<Response>} */
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const [, room, name = "", rest] = /^\/([a-z]+)(?:\/([A-Za-z0-9_-]{1,64}))?(\/review)?$/.exec(pathname) ?? [];
    if (room === "webhooks" && request.method === "POST") return webhook(request, env, name);
    if (!(await isOperator(request, env.OPERATOR_TOKEN))) return refusal(401, "Give the operator's token.");
    if (room === "summary") return Response.json(await ledger(env).summary());
    if (room !== "refunds") return refusal(404, "There is nothing here.");
    if (request.method === "POST") return rest ? review(request, env, name) : enqueue(request, env);
    return name ? show(env, name) : list(env, searchParams);
  },

  /** A consumer. @param {MessageBatch<Message>} batch @param {Env} env */
  async queue({ messages }, env) {
    const refunds = refundsOf(env);
    await Promise.all(messages.map((message) => consume(message, refunds)));
  },
};

/** @param {Env} env */
function refundsOf(env) {
  const { policy } = policyOf(env);
  return new Refunds({
    store: ledger(env),
    policy,
    clients: (provider, { renewToken }) => clientOf(env, provider, renewToken),
    webhooks: (provider, delivery) => readEvent(env, provider, delivery),
  });
}

/** Whatever goes wrong, and wherever: the ledger knows how far the refund came. @param {QueueMessage<Message>} message @param {Refunds} refunds */
async function consume(message, refunds) {
  try {
    await refunds.advance(message.body.id);
    message.ack();
  } catch {
    message.retry();
  }
}

/** `POST /refunds` with `[{ id, provider, input }]`. @param {Request} request @param {Env} env */
async function enqueue(request, env) {
  const wanted = await readJson(request);
  if (!Array.isArray(wanted) || wanted.length === 0 || wanted.length > MOST_REFUNDS) {
    return refusal(400, `Send a JSON array of 1 to ${MOST_REFUNDS} refunds.`);
  }
  const { plans, problems } = planned(wanted);
  if (problems.length > 0) return Response.json({ problems }, { status: 422 });
  // The ledger first: it alone knows which ids, keys and references are taken.
  const { opened, conflicts } = await openAll(refundsOf(env), plans);
  for (const [provider, mine] of Map.groupBy(opened, ({ plan }) => plan.provider)) {
    await queueOf(env, provider).sendBatch(mine.map(({ id }) => ({ body: { id } })));
  }
  const told = { accepted: opened.length, problems: conflicts };
  return Response.json(told, { status: conflicts.length > 0 ? 409 : 202 });
}

/** The JSON of a request; undefined for anything else, and for too much of it. @param {Request} request */
async function readJson(request) {
  try {
    return JSON.parse(new TextDecoder().decode(await readBody(request)));
  } catch {
    return undefined;
  }
}

/** @param {unknown[]} wanted */
function planned(wanted) {
  /** @type {{ id: string, plan: Plan }[]} */
  const plans = [];
  /** @type {Problem[]} */
  const problems = [];
  for (const { id, provider, input } of wanted.map(Object)) {
    if (typeof id !== "string" || !ID.test(id)) problems.push({ id, message: "id: 1 to 64 letters, digits, - and _." });
    else if (!isProvider(provider)) problems.push({ id, message: "provider: none that is known." });
    else {
      try {
        plans.push({ id, plan: planOf(provider, id, input) });
      } catch (error) {
        if (!(error instanceof RefundError)) throw error;
        problems.push({ id, message: error.message });
      }
    }
  }
  return { plans, problems };
}

/** @param {Refunds} refunds @param {{ id: string, plan: Plan }[]} plans */
async function openAll(refunds, plans) {
  const opened = [];
  /** @type {Problem[]} */
  const conflicts = [];
  // One after another: of two under one id in a request the first one counts.
  for (const { id, plan } of plans) {
    try {
      await refunds.refund(id, plan, { later: true });
      opened.push({ id, plan });
    } catch (error) {
      if (!(error instanceof RefundError && error.code === "conflict")) throw error;
      conflicts.push({ id, message: error.message });
    }
  }
  return { opened, conflicts };
}

/** `POST /webhooks/:provider`: what the event says is stored, and the ledger's alarm goes on from there. @param {Request} request @param {Env} env @param {string} provider */
async function webhook(request, env, provider) {
  if (!isProvider(provider) || provider === "durianpay") return refusal(404, "No such webhooks.");
  return refundsOf(env).webhook(provider, request);
}

/** `POST /refunds/:id/review` with `{ step, decision, by }`: what a person decided. @param {Request} request @param {Env} env @param {string} id */
async function review(request, env, id) {
  try {
    return Response.json(await refundsOf(env).review(id, Object(await readJson(request))));
  } catch (error) {
    if (error instanceof RefundError) return refusal(error.code === "unknown_refund" ? 404 : 409, error.message);
    throw error;
  }
}

/** @param {Env} env @param {string} id */
async function show(env, id) {
  const found = await refundsOf(env).get(id);
  return found ? Response.json(found) : refusal(404, "No such refund.");
}

/** `GET /refunds?state=review&after=`: a page of them. @param {Env} env @param {URLSearchParams} query */
async function list(env, query) {
  const state = query.get("state") ?? "review";
  if (!STATES.includes(state)) return refusal(400, `state is one of ${STATES.join(", ")}.`);
  const after = query.get("after");
  const page = { limit: MOST_ROWS, ...(after && { after }) };
  return Response.json(await refundsOf(env).list({ state: /** @type {any} */ (state) }, page));
}

/** @param {number} status @param {string} message */
function refusal(status, message) {
  return Response.json({ error: message }, { status });
}

/** One ledger for all: an id that is used twice is found, whatever the provider. @param {Env} env */
function ledger(env) {
  return env.LEDGER.get(env.LEDGER.idFromName("ledger"));
}
