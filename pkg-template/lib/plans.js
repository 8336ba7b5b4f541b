// Plans on this side of the boundary: plain frozen objects, and for each the lines that the module knows it by.

import { core, give } from "./core.js";
import { rawPlan } from "./raw.js";
import { answered } from "./values.js";

/** The lines of those plans that the module made or checked. Their objects are frozen, so the two cannot differ. */
const known = new WeakMap();

/** The plan of the lines that the module answered with. */
export function planOf(lines) {
  const [provider, operation, method, key, currency, path, query] = lines.split("\n", 7);
  const plan = { version: 1, provider, operation, method, path, query };
  // The lengths of the seven, and what separates them.
  const head = provider.length + operation.length + method.length + key.length + currency.length + path.length + 6;
  const body = head + query.length + 1;
  if (body <= lines.length) plan.body = lines.slice(body);
  if (key) plan.idempotencyKey = key;
  if (currency) plan.currency = currency;
  known.set(plan, lines);
  return Object.freeze(plan);
}

/** The plan itself when the module made it; otherwise one that the module checked. */
export function checkedPlan(plan) {
  return known.has(plan) ? plan : planOf(answered(core().checkPlan(give(rawPlan(plan)))));
}

/** The lines of a plan of `planOf`. */
export function linesOf(plan) {
  return known.get(plan);
}
