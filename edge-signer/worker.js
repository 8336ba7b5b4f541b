// The edge signer: plans come in, verdicts go out, keys stay here.

import * as signer from "refund-signer";
import { send } from "refund-signer/fetch";
import { authenticate, authorize } from "./auth.js";
import { digestOf } from "./digest.js";
import { admit, judge } from "./judge.js";
import { clientOf, Ledger } from "./ledger.js";
import { policy } from "./policy.js";
import { Refusal } from "./refusal.js";
import { checkOrigin, json, readBytes, readJson } from "./web.js";

export { Ledger };

/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("./ledger.js").Told} Told */
/** @typedef {any} Env the bindings: `LEDGER`, `JWT_…`, the keys as `KEYS_…` and `WEBHOOKS_…` */
/** @typedef {{ request: Request, env: Env, ctx: ExecutionContext, name: string, digest: string }} Call */

const READ_TIMEOUT_MS = 20_000;
/** No provider's event is longer. */
const LARGEST_EVENT = 1 << 20;
const STATES = ["awaiting", "open", "review", "succeeded", "failed", "rejected", "reversed"];
const ALL = ["refunder", "approver", "auditor"];

const ROUTES = [
  { method: "POST", path: /^\/refunds$/, roles: ["refunder"], handle: submit },
  { method: "GET", path: /^\/refunds$/, roles: ["approver", "auditor"], handle: list },
  { method: "POST", path: /^\/refunds\/([0-9a-f]{64})\/approve$/, roles: ["approver"], handle: approve },
  { method: "POST", path: /^\/refunds\/([0-9a-f]{64})\/review$/, roles: ["approver"], handle: review },
  { method: "GET", path: /^\/refunds\/([0-9a-f]{64})$/, roles: ALL, handle: show },
  { method: "GET", path: /^\/audit$/, roles: ["auditor"], handle: audit },
];
const WEBHOOKS = /^\/webhooks\/([a-z]{1,40})$/;

/** What the ledger refuses. */
const REFUSALS = {
  another_refund: () =>
    new Refusal(
      409,
      "another_refund",
      "Its idempotency key or reference is another refund's. Plan it under another one.",
    ),
  not_found: () => new Refusal(404, "not_found", "No such refund was submitted."),
  not_awaiting: () => new Refusal(409, "not_awaiting", "This refund awaits no approval."),
  same_person: () => new Refusal(403, "same_person", "Another person than the one who submitted it must approve."),
  daily_limit: () => new Refusal(403, "daily_limit", "The limit of the day would be exceeded."),
  not_signed: (/** @type {string} */ why) => new Refusal(500, "not_signed", `This attempt was not sent. ${why}`),
  not_reviewed: (/** @type {string} */ why) => new Refusal(409, "not_reviewed", why),
};

export default {
  /** @param {Request} request @param {Env} env @param {ExecutionContext} ctx */
  async fetch(request, env, ctx) {
    try {
      return await route(request, env, ctx);
    } catch (error) {
      if (error instanceof Refusal) {
        const { status, code, message, headers } = error;
        return json(status, { error: { code, message } }, headers);
      }
      // Nothing of an unforeseen error goes out or into a log: nobody knows what it holds.
      return json(500, {
        error: { code: "internal_error", message: "The signer failed. Ask for the refund's state." },
      });
    }
  },
};

/** @param {Request} request @param {Env} env @param {ExecutionContext} ctx */
async function route(request, env, ctx) {
  const { pathname } = new URL(request.url);
  const [, provider] = WEBHOOKS.exec(pathname) ?? [];
  if (provider && request.method === "POST") return webhook(request, env, provider);
  checkOrigin(request);
  const here = ROUTES.filter(({ path }) => path.test(pathname));
  if (here.length === 0) throw new Refusal(404, "not_found", "There is nothing here.");
  const found = here.find(({ method }) => method === request.method);
  if (!found) {
    const allowed = here.map(({ method }) => method).join(", ");
    throw new Refusal(405, "method_not_allowed", `Use ${allowed}.`, { Allow: allowed });
  }
  const person = await authenticate(request, env);
  authorize(person, found.roles);
  const [, digest = ""] = found.path.exec(pathname) ?? [];
  return found.handle({ request, env, ctx, name: person.name, digest });
}

/** `POST /refunds` with a plan: takes it as far as it goes now, or answers what is known of it. @param {Call} call */
async function submit(call) {
  const plan = readPlan(await readJson(call.request));
  const named = { ...call, digest: await digestOf(plan) };
  const { described, ruling } = await judged(named, plan);
  const client = configured(call.env, plan.provider);
  if (!ruling) return read(named, client, plan);
  client.free();
  const names = { key: described.idempotencyKey, reference: described.reference };
  return toTheEnd(call, ledger(call.env).submit({ digest: named.digest, plan, names, by: call.name, ruling }));
}

