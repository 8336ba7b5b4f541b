// The Worker of the example, in a world where consumers die. A batch is cut into invocations of a few messages; when
// one of these dies, nothing that it does afterwards has an effect, and the queue delivers all its messages again.

import worker, { Ledger as Books } from "../worker.js";
import { generator } from "./random.js";

const INVOCATION = 10;

/** Where it happens: between every two things that anybody else could see. */
const POINTS = [
  "before the ledger is read",
  "before the ledger is written",
  "after the ledger was written",
  "while a request is under way",
  "before the message is acknowledged",
  "in the ledger, before it reminds the queue",
  "in the ledger, after it reminded the queue",
  "before refunds are queued",
  "after refunds were queued",
  "the ledger itself",
];

/** @type {{ crashes: number[], struck: number, duplicates: number, deliveries: number }} */
const counters = { crashes: POINTS.map(() => 0), struck: 0, duplicates: 0, deliveries: 0 };
/** @type {(() => number) | undefined} */
let random;

/** @param {any} env */
function chance({ SEED }) {
  random ??= generator(Number(SEED));
  return random();
}

class Crash extends Error {}

/** Something that can die. @param {any} env */
function living(env) {
  let isDead = false;
  const rate = Number(env.CRASHES);
  return {
    /** Dies here, perhaps; who is dead does nothing more. @param {number} point @param {number} [share] */
    at(point, share = 1) {
      if (!isDead && chance(env) < rate * share) {
        isDead = true;
        counters.crashes[point] = (counters.crashes[point] ?? 0) + 1;
      }
      this.check();
    },
    check() {
      if (isDead) throw new Crash(`crashed`);
    },
    get isDead() {
      return isDead;
    },
  };
}

/** @typedef {ReturnType<typeof living>} Life */

/** @param {any} env @param {Life} life */
function withCrashes(env, life) {
  const stub = env.LEDGER.get(env.LEDGER.idFromName("ledger"));
  const store = {
    /** @param {any} id */
    async get(id) {
      life.at(0);
      const row = await stub.get(id);
      life.check();
      return row;
    },
    /** @param {any[]} written */
    async put(...written) {
      life.at(1);
      const isWritten = await stub.put(...written);
      life.at(2);
      // If a step has begun, its request goes out soon; by the time of this one it is under way.
      setTimeout(() => {
        try {
          life.at(3, 0.5);
        } catch {}
      }, chance(env) * 10);
      return isWritten;
    },
    insert: unused,
    find: unused,
    due: unused,
    list: unused,
  };
  return { ...env, LEDGER: { idFromName: () => "ledger", get: () => store } };
}

function unused() {
  throw new Error("a consumer does not need it");
}

/** @param {any} env @param {number} before @param {number} after */
function withCrashingQueues(env, before, after) {
  const queues = Object.entries(env).filter(([name]) => name.startsWith("REFUNDS_"));
  const crashing = queues.map(([name, queue]) => [
    name,
    {
      /** @param {any} messages */
      async sendBatch(messages) {
        const life = living(env);
        life.at(before, 4);
        await queue.sendBatch(messages);
        life.at(after, 4);
      },
    },
  ]);
  return { ...env, ...Object.fromEntries(crashing) };
}

export class Ledger extends Books {
  #life;

  /** @param {any} state @param {any} env */
  constructor(state, env) {
    super(state, withCrashingQueues(env, 5, 6));
    this.#life = () => {
      try {
        living(env).at(9, 0.1);
      } catch {
        state.abort("crashed");
      }
    };
  }

  /** @param {any} id @param {any} token @param {any} record @param {any} index */
  async insert(id, token, record, index) {
    const isNew = await super.insert(id, token, record, index);
    this.#life();
    return isNew;
  }

  /** @param {any} id @param {any} version @param {any} token @param {any} record @param {any} index */
  async put(id, version, token, record, index) {
    this.#life();
    const isWritten = await super.put(id, version, token, record, index);
    this.#life();
    return isWritten;
  }
}

export default {
  /** @param {Request} request @param {any} env */
  async fetch(request, env) {
    if (new URL(request.url).pathname === "/trial") return Response.json({ ...counters, points: POINTS });
    return worker.fetch(request, withCrashingQueues(env, 7, 8));
  },

  /** @param {any} batch @param {any} env */
  async queue({ messages }, env) {
    const doubled = messages.flatMap((/** @type {any} */ message) => [message, ...duplicates(message, env)]);
    const invocations = [];
    for (let first = 0; first < doubled.length; first += INVOCATION) {
      invocations.push(invoke(doubled.slice(first, first + INVOCATION), env));
    }
    await Promise.all(invocations);
  },
};

/** The same message for another consumer, at the same time. @param {any} message @param {any} env */
function duplicates({ body }, env) {
  if (chance(env) >= Number(env.DUPLICATES)) return [];
  counters.duplicates++;
  return [{ body: structuredClone(body), ack() {}, retry() {} }];
}

/** @param {any[]} messages @param {any} env */
async function invoke(messages, env) {
  counters.deliveries += messages.length;
  const life = living(env);
  const mortal = messages.map((message) => ({
    body: message.body,
    ack() {
      life.at(4);
      message.ack();
    },
    retry() {
      life.check();
      message.retry();
    },
  }));
  await worker.queue(/** @type {any} */ ({ messages: mortal }), withCrashes(env, life)).catch(() => {});
  if (!life.isDead) return;
  counters.struck += messages.length;
  for (const message of messages) message.retry();
}
