// What has to agree before a version is released: the tag, the crate, the npm package, the changelog and the address.
// `node scripts/release-check.js v1.2.3` prints that version's part of the changelog, or what is wrong and ends with 1.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { metadata } from "./lib/crates.js";

/**
 * @typedef {object} Release
 * @property {string} tag What was tagged.
 * @property {{ version: string, repository: string | null }} crate What cargo says of the crate.
 * @property {{ version: string, repository?: { url?: string } }} template pkg-template/package.json.
 * @property {string} changelog CHANGELOG.md.
 * @property {string} [repository] `owner/name`, where it is released from. npm refuses provenance for any other.
 */

/**
 * Everything that keeps this from being released.
 *
 * @param {Release} release
 * @returns {string[]}
 */
export function releaseProblems({ tag, crate, template, changelog, repository }) {
  const version = /^v((?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*))$/.exec(tag)?.[1];
  if (version === undefined) return [`the tag ${JSON.stringify(tag)} is not of the form v1.2.3`];
  return [
    ...versionProblems(version, crate, template),
    ...changelogProblems(version, changelog),
    ...addressProblems(repository, crate, template),
  ];
}

/**
 * @param {string} version
 * @param {Release["crate"]} crate
 * @param {Release["template"]} template
 */
function versionProblems(version, crate, template) {
  const problems = [];
  if (crate.version !== version) problems.push(`Cargo.toml says version ${crate.version}, the tag ${version}`);
  // The build puts the crate's version in its place, so that there is one place to change.
  if (template.version !== "0.0.0") {
    problems.push(`pkg-template/package.json says version ${template.version}; the build expects 0.0.0 there`);
  }
  return problems;
}

/**
 * @param {string} version
 * @param {string} changelog
 */
function changelogProblems(version, changelog) {
  const problems = [];
  const section = changelogSection(changelog, version);
  if (section === undefined) problems.push(`CHANGELOG.md has no "## ${version} - YYYY-MM-DD"`);
  else {
    if (!isDate(section.date))
      problems.push(`CHANGELOG.md: ${version} has no date, but ${JSON.stringify(section.date)}`);
    if (!/^- /m.test(section.text)) problems.push(`CHANGELOG.md says nothing of ${version}`);
  }
  const unreleased = changelogSection(changelog, "Unreleased");
  if (unreleased && /^- /m.test(unreleased.text)) {
    problems.push(`CHANGELOG.md still has entries under "Unreleased": they belong to ${version}`);
  }
  return problems;
}

/**
 * @param {string | undefined} repository
 * @param {Release["crate"]} crate
 * @param {Release["template"]} template
 */
function addressProblems(repository, crate, template) {
  if (repository === undefined) return [];
  const problems = [];
  const address = `https://github.com/${repository}`;
  if (crate.repository !== address) {
    problems.push(`Cargo.toml: repository should be "${address}", and is ${JSON.stringify(crate.repository)}`);
  }
  const url = template.repository?.url;
  if (url !== `git+${address}.git`) {
    problems.push(
      `pkg-template/package.json: repository.url should be "git+${address}.git", and is ${JSON.stringify(url ?? null)}`,
    );
  }
  return problems;
}

/**
 * The part of a changelog under one heading: `## 1.2.3 - 2026-01-31`, or `## Unreleased`.
 *
 * @param {string} changelog
 * @param {string} name
 * @returns {{ date: string, text: string } | undefined}
 */
export function changelogSection(changelog, name) {
  const parts = changelog.split(/^## /m).slice(1);
  for (const part of parts) {
    const end = part.includes("\n") ? part.indexOf("\n") : part.length;
    const [heading, date = ""] = part.slice(0, end).trim().split(" - ");
    if (heading === name) return { date, text: part.slice(end).trim() };
  }
  return undefined;
}

/** @param {string} text */
function isDate(text) {
  const date = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** @param {string} path */
const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

/** @returns {Release["crate"]} */
function crateFromCargo() {
  const { packages } = metadata("--no-deps");
  return packages.find(({ name }) => name === "refund-signer");
}

/** @param {string} tag */
function main(tag) {
  const changelog = read("CHANGELOG.md");
  const template = JSON.parse(read("pkg-template/package.json"));
  const repository = process.env.GITHUB_REPOSITORY;
  const problems = releaseProblems({ tag, crate: crateFromCargo(), template, changelog, repository });
  for (const problem of problems) console.error(`- ${problem}`);
  if (problems.length > 0) process.exit(1);
  console.log(changelogSection(changelog, tag.slice(1))?.text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv[2] ?? "");
