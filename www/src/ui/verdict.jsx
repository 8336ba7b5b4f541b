// A verdict in a person's words: did the money move, what to do now, and what the provider said.

import { Code } from "./code.jsx";
import { Facts } from "./facts.jsx";
import { Icon } from "./icon.jsx";

/** @typedef {import("refund-signer").Verdict} Verdict */
/** @typedef {import("refund-signer").Refund} Refund */
/** @typedef {import("./notice.jsx").Tone} Tone */

/** @type {Record<Verdict["status"], { tone: Tone, icon: string, money: string, read: string }>} */
const STORIES = {
  succeeded: { tone: "good", icon: "check", money: "The refund is done.", read: "Answered." },
  pending: {
    tone: "wait",
    icon: "clock",
    money: "Accepted, but not final: the money has not arrived yet.",
    read: "Answered: the refund is not final yet.",
  },
  failed: {
    tone: "bad",
    icon: "cross",
    money: "The provider decided against it. No money moved.",
    read: "Answered: the refund failed.",
  },
  rejected: {
    tone: "bad",
    icon: "stop",
    money: "The provider refused the request. No money moved.",
    read: "The provider refused to answer.",
  },
  unknown: {
    tone: "wait",
    icon: "question",
    money: "Nobody knows yet: the money may have moved.",
    read: "There is no answer to rely on.",
  },
};

/** @type {Record<Verdict["next"], string>} */
const ADVICE = {
  done: "Nothing more to do.",
  wait: "Wait for the webhook, or ask again later.",
  query: "Ask what became of it, before anything else.",
  retry: "Send the same plan again: it cannot become a second refund.",
  reauthenticate: "Get a new access token, then send the same plan again.",
  fix: "Correct the input or the set-up.",
};

/** @type {Record<Verdict["signature"], { tone: Tone, text: string }>} */
const SIGNATURES = {
  verified: { tone: "good", text: "verified: the provider wrote exactly these bytes" },
  "headers-only": { tone: "info", text: "verified for headers and path; the body is not covered" },
  absent: { tone: "bad", text: "missing, though this provider signs" },
  invalid: { tone: "bad", text: "wrong: this may not be the provider's answer" },
  "not-offered": { tone: "info", text: "not offered: this provider does not sign its answers" },
};

/** The color, the icon and the sentence of a verdict. @param {Verdict} verdict @param {boolean} movesMoney */
export function storyOf(verdict, movesMoney) {
  const { tone, icon, money, read } = STORIES[verdict.status];
  return { tone, icon, text: movesMoney ? money : read };
}

/** What a person does now. @param {Verdict} verdict */
export function adviceOf({ next, problem }) {
  return problem?.userAction ?? ADVICE[next];
}

/** A word for a list. That a question was answered is no news of a refund. @param {{ verdict: Verdict, movesMoney?: boolean }} props */
export function VerdictBadge({ verdict, movesMoney = true }) {
  const { tone, icon } = STORIES[verdict.status];
  const isAnswer = !movesMoney && verdict.status === "succeeded";
  return (
    <span class={`badge ${isAnswer ? "info" : tone}`}>
      <Icon name={icon} /> {isAnswer ? "answered" : verdict.status}
    </span>
  );
}

/**
 * @param {{ verdict: Verdict, movesMoney: boolean, milliseconds?: number, body?: string, bySigner?: boolean, actions?: import("preact").ComponentChildren,
 *   headline?: { tone: Tone, icon: string, text: string, advice: string } | undefined }} props
 *   `body` is the raw answer, which stays with the edge signer where it tells (`bySigner`); `actions` are the buttons that do what the advice says; `headline` is there where more is
 *   known than the verdict alone tells
 */
export function VerdictView({ verdict, movesMoney, milliseconds, body, bySigner = false, actions, headline }) {
  const { tone, icon, text, advice } = headline ?? { ...storyOf(verdict, movesMoney), advice: adviceOf(verdict) };
  const { problem, refund, refunds, httpStatus, signature, replayed, retryAfterMs } = verdict;
  return (
    <div class={`verdict ${tone}`}>
      <div class="verdict-head">
        <span class="verdict-icon">
          <Icon name={icon} />
        </span>
        <div>
          <p class="verdict-title">{text}</p>
          <p class="verdict-advice">{advice}</p>
        </div>
      </div>
      {actions && <div class="actions">{actions}</div>}
      <Facts
        facts={[
          ["Why", problem?.message],
          [
            "In the provider's words",
            problem && [problem.providerCode, problem.providerMessage].filter(Boolean).join(": "),
          ],
          ["Refund", refund && refundLine(refund)],
          ["Refunds", refunds && (refunds.length > 0 ? <RefundList refunds={refunds} /> : "none")],
          ["Signature", httpStatus !== undefined && <SignatureText key="signature" signature={signature} />],
          ["Replayed", replayed && "yes: the provider answered from its record of an earlier request"],
          ["Wait before sending again", retryAfterMs !== undefined && `${retryAfterMs / 1000} s`],
          ["Verdict", <code key="verdict">{`status: ${verdict.status}, next: ${verdict.next}`}</code>],
          ["Answered", answered(httpStatus, milliseconds, bySigner)],
        ]}
      />
      <details>
        <summary>The raw answer</summary>
        {body === undefined ? (
          <p class="quiet">
            {httpStatus === undefined && !bySigner ? "No answer arrived." : "It stayed with the edge signer."}
          </p>
        ) : (
          <Code label="The raw answer" text={body || "(empty)"} />
        )}
      </details>
      <details>
        <summary>The whole verdict</summary>
        <Code label="The whole verdict" text={JSON.stringify(verdict, withoutToken, 2)} />
      </details>
    </div>
  );
}

/** An access token is a secret. @param {string} name @param {unknown} value */
function withoutToken(name, value) {
  return name === "token" ? "(kept in memory)" : value;
}

/** @param {number | undefined} httpStatus @param {number | undefined} milliseconds @param {boolean} bySigner */
function answered(httpStatus, milliseconds, bySigner) {
  const nothing = bySigner ? "by the edge signer" : "no answer";
  const status = httpStatus === undefined ? nothing : `HTTP ${httpStatus}`;
  return milliseconds === undefined ? status : `${status}, after ${Math.round(milliseconds)} ms`;
}

/** @param {{ signature: Verdict["signature"] }} props */
function SignatureText({ signature }) {
  const { tone, text } = SIGNATURES[signature];
  return <span class={`tone ${tone}`}>{text}</span>;
}

/** @param {{ refunds: readonly Refund[] }} props */
function RefundList({ refunds }) {
  return (
    <ul class="plain-list">
      {refunds.map((refund, index) => (
        <li key={refund.id ?? index}>{refundLine(refund)}</li>
      ))}
    </ul>
  );
}

/** A refund in a line: how much, its ids, and the state in this package's word and the provider's. @param {Refund} refund */
export function refundLine({ id, reference, parts, amount, status, providerStatus }) {
  const ids = id ?? parts?.map((part) => part.id).join(", ");
  const money = amount && `${amount.currency} ${amount.value}`;
  const state = providerStatus && providerStatus !== status ? `${status} (${providerStatus})` : status;
  return [money, ids, reference && `reference ${reference}`, state].filter(Boolean).join(" · ");
}
