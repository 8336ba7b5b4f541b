// Bad input: a RefundError with a stable code and the place of the mistake.

import { ok, same, thrown } from "./assert.js";
import { PROVIDERS, world } from "./world.js";

/** What is done to a good input of every provider, and the mistake that is found: `[change, code, path]`. */
const ANY = {
  "no object": [() => "refund", "wrong_type", ""],
  nothing: [() => undefined, "wrong_type", ""],
  null: [() => null, "wrong_type", ""],
  "an array": [() => [], "wrong_type", ""],
  "an unknown field": [(input) => ({ ...input, extra: 1 }), "unknown_field", "extra"],
};

/** The same for amounts. */
const AMOUNTS = {
  "a number": [(amount) => ({ ...amount, value: 90_000 }), "number_amount", "amount.value"],
  "a bare number": [() => 90_000, "number_amount", "amount"],
  "a bare text": [() => "90000", "wrong_type", "amount"],
  zero: [(amount) => ({ ...amount, value: "0" }), "not_positive", "amount.value"],
  "less than zero": [(amount) => ({ ...amount, value: "-1" }), "not_positive", "amount.value"],
  "too many decimals": [(amount) => ({ ...amount, value: "1.2345" }), "too_many_decimals", "amount.value"],
  "an exponent": [(amount) => ({ ...amount, value: "1e3" }), "invalid_amount", "amount.value"],
  "a grouped number": [(amount) => ({ ...amount, value: "90,000" }), "invalid_amount", "amount.value"],
  "an unknown currency": [(amount) => ({ ...amount, currency: "XXX" }), "unsupported_currency", "amount.currency"],
  "no currency": [({ value }) => ({ value }), "missing_field", "amount.currency"],
  "value and minor": [(amount) => ({ ...amount, minor: 1n }), "conflict", "amount"],
};

export function badInput(api) {
  const { signer } = api;

  /** The mistakes that are found in an input. */
  async function problems(name, change) {
    const { input } = world(api);
    const error = await thrown(() => signer[name].createRefund(change(input(name))));
    ok(error instanceof signer.RefundError && error instanceof Error, `a RefundError, not ${error}`);
    same(error.name, "RefundError", "name");
    same(error.code, error.problems[0].code, "code of the first problem");
    for (const { message, userAction } of error.problems) ok(message && userAction, "a message and a way out");
    return error.problems.map(({ code, path }) => `${code} ${path}`);
  }

  const anywhere = PROVIDERS.flatMap((name) =>
    Object.entries(ANY).map(([what, [change, code, path]]) => [
      `${name}: ${what} is refused`,
      async () => same(await problems(name, change), [`${code} ${path}`], "problems"),
    ]),
  );
  const amounts = PROVIDERS.filter((name) => name !== "craftgate").flatMap((name) =>
    Object.entries(AMOUNTS).map(([what, [change, code, path]]) => [
      `${name}: ${what} as an amount is refused`,
      async () => {
        const found = await problems(name, (input) => ({ ...input, amount: change(input.amount) }));
        same(found, [`${code} ${path}`], "problems");
      },
    ]),
  );
  const lineBreaks = PROVIDERS.map((name) => [
    `${name}: line breaks in ids are refused`,
    async () => {
      const { input } = world(api);
      for (const field of Object.keys(input(name)).filter((field) => field !== "amount")) {
        const found = await problems(name, (good) => ({ ...good, [field]: "abc\r\nX-Evil: 1" }));
        ok(
          found.every((problem) => problem.endsWith(` ${field}`)),
          `${field}: ${found}`,
        );
      }
    },
  ]);
  const clients = PROVIDERS.flatMap((name) => [
    [
      `${name}: a client without settings is refused`,
      async () => {
        const error = await thrown(() => new signer[name].Client({}));
        ok(error instanceof signer.RefundError, `a RefundError, not ${error}`);
        same(error.code, "missing_field", "code");
      },
    ],
    [
      `${name}: no message repeats a secret`,
      async () => {
        const good = world(api).settings(name);
        const bad = Object.fromEntries(Object.keys(good).map((setting) => [setting, "TOP\nSECRET"]));
        const error = await thrown(() => new signer[name].Client(bad));
        ok(error instanceof signer.RefundError, `a RefundError, not ${error}`);
        ok(!JSON.stringify(error.problems).includes("SECRET") && !error.message.includes("SECRET"), error.message);
      },
    ],
  ]);
  const elsewhere = [
    [
      "several mistakes are reported together",
      async () => {
        const change = ({ amount }) => ({ amount: { ...amount, value: 1.5 }, wrong: 1 });
        const found = await problems("doku", change);
        for (const code of ["missing_field", "number_amount", "unknown_field"]) {
          ok(
            found.some((problem) => problem.startsWith(code)),
            `${code} in ${found}`,
          );
        }
      },
    ],
    [
      "a plan of another provider is refused",
      async () => {
        const { input, client } = world(api);
        const plan = signer.razorpay.createRefund(input("razorpay"));
        same((await thrown(() => client("doku").sign(plan))).code, "wrong_provider", "code");
      },
    ],
    [
      "an altered plan is refused",
      async () => {
        const { input, client } = world(api);
        const plan = { ...signer.doku.createRefund(input("doku")), path: "/elsewhere" };
        same((await thrown(() => client("doku").sign(plan))).code, "invalid_plan", "code");
      },
    ],
    [
      "a clock in seconds is refused",
      async () => {
        const { input, client } = world(api);
        const plan = signer.doku.createRefund(input("doku"));
        const error = await thrown(() => client("doku").sign(plan, { now: Math.floor(Date.now() / 1000) }));
        same(error.code, "invalid_attempt", "code");
      },
    ],
  ];
  return [...anywhere, ...amounts, ...lineBreaks, ...clients, ...elsewhere];
}
