// What every store does, whatever it is made of: the same cases run in Node, workerd and browsers, so they use nothing
// but the package. `open` gives another handle on one emptied store, as another host has.

import { razorpay } from "refund-signer";
import { Refunds } from "refund-signer/refunds";
import { createSandbox } from "refund-signer/sandbox";

const NOW = Date.UTC(2026, 10, 25, 12);
export const INDEX = {
  account: "main",
  provider: "razorpay",
  payment: "pay_1",
  reference: null,
  key: null,
  refundId: null,
  state: "open",
  due: NOW,
  at: NOW,
};

/** Texts that a query language, a pattern, a collation or an encoding could take for others. */
const TEXTS = [
  "",
  "r",
  "R",
  "r ",
  "%",
  "_",
  "' OR 1=1 --",
  '"; DROP TABLE refund_records; --',
  "$1",
  "?1",
  "null",
  "\\",
  "\\0000",
  "\0",
  "r\0",
  "\ud800",
  "\udc00",
  "\ufffd",
  "\uffff",
  "\u{1F4B0}",
  "\u00e9",
  "e\u0301",
  "x".repeat(255),
  "\u{1F4B0}".repeat(255),
];

/** @typedef {() => any} Open */
/** @type {[name: string, run: (open: Open) => Promise<void>][]} */
export const CASES = [
  [
    "a row comes back as it was stored, the record to the last character",
    async (open) => {
      const record = '{"b":1,"a":1.0,"text":"\\u0000 é \u{1F4B0} \'\\"","big":12345678901234567890}';
      const index = { ...INDEX, reference: "r-1", key: "k-1", refundId: "rfnd_1", at: 2 ** 52 };
      equal(await open().insert("a", "t1", record, index), true);
      equal(await open().get("a"), { ...index, id: "a", version: 1, token: "t1", record });
      equal(await open().get("b"), undefined);
    },
  ],
  [
    "no text is taken for another one, in any place",
    async (open) => {
      for (const [at, text] of TEXTS.entries()) {
        const index = { ...INDEX, payment: text, reference: text, key: text, refundId: text };
        equal(await open().insert(`id ${at}`, "t", "1", index), true);
        equal(await open().insert("other", "t", "1", { ...INDEX, key: text }), false);
        equal(await open().insert("other", "t", "1", { ...INDEX, reference: text }), false);
      }
      for (const [at, text] of TEXTS.entries()) {
        for (const by of ["payment", "reference", "refundId"]) {
          const found = await open().find("main", { [by]: text });
          equal([at, by, found.map(({ id }) => id)], [at, by, [`id ${at}`]]);
          equal(found[0][by], text);
        }
        equal(await open().find(text, { reference: "r" }), []);
        equal((await open().list({ state: text })).rows, []);
      }
    },
  ],
  [
    "an id is any text, and the pages of a list hold each once, in an order that stays",
    async (open) => {
      const ids = TEXTS.filter((id) => id !== "");
      for (const id of ids) equal(await open().insert(id, "t", id.length.toString(), INDEX), true);
      for (const id of ids) equal((await open().get(id)).record, id.length.toString());
      const whole = (await open().list({}, { limit: 1000 })).rows.map(({ id }) => id);
      equal([...whole].sort(), [...ids].sort());
      const ascii = whole.filter((id) => /^[ -~]*$/.test(id));
      equal(ascii, [...ascii].sort());
      const paged = [];
      for (let after = ""; after !== undefined; ) {
        const page = await open().list({}, { after, limit: 5 });
        paged.push(...page.rows.map(({ id }) => id));
        after = page.after;
      }
      equal(paged, whole);
    },
  ],
  [
    "the largest whole numbers and a record of a million characters come back",
    async (open) => {
      const most = Number.MAX_SAFE_INTEGER;
      const record = JSON.stringify({ body: "\u20ac1 ".repeat(333_000) });
      equal(await open().insert("a", "t", record, { ...INDEX, due: most, at: most - 1 }), true);
      const row = await open().get("a");
      equal([row.due, row.at, row.record === record], [most, most - 1, true]);
      equal(await open().due(most - 2, 10), ["a"]);
      equal(await open().due(most - 1, 10), []);
      equal(await open().due(most, 10), ["a"]);
    },
  ],
  [
    "a refund's id may be as long as an answer lets it be",
    async (open) => {
      // No part of it repeats, so that no index can press it.
      const long = Array.from({ length: 800 }, (_, n) => ((n * 2_654_435_761) % 2 ** 32).toString(36)).join("");
      await open().insert("a", "t", "1", INDEX);
      equal(await open().put("a", 1, "t", "2", { ...INDEX, refundId: long }), true);
      await open().insert("b", "t", "1", { ...INDEX, refundId: `${long.slice(0, -1)}.` });
      equal(
        (await open().find("main", { refundId: long })).map(({ id }) => id),
        ["a"],
      );
    },
  ],
  [
    "a row that was handed out is the caller's: what is done to it changes nothing",
    async (open) => {
      await open().insert("a", "t", "1", INDEX);
      for (const row of [await open().get("a"), ...(await open().list()).rows]) {
        // In memory rows are frozen.
        Reflect.set(row, "record", "2");
      }
      equal((await open().get("a")).record, "1");
    },
  ],
  [
    "an id, and in one account a key and a reference, are taken once",
    async (open) => {
      const index = { ...INDEX, key: "k", reference: "r" };
      equal(await open().insert("a", "t", "1", index), true);
      equal(await open().insert("a", "t", "2", { ...INDEX, key: "other", reference: "other" }), false);
      equal(await open().insert("b", "t", "2", { ...index, reference: "other" }), false);
      equal(await open().insert("c", "t", "2", { ...index, key: "other" }), false);
      equal(await open().insert("d", "t", "2", { ...index, account: "second" }), true);
      equal((await open().get("a")).record, "1");
      equal(await open().get("b"), undefined);
      // What a refund has not is not unique.
      equal(await open().insert("e", "t", "2", INDEX), true);
      equal(await open().insert("f", "t", "2", INDEX), true);
    },
  ],
  [
    "put replaces the version that was read, and no other",
    async (open) => {
      await open().insert("a", "t1", "1", INDEX);
      equal(await open().put("a", 1, "t2", "2", { ...INDEX, state: "succeeded", due: null, refundId: "x" }), true);
      equal(await open().put("a", 1, "t3", "3", INDEX), false);
      equal(await open().put("a", 3, "t3", "3", INDEX), false);
      equal(await open().put("none", 1, "t3", "3", INDEX), false);
      const { version, token, record, state, due, refundId } = await open().get("a");
      equal([version, token, record, state, due, refundId], [2, "t2", "2", "succeeded", null, "x"]);
    },
  ],
  [
    "of many puts and inserts at the same moment one succeeds",
    async (open) => {
      const inserts = await Promise.all(Array.from({ length: 8 }, (_, n) => open().insert("a", `i${n}`, "1", INDEX)));
      equal(inserts.filter(Boolean).length, 1);
      const puts = await Promise.all(Array.from({ length: 8 }, (_, n) => open().put("a", 1, `p${n}`, `${n}`, INDEX)));
      equal(puts.filter(Boolean).length, 1);
      const { version, token } = await open().get("a");
      equal([version, token], [2, `p${puts.indexOf(true)}`]);
      for (const name of ["key", "reference"]) {
        const index = { ...INDEX, [name]: "one" };
        const added = await Promise.all(
          Array.from({ length: 8 }, (_, n) => open().insert(`${name} ${n}`, "t", "1", index)),
        );
        equal(added.filter(Boolean).length, 1);
      }
    },
  ],
  [
    "who reads while others write sees a row as one of them wrote it",
    async (open) => {
      const written = (n) => ({ ...INDEX, state: `state ${n}`, refundId: `${n}`, due: n, at: n });
      await open().insert("a", "0", "0", written(0));
      const write = async (n) => {
        for (;;) {
          const { version } = await open().get("a");
          if (await open().put("a", version, `${n}`, `${n}`, written(n))) return;
        }
      };
      const read = async () => {
        const row = await open().get("a");
        const n = Number(row.token);
        equal(row, { ...written(n), id: "a", version: row.version, token: `${n}`, record: `${n}` });
      };
      await Promise.all(Array.from({ length: 6 }, (_, n) => [write(n + 1), read(), read()]).flat());
      equal((await open().get("a")).version, 7);
    },
  ],
  [
    "what was put is found by what it is now, and not by what it was",
    async (open) => {
      await open().insert("a", "t", "1", { ...INDEX, refundId: "old" });
      await open().put("a", 1, "t", "2", { ...INDEX, refundId: "new", state: "succeeded", due: null });
      equal(await open().find("main", { refundId: "old" }), []);
      equal((await open().find("main", { refundId: "new" })).length, 1);
      equal(await open().due(NOW, 10), []);
      equal((await open().list({ state: "open" })).rows, []);
      equal((await open().list({ state: "succeeded" })).rows.length, 1);
    },
  ],
  [
    "rows are found by reference, refund id and payment of an account",
    async (open) => {
      await open().insert("a", "t", "1", { ...INDEX, reference: "r", refundId: "x" });
      await open().insert("b", "t", "1", { ...INDEX, reference: "s" });
      await open().insert("c", "t", "1", { ...INDEX, account: "second", reference: "r", refundId: "x" });
      const ids = async (by) => (await open().find("main", by)).map(({ id }) => id).sort();
      equal(await ids({ reference: "r" }), ["a"]);
      equal(await ids({ refundId: "x" }), ["a"]);
      equal(await ids({ payment: "pay_1" }), ["a", "b"]);
      equal(await ids({ reference: "' OR 1=1 --" }), []);
      equal((await open().find("main", { reference: "s" }))[0], await open().get("b"));
    },
  ],
  [
    "what is due comes in its order, and what a clock wrote that is ahead comes, too",
    async (open) => {
      await open().insert("later", "t", "1", { ...INDEX, due: NOW + 1 });
      await open().insert("second", "t", "1", { ...INDEX, due: NOW - 1 });
      await open().insert("first", "t", "1", { ...INDEX, due: NOW - 2 });
      await open().insert("over", "t", "1", { ...INDEX, due: null, at: NOW + 5 });
      equal(await open().due(NOW, 10), ["first", "second"]);
      equal(await open().due(NOW, 1), ["first"]);
      await open().insert("ahead", "t", "1", { ...INDEX, due: NOW + 86_400_000, at: NOW + 86_000_000 });
      await open().insert("nearer", "t", "1", { ...INDEX, due: NOW + 5, at: NOW + 90_000_000 });
      equal(await open().due(NOW, 10), ["first", "second", "nearer", "ahead"]);
      equal(await open().due(NOW, 3), ["first", "second", "nearer"]);
    },
  ],
  [
    "a list has pages, and goes by account, state and provider",
    async (open) => {
      for (const id of ["e", "d", "c", "b", "a"]) await open().insert(id, "t", "1", INDEX);
      await open().insert("f", "t", "1", { ...INDEX, provider: "doku", state: "review" });
      await open().insert("g", "t", "1", { ...INDEX, account: "second" });
      const ids = ({ rows, after }) => [rows.map(({ id }) => id).join(""), after];
      equal(ids(await open().list()), ["abcdefg", undefined]);
      equal(ids(await open().list({}, { limit: 3 })), ["abc", "c"]);
      equal(ids(await open().list({}, { limit: 3, after: "d" })), ["efg", undefined]);
      equal(ids(await open().list({}, { limit: 7 })), ["abcdefg", undefined]);
      equal(ids(await open().list({}, { after: "b+" })), ["cdefg", undefined]);
      equal(ids(await open().list({}, { after: "g" })), ["", undefined]);
      equal(ids(await open().list({ account: undefined, state: "open" }, { limit: 2 })), ["ab", "b"]);
      equal(ids(await open().list({ state: "review" })), ["f", undefined]);
      equal(ids(await open().list({ provider: "razorpay", account: "main" }, { limit: 4, after: "a" })), [
        "bcde",
        undefined,
      ]);
    },
  ],
  [
    "many hosts ask for one refund at the same moment: it is sent once",
    async (open) => {
      const { sandbox, sent, plan, host } = world(open);
      const made = plan();
      await Promise.all(Array.from({ length: 6 }, () => host().refund("a", made)));
      const { state } = await host().advance("a");
      equal([state, sandbox.ledger.refunds.length, sent()], ["succeeded", 1, 1]);
    },
  ],
  ...["insert", "put"].map(
    (write) =>
      /** @type {[string, (open: Open) => Promise<void>]} */ ([
        `a ${write} that fails after it has written counts, and the refund is sent once`,
        async (open) => {
          const { sandbox, plan, host } = world(open);
          const { state } = await host({ [write]: ["after"] }).refund("a", plan());
          equal([state, sandbox.ledger.refunds.length], ["succeeded", 1]);
        },
      ]),
  ),
  ...["insert", "put"].map(
    (write) =>
      /** @type {[string, (open: Open) => Promise<void>]} */ ([
        `a ${write} that fails before it has written sends nothing, and the next call goes on`,
        async (open) => {
          const { sandbox, plan, host } = world(open);
          const made = plan();
          equal(await outcome(host({ [write]: ["before"] }).refund("a", made)), "the store fails");
          equal(sandbox.ledger.refunds.length, 0);
          const { state } = await host().refund("a", plan());
          equal([state, sandbox.ledger.refunds.length], ["succeeded", 1]);
        },
      ]),
  ),
  ...["insert", "put"].map(
    (write) =>
      /** @type {[string, (open: Open) => Promise<void>]} */ ([
        `a ${write} that fails and lands later sends nothing, and the refund is sent once`,
        async (open) => {
          const { sandbox, sent, plan, host, land, settled } = world(open);
          equal(await outcome(host({ [write]: ["late"] }).refund("a", plan())), "the store fails");
          equal(
            [
              await open()
                .get("a")
                .then((row) => row?.version),
              sent(),
            ],
            [write === "put" ? 1 : undefined, 0],
          );
          equal(await land(), [true]);
          equal([(await open().get("a")).version, sent()], [write === "put" ? 2 : 1, 0]);
          await host().refund("a", plan());
          equal([await settled("a"), sandbox.ledger.refunds.length, sent()], ["succeeded", 1, 1]);
        },
      ]),
  ),
  [
    "a write of begin that is lost for ever is not sent, and an answer is stored at the third try",
    async (open) => {
      const { sandbox, plan, host } = world(open);
      equal(
        await outcome(host({ put: ["before"], get: ["ok", "ok", "fails"] }).refund("a", plan())),
        "the store fails",
      );
      equal(sandbox.ledger.refunds.length, 0);
      const { state } = await host({ put: ["ok", "before", "before"] }).refund("a", plan());
      equal([state, sandbox.ledger.refunds.length], ["succeeded", 1]);
    },
  ],
  [
    "an answer that cannot be stored is asked about, and not sent again",
    async (open) => {
      const { sandbox, plan, host, settled } = world(open);
      const failing = host({ put: ["ok", "before", "before", "before"] });
      equal(await outcome(failing.refund("a", plan())), "the store fails");
      equal((await host().get("a")).step.do, "wait");
      equal([await settled("a"), sandbox.ledger.refunds.length], ["succeeded", 1]);
    },
  ],
  [
    "a slow write that lands when its host has gone sends nothing, and nobody else sends in its time",
    async (open) => {
      const { sandbox, sent, plan, host } = world(open);
      const made = plan();
      const slow = host({ put: ["slow"] }).refund("a", made);
      const [one, other] = await Promise.all([host().refund("a", made), slow]);
      equal([sandbox.ledger.refunds.length, sent()], [1, 1]);
      equal([one.state, other.state].includes("succeeded"), true);
    },
  ],
];

