// The types promise of a payment exactly what it has: their keys are compared with those that are there.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createSandbox } from "refund-signer/sandbox";

const ROOT = new URL("../../", import.meta.url);
const TSC = fileURLToPath(new URL("node_modules/typescript/bin/tsc", ROOT));
// Inside the repository, so that `refund-signer` is found as it is by its users.
const FOLDER = new URL("target/xtask/sandbox-types/", ROOT);
const OPTIONS = "--noEmit --strict --target es2022 --lib es2022,dom --module nodenext --types ".split(" ");

const amount = { value: "1", currency: "IDR" };
/** What the ids hang on; the values of everything else do not matter to them. */
const GIVEN = [
  ["durianpay", { amount }],
  ["durianpay", { amount, paymentId: "pay_1" }],
  ["durianpay", { amount, originalPartnerReferenceNo: "ORDER-1" }],
  ["durianpay", { amount, originalPartnerReferenceNo: "" }],
  ["durianpay", { amount, paymentId: "pay_1", originalPartnerReferenceNo: "ORDER-1" }],
  ["doku", { amount }],
  ["doku", { amount, invoiceNumber: "INV-1", originalPartnerReferenceNo: "INV-1" }],
  ...["card", "shopeepay", "akulaku", "emoney", "qris"].map((method) => ["doku", { amount, method }]),
  ["razorpay", { amount }],
  ["craftgate", { amount }],
  ["razorpay", { amount, transferId: "trf_AAAAAAAAAAAAAA" }],
  ["craftgate", { amount, walletTransactionId: "61" }],
  ["craftgate", { amount, walletTransactionId: "" }],
  ["payermax", { amount }],
];

const sandbox = createSandbox();
const samples = Object.entries(sandbox.payments).flatMap(([provider, payments]) =>
  Object.entries(payments).map(([name, payment]) => [`sandbox.payments.${provider}.${name}`, payment]),
);
const added = GIVEN.map(([provider, given]) => [
  `sandbox.addPayment("${provider}", ${JSON.stringify(given)})`,
  sandbox.addPayment(provider, given),
]);

/** One line each: the type has these keys, and none of them may be absent. @param {[code: string, payment: object]} of */
function line([code, payment], index) {
  const keys = Object.keys(payment).map((key) => JSON.stringify(key));
  return [
    `const p${index} = ${code};`,
    `export const t${index}: Same<Keys<typeof p${index}>, { ${keys.join(": 1, ")}: 1 }> = true;`,
  ].join(" ");
}

function complaints(payments) {
  const file = fileURLToPath(new URL("payments.ts", FOLDER));
  const head = [
    'import { createSandbox } from "refund-signer/sandbox"; const sandbox = createSandbox();',
    "type Keys<T> = { [Key in keyof T]: 1 };",
    "type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;",
  ];
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(file, [...head, ...payments.map(line)].join("\n"));
  const { stdout, stderr, status } = spawnSync(process.execPath, [TSC, ...OPTIONS, file], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return status === 0 ? [] : (stdout + stderr || `tsc ended with ${status}`).trim().split("\n");
}

test("the types of the ready-made payments have their keys", () => {
  assert.ok(samples.length > 20, `${samples.length} samples`);
  assert.deepEqual(complaints(samples), []);
});

test("the type of an added payment has its keys", () => {
  assert.deepEqual(complaints(added), []);
});

test("a key too many, a key too few: the compiler sees either", () => {
  const [[code, payment]] = samples;
  const { amount, ...fewer } = payment;
  for (const wrong of [fewer, { ...payment, more: 1 }]) assert.match(complaints([[code, wrong]]).join(), /TS2322/);
});
