// How everything here is measured. The machine is shared and switches between two speeds, so a time means little; the
// ratio of two times taken right after each other means something. All contestants run in every round, each round gives
// one ratio for each of them, and what is reported is the median of those ratios and how far they lie apart.

import { sink } from "./sink.js";

/** @typedef {{ name: string, run: (iterations: number) => void | Promise<void> }} Contestant */
/** @typedef {{ min: number, q1: number, median: number, q3: number }} Spread */

/**
 * Nanoseconds per iteration, one number per round.
 *
 * @param {Contestant[]} contestants
 * @param {{ rounds: number, tries?: number, sliceMs: number, warmMs?: number }} settings how many rounds, turns in a round and
 * milliseconds in a turn, and at least how many before the first
 * @returns {Promise<Record<string, number[]>>}
 */
export async function interleave(contestants, { rounds, tries = 3, sliceMs, warmMs = 50 }) {
  const times = Object.fromEntries(contestants.map(({ name }) => [name, /** @type {number[]} */ ([])]));
  const iterations = new Map();
  for (const { name, run } of contestants) {
    const once = async (count) => ((await timed(run, count)) * count) / 1e6;
    iterations.set(name, await calibrate(once, sliceMs, warmMs));
  }
  for (let round = 0; round < rounds; round++) {
    // Each round starts with another one, so that nobody always follows the same neighbor.
    const turns = rotated(contestants, round);
    for (const { name } of turns) times[name].push(Number.POSITIVE_INFINITY);
    for (let turn = 0; turn < tries; turn++) {
      for (const { name, run } of turns) {
        // The best turn counts: a neighbor on the machine disturbs some turns, not all.
        times[name][round] = Math.min(times[name][round], await timed(run, iterations.get(name)));
      }
    }
  }
  return times;
}

/**
 * How many iterations fill a slice, once the engine has compiled what it will compile. The fastest slice counts: the
 * first ones are slow, and any can be disturbed.
 *
 * @param {(iterations: number) => number | Promise<number>} run gives the milliseconds that it took
 * @param {number} sliceMs
 * @param {number} warmMs 0 for what is warm at once
 */
export async function calibrate(run, sliceMs, warmMs) {
  const runs = warmMs > 0 ? 5 : 1;
  let iterations = 1;
  let least = Number.POSITIVE_INFINITY;
  let spent = 0;
  for (let done = 1; ; done++) {
    const ms = Math.max(0.001, await run(iterations));
    spent += ms;
    least = Math.min(least, ms / iterations);
    const enough = Math.max(1, Math.round(sliceMs / least));
    if (done >= runs && spent >= warmMs && iterations >= enough / 2) return enough;
    iterations = Math.min(enough, iterations * 4);
  }
}

/** Nanoseconds per iteration. */
async function timed(run, iterations) {
  const start = performance.now();
  const pending = run(iterations);
  if (pending) await pending;
  return ((performance.now() - start) * 1e6) / iterations;
}

export function rotated(list, by) {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

/** The ratios of two series, round by round. */
export function ratios(times, base) {
  return times.map((time, round) => time / base[round]);
}

/** @returns {Spread} */
export function spread(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  const at = (part) => {
    const place = part * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return low + (high - low) * (place - Math.floor(place));
  };
  return { min: sorted[0], q1: at(0.25), median: at(0.5), q3: at(0.75) };
}

/** A loop around something that is called without arguments. */
export function looped(call) {
  return (iterations) => {
    for (let i = 0; i < iterations; i++) sink(call());
  };
}

/** The median of the rounds' ratios, with its quartiles; undefined where one of the two was not measured. */
export function ratioOf(rows, name, who, to, toName = name) {
  const [series, base] = [rows[name]?.[who], rows[toName]?.[to]];
  if (!series?.length || !base?.length) return undefined;
  return spread(ratios(series, base).filter(Number.isFinite));
}
