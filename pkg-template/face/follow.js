// The lifecycle's functions: records and steps cross as JSON text, read once.

import { frozen, readable, refuse } from "./base.js";
import { core, give, guarded } from "./core.js";
import { checkedPlan, linesOf } from "./plans.js";
import { answered } from "./values.js";

/** What one call compares: the memory of an edge runtime is 128 MiB. */
const MOST_COMPARED = 1 << 26;
/** Records hold a plan and a bounded log; nothing longer comes from the lifecycle. */
const MOST_RECORD = 1 << 20;
const WAY_OUT = "Pass the value exactly as the lifecycle or the package returned it, or as it was stored in JSON.";

/** The record of a refund of which nothing was sent. */
export function opened(plan, account, now) {
  return followed("open", [jsonText(account, "account", "invalid_record")], () => linesOf(checkedPlan(plan)), now);
}

/**
 * One of `next`, `begin` and `observe`.
 *
 * @param {string} verb
 * @param {[value: unknown, path: string, code: string][]} parts what stands before the record; undefined is left out
 */
export function followRecord(verb, parts, record, now) {
  const texts = parts.map(([value, path, code]) => (value === undefined ? "" : jsonText(value, path, code)));
  const stored = jsonText(record, "record", "invalid_record");
  return followed(verb, texts, () => stored, now);
}

/**
 * Which refund of a verdict or an event is the plan's, and what cannot be told.
 *
 * @param {unknown} told what `read` gave of a response or of a webhook
 */
export function findRefund(plan, told) {
  const text = jsonText(told, "verdict", "invalid_observation");
  const { at, ...found } = followed("find", [text], () => linesOf(checkedPlan(plan)), 0);
  // Of the text that was judged: what was given may be another thing when it is read again.
  const { refund, refunds = [refund] } = JSON.parse(text);
  return frozen({ ...found, refunds: at.map((place) => refunds[place]) });
}

/**
 * Where stored records and the provider's lists disagree.
 *
 * @param {unknown} records
 * @param {unknown} lists
 * @param {unknown} policy
 */
export function compared(records, lists, policy) {
  const figures = policy === undefined ? "" : jsonText(policy, "policy", "invalid_policy");
  // A copy: what was given may be another thing when it is read again.
  const given = JSON.parse(jsonText({ records, lists }, "records", "invalid_observation", MOST_COMPARED));
  const pages = itemsOf(given.lists, "lists").map((list, at) => itemsOf(list?.verdicts, `lists[${at}].verdicts`));
  const line = (name) => (value) => `${name} ${JSON.stringify(value)}`;
  const text = () =>
    [
      ...itemsOf(given.records, "records").map(line("record")),
      ...given.lists.flatMap(({ verdicts, ...list }) => [
        line("list")(list),
        ...verdicts.map(pageOf).map(line("page")),
      ]),
    ].join("\n");
  const { findings, incomplete } = followed("reconcile", [figures], text, 0);
  const refund = ([list, page, place]) => {
    const { refunds, refund } = pages[list][page];
    return refunds === undefined ? refund : refunds[place];
  };
  return frozen({ findings: findings.map(({ at, ...found }) => ({ ...found, refunds: at.map(refund) })), incomplete });
}

/** The provider's own words are most of a verdict, and are not compared. */
function pageOf(verdict) {
  return verdict && { ...verdict, details: undefined };
}

function itemsOf(list, path) {
  return Array.isArray(list) ? list : refuse("invalid_observation", path, "must be a list.", WAY_OUT);
}

function followed(verb, texts, rest, now) {
  if (!Number.isSafeInteger(now)) {
    refuse(
      "invalid_attempt",
      "now",
      "must be the present time in milliseconds since 1970.",
      "Pass { now: Date.now() }.",
    );
  }
  return guarded(() => frozen(JSON.parse(answered(core().follow(give([verb, ...texts, rest()].join("\n")), now)))));
}

/** JSON in one line. */
function jsonText(value, path, code, most = MOST_RECORD) {
  const text = readable({ code, wayOut: WAY_OUT }, path, () => JSON.stringify(value));
  if (text === undefined || text.length > most)
    refuse(code, path, `must be a plain value, at most ${most >> 20} MiB.`, WAY_OUT);
  return text;
}
