// The Worker that serves the console together with the edge signer, in miniflare: a browser refunds through it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { createSandbox } from "refund-signer/sandbox";
import { createIssuer } from "../../edge-signer/issuer.js";
import { HEADERS } from "../../www/policy.js";
import { launch, openPage, storedBy } from "./browser.js";

const WASM = createRequire(import.meta.url).resolve("refund-signer/refund_signer.wasm");
const path = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

describe("the Worker", () => {
  /** @type {Miniflare} */
  let worker;
  /** @type {string} */
  let url;
  const sandbox = createSandbox();
  /** @type {Awaited<ReturnType<typeof createIssuer>>} */
  let issuer;

  before(async () => {
    issuer = await createIssuer();
    const { keyId, keySecret } = sandbox.credentials.razorpay;
    worker = new Miniflare({
      name: "console",
      modules: [
        { type: "ESModule", path: "worker.js", contents: await bundledWorker() },
        { type: "CompiledWasm", path: "refund_signer.wasm", contents: readFileSync(WASM) },
      ],
      compatibilityDate: "2026-11-01",
      assets: {
        directory: path("../../www/dist"),
        binding: "ASSETS",
        routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
      },
      durableObjects: { LEDGER: { className: "Ledger", useSQLite: true } },
      bindings: { ...issuer.bindings, KEYS_RAZORPAY: JSON.stringify({ keyId, keySecret }) },
      outboundService: async (request) => {
        const body = request.method === "GET" ? undefined : await request.text();
        return /** @type {any} */ (
          await sandbox.fetch(request.url, { method: request.method, headers: [...request.headers], body })
        );
      },
    });
    url = (await worker.ready).origin;
  });
  after(() => worker.dispose());

  test("every answer has the policy, and its config names the signer and no person", async () => {
    for (const name of ["/", "/config.json", "/icon.svg", "/nowhere"]) {
      const response = await fetch(`${url}${name}`);
      await response.arrayBuffer();
      for (const [header, value] of Object.entries(HEADERS))
        assert.equal(response.headers.get(header), value, `${name} ${header}`);
    }
    assert.deepEqual(await (await fetch(`${url}/config.json`)).json(), { signer: true });
  });

  test("a browser refunds through it, with a token that it keeps in memory", async () => {
    const browser = await launch("chromium");
    const { page, check } = await openPage(browser, `${url}/`, { allow: /the server responded with a status of 401/ });
    const token = await issuer.token("rita", ["refunder"]);
    await page.getByLabel("Provider").selectOption("razorpay");
    await page.getByLabel("Send to").selectOption("signer");
    await page.getByLabel("Bearer token").fill("nonsense");
    await page.getByRole("button", { name: "Send through the edge signer" }).click();
    await page.getByText("The edge signer refused: nothing was sent").waitFor();
    assert.equal(sandbox.ledger.refunds.length, 0);
    await page.getByLabel("Bearer token").fill(token);
    await page.getByRole("button", { name: "Send the same plan again" }).click();
    await page.getByText("The refund is done.").waitFor();
    assert.equal(sandbox.ledger.refunds.length, 1);
    assert.ok(!(await storedBy(page)).includes(token));
    check();
    await browser.close();
  });

  /** As wrangler bundles it. */
  async function bundledWorker() {
    const { outputFiles } = await build({
      entryPoints: [path("../../www/worker.js")],
      bundle: true,
      write: false,
      format: "esm",
      conditions: ["workerd", "worker", "browser"],
      external: ["cloudflare:*", "node:*"],
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
