// Clients, plans and verdicts as JavaScript values.

import { ok, same, thrown } from "./assert.js";
import { PROVIDERS, world } from "./world.js";

const NOTHING = { status: 200, headers: {}, body: "" };

export function values(api) {
  const { signer } = api;

  /** A plan and its client. */
  function doku() {
    const { input, client, sandbox } = world(api);
    return { client: client("doku"), plan: signer.doku.createRefund(input("doku")), sandbox };
  }

  return [
    [
      "plans, requests and verdicts cannot be changed",
      () => {
        const { client, plan } = doku();
        const request = client.sign(plan);
        const verdict = client.read(plan, null);
        for (const value of [plan, request, request.headers, verdict, verdict.problem, api.catalog()[0]]) {
          ok(Object.isFrozen(value), `frozen: ${JSON.stringify(value)}`);
        }
      },
    ],
    [
      "a plan survives JSON and structuredClone",
      () => {
        const { client, plan } = doku();
        same(JSON.parse(JSON.stringify(plan)), plan, "plan");
        client.sign(structuredClone(plan));
      },
    ],
    [
      "a client shows no secret",
      () => {
        const { client, sandbox } = doku();
        const { secretKey } = sandbox.credentials.doku;
        const shown = [JSON.stringify(client), String(client), JSON.stringify(Object.getOwnPropertyNames(client))];
        shown.push(JSON.stringify(structuredClone(client)));
        ok(!shown.join().includes(secretKey), "no secret in what a client shows");
      },
    ],
    [
      "every signature takes its own time and nonce",
      () => {
        const { input, client } = world(api);
        const signing = client("payermax");
        const plan = signer.payermax.createRefund(input("payermax"));
        const [first, second] = [1, 2].map(() => JSON.stringify(signing.sign(plan)));
        ok(first !== second, "two attempts differ");
      },
    ],
    [
      "every plan gets its own idempotency key",
      () => {
        const { input } = world(api);
        const [first, second] = [1, 2].map(() => signer.razorpay.createRefund(input("razorpay")).idempotencyKey);
        ok(first !== second, "two keys differ");
        ok(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(first), `a UUID: ${first}`);
      },
    ],
    [
      "a freed client says so",
      async () => {
        const { client, plan } = doku();
        client.free();
        client.free();
        for (const call of [() => client.sign(plan), () => client.read(plan, null)]) {
          same((await thrown(call)).code, "freed", "code");
        }
      },
    ],
    [
      "bodies as text, bytes and buffers are read alike",
      () => {
        const { client, plan } = doku();
        const bytes = new Uint8Array();
        for (const body of ["", bytes, bytes.buffer]) {
          same(client.read(plan, { ...NOTHING, body }).status, "unknown", "status");
        }
      },
    ],
    [
      "headers as an object, pairs and Headers are read alike",
      () => {
        const { client, plan } = doku();
        const [first, ...others] = [
          { "Retry-After": "7" },
          [["retry-after", "7"]],
          new Headers({ "Retry-After": "7" }),
        ].map((headers) => client.read(plan, { status: 429, headers, body: "" }));
        same(first.retryAfterMs, 7000, "retryAfterMs");
        for (const other of others) same(other, first, "verdict");
      },
    ],
    ...Object.entries({
      "a Response": new Response("{}"),
      "a parsed body": { ...NOTHING, body: {} },
      "a missing body": { status: 200, headers: {} },
      "a missing status": { headers: {}, body: "" },
      "nothing at all": undefined,
    }).map(([what, response]) => [
      `read refuses ${what}, and says what to do`,
      async () => {
        const { client, plan } = doku();
        const error = await thrown(() => client.read(plan, response));
        ok(error instanceof signer.RefundError, `a RefundError, not ${error}`);
        same(error.code, "invalid_response", "code");
        ok(error.problems[0].userAction.includes("arrayBuffer"), error.problems[0].userAction);
      },
    ]),
    [
      "queryFor asks only, and for the same provider",
      () => {
        const { input } = world(api);
        for (const name of PROVIDERS) {
          const query = signer[name].queryFor(signer[name].createRefund(input(name)));
          if (query !== undefined) same(query.provider, name, "provider");
        }
      },
    ],
    [
      "the catalog names every provider and operation",
      () => {
        const catalog = api.catalog();
        same(catalog.map(({ name }) => name).sort(), [...PROVIDERS].sort(), "providers");
        for (const { name, operations } of catalog) {
          for (const operation of operations) {
            same(typeof signer[name][operation.name], "function", `${name}.${operation.name}`);
          }
        }
      },
    ],
  ];
}
