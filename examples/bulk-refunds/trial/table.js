// The figures of a trial, as a table.

/** @typedef {Awaited<ReturnType<typeof import("./trial.js").runTrial>>} Result */

/** @param {{ refunds: number, seed: number, pace: number, naive: boolean, cautious: boolean }} options @param {Result} result */
export function print({ refunds, seed, pace, naive, cautious }, result) {
  const { worker, webhooks, requests } = result;
  const kind = naive ? "naive retries" : cautious ? "the example, cautious" : "the example";
  console.log(`${kind}: ${refunds} refunds, seed ${seed}, pace ${pace}\n`);
  rows({
    "refunds wanted": result.wanted,
    "submitted again": result.resubmitted,
    deliveries: worker.deliveries,
    "  of these duplicates at the same time": worker.duplicates,
    "attempts to refund": naive ? worker.attempts : result.attempts,
    "requests to providers": requests.all,
    "  of these queries and tokens": requests.all - requests.moving,
  });
  section("faults injected", result.faults);
  section("crashes injected", {
    ...Object.fromEntries(
      worker.points.map((/** @type {string} */ name, /** @type {number} */ i) => [name, worker.crashes[i]]),
    ),
    "messages under way then": worker.struck,
  });
  if (webhooks) {
    const { delivered, doubled, dropped, forged, forgedAccepted } = webhooks;
    section("webhooks, in disorder", { delivered, doubled, dropped, forged, "forged and accepted": forgedAccepted });
  }
  if (!naive) section("what the ledger says", { ...result.states, ...result.persons });
  section("what the providers' books say", {
    "refunded once, with the right amount": result.once,
    doubled: result.doubled,
    lost: result.lost,
    "left to a person, not refunded": result.leftToAPerson,
    "wrong amount or payment": result.wrongAmount,
    "declined by the provider": result.declined,
    "declined but refunded": result.declinedButPaid,
    "that nobody wanted": result.unasked,
    "the ledger says otherwise": result.disagreements.length,
  });
  for (const one of result.disagreements.slice(0, 5)) console.log(one);
  if (!result.isOver) console.log("\nNOT OVER when the time was");
  console.log(`\n${result.seconds.toFixed(1)} s, ${(refunds / result.seconds).toFixed(0)} refunds per second`);
}

/** @param {string} title @param {Record<string, number>} figures */
function section(title, figures) {
  console.log(`\n${title}`);
  rows(Object.fromEntries(Object.entries(figures).map(([name, figure]) => [`  ${name}`, figure])));
}

/** @param {Record<string, number | undefined>} figures */
function rows(figures) {
  for (const [name, figure] of Object.entries(figures)) console.log(`${name.padEnd(58)} ${String(figure).padStart(8)}`);
}
