// The page: choose a provider and an operation, fill in the form, see what is signed, send it to the sandbox.

import * as signer from "/pkg/inline/index.js";
import { send } from "/pkg/lib/fetch.js";
import { createSandbox } from "/pkg/sandbox/index.js";
import { element } from "./element.js";
import { controls, inputOf, showMistakes } from "./form.js";
import { clientSettings, refundInput } from "./samples.js";
import { mistakesView, requestView, verdictView } from "./views.js";

const CATALOG = signer.catalog();
// Made as the server's own sandbox is made, so it has the same credentials and the same payments.
const SANDBOX = createSandbox({ origin: location.origin });

const at = (id) => document.getElementById(id);
const form = at("form");

const chosenProvider = () => CATALOG.find(({ name }) => name === at("provider").value);
const chosenOperation = () => chosenProvider().operations.find(({ name }) => name === at("operation").value);

at("provider").append(...CATALOG.map(({ name, title }) => element("option", { value: name }, title)));
at("provider").addEventListener("change", chooseProvider);
at("operation").addEventListener("change", chooseOperation);
at("fresh").addEventListener("click", chooseOperation);
at("fields").addEventListener("input", preview);
form.addEventListener("submit", submit);
chooseProvider();

function chooseProvider() {
  const { operations } = chosenProvider();
  at("operation").replaceChildren(...operations.map(({ name }) => element("option", { value: name }, name)));
  at("operation").value = "createRefund";
  chooseOperation();
}

function chooseOperation() {
  const { name, fields } = chosenOperation();
  const sample = name === "createRefund" ? refundInput(chosenProvider().name, SANDBOX) : {};
  at("fields").replaceChildren(...controls(fields, sample));
  preview();
}

/** Plans and signs what the form says; shows the request, or the mistakes at their fields. */
function preview() {
  const attempt = planned();
  at("send").disabled = !attempt;
  if (!attempt) return;
  const client = newClient();
  at("request").replaceChildren(...requestView(client.sign(attempt)));
  client.free();
}

/** The plan of the form; undefined where the form has mistakes, which are shown. */
function planned() {
  const { name, fields } = chosenOperation();
  try {
    const plan = signer[chosenProvider().name][name](inputOf(form, fields));
    at("hint").replaceChildren(...mistakesView(showMistakes(form, fields, [])));
    return plan;
  } catch (error) {
    if (!(error instanceof signer.RefundError)) throw error;
    at("hint").replaceChildren(...mistakesView(showMistakes(form, fields, error.problems)));
    at("request").replaceChildren(element("p", { className: "quiet" }, "Nothing yet: the form has mistakes."));
    return undefined;
  }
}

function newClient() {
  const { name } = chosenProvider();
  return new signer[name].Client(clientSettings(signer, name, SANDBOX));
}

async function submit(event) {
  event.preventDefault();
  const plan = planned();
  if (!plan) return;
  const client = newClient();
  at("send").disabled = true;
  const start = performance.now();
  const verdict = await send(client, plan, { timeoutMs: 10_000 });
  client.free();
  at("verdict").replaceChildren(...verdictView(verdict, performance.now() - start));
  at("send").disabled = false;
}
