// What the release workflow lets pass, and what it stops.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { changelogSection, releaseProblems } from "../../scripts/release-check.js";

const CHANGELOG = `# Changelog

## Unreleased

## 1.2.3 - 2026-02-28

### Added

- A thing.

## 1.2.2 - 2026-01-31

- An older thing.
`;

const good = () => ({
  tag: "v1.2.3",
  crate: { version: "1.2.3", repository: "https://github.com/someone/refund-signer" },
  template: { version: "0.0.0", repository: { url: "git+https://github.com/someone/refund-signer.git" } },
  changelog: CHANGELOG,
  repository: "someone/refund-signer",
});

test("a release where everything agrees passes", () => {
  assert.deepEqual(releaseProblems(good()), []);
});

test("the address is compared only where it is known", () => {
  const template = { version: "0.0.0" };
  assert.deepEqual(releaseProblems({ ...good(), template, repository: undefined }), []);
});

for (const tag of ["1.2.3", "v1.2", "v1.2.3-rc.1", "v01.2.3", "v1.2.3 ", "vv1.2.3", "v1.2.3.4", ""]) {
  test(`the tag ${JSON.stringify(tag)} is none`, () => {
    const [problem, ...others] = releaseProblems({ ...good(), tag });
    assert.match(problem, /is not of the form v1\.2\.3/);
    assert.deepEqual(others, []);
  });
}

const STOPPED = [
  [
    "another version in Cargo.toml",
    { crate: { ...good().crate, version: "1.2.2" } },
    /Cargo\.toml says version 1\.2\.2/,
  ],
  ["a version in the template", { template: { ...good().template, version: "1.2.3" } }, /expects 0\.0\.0/],
  ["no section", { changelog: CHANGELOG.replace("1.2.3", "1.2.30") }, /has no "## 1\.2\.3 - /],
  [
    "a heading with more behind",
    { changelog: CHANGELOG.replace("## 1.2.3 ", "## 1.2.3-rc ") },
    /has no "## 1\.2\.3 - /,
  ],
  ["no date", { changelog: CHANGELOG.replace(" - 2026-02-28", "") }, /has no date, but ""/],
  ["no day", { changelog: CHANGELOG.replace("2026-02-28", "2026-02-30") }, /has no date, but "2026-02-30"/],
  ["no month", { changelog: CHANGELOG.replace("2026-02-28", "2026-13-01") }, /has no date/],
  ["nothing said", { changelog: CHANGELOG.replace("- A thing.", "") }, /says nothing of 1\.2\.3/],
  [
    "left over",
    { changelog: CHANGELOG.replace("## Unreleased\n", "## Unreleased\n\n- More.\n") },
    /under "Unreleased"/,
  ],
  ["another owner", { repository: "someone-else/refund-signer" }, /Cargo\.toml: repository should be/],
  ["no address", { template: { version: "0.0.0" } }, /repository\.url should be .*, and is null/],
];
for (const [what, change, message] of STOPPED) {
  test(`stopped: ${what}`, () => {
    assert.match(releaseProblems({ ...good(), ...change }).join("\n"), message);
  });
}

test("all that is wrong is said at once", () => {
  const wrong = { ...good(), tag: "v9.9.9" };
  assert.equal(releaseProblems(wrong).length, 2);
});

test("the notes are those of the version, and of no other", () => {
  assert.deepEqual(changelogSection(CHANGELOG, "1.2.3"), { date: "2026-02-28", text: "### Added\n\n- A thing." });
  assert.equal(changelogSection(CHANGELOG, "1.2.2")?.text, "- An older thing.");
  assert.equal(changelogSection("# Changelog\n\n## 1.0.0 - 2026-01-01", "1.0.0")?.text, "");
  assert.equal(changelogSection(CHANGELOG, "2.0.0"), undefined);
});

test("as a command, on this repository, it stops what was never released", () => {
  const script = fileURLToPath(new URL("../../scripts/release-check.js", import.meta.url));
  const { GITHUB_REPOSITORY: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, "v999.0.0"], { encoding: "utf8", env });
  assert.equal(status, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /Cargo\.toml says version \d+\.\d+\.\d+, the tag 999\.0\.0/);
});
