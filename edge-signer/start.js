// `npm run edge-signer`: the signer in workerd, with the sandbox for providers and a login made up for the demo.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { razorpay } from "refund-signer";
import { createIssuer } from "./issuer.js";
import { startProviders } from "./providers.js";
import { startEdgeSigner } from "./run.js";

const folder = mkdtempSync(join(tmpdir(), "edge-signer-"));
const issuer = await createIssuer();
const providers = await startProviders();
const { url, kill } = await startEdgeSigner({
  bindings: { ...issuer.bindings, ...providers.bindings },
  upstream: providers.address,
  folder,
  port: 8788,
});

const { paymentId } = providers.sandbox.payments.razorpay.standard;
const plan = (value) => JSON.stringify(razorpay.createRefund({ paymentId, amount: { value, currency: "INR" } }));
const post = (path, token, body = "") =>
  `curl -s ${url}${path} -X POST -H "Authorization: Bearer ${token}"${body && ` -H "Content-Type: application/json" -d '${body}'`}`;

const refunder = await issuer.token("rita", ["refunder"]);
const approver = await issuer.token("omar", ["approver", "auditor"]);
console.log(`The edge signer is at ${url} (Ctrl+C ends it and forgets everything).

Rita's token (refunder):
${refunder}

Omar's token (approver, auditor):
${approver}

Rita refunds INR 100:
${post("/refunds", refunder, plan("100.00"))}

Rita refunds INR 2,500, which a second person must approve:
${post("/refunds", refunder, plan("2500.00"))}

Omar approves; put in the digest of the answer:
${post("/refunds/DIGEST/approve", approver)}

The audit log:
curl -s ${url}/audit -H "Authorization: Bearer ${approver}"`);

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    await kill();
    await providers.close();
    rmSync(folder, { recursive: true });
  });
}
