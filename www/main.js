// The page: choose a provider and an operation, fill in the form, see what is signed, send it to the sandbox.
//
// A plan is made once per edit. What is shown is one signed attempt of that plan, and what is sent is what is shown.

import * as signer from "/pkg/inline/index.js";
import { send } from "/pkg/lib/fetch.js";
import { createSandbox } from "/pkg/sandbox/index.js";
import { attemptOf } from "./attempt.js";
import { element } from "./element.js";
import { controls, fieldOf, inputOf, showMistakes } from "./form.js";
import { prefill } from "./prefill.js";
import { mistakesView, requestView, verdictView } from "./views.js";

const CATALOG = signer.catalog();
// Made as the server's own sandbox is made, so it has the same credentials and the same payments.
const SANDBOX = createSandbox({ origin: location.origin });
const INPUTS = prefill(SANDBOX);
/** PayerMax takes a signature for two minutes: one that was shown for longer than this is replaced by a new one. */
const FRESH_MS = 60_000;

const at = (id) => document.getElementById(id);
const form = at("form");

/** The fields whose mistakes are shown: those that were left once, and after Send all of them. */
let touched = new Set();
/** What the form means: the plan's attempt that is shown and will be sent, or the mistakes. */
let attempt;
let problems = [];
/** The plan that was sent last from the form, which can be sent again and asked about. */
let sent;

at("provider").append(...CATALOG.map(({ name, title }) => element("option", { value: name }, title)));
at("provider").addEventListener("change", chooseProvider);
at("operation").addEventListener("change", chooseOperation);
at("fresh").addEventListener("click", chooseOperation);
at("reset").addEventListener("click", reset);
at("fields").addEventListener("input", planForm);
at("fields").addEventListener("focusout", leaveField);
at("again").addEventListener("click", () => exchange(attemptAt(sent)));
at("query").addEventListener("click", () => exchange(attemptAt(queryOf(sent))));
form.addEventListener("submit", submit);
setInterval(freshen, FRESH_MS);
chooseProvider();

function chosenProvider() {
  return CATALOG.find(({ name }) => name === at("provider").value);
}

function operationNamed(wanted) {
  return chosenProvider().operations.find(({ name }) => name === wanted);
}

function chooseProvider() {
  const { operations } = chosenProvider();
  at("operation").replaceChildren(...operations.map(({ name }) => element("option", { value: name }, name)));
  at("operation").value = "createRefund";
  chooseOperation();
}

function chooseOperation() {
  const operation = operationNamed(at("operation").value);
  at("about").textContent = operation.doc;
  at("fields").replaceChildren(...controls(operation.fields, INPUTS.inputFor(chosenProvider().name, operation)));
  touched = new Set();
  planForm();
}

/** Makes the plan of the form: the only place where one is made. What was sent before is another plan's story. */
function planForm() {
  const { name, fields } = operationNamed(at("operation").value);
  problems = [];
  attempt = undefined;
  sent = undefined;
  try {
    attempt = attemptAt(signer[chosenProvider().name][name](inputOf(form, fields)));
  } catch (error) {
    if (!(error instanceof signer.RefundError)) throw error;
    problems = error.problems;
  }
  showProblems();
  showRequest();
  at("verdict").replaceChildren(element("p", { className: "quiet" }, "Nothing was sent yet."));
  showActions();
}

function attemptAt(plan) {
  const { name } = chosenProvider();
  const client = new signer[name].Client(SANDBOX.credentials[name]);
  try {
    return attemptOf(client, plan);
  } finally {
    client.free();
  }
}

function leaveField({ target }) {
  const field = fieldOf(operationNamed(at("operation").value).fields, target.name ?? "");
  if (field) touched.add(field);
  showProblems();
}

function showProblems() {
  const { fields } = operationNamed(at("operation").value);
  at("hint").replaceChildren(...mistakesView(showMistakes(form, fields, problems, touched)));
}

function showRequest() {
  at("request-heading").textContent = sent ? "What was sent" : "What will be sent";
  const isOpen = at("explanation")?.open ?? false;
  const nothing = element("p", { className: "quiet" }, "Nothing yet: the form is not complete.");
  at("request").replaceChildren(...(attempt ? requestView(attempt, isOpen) : [nothing]));
}

/** A plan is sent from the form once; after that it is sent again, or asked about. */
function showActions() {
  at("inputs").disabled = false;
  at("send").disabled = sent !== undefined || attempt?.refusal !== undefined;
  at("after").hidden = sent === undefined;
  if (!sent) return;
  at("again").disabled = false;
  const hasQuery = queryOf(sent) !== undefined;
  at("query").disabled = !hasQuery;
  at("no-query").hidden = hasQuery;
}

function queryOf(plan) {
  return signer[plan.provider].queryFor(plan);
}

/** Signs the shown plan anew when its signature has become old: the same plan, so the same refund. */
function freshen() {
  if (!attempt?.request || sent || Date.now() - attempt.madeAt < FRESH_MS) return;
  attempt = attemptAt(attempt.plan);
  showRequest();
}

async function submit(event) {
  event.preventDefault();
  if (!attempt) {
    touched = new Set(operationNamed(at("operation").value).fields.map(({ name }) => name));
    showProblems();
    form.querySelector("[aria-invalid=true]")?.focus();
    return;
  }
  if (at("send").disabled) return;
  freshen();
  sent = attempt.plan;
  await exchange(attempt);
}

/** Shows an attempt, sends exactly what is shown, and shows what became of it. */
async function exchange(next) {
  attempt = next;
  showRequest();
  for (const id of ["inputs", "again", "query"]) at(id).disabled = true;
  at("verdict").replaceChildren(element("p", { className: "quiet" }, "Waiting for the answer …"));
  const { plan, request } = attempt;
  const { provider, operation } = plan;
  const client = new signer[provider].Client(SANDBOX.credentials[provider]);
  const start = performance.now();
  const verdict = await send(client, plan, { sign: () => request, timeoutMs: 10_000 });
  const milliseconds = performance.now() - start;
  client.free();
  const { movesMoney } = operationNamed(operation);
  if (movesMoney) INPUTS.remember(plan, verdict);
  at("verdict").replaceChildren(...verdictView(verdict, { operation, movesMoney, milliseconds }));
  showActions();
  const heading = at("verdict-heading");
  heading.focus({ preventScroll: true });
  const { top } = heading.getBoundingClientRect();
  if (top < 0 || top > innerHeight / 2) heading.scrollIntoView();
}

/** A sandbox in which nothing was refunded, for this page and every other that talks to this server. */
async function reset() {
  at("reset").disabled = true;
  const response = await fetch("/sandbox/reset", { method: "POST" }).catch(() => undefined);
  at("reset").disabled = false;
  INPUTS.forget();
  chooseOperation();
  const told = response?.ok ? "The sandbox is fresh: nothing was refunded in it." : "The sandbox could not be reset.";
  at("hint").replaceChildren(element("p", { className: "quiet" }, told));
}
