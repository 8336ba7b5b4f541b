// Requests to begin with: signed with the sandbox's keys, and then once more with a mistake.

import { operationNamed } from "../catalog.js";
import { attemptOf, planned, settingsFor } from "../refund/attempt.js";
import { beginning } from "../refund/prefill.js";
import { compute } from "./compute.js";
import { HYPOTHESES } from "./hypotheses.js";
import { schemeFor } from "./schemes.js";

/** @typedef {import("./schemes.js").ProviderName} ProviderName */
/** @typedef {import("./request.js").Sent} Sent */
/** @typedef {{ provider: ProviderName, sent: Sent, secrets: Record<string, string> }} Pasted */
/** @typedef {{ name: string, title: string, mistake?: { id: string, which: number } }} Example */

/** @param {string} name @param {string} title @param {string} [id] @param {number} [which] @returns {Example} */
const example = (name, title, id, which = 0) => ({ name, title, ...(id && { mistake: { id, which } }) });

/** For each provider the first is the one that its form begins with. @type {Record<ProviderName, readonly Example[]>} */
const EXAMPLES = {
  doku: [
    example("serialized", "Body serialized twice", "body-reserialized", 0),
    example("newline", "Line break behind the body", "body-newline", 0),
    example("decoded", "Secret decoded from base64", "secret-decoded", 0),
    example("right", "Nothing is wrong"),
  ],
  payermax: [
    example("path", "Path of another version", "path", 7),
    example("time", "Time in another form", "time-format", 0),
    example("bearer", "“Bearer” signed with the token", "token-bearer", 0),
    example("right", "Nothing is wrong"),
  ],
  craftgate: [
    example("hmac", "HMAC instead of a hash", "algorithm", 2),
    example("hex", "Written as hex", "encoding", 2),
    example("right", "Nothing is wrong"),
  ],
  durianpay: [
    example("colon", "Without the colon", "part-missing", 1),
    example("space", "Line break behind the key", "secret-space", 0),
    example("right", "Nothing is wrong"),
  ],
  razorpay: [
    example("order", "Key and secret exchanged", "part-order", 0),
    example("quotes", "Quotes around the secret", "secret-quotes", 0),
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
  const wrong = HYPOTHESES.find(({ id }) => id === mistake.id)?.vary(attempt)[mistake.which]?.attempt;
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
