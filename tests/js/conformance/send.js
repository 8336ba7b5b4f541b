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

  /** A refund at a provider that recognizes a second attempt after a failure. */
  function razorpayRefund() {
    const { input, client } = world(api);
    return { client: client("razorpay"), plan: signer.razorpay.createRefund(input("razorpay")) };
  }

  /** Razorpay's words for: the first request with this key is still being worked on. */
  function inProgress() {
    return razorpayError(409, "Another request with the same idempotency key is still in progress.");
  }

  function refusal(status) {
    return razorpayError(status, status === 429 ? "Too many requests" : "The api key provided is invalid");
  }

  function razorpayError(status, description) {
    const error = { code: "BAD_REQUEST_ERROR", description };
    return new Response(JSON.stringify({ error }), { status, headers: { "retry-after": "0" } });
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
      "send: what is refused after an attempt that may have moved money stays unknown",
      async () => {
        for (const [status, expected] of [
          [401, { status: "unknown", next: "query", httpStatus: 401 }],
          [429, { status: "unknown", next: "retry", httpStatus: 429 }],
        ]) {
          const { client, plan } = razorpayRefund();
          const answers = [inProgress(), refusal(status)];
          const fetch = async () => answers.shift();
          const verdict = await send(client, plan, { fetch, retry: 1 });
          has(verdict, expected, `verdict after ${status}`);
          same(/again/.test(verdict.problem.userAction), verdict.next === "retry", verdict.problem.userAction);
          same(answers.length, 0, "answers left");
        }
      },
    ],
    [
      "send: what is refused after an earlier call that may have moved money stays unknown",
      async () => {
        const { client, plan } = razorpayRefund();
        const told = async (earlier) => (await send(client, plan, { fetch: async () => refusal(401), earlier })).status;
        const lost = client.read(plan, null);
        for (const earlier of [
          null,
          lost,
          JSON.parse(JSON.stringify(lost)),
          { status: "pending" },
          { status: "succeeded" },
        ]) {
          same(await told(earlier), "unknown", `status after ${JSON.stringify(earlier)}`);
        }
        for (const earlier of [undefined, { status: "rejected" }, { status: "failed" }]) {
          same(await told(earlier), "rejected", `status after ${JSON.stringify(earlier)}`);
        }
      },
    ],
    [
      "send: what is no earlier verdict is refused, and nothing is sent",
      async () => {
        const { fetch, seen, client, plan } = refund();
        const hostile = {
          get status() {
            throw new Error("mine");
          },
        };
        for (const earlier of [{}, "unknown", 1, { status: "Unknown" }, { status: null }, hostile]) {
          const error = await thrown(() => send(client, plan, { fetch, earlier }));
          ok(error instanceof signer.RefundError, "a RefundError");
          same([error.code, error.problems[0].path].join(), "wrong_type,earlier", "problem");
        }
        same(seen.length, 0, "requests");
      },
    ],
    [
      "send: a read that is refused in the end is refused",
      async () => {
        const { client } = razorpayRefund();
        const answers = [new Response("{}", { status: 500, headers: { "retry-after": "0" } }), refusal(401)];
        const fetch = async () => answers.shift();
        const plan = signer.razorpay.fetchRefund({ refundId: "rfnd_1" });
        has(await send(client, plan, { fetch, retry: 1 }), { status: "rejected", next: "fix" }, "verdict");
      },
    ],
    [
      "send: a refusal after a refusal is one",
      async () => {
        const { client, plan } = razorpayRefund();
        const answers = [refusal(429), refusal(401)];
        const fetch = async () => answers.shift();
        has(await send(client, plan, { fetch, retry: 1 }), { status: "rejected", next: "fix" }, "verdict");
      },
    ],
    [
      "send: a second attempt that cannot be signed leaves the first one's verdict",
      async () => {
        const { client, plan } = razorpayRefund();
        const signed = [client.sign(plan)];
        const sign = () => signed.shift() ?? Promise.reject(new Error("the KMS is down"));
        const fetch = async () => refusal(429);
        has(await send(client, plan, { fetch, sign, retry: 1 }), { status: "rejected", next: "retry" }, "verdict");
        const error = await thrown(() => send(client, plan, { fetch, sign, retry: 1 }));
        same(error.message, "the KMS is down", "error");
      },
    ],
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
      "finish: a MAC of another length than the algorithm's is refused",
      async () => {
        const { client, plan } = refund();
        for (const length of [0, 3, 31, 33, 64]) {
          const { problems } = await thrown(() => client.prepare(plan).finish(new Uint8Array(length)));
          same(problems[0].path, "signature", `${length} bytes`);
        }
        ok(client.prepare(plan).finish(new Uint8Array(32)).headers.Signature, "32 bytes");
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
        for (const options of [null, 5, "fetch"]) {
          same((await thrown(() => send(client, plan, options))).message.split(" ")[0], "options:", "message");
        }
        for (const [first, second] of [
          [plan, client],
          [null, plan],
          [undefined, plan],
        ]) {
          same((await thrown(() => send(first, second, { fetch }))).message.split(" ")[0], "client:", "message");
        }
        same(seen.length, 0, "requests");
      },
    ],
  ];
}
