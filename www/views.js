// What a person sees of a request and of a verdict.

import { element } from "./element.js";

const STORY = {
  succeeded: "Done: the money is on its way back.",
  pending: "Accepted: the refund is not final yet.",
  failed: "The provider decided against it. No money moved.",
  rejected: "The provider refused the request. Nothing happened.",
  unknown: "Nobody knows: money may have moved.",
};

const ADVICE = {
  done: "Nothing more to do.",
  wait: "Wait for the webhook, or ask again later.",
  query: "Ask for the refund's state before anything else.",
  retry: "Sign the same plan again.",
  reauthenticate: "Get a new access token, then sign the same plan again.",
  fix: "Correct the input or the set-up.",
};

/** The signed request: line, headers, and the exact body. */
export function requestView({ method, url, headers, body }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [
    ...block("Request", `${method} ${url}`),
    ...block("Headers", lines.join("\n")),
    ...block("Body, exactly as it is hashed and sent", body ?? "(none)"),
  ];
}

/** The verdict in a person's words, then all that the provider said. */
export function verdictView(verdict, milliseconds) {
  const { status, next, httpStatus, signature, replayed, problem, refund } = verdict;
  const facts = {
    "Did the money move?": STORY[status],
    "What to do now": problem ? problem.userAction : ADVICE[next],
    "In the provider's words": [problem?.providerCode, problem?.providerMessage].filter(Boolean).join(": "),
    Refund: refund?.id ?? refund?.parts?.map(({ id }) => id).join(", "),
    Amount: refund?.amount && `${refund.amount.value} ${refund.amount.currency}`,
    Signature: signature,
    "HTTP status": httpStatus ?? "no answer",
    Replayed: replayed ? "yes: answered from the provider's record" : "",
    Time: `${milliseconds.toFixed(0)} ms`,
  };
  const list = element("dl");
  for (const [name, value] of Object.entries(facts).filter(([, value]) => value !== undefined && value !== "")) {
    list.append(element("dt", {}, name), element("dd", {}, String(value)));
  }
  const headline = element("p", { className: `headline ${status}` }, `${status} · ${next}`);
  return [headline, list, ...block("The whole verdict", JSON.stringify(verdict, null, 2))];
}

/** Several mistakes that belong to no single field. */
export function mistakesView(problems) {
  return problems.map(({ path, message, userAction }) =>
    element("p", { className: "mistake" }, `${path ? `${path} ` : ""}${message} ${userAction}`),
  );
}

function block(title, text) {
  return [element("h3", {}, title), element("pre", {}, text)];
}
