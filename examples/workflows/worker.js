// One refund as a Cloudflare Workflow. The workflow is the clock: it sleeps and is woken. What was sent and heard is in
// the store, because an engine runs a step again that died, and a request must not be sent again with it.

import { WorkflowEntrypoint } from "cloudflare:workers";
import { RefundError, razorpay } from "refund-signer";
import { Refunds } from "refund-signer/refunds";
import { D1Store } from "refund-signer/stores/d1";
import { isOperator } from "../operator.js";

/** @typedef {any} Env the bindings: `DB`, `REFUNDS`, `KEYS_RAZORPAY`, `WEBHOOK_SECRET`, `OPERATOR_TOKEN`, `POLICY` */

const ID = /^[A-Za-z0-9_-]{1,100}$/;
/** No event and no decision lets a workflow sleep for ever. */
const LONGEST_MS = 24 * 3_600_000;
const NEWS = "news";

/** `create({ id, params: { plan } })` begins a refund; its instance has the refund's own id. */
export class RefundWorkflow extends WorkflowEntrypoint {
  /** @param {any} event @param {any} step */
  async run({ instanceId: id, payload: { plan } }, step) {
    const refunds = await refundsOf(this.env);
    // Each `step.do` may run more than once. Twice opened is one refund, and a request that is under way is waited for.
    await step.do("open", async () => brief(await refunds.refund(id, plan, { later: true })));
    for (let round = 1; ; round++) {
      const { state, waitMs } = await step.do(`advance ${round}`, async () => brief(await refunds.advance(id)));
      if (waitMs === undefined) return state;
      // An event is only a reason to look: the store has what it said. So is a time-out.
      await step.waitForEvent(`${NEWS} ${round}`, { type: NEWS, timeout: waitMs }).catch(() => {});
    }
  }
}

export default {
  /** @param {Request} request @param {Env} env @returns {Promise<Response>} */
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/webhooks/razorpay" && request.method === "POST") return webhook(request, env);
    if (!(await isOperator(request, env.OPERATOR_TOKEN))) return refusal(401, "Give the operator's token.");
    const [, id = "", action] = /^\/refunds\/([^/]+)(\/review)?$/.exec(pathname) ?? [];
    if (!ID.test(id)) return refusal(404, "There is nothing here.");
    if (request.method === "GET") return show(id, env);
    if (request.method !== "POST") return refusal(405, "Use GET or POST.");
    const body = await request.json().catch(() => undefined);
    try {
      return await (action ? review(id, Object(body), env) : begin(id, Object(body), env));
    } catch (error) {
      if (error instanceof RefundError) return refusal(409, error.message);
      throw error;
    }
  },
};

/** `POST /refunds/:id` with the input of `razorpay.createRefund`. @param {string} id @param {any} input @param {Env} env */
async function begin(id, input, env) {
  const plan = razorpay.createRefund({ ...input, receipt: id });
  const refunds = await refundsOf(env);
  // Here, so that another refund under this id is refused to whoever asks.
  await refunds.refund(id, plan, { later: true });
  try {
    await env.REFUNDS.create({ id, params: { plan } });
  } catch {
    // An id is taken once: its workflow goes on.
    await wake(id, env);
  }
  return Response.json(await refunds.get(id), { status: 202 });
}

/** @param {string} id @param {Env} env */
async function show(id, env) {
  const refund = await (await refundsOf(env)).get(id);
  return refund ? Response.json(refund) : refusal(404, "No such refund.");
}

/** `POST /refunds/:id/review` with `{ step, decision, by }`. @param {string} id @param {any} decision @param {Env} env */
async function review(id, decision, env) {
  return Response.json(await (await refundsOf(env)).review(id, decision));
}

/** @param {Request} request @param {Env} env */
async function webhook(request, env) {
  return (await refundsOf(env)).webhook("razorpay", request);
}

/** @param {Env} env */
async function refundsOf(env) {
  const store = new D1Store(env.DB);
  await store.migrate();
  return new Refunds({
    store,
    policy: JSON.parse(env.POLICY ?? "{}"),
    clients: () => new razorpay.Client(JSON.parse(env.KEYS_RAZORPAY)),
    webhooks: (_, delivery) => new razorpay.Webhooks({ secrets: [env.WEBHOOK_SECRET] }).read(delivery),
    onChange: (change) => (change.kind === "refund" ? wake(change.id, env) : undefined),
  });
}

/** Whoever sleeps looks again. One that is over, or that was never begun, is not woken. @param {string} id @param {Env} env */
async function wake(id, env) {
  try {
    const instance = await env.REFUNDS.get(id);
    await instance.sendEvent({ type: NEWS, payload: null });
  } catch {
    // It wakes at its own time.
  }
}

/** What a workflow stores of a refund: the store has the rest. @param {import("refund-signer/refunds").StoredRefund} refund */
function brief({ state, step }) {
  if (step.do === "finish") return { state };
  const until = step.do === "wait" ? step.until : Date.now() + LONGEST_MS;
  return { state, waitMs: Math.min(Math.max(until - Date.now(), 1000), LONGEST_MS) };
}

/** @param {number} status @param {string} message */
function refusal(status, message) {
  return Response.json({ error: message }, { status });
}
