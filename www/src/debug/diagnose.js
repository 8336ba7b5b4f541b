// Finds the first difference between a signature as it should be and as it was sent, and its cause: computes the right
// one, then each known mistake, until one gives exactly what was sent.

import { compute, reproduces, rsaKey } from "./compute.js";
import { byteDifference } from "./difference.js";
import { header } from "./request.js";

/** @typedef {import("./compute.js").Attempt} Attempt */
/** @typedef {import("./compute.js").Stages} Stages */
/** @typedef {import("./schemes.js").Scheme} Scheme */
/** @typedef {import("./request.js").Sent} Sent */
/** @typedef {import("./hypotheses.js").Hypothesis} Hypothesis */
/** @typedef {import("./difference.js").ByteDifference} ByteDifference */
/** @typedef {import("./candidates.js").Candidate} Candidate */

/**
 * @typedef {object} Question
 * @property {Scheme} scheme
 * @property {Sent} sent
 * @property {Readonly<Record<string, string>>} secrets
 * @property {readonly string[]} [others] further keys of the person, which may have been taken by mistake
 * @property {{ signature?: string, stringToSign?: string, digest?: string }} [claims] what the provider expected, or the person's code printed
 */

/** @typedef {{ header: string, says: string, isMissing: boolean }} HeaderProblem */
/** @typedef {{ id: string, stage: Hypothesis["stage"], says: string, detail: string, fix: string }} Cause */

/**
 * @typedef {object} Explained
 * @property {"same" | "explained" | "unexplained" | "unknown"} state unknown: without the key nothing can be compared
 * @property {readonly Cause[]} causes one, or two that were made together
 * @property {Stages} [wrong] the stages with that mistake
 * @property {number} tried how many computations were tried
 * @property {number} [known] how many mistakes are known
 */

/**
 * @typedef {object} Stage
 * @property {"headers" | "body" | "digest" | "string" | "signature"} name
 * @property {"ok" | "differs" | "uncheckable"} state
 * @property {string} says
 * @property {ByteDifference} [difference]
 */

/**
 * @typedef {object} Diagnosis
 * @property {Scheme} scheme
 * @property {Stages} right
 * @property {boolean} hasKey
 * @property {string | undefined} sentSignature
 * @property {readonly HeaderProblem[]} headers
 * @property {Explained} sent how the signature that was sent came about
 * @property {Explained | undefined} expected how the one that the provider expected came about
 * @property {readonly Stage[]} stages
 * @property {string | undefined} shape what the look of the signature says, where nothing else does
 */

/** @param {Question} question @returns {Promise<Diagnosis>} */
export async function diagnose(question) {
  const { scheme, sent, claims = {} } = question;
  const attempt = await attemptOf(question);
  const right = await compute(attempt);
  const hasKey = knowsKey(scheme, attempt);
  const sentSignature = header(sent, scheme.header);
  const explained = await explain(attempt, right, hasKey, sentSignature);
  const wanted = claims.signature?.trim();
  const expected = wanted ? await explain(attempt, right, hasKey, wanted) : undefined;
  const headers = headerProblems(scheme, sent);
  return {
    scheme,
    right,
    hasKey,
    sentSignature,
    headers,
    sent: explained,
    expected,
    stages: stagesOf({ right, explained, headers, claims, hasKey, isSigned: sentSignature !== undefined }),
    shape:
      explained.state === "unexplained" && sentSignature !== undefined
        ? await guess(scheme, attempt, sentSignature)
        : undefined,
  };
}

/** @param {Question} question @returns {Promise<Attempt>} */
async function attemptOf({ scheme, sent, secrets, others = [] }) {
  const given = Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== ""));
  return { sent, secrets: given, form: scheme.form(sent), rsa: await rsaKey(given.rsaKey ?? ""), others };
}

/** @param {Scheme} scheme @param {Attempt} attempt */
function knowsKey({ settings }, { form, secrets, rsa }) {
  if (form.algorithm === "RSA") return rsa !== undefined;
  return settings.every(({ name, optional }) => optional || secrets[name] !== undefined);
}

/** @param {Attempt} attempt @param {Stages} right @param {boolean} hasKey @param {string | undefined} target @returns {Promise<Explained>} */
async function explain(attempt, right, hasKey, target) {
  if (target === undefined || !hasKey) return { state: "unknown", causes: [], tried: 0 };
  if (await reproduces(attempt, right, target)) return { state: "same", causes: [], tried: 1 };
  // Not before there is something to explain: it is large.
  const { KNOWN, pairsOf, variationsOf } = await import("./candidates.js");
  const tried = new Set([keyOf(attempt, right)]);
  const single = await firstThatFits(variationsOf(attempt), target, tried);
  const found = single ?? (await firstThatFits(pairsOf(attempt), target, tried));
  if (!found) return { state: "unexplained", causes: [], tried: tried.size, known: KNOWN };
  return { state: "explained", causes: found.causes, wrong: await compute(found.attempt), tried: tried.size };
}

