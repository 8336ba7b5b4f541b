// One trial: cases, providers with faults, the platform with crashes, webhooks in disorder; and at the end the
// providers' own books against what was wanted, and against what the ledger believes.

import { audit } from "./audit.js";
import { makeCases } from "./cases.js";
import { startPlatform } from "./platform.js";
import { createProviders } from "./providers.js";
import { generator } from "./random.js";
import { deliverWebhooks } from "./webhooks.js";

/** The lifecycle's policy as a test can wait for it; times `pace`. Of a step half is for the answer. */
const POLICY = {
  remindMs: 10_000,
  leaseMs: 1800,
  arrivalMs: 3000,
  clockStepMs: 100,
  pauseMs: 40,
  longestPauseMs: 1000,
};
/** What is assumed of PayerMax's key and of the lists, where nothing is documented. */
const ASSUMED = { trustUndocumentedKeys: true, assumedListLagMs: 0 };
/** Until a person is asked: the refunds of a trial are all opened at its beginning. */
const PATIENCE_MS = { all: 20_000, each: 20 };
/** After the answer was given up, and within the time in which a request may arrive: the policy assumes it. */
const LATE_MS = { from: 1000, to: 2000 };
const ANSWER_MS = 900;
const CHUNK = 100;
const URL_BASE = "https://bulk.example";
const TOKEN = "operator-token-of-the-trial";

/**
 * @typedef {object} Options
 * @property {number} refunds
 * @property {number} seed
 * @property {boolean} naive without ledger, plans or verdicts
 * @property {boolean} cautious nothing is assumed that is not documented: a person decides
 * @property {number} [pace] 1, or more where a busy machine makes every answer late
 * @property {number} limitMs
 * @property {(line: string) => void} [log]
 */

/** @param {Options} options */
export async function runTrial({ refunds, seed, naive, cautious, pace = 1, limitMs, log = () => {} }) {
  const chance = generator(seed);
  const providers = await createProviders({ chance, lateMs: times(LATE_MS, pace) });
  const patienceMs = PATIENCE_MS.all + refunds * PATIENCE_MS.each;
  const platform = await startPlatform({
    entry: naive ? "naive.js" : "crashing.js",
    upstream: providers.address,
    bindings: {
      ...providers.bindings,
      OPERATOR_TOKEN: TOKEN,
      POLICY: JSON.stringify({ ...times({ ...POLICY, patienceMs }, pace), ...(cautious ? {} : ASSUMED) }),
      ANSWER_MS: String(ANSWER_MS * pace),
      SEED: String(seed),
      CRASHES: "0.004",
      DUPLICATES: "0.03",
    },
  });
  try {
    const cases = makeCases(providers.sandbox, refunds);
    const call = caller(platform);
    const start = performance.now();
    const webhooks = naive ? undefined : deliverWebhooks({ sandbox: providers.sandbox, cases, chance, call });
    // Its own chance, which nothing else takes from: so a seed says who is submitted again.
    const resubmitted = await submit(cases, call, naive ? () => 0 : generator(seed + 1));
    const isOver = await untilOver({ refunds, call, limitMs, log });
    const seconds = (performance.now() - start) / 1000;
    const delivered = await webhooks?.stop();
    await Promise.all(providers.late);
    const books = naive ? undefined : await readBooks(call);
    return {
      isOver,
      seconds,
      resubmitted,
      worker: await (await call("GET", "/trial")).json(),
      faults: Object.fromEntries(providers.faults),
      requests: providers.requests,
      webhooks: delivered,
      ...audit({ cases, refunds: providers.sandbox.ledger.refunds, books }),
    };
  } finally {
    await platform.dispose();
    await providers.close();
  }
}

/** @template {Record<string, number>} Times @param {Times} durations @param {number} pace @returns {Times} */
function times(durations, pace) {
  return /** @type {Times} */ (Object.fromEntries(Object.entries(durations).map(([name, ms]) => [name, ms * pace])));
}

/** @typedef {(method: string, path: string, body?: string, headers?: Record<string, string>) => Promise<any>} Caller */

/** @param {import("miniflare").Miniflare} platform @returns {Caller} */
function caller(platform) {
  return (method, path, body, headers = { Authorization: `Bearer ${TOKEN}` }) =>
    platform.dispatchFetch(URL_BASE + path, { method, body, headers });
}

/** Submits all refunds; what was not accepted is submitted again, and some of what was, too, which makes new plans. @param {import("./cases.js").Case[]} cases @param {Caller} call @param {() => number} chance */
async function submit(cases, call, chance) {
  let again = 0;
  for (let first = 0; first < cases.length; first += CHUNK) {
    const chunk = cases.slice(first, first + CHUNK).map(({ id, provider, input }) => ({ id, provider, input }));
    for (let isDone = false; !isDone; ) {
      const response = await call("POST", "/refunds", JSON.stringify(chunk)).catch(() => undefined);
      isDone = response?.status === 202 && chance() < 0.8;
      again += isDone ? 0 : chunk.length;
      if (response && response.status !== 202 && response.status < 500) throw new Error(await response.text());
    }
  }
  return again;
}

/** @param {{ refunds: number, call: Caller, limitMs: number, log: (line: string) => void }} options */
async function untilOver({ refunds, call, limitMs, log }) {
  for (const end = performance.now() + limitMs; performance.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const summary = /** @type {any[]} */ (await (await call("GET", "/summary")).json().catch(() => []));
    const closed = summary.filter(({ state }) => state !== "open").reduce((sum, row) => sum + row.refunds, 0);
    log(
      `${closed} of ${refunds}; ${summary
        .filter(({ state }) => state === "open")
        .map(({ provider, refunds }) => `${provider} ${refunds}`)
        .join(", ")}`,
    );
    if (closed >= refunds) return true;
  }
  return false;
}

/** What the ledger believes, refund by refund. @param {Caller} call */
async function readBooks(call) {
  /** @type {Map<string, { state: string, why: string | undefined, attempts: number }>} */
  const books = new Map();
  for (const state of ["open", "review", "succeeded", "failed", "rejected", "reversed"]) {
    for (let after = ""; after !== undefined; ) {
      const page = await (await call("GET", `/refunds?state=${state}&after=${after}`)).json();
      for (const { id, step, record } of page.refunds) {
        books.set(id, { state, why: step.question?.code, attempts: record.attempts.length });
      }
      after = page.after;
    }
  }
  return books;
}
