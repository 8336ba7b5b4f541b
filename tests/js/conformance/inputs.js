// What a caller gives, and whether it is taken: the cases of tests/cases/inputs.json, whose README says what they are.

import { has, ok, same } from "./assert.js";
import { world } from "./world.js";

export function inputs(api) {
  return api.inputs.map((each) => [`inputs: ${each.id}`, () => judged(api, each)]);
}

async function judged(api, { provider, call, args, want }) {
  let result;
  try {
    result = await called(api, provider, call, args.map(revived));
  } catch (error) {
    ok(error instanceof api.signer.RefundError && want.error, `an error that was not expected: ${error?.stack}`);
    return refused(error.problems, want.error);
  }
  if (want.error) return ok(want.error.orTaken, `taken: ${Object.keys(result)}`);
  return want.request ? same(result.body, want.request.body, "body") : planned(result, want.plan);
}

function called({ signer, webcrypto, ...api }, provider, call, args) {
  if (provider === "webcrypto") return webcrypto[call](...args);
  const operations = signer[provider];
  if (call === "Client") return new operations.Client(...args);
  if (call === "sign") {
    const [{ operation, input, change }, attempt] = args;
    const client = world({ signer, webcrypto, ...api }).client(provider);
    return client.sign({ ...operations[operation](input), ...change }, attempt);
  }
  const [operation, all] = call.split(".");
  return all ? operations[operation].all(...args) : operations[operation](...args);
}

/** A value of the file as it is meant. */
function revived(value) {
  if (typeof value !== "object" || value === null) return value;
  if (value.$undefined) return undefined;
  if (Array.isArray(value)) return value.map(revived);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, revived(part)]));
}

function refused(problems, { path, code, says }) {
  const shown = problems.map(
    (problem) => `${problem.code} at ${problem.path}: ${problem.message} ${problem.userAction}`,
  );
  const fits = (problem) => (path === "*" || problem.path === path) && (!code || [code].flat().includes(problem.code));
  ok(problems.some(fits), `${code ?? "refused"} at ${path}, not ${shown.join("; ")}`);
  if (says) ok(new RegExp(says, "i").test(shown.join(" ")), `words such as ${says}, not ${shown.join("; ")}`);
}

function planned(plan, { body, bodyHas, idempotencyKey }) {
  if (idempotencyKey) ok(plan.idempotencyKey, "a key is made");
  if (body) same(plan.body, body, "body");
  if (bodyHas) has(JSON.parse(plan.body), bodyHas, "body");
}
