// The providers' webhooks, as badly as they may come: in any order, twice, never, forged. And what makes some of them:
// slow refunds that the provider ends at last.

/** @typedef {import("refund-signer/sandbox").Sandbox} Sandbox */

const EVERY_MS = 200;
const AT_ONCE = 20;
const SHARES = { settled: 0.1, dropped: 0.1, doubled: 0.2, held: 0.3, forged: 0.02 };

/** @param {{ sandbox: Sandbox, cases: import("./cases.js").Case[], chance: () => number, call: import("./trial.js").Caller }} options */
export function deliverWebhooks({ sandbox, cases, chance, call }) {
  const slow = new Map(cases.filter(({ kind }) => kind === "slow").map((one) => [one.id, one]));
  const counts = { delivered: 0, dropped: 0, doubled: 0, forged: 0, forgedAccepted: 0, refused: 0 };
  /** @type {any[]} */
  const held = [];
  let isStopped = false;

  const settling = setInterval(settleSome, EVERY_MS);

  async function run() {
    while (!isStopped) {
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      const waiting = mixed([...held.splice(0), ...(await sandbox.webhooks.take())]);
      const share = Math.ceil(waiting.length / AT_ONCE);
      await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => deliver(waiting.slice(i * share, (i + 1) * share))));
    }
  }

  /** Ends slow refunds; whether the provider has them by now is not known here. */
  function settleSome() {
    for (const { id, provider } of slow.values()) {
      if (chance() > SHARES.settled) continue;
      try {
        sandbox.settle(id, "succeeded", /** @type {any} */ (provider));
        slow.delete(id);
      } catch {}
    }
  }

  /** @param {any[]} deliveries */
  async function deliver(deliveries) {
    for (const delivery of deliveries) {
      const luck = chance();
      if (luck < SHARES.dropped) counts.dropped++;
      else if (luck < SHARES.dropped + SHARES.held) held.push(delivery);
      else await post(delivery);
      if (chance() < SHARES.doubled) {
        counts.doubled++;
        held.push(delivery);
      }
      if (chance() < SHARES.forged) await forge(delivery);
    }
  }

  /** @param {any} delivery */
  async function post({ url, method, headers, body }) {
    const { status } = await call(method, new URL(url).pathname, body, headers);
    counts.delivered++;
    counts.refused += Number(status !== 200);
  }

  /** Another refund in the event, under the old signature. @param {any} delivery */
  async function forge({ url, method, headers, body }) {
    const other = body.replace(/\d(?=[^\d]*$)/, (/** @type {string} */ digit) => (digit === "7" ? "3" : "7"));
    counts.forged++;
    const { status } = await call(method, new URL(url).pathname, other, headers);
    counts.forgedAccepted += Number(status === 200);
  }

  /** @template T @param {T[]} list */
  function mixed(list) {
    return list
      .map((value) => ({ value, at: chance() }))
      .sort((a, b) => a.at - b.at)
      .map(({ value }) => value);
  }

  const done = run();
  return {
    async stop() {
      isStopped = true;
      clearInterval(settling);
      await done;
      return counts;
    },
  };
}
