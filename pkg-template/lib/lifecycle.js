// The refund's life: what to store, what to do next, when it is over. Pure: the clock is the caller's.

import { followRecord, opened } from "./face.js";

/** The record of a refund of which nothing was sent. */
export function open(plan, { account, now }) {
  return opened(plan, account, now);
}

/** What comes next. Ask as often as you like. */
export function next(record, { now, policy }) {
  return followRecord("next", [[policy, "policy", "invalid_policy"]], record, now);
}

/** The record to store before the step: it says "sent, nothing heard". */
export function begin(record, step, { now }) {
  return followRecord("begin", [[step, "step", "invalid_step"]], record, now);
}

/** The record to store after a step, an event or a decision. */
export function observe(record, observation, { now, policy }) {
  const parts = [
    [policy, "policy", "invalid_policy"],
    [observation, "observation", "invalid_observation"],
  ];
  return followRecord("observe", parts, record, now);
}
