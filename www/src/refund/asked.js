// What the answer of a query says about the refund that it asks for. That a provider answered is not yet good news.

import { isRecognized } from "../recognized.js";

/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("refund-signer").Refund} Refund */
/** @typedef {import("refund-signer").Verdict} Verdict */
/** @typedef {{ tone: import("../ui/notice.jsx").Tone, icon: string, text: string, advice: string }} Headline */

/** Where the providers' bodies hold the merchant's own name of a refund. */
const REFERENCES = ["ref_id", "receipt", "partnerRefundNo"];
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
    text: "Your refund is there, in a state that says nothing.",
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
  const listed = verdict.refunds ?? (verdict.refund ? [verdict.refund] : []);
  const own = listed.find((refund) => isOwn(refund, plan, first?.refund?.id));
  if (own) return FOUND[own.status];
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

/** @param {Refund} refund @param {Plan} plan @param {string | undefined} ownId */
function isOwn({ id, reference }, plan, ownId) {
  return (id !== undefined && id === ownId) || (reference !== undefined && reference === referenceIn(plan));
}

/** @param {Plan} plan */
function referenceIn({ body }) {
  const members = /** @type {Record<string, unknown>} */ (JSON.parse(body ?? "{}"));
  return REFERENCES.map((name) => members[name]).find((value) => typeof value === "string");
}
