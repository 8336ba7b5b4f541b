// The requests of the official SDKs and ours, compared byte for byte as they arrive at a server.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { catalog } from "refund-signer/catalog";
import { compareAll, groupName } from "./compare.js";
import { ANY, DIFFERENCES } from "./differences.js";
import { FILE, page } from "./page.js";

const compared = await compareAll();

const belongs = (listed, { provider, group }) =>
  listed.provider === provider.name &&
  (!listed.groups || listed.groups.includes(group.operation) || listed.groups.includes(groupName(group)));

/** What is listed for an input: the parts of the request, and what both sent there. */
const partsOf = (listed, { input, sent }) => {
  if (listed.every) return sent === "both" ? listed.every : {};
  return Object.hasOwn(listed.inputs, input) ? { [listed.what]: listed.inputs[input] } : {};
};

const fits = (expected, value) =>
  expected === ANY || expected === value || (expected instanceof RegExp && value !== null && expected.test(value));

const explains = (parts, { what, sdk, ours }) =>
  Object.hasOwn(parts, what) && fits(parts[what][0], sdk) && fits(parts[what][1], ours);

/** The differences of one input that nothing explains, and what is listed for it without being there. */
function faults(comparison, result) {
  const listed = DIFFERENCES.filter((difference) => belongs(difference, comparison))
    .map((difference) => partsOf(difference, result))
    .filter((parts) => Object.keys(parts).length > 0);
  const unlisted = result.differences.filter((found) => listed.filter((parts) => explains(parts, found)).length !== 1);
  const gone = listed.filter((parts) => !result.differences.some((found) => explains(parts, found)));
  return [...unlisted.map((found) => ({ unlisted: found })), ...gone.map((parts) => ({ gone: parts }))];
}

for (const comparison of compared) {
  test(`${comparison.provider.name}: ${groupName(comparison.group)}`, () => {
    for (const result of comparison.results) assert.deepEqual(faults(comparison, result), [], result.input);
  });
}

test("every listed difference belongs to an input", () => {
  for (const listed of DIFFERENCES) {
    const groups = compared.filter((comparison) => belongs(listed, comparison));
    for (const name of listed.groups ?? []) {
      const isThere = ({ group }) => group.operation === name || groupName(group) === name;
      assert.ok(groups.some(isThere), `no group ${name}: ${listed.why}`);
    }
    for (const input of Object.keys(listed.inputs ?? {})) {
      assert.ok(
        groups.some(({ group }) => Object.hasOwn(group.inputs, input)),
        `no input ${input}: ${listed.why}`,
      );
    }
  }
});

test("every operation is compared, with at least 10 inputs that both send", () => {
  for (const { name, missing = {} } of new Set(compared.map(({ provider }) => provider))) {
    for (const operation of catalog().find((provider) => provider.name === name).operations) {
      if (Object.hasOwn(missing, operation.name)) {
        assert.equal(missing[operation.name](), false, `the SDK has ${operation.name}`);
        continue;
      }
      const groups = compared.filter(
        ({ provider, group }) => provider.name === name && group.operation === operation.name,
      );
      const sent = groups.flatMap(({ results }) => results).filter((result) => result.sent === "both");
      assert.ok(sent.length >= 10, `${name}.${operation.name}: ${sent.length}`);
    }
  }
});

test("docs/wire-comparison.md is current (node tests/wire/page.js --write)", () => {
  assert.equal(readFileSync(FILE, "utf8"), page(compared));
});
