// One merchant, one provider in the sandbox, one store, and any number of hosts, on a clock that only tests move.

import * as signer from "refund-signer";
import { Refunds } from "refund-signer/refunds";
import { createSandbox } from "refund-signer/sandbox";
import { MemoryStore } from "refund-signer/stores/memory";
import { importPublicKey, readWebhook } from "refund-signer/webcrypto";
import { refundInput } from "../../scripts/lib/refunds.js";

export const { RefundError } = signer;
export { Refunds };
export const PROVIDERS = ["durianpay", "doku", "razorpay", "craftgate", "payermax"];
/** Those that send webhooks about refunds. */
export const NOTIFYING = ["doku", "razorpay", "craftgate", "payermax"];
export const START = Date.UTC(2026, 10, 25, 12);
const MOST_TURNS = 500;

/** @param {string} provider @param {object} [common] options of every host */
export function world(provider, common = {}) {
  let now = START;
  const clock = () => now;
  const sandbox = createSandbox({ now: clock });
  const store = new MemoryStore();
  const sent = [];
  const changes = [];

  /** A client whose requests carry the time of this world. */
  function clients(name, _wanted, settings = {}) {
    const client = new signer[name].Client({ ...sandbox.credentials[name], ...settings });
    return {
      sign: (plan) => client.sign(plan, { now }),
      read: (plan, answer) => client.read(plan, answer),
      free: () => client.free(),
    };
  }

  async function fetch(url, init) {
    sent.push({ url, ...init });
    return sandbox.fetch(url, init);
  }

  async function webhooks(name, delivery) {
    const settings = await sandbox.webhooks.settings(name);
    const { publicKeys, ...others } = settings;
    const reader = new signer[name].Webhooks(others);
    try {
      if (!publicKeys) return reader.read({ ...delivery, now });
      const keys = await Promise.all(publicKeys.map((key) => importPublicKey(key)));
      return await readWebhook(reader, { ...delivery, now }, keys);
    } finally {
      reader.free();
    }
  }

  const host = (own = {}) =>
    new Refunds({
      store,
      clients,
      webhooks,
      fetch,
      clock,
      onChange: (change) => {
        changes.push(change);
      },
      ...common,
      ...own,
    });

  return {
    provider,
    sandbox,
    store,
    sent,
    changes,
    clients,
    fetch,
    webhooks,
    host,
    now: clock,
    plan: (more, operation = "createRefund", input = refundInput(provider, sandbox)) =>
      signer[provider][operation]({ ...input, ...more }),
    wait(ms) {
      now += ms;
    },
    /** What moved money, in the provider's own books. */
    refunds: () => sandbox.ledger.refunds.filter((refund) => refund.provider === provider),
    /** Runs what is due as a cron job does, whenever something is, until nothing is open any more. */
    async settle(refunds = host()) {
      for (let turns = 0; turns < MOST_TURNS; turns++) {
        const open = (await store.list({ state: "open" })).rows;
        if (open.length === 0) return;
        now = Math.max(now, Math.min(...open.map(({ due }) => due)));
        for (const { error } of await refunds.runDue()) if (error) throw error;
      }
      throw new Error("it does not end");
    },
    /** Delivers what waits, to a host. */
    deliver: (refunds = host()) =>
      sandbox.webhooks.deliver((request) => refunds.webhook(provider, request), { provider }),
  };
}

/** The code and the path of the RefundError that a promise rejects with. */
export async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    if (error instanceof RefundError) return `${error.code} ${error.problems[0].path}`;
    throw error;
  }
  throw new Error("nothing was refused");
}
