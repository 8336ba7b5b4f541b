// Sends an attempt, to the sandbox or through the edge signer, and puts what came of it on record.

import { send } from "refund-signer/fetch";
import { operationNamed } from "../catalog.js";
import { switched } from "../faults.js";
import { verdictOf } from "../followed.js";
import { remember, token } from "../session.js";
import { clientOf, settingsFor } from "./attempt.js";
import { AWAITS } from "./notes.js";
import { rememberRefund } from "./prefill.js";

/** @typedef {import("./attempt.js").Attempt} Attempt */
/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("refund-signer").Verdict} Verdict */
/** @typedef {import("../sandbox.js").Sandbox} Sandbox */
/** @typedef {import("../session.js").Entry} Entry */
/** @typedef {import("../session.js").Answer} Answer */

/** The sandbox answers at once, so a time-out need not be waited for as long as a provider's. */
export const SANDBOX_TIMEOUT_MS = 3000;

/** Sends exactly what is shown. @param {Sandbox} sandbox @param {Attempt} attempt @param {Entry["kind"]} kind @param {Verdict | null} [earlier] on the same plan; null where nothing is known of an attempt @returns {Promise<Entry>} */
export async function sendToSandbox(sandbox, { plan, request }, kind, earlier) {
  if (!request) throw new Error("An attempt without a request cannot be sent.");
  const { provider, operation } = plan;
  await Promise.all([switched(), sandbox.load()]);
  const recorder = recording(sandbox);
  const client = clientOf(provider, settingsFor(sandbox, provider));
  const start = performance.now();
  const options = {
    sign: () => request,
    fetch: recorder.fetch,
    timeoutMs: SANDBOX_TIMEOUT_MS,
    ...(earlier !== undefined && { earlier }),
  };
  // The key is needed until the answer was read: DOKU signs its answers.
  const verdict = await send(client, plan, options).finally(() => client.free());
  const milliseconds = performance.now() - start;
  if (operationNamed(provider, operation).movesMoney) rememberRefund(plan, verdict);
  const answer = recorder.answer();
  return remember({
    kind,
    provider,
    operation,
    via: "sandbox",
    plan,
    request,
    verdict,
    milliseconds,
    ...(answer && { answer }),
  });
}

/** The sandbox's fetch, which keeps the raw answer. @param {Sandbox} sandbox */
function recording(sandbox) {
  /** @type {Answer | undefined} */
  let answer;
  return {
    answer: () => answer,
    /** @param {string} url @param {RequestInit} init */
    async fetch(url, init) {
      const response = await sandbox.fetch(url, init);
      answer = { status: response.status, headers: [...response.headers], body: await response.clone().text() };
      return response;
    },
  };
}

/**
 * What the edge signer says: how far a refund is, the verdict of a read, or a refusal of its own.
 *
 * @typedef {object} SignerAnswer
 * @property {import("../followed.js").State | "read"} [state]
 * @property {string} [digest] names the refund in the signer's books
 * @property {any} [step]
 * @property {import("refund-signer").Refund} [refund]
 * @property {Verdict} [verdict]
 * @property {{ code: string, message: string }} [error] nothing was sent
 */

/** Sends a plan to the edge signer, which has the keys. The same plan again is never a second refund there. @param {Plan} plan @param {Entry["kind"]} kind */
export function sendToSigner(plan, kind) {
  return askSigner("refunds", plan, kind, JSON.stringify(plan));
}

/** A second person's yes. @param {Plan} plan @param {string} digest */
export function approve(plan, digest) {
  return askSigner(`refunds/${digest}/approve`, plan, "approve");
}

/** @param {string} path @param {Plan} plan @param {Entry["kind"]} kind @param {string} [body] @returns {Promise<{ entry: Entry, signed: SignerAnswer }>} */
async function askSigner(path, plan, kind, body) {
  await switched();
  const start = performance.now();
  const headers = { Authorization: `Bearer ${token.get()}`, ...(body && { "Content-Type": "application/json" }) };
  const response = await fetch(path, { method: "POST", headers, body: body ?? null }).catch(() => undefined);
  const signed = /** @type {SignerAnswer} */ (await response?.json().catch(() => undefined)) ?? NO_ANSWER;
  const { provider, operation } = plan;
  const { error, state } = signed;
  const verdict = state && state !== "read" ? verdictOf({ ...signed, state }) : signed.verdict;
  const note = error?.code ?? (state === "awaiting" ? AWAITS : undefined);
  const milliseconds = performance.now() - start;
  const entry = remember({
    kind,
    provider,
    operation,
    via: "signer",
    plan,
    milliseconds,
    ...(verdict && { verdict }),
    ...(note && { note }),
  });
  return { entry, signed };
}

/** @type {SignerAnswer} */
const NO_ANSWER = {
  error: {
    code: "no_response",
    message:
      "The edge signer did not answer, so the refund may have been sent. Send the same plan again: the signer knows whether it did.",
  },
};
