// A program for one provider imports its entry alone, and finds there what is everybody's.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const require = createRequire(import.meta.url);
const PROVIDERS = ["craftgate", "doku", "durianpay", "payermax", "razorpay"];
const SHARED = ["RefundError", "describe", "findRefund", "queryFor"];

for (const [how, load] of Object.entries({ import: (name) => import(name), require })) {
  test(`every entry has what all of them share, the same in each: ${how}`, async () => {
    const root = await load("refund-signer");
    for (const provider of PROVIDERS) {
      const entry = await load(`refund-signer/${provider}`);
      for (const name of SHARED) {
        assert.equal(typeof root[name], "function", name);
        assert.equal(entry[name], root[name], `${provider} ${name}`);
        assert.equal(root[provider][name], root[name], `${provider} ${name}`);
      }
    }
  });
}