/** `POST /refunds/:digest/approve`: a second person's yes. @param {Call} call */
async function approve(call) {
  const { env, digest, name } = call;
  const plan = (await ledger(env).find(digest))?.plan;
  if (!plan) throw REFUSALS.not_found();
  const { ruling } = await judged(call, plan);
  if (!ruling) throw REFUSALS.not_awaiting();
  configured(env, plan.provider).free();
  return toTheEnd(call, ledger(env).approve({ digest, by: name, ruling }));
}

/** `POST /refunds/:digest/review` with `{ step, decision }`: what a person found at the provider, or decided. @param {Call} call */
async function review(call) {
  const { env, digest, name, request } = call;
  const { step, decision } = Object(parsed(await readJson(request)));
  return toTheEnd(call, ledger(env).review({ digest, by: name, step, decision }));
}

/** `GET /refunds/:digest` @param {Call} call */
async function show({ env, digest }) {
  const found = await ledger(env).find(digest);
  if (!found) throw REFUSALS.not_found();
  return json(200, found);
}

/** `GET /refunds?state=review&after=`: a page of them, those that await a second person without a state. @param {Call} call */
async function list({ request, env }) {
  const { searchParams } = new URL(request.url);
  const [state, after] = [searchParams.get("state") ?? "awaiting", searchParams.get("after") ?? ""];
  if (!STATES.includes(state)) throw new Refusal(400, "invalid_query", `state is one of ${STATES.join(", ")}.`);
  if (!/^([0-9a-f]{64})?$/.test(after)) throw new Refusal(400, "invalid_query", "after is the digest of a refund.");
  return json(200, await ledger(env).list(state, after));
}

/** `GET /audit?after=0`: the records after that number, a page at a time. @param {Call} call */
async function audit({ request, env }) {
  const after = new URL(request.url).searchParams.get("after") ?? "0";
  if (!/^[0-9]{1,15}$/.test(after)) throw new Refusal(400, "invalid_query", "after is the number of a record.");
  return json(200, { records: await ledger(env).audit(Number(after)) });
}

/** `POST /webhooks/:provider`: no person's; its signature says whose it is. @param {Request} request @param {Env} env @param {string} provider */
async function webhook(request, env, provider) {
  if (!Object.hasOwn(policy.providers, provider) || !env[`WEBHOOKS_${provider.toUpperCase()}`]) {
    throw new Refusal(404, "not_found", "No webhooks of this provider are read here.");
  }
  return ledger(env).webhook(provider, {
    headers: Object.fromEntries(request.headers),
    body: await readBytes(request, LARGEST_EVENT),
  });
}

/** What the policy says; a refusal is put on record. @param {Call} call @param {Plan} plan */
async function judged({ env, digest, name }, plan) {
  try {
    const admitted = admit(plan);
    return { ...admitted, ruling: judge(admitted.described, admitted.rules) };
  } catch (error) {
    if (error instanceof Refusal) await ledger(env).note({ event: "refused", digest, by: name, code: error.code });
    throw error;
  }
}

/** Sends a plan that moves no money. @param {Call} call @param {ReturnType<typeof clientOf>} client @param {Plan} plan */
async function read({ env, name, digest }, client, plan) {
  try {
    const verdict = await send(client, plan, { timeoutMs: READ_TIMEOUT_MS });
    const { provider, operation } = plan;
    await ledger(env).note({ event: "read", digest, by: name, provider, operation, status: verdict.status });
    return json(200, { state: "read", verdict });
  } finally {
    client.free();
  }
}

/** What the ledger did, even if the caller leaves. @param {Call} call @param {Promise<Told>} doing */
async function toTheEnd({ ctx }, doing) {
  ctx.waitUntil(doing.catch(() => {}));
  const { refused, message = "", view } = await doing;
  if (refused) throw REFUSALS[refused](message);
  if (!view) throw new Error("the ledger gave no refund");
  const goesOn = ["awaiting", "planned", "open"].includes(view.state);
  return json(goesOn ? 202 : 200, view);
}

/** @param {Env} env @param {string} provider */
function configured(env, provider) {
  try {
    return clientOf(env, provider);
  } catch {
    throw new Refusal(500, "not_configured", "The signer has no usable keys of this provider.");
  }
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "invalid_json", "Send JSON.");
  }
}

/** @param {string} text @returns {Plan} */
function readPlan(text) {
  try {
    const plan = JSON.parse(text);
    // Written again it is the same text, so that there is one way only to read it: no member twice, no number rounded.
    if (plan && typeof plan === "object" && !Array.isArray(plan) && JSON.stringify(plan) === text) return plan;
  } catch {}
  throw new Refusal(400, "invalid_json", "Send the plan as JSON.stringify(plan) writes it.");
}

/** @param {Env} env */
function ledger(env) {
  return env.LEDGER.get(env.LEDGER.idFromName("ledger"));
}
