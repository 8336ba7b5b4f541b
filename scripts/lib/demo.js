// The console as `npm start` serves it: with a sandbox that outlives the page, and an edge signer, in workerd, whose
// providers are that sandbox and whose login is made up.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIssuer } from "../../edge-signer/issuer.js";
import { startEdgeSigner } from "../../edge-signer/run.js";
import { startSandboxServer } from "../../pkg-template/bin/server.js";
import { createHost } from "../../www/src/sandbox/host.js";
import { startSite } from "./site.js";

/** Who can ask the edge signer. */
const PEOPLE = [
  { name: "rita", roles: ["refunder"] },
  { name: "omar", roles: ["approver", "auditor"] },
];

/** @param {{ port?: number }} [options] */
export async function startDemo({ port } = {}) {
  const host = createHost();
  const signer = await startSigner(host);
  const site = await startSite({ host, signer, port });
  const close = async () => {
    site.close();
    await signer.close();
  };
  return { url: site.url, host, close };
}

/** @param {ReturnType<typeof createHost>} host */
async function startSigner(host) {
  const folder = mkdtempSync(join(tmpdir(), "edge-signer-"));
  const issuer = await createIssuer();
  const providers = await startSandboxServer({ sandbox: { ...host.sandbox, fetch: playProvider } });
  const { url, kill } = await startEdgeSigner({
    bindings: { ...issuer.bindings, ...keysOf(host.sandbox.credentials) },
    upstream: new URL(providers.url).host,
    folder,
  });
  const people = await Promise.all(
    PEOPLE.map(async (one) => ({ ...one, token: await issuer.token(one.name, one.roles) })),
  );
  async function close() {
    await kill();
    await providers.close();
    rmSync(folder, { recursive: true });
  }
  return { url, people, close };

  /** The signer signed for https; the last step here is plain http. The sandbox is looked up, since it can be reset. */
  function playProvider(address, init) {
    return host.sandbox.fetch(address.replace(/^http:/, "https:"), init);
  }
}

/** The sandbox's credentials as the signer's secrets: without a host, which its policy names. */
function keysOf(credentials) {
  const names = ["craftgate", "doku", "durianpay", "payermax", "razorpay"];
  const keys = names.map((name) => {
    const { environment, baseUrl, ...settings } = credentials[name];
    return [`KEYS_${name.toUpperCase()}`, JSON.stringify(settings)];
  });
  return Object.fromEntries(keys);
}