/** A sandbox, and hosts that share one store, each with its own handle and the faults of its writes. @param {Open} open */
export function world(open) {
  let now = NOW;
  let posts = 0;
  const sandbox = createSandbox({ now: () => now });
  const { amount, ...payment } = sandbox.addPayment("razorpay", { amount: { value: "500.00", currency: "INR" } });
  const plan = (receipt = "r-1") =>
    razorpay.createRefund({ ...payment, amount: { ...amount, value: "1.00" }, receipt });
  /** Writes that have not landed yet. */
  const late = [];
  const land = () => Promise.all(late.splice(0).map((write) => write()));
  const host = (faults = {}) =>
    new Refunds({
      store: faulty(open(), { ...faults, late }),
      clients: () => new razorpay.Client(sandbox.credentials.razorpay),
      fetch: (url, init) => {
        if (init.method === "POST") posts++;
        return sandbox.fetch(url, init);
      },
      clock: () => now,
    });
  /** The state in which hosts that look once an hour leave a refund. */
  const settled = async (id) => {
    for (let turns = 0; turns < 20 && (await host().get(id)).state === "open"; turns++) {
      now += 3_700_000;
      await host().runDue();
    }
    return (await host().get(id)).state;
  };
  return { sandbox, sent: () => posts, plan, host, land, settled };
}

