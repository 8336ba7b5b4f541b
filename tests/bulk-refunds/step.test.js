// What comes next, for every verdict that there is, in every situation that matters.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  begun,
  heard,
  NO_QUERY,
  NOT_SENT,
  nextStep,
  opened,
  POLICY,
  stepNow,
} from "../../examples/bulk-refunds/step.js";

const START = 1_800_000_000_000;
const HOUR = 3_600_000;
const RECOGNIZING = ["craftgate", "doku", "payermax", "razorpay"];
const PROVIDERS = [...RECOGNIZING, "durianpay"];
const BELIEVING = { ...POLICY, believeAbsence: true };

const verdict = (status, next, more = {}) => ({ status, next, signature: "not-offered", replayed: false, ...more });
const SUCCEEDED = verdict("succeeded", "done");
const UNKNOWN = verdict("unknown", "query");
const LIMITED = verdict("rejected", "retry");
const REFUSED = verdict("rejected", "fix");
const FAILED = verdict("failed", "fix");
const FAILED_AS_BEFORE = verdict("failed", "fix", { replayed: true });
const PENDING = verdict("pending", "wait");

const list = (...refunds) => verdict("succeeded", "done", { refunds });
const ours = (status) => ({ reference: "r-1", status });
const other = (status) => ({ reference: "r-2", status });

/** What is next after steps at these times: `[step, verdict, hour]`; a verdict of null is a crash. */
function after(provider, steps, { policy = POLICY, hour = steps.at(-1)?.[2] ?? 0, amount } = {}) {
  let facts = opened(provider, "r-1", START, amount);
  for (const [step, outcome, at = 0] of steps) {
    facts = begun(facts, step, START + at * HOUR);
    if (outcome) facts = heard(facts, step, outcome, START + at * HOUR, policy);
  }
  const next = nextStep(facts, START + hour * HOUR, policy);
  return next.state === "open" ? next.step : next.state;
}

test("first the plan is sent", () => {
  for (const provider of PROVIDERS) assert.equal(after(provider, []), "send");
});

// Every pair of status and next that a refund's verdict can have, and its like.
const AFTER_FIRST_ATTEMPT = [
  [SUCCEEDED, "succeeded"],
  [PENDING, "query"],
  [verdict("pending", "query"), "query"],
  [FAILED, "failed"],
  [LIMITED, "send"],
  [verdict("rejected", "reauthenticate"), "send"],
  [REFUSED, "rejected"],
  [UNKNOWN, "query"],
  [null, "query"],
  [NOT_SENT, "send"],
];
for (const [outcome, expected] of AFTER_FIRST_ATTEMPT) {
  test(`a first attempt: ${outcome ? `${outcome.status}, ${outcome.next}` : "a crash"} → ${expected}`, () => {
    for (const provider of PROVIDERS) {
      const isManual = provider === "doku" && outcome?.status === "pending";
      assert.equal(after(provider, [["send", outcome]]), isManual ? "needs-a-person" : expected, provider);
    }
  });
}

test("`unknown, retry` is a retry only where the plan is recognized", () => {
  const steps = [["send", verdict("unknown", "retry")]];
  for (const provider of RECOGNIZING) assert.equal(after(provider, steps), "send");
  assert.equal(after("durianpay", steps), "query");
});

// The first attempt may have moved money: what the second is told says nothing of the first by itself.
const AFTER_DOUBT = [
  [SUCCEEDED, "succeeded", "succeeded"],
  [FAILED_AS_BEFORE, "failed", "query"],
  [LIMITED, "send", "query"],
  [REFUSED, "query", "query"],
  [UNKNOWN, "query", "query"],
  [null, "query", "query"],
  [NOT_SENT, "send", "query"],
];
for (const [outcome, recognized, unrecognized] of AFTER_DOUBT) {
  test(`a second attempt, the first in doubt: ${outcome ? `${outcome.status}, ${outcome.next}` : "a crash"}`, () => {
    const steps = [
      ["send", UNKNOWN],
      ["send", outcome],
    ];
    for (const provider of RECOGNIZING) assert.equal(after(provider, steps), recognized, provider);
    assert.equal(after("durianpay", steps), unrecognized);
    // Nobody counts on a memory that may be over.
    const late = steps.map(([step, what], i) => [step, what, i * 25]);
    const asked = recognized === "succeeded" ? recognized : "query";
    for (const provider of RECOGNIZING) assert.equal(after(provider, late), asked, `${provider}, a day later`);
  });
}

