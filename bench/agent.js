// What runs inside a runtime: it repeats what it is asked to, and says how long that took by its own clock. The host
// decides who is asked when, so that all of them have their turn in every round.

import { batchSize, CASES, contestants } from "./contestants/index.js";
import { batchOf } from "./contestants/material.js";
import { sink } from "./lib/sink.js";

/**
 * @param {Parameters<typeof contestants>[0]} [more]
 * @param {Record<string, (name: string) => ((iterations: number) => void) | undefined>} [runners] those that repeat by themselves
 */
export async function createAgent(more, runners = {}) {
  const all = await contestants(more);
  const batches = new Map();
  const able = (contestant, name) => (name.startsWith("batch") ? contestant.batch : contestant[name]);
  const names = Object.entries(all).map(([who, contestant]) => [who, CASES.filter((name) => able(contestant, name))]);
  const ready = Object.fromEntries(names);
  for (const [who, runner] of Object.entries(runners)) ready[who] = CASES.filter((name) => runner(name));

  /** Milliseconds for all iterations together; an iteration of a batch is one call. */
  async function measure(who, name, iterations) {
    const start = performance.now();
    await repeat(who, name, iterations);
    return performance.now() - start;
  }

  async function repeat(who, name, iterations) {
    if (who === "nothing") return;
    if (runners[who]) return runners[who](name)(iterations);
    const call = callOf(all[who], name);
    const first = call();
    if (typeof first?.then === "function") {
      sink(await first);
      for (let i = 1; i < iterations; i++) sink(await call());
    } else {
      for (let i = 1; i < iterations; i++) sink(call());
    }
  }

  function callOf(contestant, name) {
    const size = batchSize(name);
    if (!size) return contestant[name];
    if (!batches.has(name)) batches.set(name, batchOf(size));
    const inputs = batches.get(name);
    return () => contestant.batch(inputs);
  }

  return { ready, measure };
}
