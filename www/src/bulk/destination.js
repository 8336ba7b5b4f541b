// Where plans go: to the sandbox, with its keys, followed to the end by the package's lifecycle; or to the edge signer,
// which follows them itself.

import * as signer from "refund-signer/slim";
import { lifecycle, RefundError } from "refund-signer/slim";
import { verdictOf } from "../followed.js";

/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("refund-signer").SigningClient & { free(): void }} Client */
/** @typedef {import("refund-signer/lifecycle").RefundRecord} RefundRecord */
/** @typedef {import("refund-signer/lifecycle").Step} Step */
/** @typedef {import("./rows.js").Row} Row */

/** @typedef {"ready" | "busy" | "succeeded" | "pending" | "failed" | "rejected" | "unresolved" | "awaiting" | "held"} State */

/**
 * What comes next for a row: a step now, a step later, or nothing by itself.
 * @typedef {{ do: "step" } | { do: "wait", until: number } | { do: "end", state: State, why: string }} Next
 */

/** What a person says of a row: `again` and `refunded` were found out at the provider's. @typedef {"again" | "refunded" | "ask"} Says */

/**
 * Where plans go.
 * @typedef {object} Destination
 * @property {boolean} isSigner
 * @property {(row: Row, now: number) => Next} next of a row that has a plan; the same after a reload as before
 * @property {(row: Row, now: number) => unknown} begin changes the row to what must be stored before the step is done
 * @property {(row: Row, step: any) => Promise<void>} perform does it, and changes the row to what came of it
 * @property {(row: Row, says: Says, now: number) => void} decide
 * @property {() => void} [close] wipes keys; new ones are taken when they are needed
 */

/**
 * What the edge signer said last, and how often it was asked in a row.
 * @typedef {object} Remote
 * @property {number} since when it was first asked, in milliseconds since 1970
 * @property {number} at when it was last asked
 * @property {number} asked in all
 * @property {number} inARow
 * @property {boolean} inDoubt it may have sent the plan
 * @property {Answer} [answer]
 * @property {RefundRecord["log"]} [log]
 */

/** @typedef {{ kind: "open" | "lost" } | { kind: "end", state: State, why: string, refundId?: string }} Answer */

/** @typedef {Extract<Next, { do: "end" }>} End */

/** Short: the sandbox answers at once, and somebody looks on. What is longer has its default. */
export const POLICY = Object.freeze({
  leaseMs: 5000,
  arrivalMs: 10_000,
  patienceMs: 15_000,
  pauseMs: 500,
  longestPauseMs: 5000,
});
const ACCOUNT = "console";
/** Who decides here: the audit records of an edge signer know names, this page does not. */
const PERSON = "a person at the console";
const MOST_IN_A_ROW = 6;
const PAUSE_MS = 500;

/** @type {Record<Says, import("refund-signer/lifecycle").Decision>} */
const DECISIONS = { again: "send-again", refunded: "refunded", ask: "ask-again" };

/** @type {Record<import("refund-signer/lifecycle").Outcome, State>} */
const ENDS = { succeeded: "succeeded", failed: "failed", rejected: "rejected", reversed: "failed" };

/** @param {State} state @param {string} why @returns {End} */
const end = (state, why) => ({ do: "end", state, why });

/** It may take days: a person asks. */
const PENDING = end("pending", "Accepted, not final.");

/** Whether anything was done with its plan. @param {Row} row */
export const wasBegun = ({ record, remote }) => record !== undefined || remote !== undefined;

/** What was done, and what was heard. @param {Row} row @returns {RefundRecord["log"]} */
export const logOf = ({ record, remote }) => record?.log ?? remote?.log ?? [];

/**
 * Signs here, with the keys of this page.
 *
 * @param {{ load?: () => Promise<unknown>, fetch: (url: string, init: RequestInit) => Promise<Response>, settings: (provider: string) => Record<string, string>, timeoutMs: number, policy?: import("refund-signer/lifecycle").Policy }} how
 * @returns {Destination & { explain(plan: Plan): { request?: import("refund-signer").SignedRequest, problem?: string }, close(): void }}
 */