test("with an older attempt in doubt a failure ends nothing, unless it comes from the provider's record", () => {
  const twice = (provider, outcome) =>
    after(provider, [
      ["send", UNKNOWN],
      ["send", outcome],
    ]);
  for (const provider of RECOGNIZING) {
    assert.equal(twice(provider, FAILED_AS_BEFORE), "failed", provider);
    // Of the first attempt it says nothing, whether the provider marks such answers (DOKU) or never does.
    assert.equal(twice(provider, FAILED), "query", provider);
    // What was not recognized once is not counted on again: the second attempt's own failure could be replayed.
    const asked = (answer, hour) =>
      after(provider, [
        ["send", UNKNOWN],
        ["send", FAILED],
        ["query", answer, hour],
      ]);
    const cannotTell = verdict("succeeded", "done", { refund: { status: "unknown" } });
    for (const answer of [cannotTell, list(), list(other("succeeded"))]) {
      // A list may not have it yet; DOKU has none.
      assert.equal(asked(answer, 0), provider === "doku" ? "needs-a-person" : "query", provider);
      assert.equal(asked(answer, 1), "needs-a-person", provider);
    }
    assert.equal(asked(list(ours("failed")), 0), "failed", provider);
    assert.equal(asked(list(ours("succeeded")), 0), "succeeded", provider);
    // An attempt that certainly did nothing leaves nothing to be recognized.
    const turnedAway = [
      ["send", LIMITED],
      ["send", FAILED],
    ];
    assert.equal(after(provider, turnedAway), "failed", provider);
  }
});

test("a first attempt that is answered from the provider's record met another request's key", () => {
  for (const [status, next] of [
    ["succeeded", "done"],
    ["pending", "wait"],
    ["failed", "fix"],
    ["rejected", "fix"],
  ]) {
    const outcome = verdict(status, next, { replayed: true });
    for (const provider of PROVIDERS) {
      assert.equal(after(provider, [["send", outcome]]), "needs-a-person", status);
      const turnedAway = [
        ["send", LIMITED],
        ["send", outcome],
      ];
      assert.equal(after(provider, turnedAway), "needs-a-person", status);
    }
  }
});

const SIGHTINGS = [
  ["ours succeeded", list(other("failed"), ours("succeeded")), "succeeded", "succeeded"],
  ["ours failed", list(other("succeeded"), ours("failed")), "failed", "failed"],
  ["ours pending", list(ours("pending")), "query", "query"],
  ["ours in a state that says nothing", list(ours("unknown")), "query", "query"],
  ["ours is not there", list(other("succeeded")), "send", "query"],
  ["nothing is there", list(), "send", "query"],
  ["one page of several", { ...list(other("succeeded")), page: { total: 2 } }, "send", "query"],
  [
    "no list, but a refund that may be an older one",
    verdict("succeeded", "done", { refund: ours("unknown") }),
    "send",
    "query",
  ],
  ["no answer", verdict("unknown", "retry"), "query", "query"],
  ["turned away for now", verdict("rejected", "retry"), "query", "query"],
  ["may not ask", verdict("rejected", "fix"), "send", "query"],
  ["a crash", null, "query", "query"],
  ["there is no query", NO_QUERY, "send", "query"],
];
for (const [name, answer, recognized, unrecognized] of SIGHTINGS) {
  test(`a query after an unknown outcome: ${name}`, () => {
    const steps = [
      ["send", UNKNOWN],
      ["query", answer],
    ];
    for (const provider of RECOGNIZING) assert.equal(after(provider, steps), recognized, provider);
    assert.equal(after("durianpay", steps), unrecognized);
  });
}

test("what the provider accepted is never sent again", () => {
  for (const provider of PROVIDERS.filter((name) => name !== "doku")) {
    for (const answer of [list(), list(other("succeeded")), list(ours("pending")), null, LIMITED]) {
      const steps = [
        ["send", PENDING],
        ["query", answer, 20],
      ];
      assert.equal(after(provider, steps, { policy: BELIEVING }), "query", provider);
      assert.equal(after(provider, [["send", UNKNOWN], ["query", list(ours("pending"))], ...steps.slice(1)]), "query");
    }
  }
});

