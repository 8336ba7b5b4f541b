// The five providers, played by the sandbox on this machine, under the names of their own hosts.

import { createSandbox } from "refund-signer/sandbox";
import { startSandboxServer } from "../../scripts/sandbox-server.js";

const NAMES = ["craftgate", "doku", "durianpay", "payermax", "razorpay"];

/** @param {import("refund-signer/sandbox").SandboxOptions} [options] */
export async function startProviders(options) {
  const sandbox = createSandbox(options);
  // The signer signed for https; the last step here is plain http.
  const fetch = (url, init) => sandbox.fetch(url.replace(/^http:/, "https:"), init);
  const { url, close } = await startSandboxServer({ sandbox: { ...sandbox, fetch } });
  const keys = NAMES.map((name) => {
    const { environment, baseUrl, ...settings } = sandbox.credentials[name];
    return [`KEYS_${name.toUpperCase()}`, JSON.stringify(settings)];
  });
  return { sandbox, address: new URL(url).host, bindings: Object.fromEntries(keys), close };
}
