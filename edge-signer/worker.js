// The edge signer: plans come in, verdicts go out, keys stay here.

import * as signer from "refund-signer";
import { send } from "refund-signer/fetch";
import { authenticate, authorize } from "./auth.js";
import { digestOf } from "./digest.js";
import { admit, judge } from "./judge.js";
import { Refusal } from "./refusal.js";
import { checkOrigin, json, readJson } from "./web.js";

export { Ledger } from "./ledger.js";

/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("refund-signer").SigningClient & { free(): void }} Client */
/** @typedef {import("./judge.js").ProviderRules} ProviderRules */
/** @typedef {import("./ledger.js").Entry} Entry */
/** @typedef {import("./ledger.js").Answer} Answer */
/** @typedef {any} Env the bindings: `LEDGER`, `JWT_…`, and the keys as `KEYS_…` */
/** @typedef {{ request: Request, env: Env, ctx: ExecutionContext, name: string, digest: string }} Call */

// A Worker may go on for 30 seconds after its caller left; by then the outcome must be stored.
const SEND_TIMEOUT_MS = 20_000;

const ROUTES = [
  { method: "POST", path: /^\/refunds$/, roles: ["refunder"], handle: submit },
  { method: "POST", path: /^\/refunds\/([0-9a-f]{64})\/approve$/, roles: ["approver"], handle: approve },
  { method: "GET", path: /^\/refunds\/([0-9a-f]{64})$/, roles: ["refunder", "approver", "auditor"], handle: show },
  { method: "GET", path: /^\/audit$/, roles: ["auditor"], handle: audit },
];

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
  checkOrigin(request);
  const { pathname } = new URL(request.url);
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

/** `POST /refunds` with a plan: sends it, or answers what is known of it. @param {Call} call */
async function submit(call) {
  const plan = readPlan(await readJson(call.request));
  const named = { ...call, digest: await digestOf(plan) };
  const { rules, described, query, ruling } = await judged(named, plan);
  return withClient(call, plan, rules, async (client) => {
    if (!ruling) return read(named, client, plan);
    const names = { key: described.idempotencyKey, reference: described.reference };
    const submission = { digest: named.digest, plan, names, by: call.name, ruling, lost: client.read(plan, null) };
    return proceed(call, client, await ledger(call.env).submit(submission), query);
  });
}

/** `POST /refunds/:digest/approve`: a second person's yes. @param {Call} call */
async function approve(call) {
  const { env, digest, name } = call;
  const plan = (await ledger(env).find(digest))?.plan;
  if (!plan) throw REFUSALS.not_found();
  const { rules, query, ruling } = await judged(call, plan);
  if (!ruling) throw REFUSALS.not_awaiting();
  return withClient(call, plan, rules, async (client) => {
    const approval = { digest, by: name, ruling, lost: client.read(plan, null) };
    return proceed(call, client, await ledger(env).approve(approval), query);
  });
}

/** `GET /refunds/:digest` @param {Call} call */
async function show({ env, digest }) {
  const entry = await ledger(env).find(digest);
  if (!entry) throw REFUSALS.not_found();
  return json(200, view(entry, signer[entry.plan.provider].queryFor(entry.plan)));
}

/** `GET /audit?after=0`: the records after that number, a page at a time. @param {Call} call */
async function audit({ request, env }) {
  const after = new URL(request.url).searchParams.get("after") ?? "0";
  if (!/^[0-9]{1,15}$/.test(after)) throw new Refusal(400, "invalid_query", "after is the number of a record.");
  return json(200, { records: await ledger(env).audit(Number(after)) });
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

/** Sends a plan that moves no money. @param {Call} call @param {Client} client @param {Plan} plan */
async function read({ env, name, digest }, client, plan) {
  const verdict = await send(client, plan, { timeoutMs: SEND_TIMEOUT_MS });
  const { provider, operation } = plan;
  await ledger(env).note({
    event: "read",
    digest,
    by: name,
    provider,
    operation,
    status: verdict.status,
  });
  return json(200, { state: "read", verdict });
}

/** Does what the ledger says. @param {Call} call @param {Client} client @param {Answer} answer @param {Plan | undefined} query */
async function proceed({ env }, client, { refused, send: maySend, entry }, query) {
  if (refused) throw REFUSALS[refused]();
  if (!entry) throw new Error("the ledger gave no entry");
  const known = maySend ? await attempt(env, client, entry) : entry;
  return json(known.state === "settled" ? 200 : 202, view(known, query));
}

/** Signs, sends and stores what came of it. @param {Env} env @param {Client} client @param {Entry} entry */
async function attempt(env, client, { digest, plan, attempts, inDoubt }) {
  const of = { digest, attempt: attempts };
  const request = await signed(client, plan, (code) => ledger(env).withdraw({ ...of, code }));
  // A refusal takes nothing back of an earlier attempt that may have moved money.
  const earlier = inDoubt ? null : undefined;
  const verdict = await send(client, plan, { sign: () => request, timeoutMs: SEND_TIMEOUT_MS, earlier });
  return ledger(env).settle({ ...of, verdict });
}

/** @param {Client} client @param {Plan} plan @param {(code: string) => Promise<void>} onFailure */
async function signed(client, plan, onFailure) {
  try {
    return client.sign(plan);
  } catch (error) {
    if (!(error instanceof signer.RefundError)) throw error;
    await onFailure(error.code);
    throw new Refusal(500, "not_signed", "Nothing was sent: the signer lacks a setting that this operation needs.");
  }
}

/**
 * Runs a task with the provider's client, to its end even if the caller leaves, and wipes the keys.
 *
 * @param {Call} call @param {Plan} plan @param {ProviderRules} rules @param {(client: Client) => Promise<Response>} task
 */
function withClient({ env, ctx }, plan, rules, task) {
  const client = clientOf(plan.provider, rules, env);
  const done = task(client).finally(() => client.free());
  ctx.waitUntil(done.catch(() => {}));
  return done;
}

/** @param {string} provider @param {ProviderRules} rules @param {Env} env @returns {Client} */
function clientOf(provider, { at }, env) {
  try {
    return new signer[provider].Client({ ...JSON.parse(env[`KEYS_${provider.toUpperCase()}`]), ...at });
  } catch {
    throw new Refusal(500, "not_configured", "The signer has no usable keys of this provider.");
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

/** What a caller sees: with the plan to ask with, where asking is what comes next. @param {Entry} entry @param {Plan | undefined} query */
function view(entry, query) {
  return { ...entry, ...(entry.verdict?.next === "query" && query && { query }) };
}

/** @param {Env} env */
function ledger(env) {
  return env.LEDGER.get(env.LEDGER.idFromName("ledger"));
}
