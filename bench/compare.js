// The comparison: every contestant in every runtime, a slice of time each, round after round.

import { batchSize } from "./contestants/index.js";
import { calibrate, rotated } from "./lib/measure.js";

/**
 * Nanoseconds per refund, one number per round, by case and contestant. The name of a contestant is `Node ours`.
 *
 * @param {import("./lib/hosts.js").Host[]} hosts
 * @param {{ cases: string[], only?: string[], rounds: number, batchRounds: number, tries: number, sliceMs: number, warmMs: number }} settings
 * @returns {Promise<Record<string, Record<string, number[]>>>}
 */
export async function compare(hosts, { cases, only, rounds, batchRounds, tries, sliceMs, warmMs }) {
  const rows = {};
  const lanes = [];
  for (const name of cases) {
    rows[name] = {};
    for (const host of hosts) {
      for (const [who, able] of Object.entries(host.ready)) {
        if (!able.includes(name) || (only && !only.includes(who))) continue;
        const lane = { host, who, name, times: [], iterations: await warm(host, who, name, { sliceMs, warmMs }) };
        lanes.push(lane);
        rows[name][`${host.name} ${who}`] = lane.times;
      }
    }
  }
  // Engines compile in the background: what they began while the others became warm is done now, and is used.
  const again = lanes.filter(({ name }) => !batchSize(name));
  for (const lane of again)
    lane.iterations = await warm(lane.host, lane.who, lane.name, { sliceMs, warmMs: warmMs / 4 });
  for (let round = 0; round < rounds; round++) {
    for (const name of cases) {
      if (batchSize(name) && round >= batchRounds) continue;
      const turns = lanes.filter((lane) => lane.name === name);
      await oneRound(rotated(turns, round), batchSize(name) ? 1 : tries);
    }
  }
  return rows;
}

/** Everybody has a turn, several times over, and the best counts: a neighbor on the machine disturbs some turns, not all. */
async function oneRound(lanes, tries) {
  const best = lanes.map(() => Number.POSITIVE_INFINITY);
  for (let turn = 0; turn < tries; turn++) {
    for (const [at, lane] of lanes.entries()) best[at] = Math.min(best[at], await oneSlice(lane));
  }
  for (const [at, lane] of lanes.entries()) lane.times.push(best[at]);
}

async function oneSlice({ host, who, name, iterations }) {
  return ((await host.ask({ who, name, iterations })) * 1e6) / iterations / (batchSize(name) ?? 1);
}

/** Runs until the engine has compiled what it will compile, and says how many iterations fill a slice. */
function warm({ name, ask, sliceMs: own = 0 }, who, which, { sliceMs, warmMs }) {
  const run = (iterations) => ask({ who, name: which, iterations });
  // A batch is warm after its first call: that is thousands of refunds.
  return calibrate(run, Math.max(own, sliceMs), batchSize(which) ? 0 : warmMs).catch((error) => {
    throw new Error(`${name} ${who}, ${which}: ${error.message}`, { cause: error });
  });
}
