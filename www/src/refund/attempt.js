// One attempt of a plan: the request as it is shown and then sent, and how its signature came about.

import { keys } from "../session.js";
import * as signer from "../signer.js";

/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("refund-signer").InputProblem} InputProblem */
/** @typedef {import("../sandbox.js").Sandbox} Sandbox */

/**
 * @typedef {object} Attempt
 * @property {Plan} plan
 * @property {number} now
 * @property {string} nonce
 * @property {import("refund-signer").SignedRequest} [request] what is to be shown and sent
 * @property {readonly InputProblem[]} [refusal] why there is no request
 * @property {import("refund-signer").Explanation} [explanation]
 */

/** @typedef {import("refund-signer").SigningClient & { free(): void }} Client */

/** A provider of the package. @param {string} name @returns {any} */
export function provider(name) {
  return /** @type {Record<string, any>} */ (signer)[name];
}

/** What a client is made of: the sandbox's credentials, and over them what was typed. @param {Sandbox} sandbox @param {string} name */
export function settingsFor(sandbox, name) {
  const known = /** @type {Record<string, Record<string, string>>} */ (sandbox.credentials)[name];
  const typed = Object.entries(keys.get()[name] ?? {}).filter(([, text]) => text !== "");
  return /** @type {Record<string, string>} */ ({ ...known, ...Object.fromEntries(typed) });
}

/** A client, to be freed when it is not needed any more. @param {string} name @param {Record<string, string>} settings @returns {Client} */
export function clientOf(name, settings) {
  return new (provider(name).Client)(settings);
}

/** Runs a task with a client, and wipes its key. @template T @param {string} name @param {Record<string, string>} settings @param {(client: Client) => T} task @returns {T} */
export function withClient(name, settings, task) {
  const client = clientOf(name, settings);
  try {
    return task(client);
  } finally {
    client.free();
  }
}

/** Makes the plan of an input. @param {string} name @param {string} operation @param {Record<string, unknown>} input @returns {{ plan?: Plan, problems: readonly InputProblem[] }} */
export function planned(name, operation, input) {
  const { value, problems = [] } = orRefusal(() => provider(name)[operation](input));
  return { plan: value, problems };
}

/** The plan that asks about another one; undefined where nothing can be asked. @param {Plan} plan @returns {Plan | undefined} */
export const queryFor = (plan) => orRefusal(() => provider(plan.provider).queryFor(plan)).value;

/** The verdict on an attempt of which nothing was heard. @param {Plan} plan @param {Record<string, string>} settings @returns {import("refund-signer").Verdict | undefined} */
export const unheard = (plan, settings) =>
  orRefusal(() => withClient(plan.provider, settings, (client) => client.read(plan, null))).value;

/** Signs a plan once. @param {Plan} plan @param {Record<string, string>} settings @returns {Attempt} */
export function attemptOf(plan, settings) {
  // Fixed, so that the request and its explanation are about the same attempt.
  const attempt = { now: Date.now(), nonce: digits(24) };
  const signed = orRefusal(() => withClient(plan.provider, settings, (client) => client.sign(plan, attempt)));
  const explained = orRefusal(() => withClient(plan.provider, settings, (client) => client.explain(plan, attempt)));
  return {
    plan,
    ...attempt,
    ...(signed.value ? { request: signed.value } : { refusal: signed.problems ?? [] }),
    ...(explained.value && { explanation: explained.value }),
  };
}

/** Random digits: DOKU's SNAP takes no letters. @param {number} count */
function digits(count) {
  return Array.from(crypto.getRandomValues(new Uint8Array(count)), (byte) => byte % 10).join("");
}

/** @template T @param {() => T} work @returns {{ value?: T, problems?: readonly InputProblem[] }} */
function orRefusal(work) {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof signer.RefundError)) throw error;
    return { problems: error.problems };
  }
}
