// Who takes part, and the proof that all of them do the same.

import requests from "../requests.json" with { type: "json" };
import { material } from "./material.js";
import { noble } from "./noble.js";
import { ours } from "./ours.js";
import { webCrypto } from "./webcrypto.js";

/** @typedef {Record<string, (given?: any) => unknown>} Contestant */

/** The rows of the comparison. `batch N` is N refunds in one call; its time is that of one of them. */
export const CASES = [
  "doku",
  // The least that signing for DOKU can be, in the core alone: bench/core.
  "sha256+hmac",
  "craftgate",
  "payermax",
  "razorpay",
  "read",
  "webhook",
  "batch 1000",
  "batch 10000",
];

/**
 * The contestants of every runtime, and those that a runtime adds.
 *
 * @param {Record<string, (given: any) => Contestant | Promise<Contestant>>} [more]
 * @returns {Promise<Record<string, Contestant>>}
 */
export async function contestants(more = {}) {
  const given = material();
  const makers = Object.entries({ ours, webcrypto: webCrypto, noble, ...more });
  const made = await Promise.all(makers.map(async ([name, make]) => [name, await make(given)]));
  const all = Object.fromEntries(made);
  await sameRequests(all);
  await sameJudgement(makers);
  return all;
}

/** Byte for byte the same requests of everybody, given the same id, time and nonce; the SDKs take none. */
async function sameRequests(all) {
  const { now, nonce } = requests.attempt;
  for (const [provider, { fresh }] of Object.entries(requests.refunds)) {
    const given = { id: Object.values(fresh)[0], now, nonce };
    const expected = JSON.stringify(await all.ours[provider](given));
    for (const [name, contestant] of Object.entries(all)) {
      if (name === "sdk" || name === "ours") continue;
      const found = JSON.stringify(await contestant[provider](given));
      if (found !== expected) throw new Error(`${name} makes another request for ${provider}:\n${found}\n${expected}`);
    }
  }
}

/** Everybody believes the answer and the event as they are, and nobody when a byte was changed. */
async function sameJudgement(makers) {
  for (const what of ["answer", "webhook"]) {
    for (const [name, make] of makers) {
      const given = material();
      const believed = async () => judged(what, await (await make(given))[what === "answer" ? "read" : what]?.());
      if (name === "sdk" && what === "answer") continue;
      if (!(await believed())) throw new Error(`${name} does not believe the ${what}`);
      given[what].body[given[what].body.indexOf(0x3a) + 2] ^= 1;
      if (await believed().catch(() => false)) throw new Error(`${name} believes a forged ${what}`);
    }
  }
}

function judged(what, result) {
  if (what === "webhook") return (result.kind ?? result.event) === "refund.processed";
  return result.signature === "verified" ? result.status === "succeeded" : result.succeeded === true;
}

/** How many refunds one iteration of a case is; undefined for one. */
export function batchSize(name) {
  const [, size] = /^batch (\d+)$/.exec(name) ?? [];
  return size && Number(size);
}
