// The random values of the package.

import assert from "node:assert/strict";
import { test } from "node:test";
import { digits, uuid } from "../../pkg-template/face/random.js";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("UUIDs, each digit as likely as any other where the form leaves it open", () => {
  const made = Array.from({ length: 10_000 }, uuid);
  assert.equal(new Set(made).size, 10_000);
  const counts = new Map();
  for (const one of made) {
    assert.match(one, UUID);
    for (const [at, digit] of [...one].entries()) {
      const key = `${at} ${digit}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  for (const [key, count] of counts) {
    const at = Number(key.split(" ")[0]);
    if ([8, 13, 14, 18, 23].includes(at)) continue;
    // 10,000 digits: so many of each, and six times what chance gives or takes.
    const expected = at === 19 ? 2500 : 625;
    assert.ok(Math.abs(count - expected) < 6 * Math.sqrt(expected), `${key}: ${count}`);
  }
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
