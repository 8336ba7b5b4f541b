// The five refunds: planned, signed, sent, read.

import { has, ok, same } from "./assert.js";
import { PROVIDERS, world } from "./world.js";

const NOW = Date.UTC(2026, 0, 31, 12);
const NONCE = "01234567890123456789012345678901";

/** What the answer to a good refund is read as. */
const GOOD = { status: "succeeded", next: "done", replayed: false };
const SIGNATURES = { doku: "verified" };

export function refunds(api) {
  const { signer, providers } = api;

  return PROVIDERS.flatMap((name) => [
    [
      `${name}: a refund goes through`,
      async () => {
        const { sandbox, input, client } = world(api);
        const plan = signer[name].createRefund(input(name));
        const signing = client(name);
        const request = signing.sign(plan);
        const response = await sandbox.fetch(request.url, request);
        const verdict = signing.read(plan, {
          status: response.status,
          headers: response.headers,
          body: new Uint8Array(await response.arrayBuffer()),
        });
        has(verdict, { ...GOOD, signature: SIGNATURES[name] ?? "not-offered" }, "verdict");
        same(sandbox.ledger.refunds.length, 1, "refunds in the ledger");
      },
    ],
    [
      `${name}: the same plan, time and nonce give the same bytes`,
      () => {
        const { input, client } = world(api);
        const plan = signer[name].createRefund(input(name));
        const first = client(name).sign(plan, { now: NOW, nonce: NONCE });
        const second = client(name).sign(JSON.parse(JSON.stringify(plan)), { now: NOW, nonce: NONCE });
        same(second, first, "request");
      },
    ],
    [
      `${name}: a plan that was sent twice is one refund`,
      async () => {
        const { sandbox, input, client } = world(api);
        const plan = signer[name].createRefund(input(name));
        for (const _ of [1, 2]) {
          const request = client(name).sign(plan);
          await sandbox.fetch(request.url, request);
        }
        const partialTwice = name === "craftgate" ? 2 : 1;
        ok(sandbox.ledger.refunds.length <= partialTwice, `${sandbox.ledger.refunds.length} refunds in the ledger`);
      },
    ],
    [
      `${name}: its own entry has the same functions`,
      () => {
        const names = (module) => Object.keys(module).sort();
        same(names(providers[name]), names(signer[name]), "exports");
        const { input } = world(api);
        same(providers[name].createRefund(input(name)).provider, name, "provider");
      },
    ],
  ]);
}
