// Plans on this side of the boundary: plain frozen objects, and for each the lines that the module knows it by.

import { rawPlan } from "./base.js";
import { core, give } from "./core.js";
import { answered } from "./values.js";

/** What `super` returns is what the constructor works on: so a private field can be put on any object. */
class Given {
  constructor(object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is what it is for
    return object;
  }
}

/**
 * The lines of a plan that the module made or checked, in a private field of it. The plan is frozen, so the two cannot
 * differ; and nobody but this class can make such a field. (A WeakMap costs the garbage collector more than all of
 * signing.)
 */
class Known extends Given {
  #lines;

  constructor(plan, lines) {
    super(plan);
    this.#lines = lines;
  }

  static linesOf(plan) {
    return #lines in plan ? plan.#lines : undefined;
  }
}

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
  return Object.freeze(new Known(plan, lines));
}

/** The plan itself when the module made it; otherwise one that the module checked. */
export function checkedPlan(plan) {
  if (typeof plan === "object" && plan !== null && linesOf(plan) !== undefined) return plan;
  return planOf(answered(core().checkPlan(give(rawPlan(plan)))));
}

/** The lines of a plan of `planOf`. */
export function linesOf(plan) {
  return Known.linesOf(plan);
}
