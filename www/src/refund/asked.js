// What the answer of a query says about the refund that it asks for. That a provider answered is not yet good news.

import { isRecognized, ownOf, stateOfAll } from "../own.js";

/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("refund-signer").Refund} Refund */
/** @typedef {import("refund-signer").Verdict} Verdict */
/** @typedef {{ tone: import("../ui/notice.jsx").Tone, icon: string, text: string, advice: string }} Headline */

/** @type {Record<Refund["status"], Headline>} */
const FOUND = {
  succeeded: { tone: "good", icon: "check", text: "Your refund is there: it is done.", advice: "Nothing more to do." },
  pending: {
    tone: "wait",
    icon: "clock",
    text: "Your refund is there, but not final.",
    advice: "Wait for the webhook, or ask again later.",
  },
  failed: {
    tone: "bad",
    icon: "cross",
    text: "Your refund is there: it failed. No money moved.",
    advice: "The payment can be refunded by a new refund.",
  },
  unknown: {
    tone: "wait",
    icon: "question",
    text: "Your refund is there, but what is listed of it does not say whether it is done.",
    advice: "Ask again later, or look at the provider's own pages.",
  },
};

/**
 * The headline for a query's verdict; undefined where the query itself was not answered, which the verdict tells.
 *
 * @param {Plan} plan what was asked about @param {Verdict | undefined} first the verdict of its refund @param {Verdict} verdict
 * @returns {Headline | undefined}
 */
export function headlineOf(plan, first, verdict) {
  if (verdict.status !== "succeeded") return undefined;
  const state = stateOfOwn(plan, first, verdict);
  if (state) return FOUND[state];
  return {
    tone: "wait",
    icon: "question",
    text: "Answered, but it does not say what became of your refund.",
    advice: `Look for it below. If it is not there, ${wayOn(plan)}`,
  };
}

/** @param {Plan} plan */
function wayOn(plan) {
  if (!isRecognized(plan)) return "wait and ask again; then a person has to look, before anything is sent again.";
  return plan.provider === "craftgate"
    ? "the same plan may be sent again: Craftgate's own clients say that its key is honored, though an older server may ignore it."
    : "the same plan may be sent again: this provider recognizes it.";
}

/** What is told of a plan's own refund; undefined where it is not told of. @param {Plan} plan @param {Verdict | undefined} first the verdict of its refund @param {Pick<Verdict, "refund" | "refunds">} told */
export function stateOfOwn(plan, first, { refund, refunds }) {
  const own = ownOf(plan, refunds ?? (refund ? [refund] : []), first?.refund?.id);
  return own.length > 0 ? stateOfAll(plan, own) : undefined;
}
