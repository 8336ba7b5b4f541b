// send(): exactly what the verdict allows.

import { has, ok, same, thrown } from "./assert.js";
import { world } from "./world.js";

export function sending(api) {
  const { signer, send } = api;

  /** A DOKU refund, through a `fetch` that counts. */
  function refund() {
    const { sandbox, input, client } = world(api);
    const seen = [];
    const fetch = (url, init) => {
      seen.push(init);
      return sandbox.fetch(url, init);
    };
    return { sandbox, fetch, seen, client: client("doku"), plan: signer.doku.createRefund(input("doku")) };
  }

  return [
    [
      "send: a good refund is sent once, without following redirects",
      async () => {
        const { fetch, seen, client, plan } = refund();
        has(await send(client, plan, { fetch, retry: 3 }), { status: "succeeded", next: "done" }, "verdict");
        same(seen.length, 1, "requests");
        same(seen[0].redirect, "manual", "redirect");
      },
    ],
    [
      "send: too many requests are sent again, with the same body and key",
      async () => {
        const { sandbox, fetch, seen, client, plan } = refund();
        sandbox.faults.next("doku", "status-429", { retryAfter: 0 });
        has(await send(client, plan, { fetch, retry: 1 }), { status: "succeeded" }, "verdict");
        same(seen.length, 2, "requests");
        same(seen[1].body, seen[0].body, "body");
        same(seen[1].headers["Request-Id"], seen[0].headers["Request-Id"], "Request-Id");
      },
    ],
    [
      "send: nothing is sent again unless asked for",
      async () => {
        const { sandbox, fetch, seen, client, plan } = refund();
        sandbox.faults.next("doku", "status-429", { retryAfter: 0 });
        has(await send(client, plan, { fetch }), { status: "rejected", next: "retry", retryAfterMs: 0 }, "verdict");
        same(seen.length, 1, "requests");
      },
    ],
    [
      "send: a pause longer than the time-out is left to the caller",
      async () => {
        const { sandbox, fetch, seen, client, plan } = refund();
        sandbox.faults.next("doku", "status-429", { retryAfter: 60 });
        has(await send(client, plan, { fetch, retry: 1, timeoutMs: 1000 }), { retryAfterMs: 60_000 }, "verdict");
        same(seen.length, 1, "requests");
      },
    ],
    ...["lost-response", "status-500", "timeout-after", "truncated", "html"].map((fault) => [
      `send: after ${fault} it is unknown what happened, and nothing is sent again`,
      async () => {
        const { sandbox, fetch, seen, client, plan } = refund();
        sandbox.faults.next("doku", fault);
        const verdict = await send(client, plan, { fetch, retry: 3, timeoutMs: 200 });
        has(verdict, { status: "unknown", next: "query" }, "verdict");
        same(seen.length, 1, "requests");
      },
    ]),
    [
      "send: an abort before sending rejects, and nothing is sent",
      async () => {
        const { fetch, seen, client, plan } = refund();
        const error = await thrown(() => send(client, plan, { fetch, signal: AbortSignal.abort() }));
        same(error.name, "AbortError", "error");
        same(seen.length, 0, "requests");
      },
    ],
    [
      "send: an abort after sending is unknown",
      async () => {
        const { sandbox, fetch, client, plan } = refund();
        sandbox.faults.next("doku", "timeout");
        const controller = new AbortController();
        setTimeout(() => controller.abort(), 20);
        has(await send(client, plan, { fetch, signal: controller.signal }), { status: "unknown" }, "verdict");
      },
    ],
    [
      "send: a fetch that ignores its signal cannot hold it up",
      async () => {
        const { client, plan } = refund();
        const fetch = () => new Promise(() => {});
        has(await send(client, plan, { fetch, timeoutMs: 20 }), { status: "unknown" }, "verdict");
      },
    ],
    [
      "send: bad options are refused before anything is sent",
      async () => {
        const { fetch, seen, client, plan } = refund();
        for (const options of [{ retry: -1 }, { retry: 1.5 }, { timeoutMs: 0 }, { timeoutMs: 2 ** 31 }]) {
          const error = await thrown(() => send(client, plan, { fetch, ...options }));
          ok(error instanceof signer.RefundError, `a RefundError for ${JSON.stringify(options)}`);
          same(error.code, "out_of_range", "code");
        }
        same((await thrown(() => send(client, plan, { fetch: null }))).code, "wrong_type", "code");
        same(seen.length, 0, "requests");
      },
    ],
  ];
}
