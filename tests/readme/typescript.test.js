// Every example of the documentation compiles as strict TypeScript, however a program finds its modules.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { examples } from "./examples.js";

const ROOT = new URL("../../", import.meta.url);
const TSC = fileURLToPath(new URL("node_modules/typescript/bin/tsc", ROOT));
const READER = fileURLToPath(new URL("reader.d.ts", import.meta.url));
// Inside the repository, so that `refund-signer` is found as it is by its users.
const FOLDER = new URL("target/xtask/readme-types/", ROOT);

const PROVIDERS = readdirSync(new URL("docs/providers", ROOT)).filter((name) => !name.endsWith(".notes.md"));
const PAGES = [
  "README.md",
  "pkg-template/README.md",
  "docs/engines.md",
  "docs/refunds.md",
  "docs/stores.md",
  ...PROVIDERS.map((name) => `docs/providers/${name}`),
];

// All that TypeScript wants a reader to add: what their own functions take.
const PARAMETERS = {
  "async fetch(request, _, ctx)":
    "async fetch(request: Request, _: unknown, ctx: { waitUntil(work: Promise<unknown>): void })",
  "async scheduled(_, env)": "async scheduled(_: unknown, env: Env)",
  "constructor(ctx, env)": "constructor(ctx: ObjectState, env: Env)",
  "async refund(id, plan)": "async refund(id: string, plan: import('refund-signer').Plan)",
  "async function onWebhook(request)": "async function onWebhook(request: Request)",
  "async function job({ id })": "async function job({ id }: { id: string })",
  "async run({ instanceId: id }, step)": "async run({ instanceId: id }: { instanceId: string }, step: WorkflowStep)",
};

const OPTIONS = "--noEmit --strict --moduleDetection force --target es2022 --lib es2022,dom --types node".split(" ");
const MODULES = { bundler: "esnext", node16: "node16" };

mkdirSync(FOLDER, { recursive: true });
const files = PAGES.flatMap(examples).map(({ name, code }) => {
  const file = fileURLToPath(new URL(`${name}.ts`, FOLDER));
  writeFileSync(file, annotated(code));
  return file;
});

/** @param {string} code */
function annotated(code) {
  return Object.entries(PARAMETERS).reduce((text, [plain, typed]) => text.replace(plain, typed), code);
}

/** What the compiler complains of. @param {string[]} options */
function complaints(options) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [TSC, ...OPTIONS, ...options, READER, ...files], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return status === 0 ? "" : stdout + stderr || `tsc ended with ${status}`;
}

test("every page has an example", () => {
  for (const page of PAGES) assert.ok(examples(page).length > 0, page);
});

for (const [resolution, module] of Object.entries(MODULES)) {
  for (const exact of ["false", "true"]) {
    test(`the examples compile: moduleResolution ${resolution}, exactOptionalPropertyTypes ${exact}`, () => {
      const how = ["--module", module, "--moduleResolution", resolution, "--exactOptionalPropertyTypes", exact];
      assert.equal(complaints(how), "");
    });
  }
}