test("two refunds under our reference are a case for a person, whatever became of them", () => {
  const seen = (provider, hour, ...states) =>
    after(provider, [
      ["send", UNKNOWN],
      ["query", list(...states.map(ours)), hour],
    ]);
  const pairs = [
    ["succeeded", "succeeded"],
    ["failed", "failed"],
    ["succeeded", "failed"],
    ["failed", "succeeded"],
    ["succeeded", "pending"],
  ];
  for (const provider of ["craftgate", "durianpay", "payermax", "razorpay"]) {
    for (const states of pairs) {
      assert.equal(seen(provider, 1, ...states), "needs-a-person", provider);
      assert.equal(seen(provider, 0.1, ...states), "query", provider);
    }
  }
});

test("a refund under our reference with another amount is a case for a person", () => {
  const seen = (provider, amount, found, hour = 1) =>
    after(
      provider,
      [
        ["send", UNKNOWN],
        ["query", list({ ...ours("succeeded"), amount: found }), hour],
      ],
      { amount },
    );
  const same = [
    [{ value: "10", currency: "INR" }, "10.00"],
    [{ value: "10.5", currency: "INR" }, "10.50"],
    [{ value: "10.50", currency: "INR" }, "10.50"],
    [{ value: "0.05", currency: "INR" }, "0.05"],
    [{ value: "500", currency: "JPY" }, "500"],
  ];
  const other = [
    [{ value: "10", currency: "INR" }, "1.00"],
    [{ value: "10", currency: "INR" }, "100.00"],
    [{ value: "10", currency: "INR" }, "10.01"],
    [{ value: "500", currency: "JPY" }, "5"],
  ];
  for (const provider of ["craftgate", "durianpay", "payermax", "razorpay"]) {
    for (const [amount, value] of same) {
      assert.equal(seen(provider, amount, { value, currency: amount.currency }), "succeeded", value);
    }
    for (const [amount, value] of other) {
      assert.equal(seen(provider, amount, { value, currency: amount.currency }), "needs-a-person", value);
      // It may be corrected while the request is worked on.
      assert.equal(seen(provider, amount, { value, currency: amount.currency }, 0.1), "query", value);
    }
    assert.equal(
      seen(provider, { value: "10", currency: "INR" }, { value: "10.00", currency: "USD" }),
      "needs-a-person",
    );
    // What is refunded in full has no amount of ours, and not every list has amounts.
    assert.equal(seen(provider, undefined, { value: "10.00", currency: "INR" }), "succeeded");
    assert.equal(seen(provider, { value: "10", currency: "INR" }, undefined), "succeeded");
  }
});

test("without a memory an absence is not believed, or only after its time", () => {
  const missing = (hour, policy) =>
    after(
      "durianpay",
      [
        ["send", UNKNOWN],
        ["query", list(), hour],
      ],
      { policy },
    );
  assert.equal(missing(0.4, POLICY), "query");
  assert.equal(missing(0.4, BELIEVING), "query");
  assert.equal(missing(0.6, POLICY), "needs-a-person");
  assert.equal(missing(0.6, BELIEVING), "send");
  // The time counts from the last attempt, and a page of several is no absence.
  const again = [
    ["send", UNKNOWN],
    ["query", list(), 0.6],
    ["send", UNKNOWN, 0.7],
    ["query", list(), 0.8],
  ];
  assert.equal(after("durianpay", again, { policy: BELIEVING }), "query");
  const page = { ...list(), page: { total: 1 } };
  assert.equal(
    after(
      "durianpay",
      [
        ["send", UNKNOWN],
        ["query", page, 0.6],
      ],
      { policy: BELIEVING },
    ),
    "needs-a-person",
  );
});

test("when a memory may be over, a person decides", () => {
  for (const provider of RECOGNIZING) {
    for (const policy of [POLICY, BELIEVING]) {
      const asked = (hour) =>
        after(
          provider,
          [
            ["send", UNKNOWN],
            ["query", list(), hour],
          ],
          { policy },
        );
      assert.equal(asked(23), "send", provider);
      assert.equal(asked(25), "needs-a-person", provider);
    }
  }
});

