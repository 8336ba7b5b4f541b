// The code that the console shows really runs: as curl, in Node and in a Worker, against the sandbox.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { createSandbox } from "refund-signer/sandbox";
import { startSandboxServer } from "../../pkg-template/bin/server.js";
import { launch, openPage, startConsole } from "./browser.js";

const PROVIDERS = ["craftgate", "doku", "durianpay", "payermax", "razorpay"];
const FOLDER = fileURLToPath(new URL("../../target/xtask/console/", import.meta.url));
const PRELOAD = fileURLToPath(new URL("providers.js", import.meta.url));
const WASM = createRequire(import.meta.url).resolve("refund-signer/refund_signer.wasm");

describe("code", () => {
  /** @type {Map<string, string>} */
  const texts = new Map();
  /** A sandbox that has what the page's sandbox has. @type {ReturnType<typeof createSandbox>} */
  let sandbox;

  before(async () => {
    mkdirSync(FOLDER, { recursive: true });
    const site = await startConsole();
    const browser = await launch("chromium");
    const { page, check } = await openPage(browser, `${site.url}/`);
    for (const provider of PROVIDERS) {
      await page.getByLabel("Provider").selectOption(provider);
      for (const tab of ["curl", "Worker", "Node"]) {
        await page.getByRole("tab", { name: tab }).click();
        texts.set(
          `${provider} ${tab}`,
          (await page.getByRole("group", { name: tab, exact: true }).textContent()) ?? "",
        );
      }
    }
    check();
    await browser.close();
    site.close();
  });

  test("no code holds a secret", () => {
    const { credentials } = createSandbox();
    for (const [name, text] of texts) {
      for (const provider of /** @type {const} */ (["craftgate", "doku", "durianpay", "payermax", "razorpay"])) {
        for (const [setting, value] of Object.entries(credentials[provider])) {
          if (/secret|token|serverKey/i.test(setting)) assert.ok(!text.includes(value), `${name} holds ${setting}`);
          const isBasic = text.includes(Buffer.from(`${value}:`).toString("base64").slice(0, -4));
          assert.ok(!isBasic, `${name} holds ${setting} in base64`);
        }
      }
    }
  });

  for (const provider of PROVIDERS) {
    test(`${provider}: curl`, async () => {
      sandbox = createSandbox();
      const server = await startSandboxServer({ sandbox: { ...sandbox, fetch: overPlainHttp } });
      const command = text(provider, "curl").replace("https://", "http://");
      // To this machine, whatever the host; the rest is the command as it is shown.
      const local = command.replace(
        /^curl /,
        `curl --silent --fail --connect-to ::127.0.0.1:${new URL(server.url).port} `,
      );
      const { stdout, stderr, status } = await run("sh", ["-c", local]);
      await server.close();
      assert.equal(status, 0, `${command}\n${stdout}${stderr}`);
      assert.equal(sandbox.ledger.refunds.length, 1, stdout);
    });

    test(`${provider}: Node`, async () => {
      const file = `${FOLDER}${provider}.mjs`;
      writeFileSync(file, text(provider, "Node"));
      const { stdout, stderr } = await run(process.execPath, ["--import", PRELOAD, file]);
      assert.equal(JSON.parse(stdout || "{}").status, "succeeded", `${text(provider, "Node")}\n${stdout}${stderr}`);
    });

    test(`${provider}: Worker`, async () => {
      sandbox = createSandbox();
      const file = `${FOLDER}${provider}-worker.mjs`;
      writeFileSync(file, text(provider, "Worker"));
      const worker = new Miniflare({
        modules: [
          { type: "ESModule", path: "worker.js", contents: await bundled(file) },
          { type: "CompiledWasm", path: "refund_signer.wasm", contents: readFileSync(WASM) },
        ],
        compatibilityDate: "2026-11-01",
        kvNamespaces: ["PLANS"],
        bindings: variables(),
        outboundService: async (request) => {
          const body = request.method === "GET" ? undefined : await request.text();
          const answer = await sandbox.fetch(request.url, {
            method: request.method,
            headers: [...request.headers],
            body,
          });
          return /** @type {any} */ (answer);
        },
      });
      try {
        const response = await worker.dispatchFetch("http://localhost/");
        const verdict = /** @type {any} */ (await response.json());
        assert.equal(verdict.status, "succeeded", JSON.stringify(verdict));
        const plans = await worker.getKVNamespace("PLANS");
        assert.equal(JSON.parse((await plans.get("refund-1")) ?? "{}").provider, provider, "the plan was stored");
        assert.equal(sandbox.ledger.refunds.length, 1);
      } finally {
        await worker.dispose();
      }
    });
  }

  /** @param {string} provider @param {string} tab */
  function text(provider, tab) {
    return texts.get(`${provider} ${tab}`) ?? "";
  }

  /** The page signed for https; the last step here is plain http. @param {any} url @param {any} init */
  function overPlainHttp(url, init) {
    return sandbox.fetch(url.replace(/^http:/, "https:"), init);
  }

  /** The names that the code uses, and what they stand for in the sandbox. */
  function variables() {
    const entries = Object.entries(createSandbox().credentials).flatMap(([provider, settings]) =>
      Object.entries(settings).map(([name, value]) => [
        `${provider}_${name.replace(/[A-Z]/g, "_$&")}`.toUpperCase(),
        String(value),
      ]),
    );
    return Object.fromEntries(entries);
  }

  /** In the background: the sandbox runs in this process. @param {string} program @param {string[]} args */
  async function run(program, args) {
    const child = spawn(program, args, { env: { ...process.env, ...variables() } });
    const outputs = { stdout: "", stderr: "" };
    child.stdout.on("data", (bytes) => {
      outputs.stdout += bytes;
    });
    child.stderr.on("data", (bytes) => {
      outputs.stderr += bytes;
    });
    const status = await new Promise((resolve) => child.on("close", resolve));
    return { ...outputs, status };
  }

  /** As wrangler bundles a Worker. @param {string} file */
  async function bundled(file) {
    const { outputFiles } = await build({
      entryPoints: [file],
      bundle: true,
      write: false,
      format: "esm",
      conditions: ["workerd", "worker", "browser"],
      plugins: [
        {
          name: "wasm beside the worker",
          setup: ({ onResolve }) => {
            onResolve({ filter: /\.wasm$/ }, () => ({ path: "./refund_signer.wasm", external: true }));
          },
        },
      ],
    });
    return outputFiles[0]?.text ?? "";
  }
});