export function direct({ load, fetch, settings, timeoutMs, policy = POLICY }) {
  /** @type {Map<string, Client>} */
  const clients = new Map();
  /** @param {string} provider */
  const clientFor = (provider) => {
    const client = clients.get(provider) ?? new /** @type {any} */ (signer)[provider].Client(settings(provider));
    clients.set(provider, client);
    return client;
  };
  /** @param {Row} row @param {number} now @returns {RefundRecord} */
  const recordOf = ({ record, plan }, now) =>
    record ?? lifecycle.open(/** @type {Plan} */ (plan), { account: ACCOUNT, now });
  /** @param {Row} row @param {number} now */
  const stepOf = (row, now) => lifecycle.next(recordOf(row, now), { now, policy });

  /** Null when no whole answer arrived. @param {import("refund-signer").SignedRequest} request */
  async function exchanged({ url, ...request }) {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), timeoutMs);
    try {
      const response = await fetch(url, { ...request, signal: late.signal, redirect: "manual" });
      const bytes = new Uint8Array(await response.arrayBuffer());
      return response.status === 0 ? null : { status: response.status, headers: response.headers, body: bytes };
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  /** What is heard of a step. @param {Row} row @param {{ id: number, plan: Plan }} step */
  async function heard(row, { id, plan }) {
    let request;
    try {
      await load?.();
      request = clientFor(plan.provider).sign(plan);
    } catch (error) {
      row.unsigned = wordsOf(error);
      return { step: id, notSent: true };
    }
    return { step: id, verdict: clientFor(plan.provider).read(plan, await exchanged(request)) };
  }

  return {
    isSigner: false,
    next(row, now) {
      // Ten thousand rows that were not begun need not wait for as many calls into the module.
      if (!row.record) return { do: "step" };
      const step = stepOf(row, now);
      const mayGoOn = row.goesOn === true;
      switch (step.do) {
        case "finish":
          return end(ENDS[step.outcome], step.outcome === "succeeded" ? "" : step.why);
        case "review":
          return isPending(row) ? PENDING : end("unresolved", step.question.message);
        case "wait":
          if (row.unsigned && !mayGoOn) return end("held", row.unsigned);
          return isPending(row) && !mayGoOn ? PENDING : { do: "wait", until: step.until };
        case "send":
          if (row.unsigned && !mayGoOn) return end("held", row.unsigned);
          if (step.renewToken && !mayGoOn) return end("held", "A new access token is needed.");
          return { do: "step" };
        default:
          return { do: "step" };
      }
    },
    begin(row, now) {
      const step = stepOf(row, now);
      if (step.do !== "send" && step.do !== "query") throw new Error("There is no step to begin.");
      row.record = lifecycle.begin(recordOf(row, now), step, { now });
      return step;
    },
    async perform(row, step) {
      delete row.unsigned;
      delete row.goesOn;
      const observation = await heard(row, step);
      const record = /** @type {RefundRecord} */ (row.record);
      row.record = lifecycle.observe(record, /** @type {any} */ (observation), { now: Date.now(), policy });
    },
    decide(row, says, now) {
      const step = row.record && stepOf(row, now);
      if (row.record && step?.do === "review") {
        const decision = { step: step.id, decision: DECISIONS[says], by: PERSON };
        row.record = lifecycle.observe(row.record, decision, { now, policy });
      }
      row.goesOn = true;
    },
    explain(plan) {
      try {
        return { request: clientFor(plan.provider).sign(plan) };
      } catch (error) {
        return { problem: wordsOf(error) };
      }
    },
    close() {
      for (const client of clients.values()) client.free();
      clients.clear();
    },
  };
}

/** The provider has accepted it, as far as was heard last. @param {Row} row */
const isPending = (row) => row.record?.refund?.status === "pending" || logOf(row).at(-1)?.says === "pending";

/** @param {unknown} error */
const wordsOf = (error) =>
  error instanceof RefundError
    ? error.problems.map(({ path, message }) => `${path} ${message}`).join(" ")
    : String(error);

/**
 * The edge signer, which follows a refund to its end, whoever asks and however often: the same plan again is a question.
 *
 * @param {{ fetch: typeof globalThis.fetch, token: () => string }} how @returns {Destination}
 */
export function edgeSigner({ fetch, token }) {
  return {
    isSigner: true,
    next({ remote, goesOn }) {
      const answer = remote?.answer;
      if (!remote || (goesOn && remote.inARow === 0)) return { do: "step" };
      if (answer?.kind === "end") return end(answer.state, answer.why);
      if (remote.inARow < MOST_IN_A_ROW) return { do: "wait", until: remote.at + PAUSE_MS * 2 ** (remote.inARow - 1) };
      return answer?.kind === "open"
        ? end("pending", "The edge signer goes on with it: ask again later.")
        : end("unresolved", "The edge signer does not answer: it knows what became of it. Ask again later.");
    },
    begin(row, now) {
      const { since = now, asked = 0, inARow = 0, log } = row.remote ?? {};
      // Where no answer is stored, this page was closed in between: it may have been sent.
      const inDoubt = row.remote !== undefined && (row.remote.inDoubt || row.remote.answer === undefined);
      row.remote = { since, at: now, asked: asked + 1, inARow: inARow + 1, inDoubt, ...(log && { log }) };
    },
    async perform(row) {
      const remote = /** @type {Remote} */ (row.remote);
      delete row.goesOn;
      const headers = { Authorization: `Bearer ${token()}`, "Content-Type": "application/json" };
      const request = { method: "POST", headers, body: JSON.stringify(row.plan) };
      const response = await fetch("refunds", request).catch(() => undefined);
      const said = await response?.json().catch(() => undefined);
      const answer = answerOf(response, said, remote.inDoubt);
      const mayBeSent = answer.kind !== "end" || ["awaiting", "unresolved"].includes(answer.state);
      const inDoubt = remote.inDoubt || mayBeSent;
      row.remote = { ...remote, answer, inDoubt, ...(said?.log && { log: said.log }) };
    },
    decide(row, says) {
      const remote = /** @type {Remote} */ (row.remote);
      const answer = end("succeeded", "A person found it at the provider.");
      if (says === "refunded")
        row.remote = { ...remote, answer: { kind: "end", state: answer.state, why: answer.why } };
      else row.remote = { ...remote, inARow: 0 };
      row.goesOn = true;
    },
  };
}

/** @param {Response | undefined} response @param {any} said @param {boolean} inDoubt @returns {Answer} */
function answerOf(response, said, inDoubt) {
  if (!response || !said || response.status >= 500) return { kind: "lost" };
  if (response.status === 401) return { kind: "end", state: "held", why: "The edge signer wants a valid token." };
  if (said.error) {
    // A no of its own says nothing about what it may have sent before.
    const state = inDoubt ? "unresolved" : "rejected";
    return { kind: "end", state, why: said.error.message };
  }
  const verdict = verdictOf(said);
  if (!verdict) return { kind: "end", state: "awaiting", why: "A second person must approve it." };
  if (verdict.next === "wait") return { kind: "open" };
  const { status, problem, refund } = verdict;
  const state = status === "unknown" ? "unresolved" : /** @type {State} */ (status);
  return { kind: "end", state, why: problem?.message ?? "", ...(refund?.id && { refundId: refund.id }) };
}
