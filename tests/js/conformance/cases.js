// Answers that were once misread, each with the verdict that is right (tests/cases/README.md). `api.cases.answers` is
// the file as JSON.

import { fail } from "./assert.js";

export function answerCases({ signer, send, createSandbox, cases }) {
  return cases.answers.map((each) => [
    `case ${each.id}`,
    async () => {
      const verdict = await judge(each, signer, send, createSandbox);
      const wrong = misfits(verdict, each.want);
      if (wrong.length > 0) fail(`${each.why} But ${wrong.join("; ")}: ${JSON.stringify(verdict)}`);
    },
  ]);
}

/** With `earlier`, null included, the plan goes through `send` for a second time; otherwise the answer is just read. */
async function judge({ provider, operation, input, settings, earlier, response }, signer, send, createSandbox) {
  const client = new signer[provider].Client(settings ?? createSandbox().credentials[provider]);
  const plan = signer[provider][operation](input);
  const fetch = async () => new Response(response.body, { status: response.status, headers: response.headers });
  const verdict = earlier === undefined ? client.read(plan, response) : await send(client, plan, { fetch, earlier });
  client.free();
  return verdict;
}

/** What is not as it should be, in words. A list in `want` means "one of these". */
function misfits({ status, next, problem, refund, refunds }, want) {
  const message = problem?.message ?? "";
  const action = problem?.userAction ?? "";
  const found = { status, next, problem: problem?.code, refundStatus: (refund ?? refunds?.[0])?.status };
  const wrong = Object.entries(found)
    .filter(([name, value]) => want[name] !== undefined && ![want[name]].flat().includes(value))
    .map(([name, value]) => `${name} is ${value}`);
  const says = (pattern) => [`${message} ${action}`, action].some((text) => new RegExp(pattern, "i").test(text));
  if (want.adviceMust && !says(want.adviceMust)) wrong.push(`the advice lacks ${want.adviceMust}`);
  if (want.adviceMustNot && says(want.adviceMustNot)) wrong.push(`the advice says ${want.adviceMustNot}`);
  return wrong;
}