/** @param {Scheme} scheme @param {Attempt} attempt @param {string} signature */
async function guess(scheme, attempt, signature) {
  const { likelyOf, shapeOf } = await import("./guesses.js");
  return shapeOf(scheme, attempt, signature) ?? likelyOf(attempt);
}

/** Enough for every pair of the longest table; a page must not compute forever. */
const MOST = 10_000;
/** After so many the page may draw. */
const BATCH = 250;

/** @param {Iterable<Candidate>} candidates @param {string} target @param {Set<string>} tried @returns {Promise<Candidate | undefined>} */
async function firstThatFits(candidates, target, tried) {
  for (const candidate of candidates) {
    if (tried.size >= MOST) return undefined;
    const stages = await compute(candidate.attempt);
    const key = keyOf(candidate.attempt, stages);
    // What gives the same as another one explains nothing more.
    if (tried.has(key)) continue;
    tried.add(key);
    if (await reproduces(candidate.attempt, stages, target)) return candidate;
    if (tried.size % BATCH === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  return undefined;
}

/** The same for two computations that give the same signature. @param {Attempt} attempt @param {Stages} stages */
function keyOf({ form }, { string, signature }) {
  const { algorithm, encoding, prefix } = form;
  return signature ?? [algorithm, encoding, prefix, string].join();
}

/** @param {Scheme} scheme @param {Sent} sent @returns {HeaderProblem[]} */
function headerProblems({ header: signature, required, forms }, sent) {
  const withBody = sent.body !== "";
  const needed = required.filter((name) => withBody || name !== "Content-Type");
  const missing = [...needed, signature].filter(
    (name, index, all) => header(sent, name) === undefined && all.indexOf(name) === index,
  );
  const concerned = [...required, signature].filter(
    (name) => sent.headers.filter(([own]) => own.toLowerCase() === name.toLowerCase()).length > 1,
  );
  const malformed = Object.entries(forms).filter(([name, { form }]) => {
    const value = header(sent, name);
    return value !== undefined && !form.test(value);
  });
  return [
    ...missing.map((name) => ({ header: name, says: "is missing", isMissing: true })),
    ...concerned.map((name) => ({ header: name, says: "stands more than once", isMissing: false })),
    ...malformed.map(([name, { says }]) => ({ header: name, says, isMissing: false })),
  ];
}

/** @param {{ right: Stages, explained: Explained, headers: readonly HeaderProblem[], claims: NonNullable<Question["claims"]>, hasKey: boolean, isSigned: boolean }} known @returns {Stage[]} */
function stagesOf({ right, explained, headers, claims, hasKey, isSigned }) {
  const { state, wrong } = explained;
  const isRight = state === "same";
  /** @param {Stage["name"]} name @param {string | import("./crypto.js").Bytes | undefined} own @param {string | import("./crypto.js").Bytes | undefined} other @returns {Stage} */
  const compared = (name, own, other) => {
    if (isRight) return { name, state: "ok", says: "As it should be: the signature proves it." };
    if (own === undefined || other === undefined)
      return { name, state: "uncheckable", says: "Nothing to compare it with." };
    const difference = byteDifference(own, other);
    return difference
      ? { name, state: "differs", says: "Not what was signed.", difference }
      : { name, state: "ok", says: "The same in both." };
  };
  const digest =
    right.digest === undefined ? [] : [compared("digest", right.digest, wrong?.digest ?? claimed(claims.digest))];
  const isHidden =
    wrong !== undefined && wrong.shown === right.shown && byteDifference(right.string, wrong.string) !== undefined;
  /** @type {Stage} */
  const string = isHidden
    ? { name: "string", state: "differs", says: "The secret in it is not the same." }
    : compared("string", right.shown, wrong?.shown ?? claimed(claims.stringToSign));
  /** @type {Stage} */
  const signature = isRight
    ? { name: "signature", state: "ok", says: "The signature that was sent is the right one." }
    : {
        name: "signature",
        state: hasKey && isSigned ? "differs" : "uncheckable",
        says: !isSigned ? "The request has no signature." : hasKey ? "Not the one that was sent." : "Needs the key.",
      };
  return [
    {
      name: "headers",
      state: headers.length ? "differs" : "ok",
      says: headers.length ? "Not as the provider wants them." : "All there, in the right form.",
    },
    compared("body", right.body, wrong?.body),
    ...digest,
    string,
    signature,
  ];
}

/** @param {string | undefined} text */
const claimed = (text) => (text === undefined || text === "" ? undefined : text.replaceAll("\r\n", "\n"));
