// Requests to begin with: signed with the sandbox's keys, and then once more with a mistake.

import { operationNamed } from "../catalog.js";
import { attemptOf, planned, settingsFor } from "../refund/attempt.js";
import { beginning } from "../refund/prefill.js";
import { hypothesisNamed } from "./candidates.js";
import { compute } from "./compute.js";
import { schemeFor } from "./schemes.js";

/** @typedef {import("./schemes.js").ProviderName} ProviderName */
/** @typedef {import("./request.js").Sent} Sent */
/** @typedef {{ provider: ProviderName, sent: Sent, secrets: Record<string, string> }} Pasted */
/** @typedef {{ name: string, title: string, mistake?: { id: string, detail: string } }} Example `detail`: a part of the words that tell the mistake's variations apart */

/** @param {string} name @param {string} title @param {string} [id] @param {string} [detail] @returns {Example} */
const example = (name, title, id, detail = "") => ({ name, title, ...(id && { mistake: { id, detail } }) });

/** For each provider the first is the one that its form begins with. @type {Record<ProviderName, readonly Example[]>} */
const EXAMPLES = {
  doku: [
    example("serialized", "Body serialized twice", "body-reserialized", "Python"),
    example("newline", "Line break behind the body", "body-newline", "(LF) was added"),
    example("decoded", "Secret decoded from base64", "secret-decoded", "base64"),
    example("right", "Nothing is wrong"),
  ],
  payermax: [
    example("path", "Path without its version", "path", "without /v1.0"),
    example("time", "Time in another form", "time-format", "UTC with whole seconds"),
    example("bearer", "“Bearer” signed with the token", "token-bearer", "Bearer"),
    example("right", "Nothing is wrong"),
  ],
  craftgate: [
    example("hmac", "HMAC instead of a hash", "algorithm", "HMAC-SHA256 with the secret as its key"),
    example("hex", "Written as hex", "encoding", "as hex"),
    example("right", "Nothing is wrong"),
  ],
  durianpay: [
    example("colon", "Without the colon", "part-missing", "password is missing"),
    example("space", "Line break behind the key", "secret-space", "(LF)"),
    example("right", "Nothing is wrong"),
  ],
  razorpay: [
    example("order", "Key and secret exchanged", "part-order", "password, user"),
    example("quotes", "Quotes around the secret", "secret-quotes", "double quotes"),
    example("right", "Nothing is wrong"),
  ],
};

/** @param {ProviderName} provider */
export const examplesOf = (provider) => EXAMPLES[provider];

/** @param {import("../sandbox.js").Sandbox} sandbox @param {ProviderName} provider @param {string} name @returns {Promise<Pasted>} */
export async function makeExample(sandbox, provider, name) {
  const { mistake } = /** @type {Example} */ (EXAMPLES[provider].find((one) => one.name === name));
  const { sent, settings } = signedRequest(sandbox, provider);
  const scheme = schemeFor(provider, sent);
  const secrets = Object.fromEntries(scheme.settings.map((setting) => [setting.name, settings[setting.name] ?? ""]));
  const begun = { provider, sent, secrets };
  if (!mistake) return begun;
  const attempt = { sent, secrets, form: scheme.form(sent), rsa: undefined, others: [] };
  const variations = hypothesisNamed(mistake.id)?.vary(attempt);
  const wrong = variations?.find(({ detail }) => detail.includes(mistake.detail))?.attempt;
  const { signature } = await compute(wrong ?? attempt);
  const headers = sent.headers.map((header) =>
    header[0] === scheme.header ? /** @type {const} */ ([header[0], signature ?? ""]) : header,
  );
  return { ...begun, sent: { ...sent, headers } };
}

/** A refund as the sandbox would take it. @param {import("../sandbox.js").Sandbox} sandbox @param {ProviderName} provider */
function signedRequest(sandbox, provider) {
  const operation = operationNamed(provider, "createRefund");
  const settings = settingsFor(sandbox, provider);
  const { plan } = planned(provider, operation.name, beginning(sandbox, provider, operation));
  const request = plan && attemptOf(plan, settings).request;
  if (!request) throw new Error(`There is no example of ${provider}.`);
  const { method, url, headers, body = "" } = request;
  return {
    settings,
    sent: { method, url, headers: /** @type {import("./request.js").Header[]} */ (Object.entries(headers)), body },
  };
}
