// The five providers, played by the sandbox on this machine, under the names of their own hosts.

import { createSandbox } from "refund-signer/sandbox";
import { startSandboxServer } from "../pkg-template/bin/server.js";

const NAMES = ["craftgate", "doku", "durianpay", "payermax", "razorpay"];

/**
 * @param {import("refund-signer/sandbox").SandboxOptions} [options]
 * @param {(url: string) => unknown} [before] sees every request, and may hold it up
 */
export async function startProviders(options, before = () => {}) {
  const sandbox = createSandbox(options);
  const fetch = async (url, init) => {
    // The signer signed for https; the last step here is plain http.
    const signed = url.replace(/^http:/, "https:");
    await before(signed);
    return sandbox.fetch(signed, init);
  };
  const { url, close } = await startSandboxServer({ sandbox: { ...sandbox, fetch } });
  /** @type {Record<string, string>} */
  const bindings = {};
  for (const name of NAMES) {
    const { environment, baseUrl, ...settings } = sandbox.credentials[name];
    bindings[`KEYS_${name.toUpperCase()}`] = JSON.stringify(settings);
    // Durianpay documents no webhooks of refunds.
    if (name === "durianpay") continue;
    bindings[`WEBHOOKS_${name.toUpperCase()}`] = JSON.stringify(await sandbox.webhooks.settings(name));
  }
  return { sandbox, address: new URL(url).host, bindings, close };
}
