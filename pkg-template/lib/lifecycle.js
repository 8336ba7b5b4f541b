// The refund's life: what to store, what to do next, when it is over. Pure: the clock is the caller's.

import { refuse } from "./base.js";
import { compared, followRecord, opened } from "./face.js";

/** The record of a refund of which nothing was sent. */
export function open(plan, options) {
  const { account, now } = checked(options, ["account", "now"]);
  return opened(plan, account, now);
}

/** What comes next. Ask as often as you like. */
export function next(record, options) {
  const { now, policy } = checked(options, ["now", "policy"]);
  return followRecord("next", [[policy, "policy", "invalid_policy"]], record, now);
}

/** The record to store before the step: it says "sent, nothing heard". */
export function begin(record, step, options) {
  const { now } = checked(options, ["now"]);
  return followRecord("begin", [[step, "step", "invalid_step"]], record, now);
}

/** The record to store after a step, an event or a decision. */
export function observe(record, observation, options) {
  const { now, policy } = checked(options, ["now", "policy"]);
  const parts = [
    [policy, "policy", "invalid_policy"],
    [observation, "observation", "invalid_observation"],
  ];
  return followRecord("observe", parts, record, now);
}

/** Where stored records and the provider's lists disagree. It changes nothing. */
export function reconcile(records, lists, options = {}) {
  const { policy } = checked(options, ["policy"]);
  return compared(records, lists, policy);
}

/** A misspelt option would be a policy that nobody chose. */
function checked(options, names) {
  const wayOut = `Options: ${names.join(", ")}.`;
  if (typeof options !== "object" || options === null) refuse("wrong_type", "options", "is not an object.", wayOut);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) refuse("unknown_field", unknown, "is not an option.", wayOut);
  return options;
}
