// The random values of the package, also where `crypto.randomUUID` is missing: on pages that were not loaded over https.

import assert from "node:assert/strict";
import { test } from "node:test";
import { digits, uuid } from "../../pkg/lib/random.js";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("UUIDs, with and without the host's own function for them", () => {
  for (const own of [crypto.randomUUID, undefined]) {
    Object.defineProperty(crypto, "randomUUID", { value: own, configurable: true });
    const made = Array.from({ length: 1000 }, uuid);
    assert.equal(new Set(made).size, 1000);
    for (const one of made) assert.match(one, UUID);
  }
  delete crypto.randomUUID;
});

test("32 digits, each as likely as any other", () => {
  const made = Array.from({ length: 5000 }, digits);
  assert.equal(new Set(made).size, 5000);
  for (const one of made) assert.match(one, /^\d{32}$/);
  const counts = Array(10).fill(0);
  for (const digit of made.join("")) counts[digit]++;
  // 160,000 digits: 16,000 of each, give or take 120; six times that is out of reach of chance.
  for (const count of counts) assert.ok(Math.abs(count - 16_000) < 720, `${counts}`);
});
