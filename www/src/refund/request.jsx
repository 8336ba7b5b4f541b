// The request as it goes out: its line, its headers, and the exact bytes of its body.

import { Card } from "../ui/card.jsx";
import { Code } from "../ui/code.jsx";
import { Notice } from "../ui/notice.jsx";

/** @typedef {import("./attempt.js").Attempt} Attempt */

/** @param {{ attempt: Attempt, title: string }} props */
export function RequestView({ attempt, title }) {
  const { plan, request, refusal = [] } = attempt;
  const line = request
    ? `${request.method} ${request.url}`
    : `${plan.method} ${plan.path}${plan.query && `?${plan.query}`}`;
  const headers = Object.entries(request?.headers ?? {});
  return (
    <Card title={title}>
      <div class="stack">
        {!request && <Refusal problems={refusal} />}
        <Code label="Request line" text={line} />
        {headers.length > 0 && (
          <div>
            <h3>Headers</h3>
            <Code label="Headers" text={headers.map(([name, value]) => `${name}: ${value}`).join("\n")}>
              {headers.map(([name, value], index) => [
                index > 0 && "\n",
                <span key={name} class="name">
                  {name}
                </span>,
                `: ${value}`,
              ])}
            </Code>
          </div>
        )}
        <div>
          <h3>{plan.body === undefined ? "No body" : `Body: exactly these ${byteLength(plan.body)} bytes`}</h3>
          {plan.body !== undefined && <Code label="Body" text={plan.body} />}
        </div>
      </div>
    </Card>
  );
}

/** @param {string} text */
function byteLength(text) {
  return new TextEncoder().encode(text).length;
}

/** @param {{ problems: readonly import("refund-signer").InputProblem[] }} props */
function Refusal({ problems }) {
  const isOutside = problems.some(({ code }) => code === "signed_outside");
  const title = isOutside ? "Signed with your RSA key, which this page does not have" : "It cannot be signed";
  return (
    <Notice tone={isOutside ? "info" : "bad"} title={title} icon={isOutside ? "lock" : "cross"}>
      {problems.map(({ path, message, userAction }) => (
        <p key={path}>{isOutside ? userAction : `${path} ${message} ${userAction}`}</p>
      ))}
    </Notice>
  );
}
