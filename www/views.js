// What a person sees of a request and of a verdict.

import { element } from "./element.js";

const STORY = {
  succeeded: "Done: the money is on its way back.",
  pending: "Accepted: the refund is not final yet.",
  failed: "The provider decided against it. No money moved.",
  rejected: "The provider refused the request. Nothing happened.",
  unknown: "It is not certain what happened: money may have moved.",
};

/** Of operations that move no money. */
const READ_STORY = {
  succeeded: "Answered.",
  pending: "Answered: the refund is not final yet.",
  failed: "Answered: the refund failed.",
  rejected: "The provider refused to answer.",
  unknown: "It is not certain what happened: there is no answer to rely on.",
};

const ADVICE = {
  done: "Nothing more to do.",
  wait: "Wait for the webhook, or ask again later.",
  query: "Ask for the refund's state before anything else.",
  retry: "Send the same plan again.",
  reauthenticate: "Get a new access token, then send the same plan again.",
  fix: "Correct the input or the set-up.",
};

/** The signed request: line, headers, and the exact body; then how its signature came about. */
export function requestView({ plan, request, refusal, explanation }, isOpen) {
  const shown = request
    ? [
        ...block("Request", `${request.method} ${request.url}`),
        ...block("Headers", textOf(request.headers)),
        ...block("Body, exactly as it is hashed and sent", request.body ?? "(none)"),
      ]
    : [
        ...refusalView(refusal),
        ...block("Request, not signed", `${plan.method} ${plan.path}${plan.query && `?${plan.query}`}`),
        ...block("Body", plan.body ?? "(none)"),
      ];
  return explanation ? [...shown, explanationView(explanation, isOpen)] : shown;
}

function textOf(headers) {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
}

function refusalView(problems) {
  if (problems.some(({ code }) => code === "signed_outside")) {
    const why = "Signed with your RSA key, which this page does not have.";
    return [
      element("p", { className: "headline rejected" }, why),
      ...problems.map(({ userAction }) => element("p", { className: "quiet" }, userAction)),
    ];
  }
  return problems.map(({ path, message, userAction }) =>
    element("p", { className: "headline rejected" }, `${path} ${message} ${userAction}`.trim()),
  );
}

function explanationView({ formula, components, stringToSign, header }, isOpen) {
  return element(
    "details",
    { open: isOpen, id: "explanation" },
    element("summary", {}, "How it is signed"),
    element("h3", {}, "The parts, in their order"),
    pairs(components.map(({ label, value }) => [label, value || "(empty)"])),
    ...block("The string to sign", stringToSign),
    ...block(`The header ${header}`, formula),
  );
}

/** The verdict in a person's words, then all that the provider said. */
export function verdictView(verdict, { operation, movesMoney, milliseconds }) {
  const { status, next, httpStatus, signature, replayed, problem, refund, refunds } = verdict;
  const isUnknown = status === "unknown";
  const facts = [
    ["What happened", (movesMoney ? STORY : READ_STORY)[status]],
    // What a provider says of its records is no advice while nobody knows what became of this request.
    ["What to do now", problem && !isUnknown ? problem.userAction : ADVICE[next]],
    ["Why", problem?.message],
    ["In the provider's words", [problem?.providerCode, problem?.providerMessage].filter(Boolean).join(": ")],
    ["Refund", refund && refundLine(refund)],
    ["Refunds", refunds && (refunds.map(refundLine).join("\n") || "none")],
    ["Signature of the answer", signature],
    ["HTTP status", httpStatus ?? "no answer"],
    ["Replayed", replayed ? "yes: answered from the provider's record" : ""],
    ["Time", `${milliseconds.toFixed(0)} ms`],
  ];
  const whole = element("pre", {}, JSON.stringify(verdict, null, 2));
  return [
    element("p", { className: `headline ${status}` }, `${operation}: ${status} · ${next}`),
    pairs(facts.filter(([, value]) => value !== undefined && value !== "")),
    element("details", {}, element("summary", {}, "The whole verdict"), whole),
  ];
}

/** A refund in a line: its ids, how much, and the state in this package's word and the provider's. */
function refundLine({ id, reference, parts, amount, status, providerStatus }) {
  const ids = id ?? parts?.map((part) => part.id).join(", ");
  const money = amount && `${amount.value} ${amount.currency}`;
  const state = providerStatus ? `${status} (${providerStatus})` : status;
  return [ids, reference && `reference ${reference}`, money, state].filter(Boolean).join(" · ");
}

/** Several mistakes that belong to no single field. */
export function mistakesView(problems) {
  return problems.map(({ path, message, userAction }) =>
    element("p", { className: "mistake" }, `${path} ${message} ${userAction}`.trim()),
  );
}

function pairs(entries) {
  const rows = entries.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, String(value))]);
  return element("dl", {}, ...rows);
}

function block(title, text) {
  return [element("h3", {}, title), element("pre", {}, text)];
}