/** A store whose first calls of a function meet what is listed for it; `late` takes the writes that land later. */
function faulty(store, faults) {
  const wrapped = {};
  for (const name of ["insert", "get", "put", "find", "due", "list"]) {
    const queue = [...(faults[name] ?? [])];
    wrapped[name] = async (...given) => {
      const fault = queue.shift();
      if (fault === "before" || fault === "fails") throw new Error("the store fails");
      if (fault === "late") {
        faults.late.push(() => store[name](...given));
        throw new Error("the store fails");
      }
      if (fault === "slow") await new Promise((resolve) => setTimeout(resolve, 50));
      const result = await store[name](...given);
      if (fault === "after") throw new Error("the store fails");
      return result;
    };
  }
  return wrapped;
}

async function outcome(promise) {
  try {
    return await promise;
  } catch (error) {
    return error.message;
  }
}

/** In every runtime; members in any order. */
function equal(found, wanted) {
  if (shown(found) !== shown(wanted)) throw new Error(`found ${shown(found)}\nwanted ${shown(wanted)}`);
}

function shown(value) {
  const isPlain = (part) => typeof part === "object" && part !== null && !Array.isArray(part);
  return String(
    JSON.stringify(value, (_, part) =>
      isPlain(part) ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1))) : part,
    ),
  );
}