test("what was to be sent and had to wait is asked about, when a memory may be over by then", () => {
  const waited = (provider, outcome, hour) => {
    let facts = opened(provider, "r-1", START);
    if (outcome) facts = heard(begun(facts, "send", START), "send", outcome, START, POLICY);
    return stepNow(facts, "send", START + hour * HOUR, POLICY);
  };
  for (const provider of RECOGNIZING) {
    assert.equal(waited(provider, UNKNOWN, 23), "send", provider);
    assert.equal(waited(provider, UNKNOWN, 25), "query", provider);
  }
  for (const provider of PROVIDERS) {
    // Nothing has to be remembered.
    for (const outcome of [undefined, LIMITED, NOT_SENT]) assert.equal(waited(provider, outcome, 1000), "send");
    assert.equal(stepNow(opened(provider, "r-1", START), "query", START + 1000 * HOUR, POLICY), "query");
  }
});

test("a refusal takes back the doubt of its own attempt only", () => {
  const turnedAway = [
    ["send", LIMITED],
    ["send", LIMITED],
    ["send", REFUSED],
  ];
  assert.equal(after("durianpay", turnedAway), "rejected");
  assert.equal(
    after("durianpay", [
      ["send", LIMITED],
      ["send", null],
      ["send", REFUSED],
    ]),
    "query",
  );
});

test("what is open for too long is given to a person; what is over stays over", () => {
  const at73 = { hour: 73 };
  assert.equal(after("razorpay", [["send", PENDING]], at73), "needs-a-person");
  assert.equal(after("razorpay", [["send", LIMITED]], at73), "needs-a-person");
  assert.equal(after("razorpay", [["send", SUCCEEDED]], at73), "succeeded");
});

test("pauses double, have an end, and give way to what the provider asks for", () => {
  const gaps = [];
  let facts = opened("razorpay", "r-1", START);
  for (let i = 0; i < 40; i++) {
    facts = heard(begun(facts, "send", START), "send", LIMITED, START, POLICY);
    gaps.push(nextStep(facts, START, POLICY).at - START);
  }
  assert.deepEqual(gaps.slice(0, 4), [2000, 4000, 8000, 16_000]);
  assert.equal(gaps.at(-1), POLICY.longestPauseMs);
  facts = heard(facts, "send", { ...LIMITED, retryAfterMs: 77_000 }, START, POLICY);
  assert.equal(nextStep(facts, START, POLICY).at, START + 77_000);
});

test("no provider can ask for a pause beyond the policy's longest, or for none", () => {
  const { pauseMs, longestPauseMs } = POLICY;
  const bounds = [
    [0, pauseMs],
    [longestPauseMs + 1, longestPauseMs],
    [400 * 24 * HOUR, longestPauseMs],
    [1e18, longestPauseMs],
  ];
  for (const [retryAfterMs, expected] of bounds) {
    for (const status of ["rejected", "unknown"]) {
      const turnedAway = verdict(status, "retry", { retryAfterMs });
      const sent = heard(begun(opened("razorpay", "r-1", START), "send", START), "send", turnedAway, START, POLICY);
      const asked = heard(begun(sent, "query", START), "query", turnedAway, START, POLICY);
      for (const facts of [sent, asked]) {
        assert.equal(nextStep(facts, START, POLICY).at, START + expected, `${status}, ${retryAfterMs}`);
      }
    }
  }
});

test("no path signs a plan again while an attempt is in doubt and nothing recognizes it", () => {
  const outcomes = [SUCCEEDED, PENDING, FAILED, LIMITED, REFUSED, UNKNOWN, verdict("unknown", "retry"), NOT_SENT, null];
  const answers = SIGHTINGS.map(([, answer]) => answer);
  let paths = 0;
  /** Follows only what nextStep allows, and counts independently of it what may have moved money. */
  function follow(facts, depth, maybe) {
    const next = nextStep(facts, START, BELIEVING);
    if (next.state !== "open" || depth === 0) return;
    if (next.step === "send" && maybe > 0) assert.fail(JSON.stringify(facts));
    const began = begun(facts, next.step, START);
    for (const outcome of next.step === "send" ? outcomes : answers) {
      paths++;
      const nothing = next.step === "query" || outcome?.status === "rejected";
      const then = outcome ? heard(began, next.step, outcome, START, BELIEVING) : began;
      follow(then, depth - 1, maybe + Number(!nothing));
    }
  }
  follow(opened("durianpay", "r-1", START), 6, 0);
  assert.ok(paths > 10_000, `${paths} paths`);
});
