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

  const FORBIDDEN =
    /pay the customer back another way|plan (a new|again)|correct the input|at most the rest|^check the payment's state|sign the same plan again|to enable it/i;

  /** What may not end as a refusal: unknown, to be asked about, with nothing of a refund and no advice beyond that. */
  function isDoubt(verdict, what) {
    const { status, next, final, refund, refunds, ifFirst, problem } = verdict;
    same(
      [status, next, final, refund, refunds, ifFirst],
      ["unknown", "query", false, undefined, undefined, undefined],
      what,
    );
    ok(!FORBIDDEN.test(problem.userAction), `${what}: ${problem.userAction}`);
    ok(/ask for the/i.test(problem.userAction), `${what}: ${problem.userAction}`);
    ok(Object.isFrozen(verdict) && Object.isFrozen(verdict.problem), `${what}: frozen`);
  }

  /** Craftgate's refusal by a bank, with HTTP 422, or a refund in its state FAILURE. */
  function bankError(errorGroup) {
    const error = { errorCode: "10000", errorDescription: "Bankadan hata alındı", errorGroup };
    if (errorGroup) return Response.json({ errors: error }, { status: 422 });
    return Response.json({
      data: { id: 9, status: "FAILURE", refundPrice: 40, refundType: "CANCEL", currency: "TRY" },
    });
  }

  /** SNAP's answer to a refund that failed; `refundStatus` is the standard's. */
  function snapFailed({ body }) {
    const { partnerRefundNo, originalPartnerReferenceNo } = JSON.parse(body);
    const responseCode = "2005800";
    const additionalInfo = { refundStatus: "06" };
    const json = { responseCode, responseMessage: "Successful", partnerRefundNo, originalPartnerReferenceNo };
    return Response.json({ ...json, additionalInfo });
  }

  /** The plan that `reader` signs. */
  const ASKED = { method: "GET", path: "/", query: "" };

  /** A client that reads whatever it is told to; the verdict of a lost answer says what is known of the plan. */
  function reader(verdicts, { repeatable = true, next = "query" } = {}) {
    const lost = { status: "unknown", next, final: false, repeatable, problem: { code: "no_response" } };
    return {
      sign: () => ({ method: "GET", url: "https://example.test/", headers: {} }),
      read: (_, answer) => (answer ? verdicts.shift() : lost),
    };
  }

  /** Sends a plan to be read by such a client, with an answer to each attempt. */
  function told(verdicts, { facts, ...options } = {}) {
    const fetch = async () => new Response("{}");
    return send(reader(verdicts, facts), ASKED, { fetch, ...options });
  }

  const problem = { code: "amount_exceeded", message: "Too much.", userAction: "Ask for the refund's state." };
  const ifFirst = { status: "rejected", next: "fix", problem: { ...problem, userAction: "Refund at most the rest." } };
  /** What `read` says of a refusal that an earlier success could cause. */
  const exceeded = (repeatable) => ({ status: "unknown", next: "query", final: false, repeatable, problem, ifFirst });
  const busy = { status: "unknown", next: "retry", final: false, repeatable: true, retryAfterMs: 0, problem };
  const later = { status: "rejected", next: "retry", final: false, retryAfterMs: 0, problem };

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
      "send: no provider's refusal ends a doubt, and nothing is advised that would go beyond it",
      async () => {
        const lost = { status: "unknown", next: "query", signature: "not-offered", replayed: false };
        const groups = [
          "DECLINED",
          "INVALID_TRANSACTION",
          "INVALID_AMOUNT",
          "NOT_SUFFICIENT_FUNDS",
          "REQUIRES_DAY_END",
        ];
        for (const earlier of [null, lost, { status: "pending" }, { status: "succeeded" }]) {
          const { input, client, sandbox } = world(api);
          const plan = (name, operation = "createRefund") => signer[name][operation](input(name));
          for (const group of [...groups, "POS_BALANCE_NOT_SUFFICIENT", ""]) {
            const options = { fetch: async () => bankError(group), earlier };
            isDoubt(await send(client("craftgate"), plan("craftgate"), options), `Craftgate ${group}`);
          }
          const options = { fetch: async (_, request) => snapFailed(request), earlier };
          isDoubt(await send(client("payermax"), plan("payermax"), options), "PayerMax 06");
          // DOKU's FAILED without the mark of a replay.
          sandbox.faults.next("doku", "declined");
          isDoubt(await send(client("doku"), plan("doku"), { fetch: sandbox.fetch, earlier }), "DOKU");
        }
      },
    ],
    [
      "send: nor does one within the same call",
      async () => {
        const { input, client } = world(api);
        const conflict = { responseCode: "4095800", responseMessage: "Conflict" };
        const answers = [
          () => Response.json(conflict, { status: 409, headers: { "Retry-After": "0" } }),
          (request) => snapFailed(request),
        ];
        const fetch = async (_, request) => answers.shift()(request);
        const plan = signer.payermax.createRefund(input("payermax"));
        isDoubt(await send(client("payermax"), plan, { fetch, retry: 1 }), "PayerMax");
        same(answers.length, 0, "answers left");
      },
    ],
    [
      "send: only a marked replay ends a doubt as failed",
      async () => {
        const { sandbox, fetch, client, plan } = refund();
        sandbox.faults.next("doku", "declined");
        await send(client, plan, { fetch });
        const verdict = await send(client, plan, { fetch, earlier: null });
        has(verdict, { status: "failed", next: "fix", replayed: true, final: true }, "verdict");
      },
    ],
    [
      "send: after a doubt, what is refused for now is sent again only where the provider recognizes it",
      async () => {
        const verdict = await told([later], { earlier: null });
        has(verdict, { status: "unknown", next: "retry", final: false, repeatable: true }, "recognized");
        isDoubt(await told([later], { earlier: null, facts: { repeatable: false } }), "not recognized");
      },
    ],
    [
      "send: a refusal that an earlier success could cause is one only as the answer to the first attempt",
      async () => {
        const first = await told([exceeded(true)]);
        const { status, next, final } = first;
        same([status, next, final], ["rejected", "fix", true], "first");
        same(first.problem.userAction, "Refund at most the rest.", "advice");
        same([first.ifFirst, first.repeatable], [undefined, undefined], "what is over");
        const { client, plan } = razorpayRefund();
        const fetch = async () => razorpayError(400, "The payment has been fully refunded already");
        const refused = await send(client, plan, { fetch });
        has(refused, { status: "rejected", next: "fix", final: true, httpStatus: 400 }, "Razorpay");
        isDoubt(await send(client, plan, { fetch, earlier: null }), "Razorpay, in doubt");
        // A proxy may have sent it twice.
        has(await told([exceeded(false)]), { status: "unknown", next: "query" }, "not recognized");
        for (const [verdicts, options] of [
          [[exceeded(true)], { earlier: null }],
          [[exceeded(true)], { earlier: { status: "rejected" } }],
          [[busy, exceeded(true)], { retry: 1 }],
          [[later, exceeded(true)], { retry: 1 }],
        ]) {
          isDoubt(await told(verdicts, options), `${verdicts.length}, ${JSON.stringify(options)}`);
        }
      },
    ],
    [
      "send: a first attempt that is answered from a record is somebody else's",
      async () => {
        const { fetch, client, plan } = refund();
        await send(client, plan, { fetch });
        const verdict = await send(client, plan, { fetch });
        isDoubt(verdict, "first");
        has(verdict, { httpStatus: 409, replayed: true, signature: "verified" }, "verdict");
        same(verdict.problem.code, "idempotency_conflict", "code");
        const second = await send(client, plan, { fetch, earlier: verdict });
        has(second, { status: "succeeded", replayed: true }, "known to be ours");
        // Who keeps the doubts apart has each answer judged by itself.
        const alone = await send(client, plan, { fetch, earlier: { status: "rejected" } });
        has(alone, { status: "succeeded", replayed: true }, "by itself");
        // A read moves nothing, whoever asked before.
        const read = { status: "succeeded", next: "done", final: true, replayed: true };
        has(await told([read], { facts: { next: "retry" } }), read, "read");
      },
    ],
    [
      "send: a signer that hangs cannot hold it up",
      async () => {
        const { client, plan } = razorpayRefund();
        const never = () => new Promise(() => {});
        const fetch = async () => inProgress();
        const late = await thrown(() => send(client, plan, { fetch, sign: never, timeoutMs: 20 }));
        same(late.name, "TimeoutError", "error");
        const controller = new AbortController();
        setTimeout(() => controller.abort(), 20);
        const error = await thrown(() => send(client, plan, { fetch, sign: never, signal: controller.signal }));
        same(error.name, "AbortError", "error");
        for (const bound of [() => ({ timeoutMs: 50 }), () => ({ signal: AbortSignal.timeout(50) })]) {
          let signed = 0;
          const sign = () => (signed++ ? never() : client.sign(plan));
          has(await send(client, plan, { fetch, sign, retry: 1, ...bound() }), { status: "unknown" }, "verdict");
          same(signed, 2, "attempts signed");
        }
      },
    ],
    [
      "send: what is signed after its time is not sent",
      async () => {
        const { fetch, seen, client, plan } = refund();
        const sign = () => new Promise((resolve) => setTimeout(() => resolve(client.sign(plan)), 50));
        await thrown(() => send(client, plan, { fetch, sign, timeoutMs: 10 }));
        await new Promise((resolve) => setTimeout(resolve, 100));
        same(seen.length, 0, "requests");
      },
    ],
    [
      "send: a signer that returns another request than the plan's is refused, and nothing is sent",
      async () => {
        const { input, client, sandbox } = world(api);
        const seen = [];
        const fetch = (url, init) => {
          seen.push(init);
          return sandbox.fetch(url, init);
        };
        const wrong = {
          method: () => ({ method: "PUT" }),
          "url: other path": ({ url }) => ({ url: url.replace(/[^/]*$/, "other") }),
          "url: more path": ({ url }) => ({ url: `${url}/` }),
          "url: query in front": ({ url }) => ({ url: url.replace(/^(https?:..[^/]*)/, "$1/?a=") }),
          "url: query": ({ url }) => ({ url: `${url}?a=1` }),
          "url: fragment": ({ url }) => ({ url: url.replace(/^(https?:..[^/]*)/, "$1#") }),
          "url: user": ({ url }) => ({ url: url.replace("//", "//user@") }),
          "url: scheme": ({ url }) => ({ url: url.replace(/^https?/, "ftp") }),
          "url: relative": ({ url }) => ({ url: url.replace(/^https?:..[^/]*/, "") }),
          "body: amount": ({ body }) => ({ body: body.replace(/\d/, "9") }),
          "body: spelled otherwise": ({ body }) => ({ body: ` ${body}` }),
          "body: no text": ({ body }) => ({ body: JSON.parse(body) }),
          "body: missing": () => ({ body: undefined }),
          "headers: missing": () => ({ headers: undefined }),
          "method: no request": () => null,
        };
        for (const provider of ["durianpay", "doku", "razorpay", "craftgate", "payermax"]) {
          const plan = signer[provider].createRefund(input(provider));
          for (const [what, change] of Object.entries(wrong)) {
            for (const earlier of [undefined, null, { status: "rejected" }]) {
              const sign = (own, unsigned) => {
                const request = own.sign(unsigned);
                const changed = change(request);
                return changed && { ...request, ...changed };
              };
              const error = await thrown(() => send(client(provider), plan, { fetch, sign, earlier }));
              ok(error instanceof signer.RefundError, `${provider}, ${what}: ${error}`);
              const path = what === "headers: missing" ? "request" : `request.${what.split(":")[0]}`;
              same([error.code, error.problems[0].path].join(), `request_mismatch,${path}`, `${provider}, ${what}`);
            }
          }
        }
        same(seen.length, 0, "requests");
      },
    ],
    [
      "send: a baseUrl with a path is the client's own",
      async () => {
        const { input, client } = world(api);
        const plan = signer.razorpay.createRefund(input("razorpay"));
        const sign = (own, unsigned) => {
          const { url, ...request } = own.sign(unsigned);
          return { ...request, url: url.replace(/^(https?:..[^/]*)/, "$1/proxy") };
        };
        const urls = [];
        const fetch = async (url) => {
          urls.push(url);
          return refusal(401);
        };
        await send(client("razorpay"), plan, { fetch, sign });
        same(urls, [`https://api.razorpay.com/proxy${plan.path}`], "urls");
      },
    ],
    [
      "send: nor is one that lost its idempotency key",
      async () => {
        const { input, client } = world(api);
        for (const [provider, header] of [
          ["doku", "Request-Id"],
          ["razorpay", "X-Refund-Idempotency"],
          ["craftgate", "x-idempotency-key"],
        ]) {
          const plan = signer[provider].createRefund(input(provider));
          const sign = (own, unsigned) => {
            const { [header]: key, ...headers } = own.sign(unsigned).headers;
            same(key, plan.idempotencyKey, "key");
            return { ...own.sign(unsigned), headers };
          };
          const fetch = () => ok(false, "sent");
          const error = await thrown(() => send(client(provider), plan, { fetch, sign }));
          same([error.code, error.problems?.[0].path].join(), "request_mismatch,request.headers", provider);
        }
      },
    ],
    [
      "send: what was checked is what is sent, whatever the signer's objects answer later",
      async () => {
        const { fetch, seen, client, plan } = refund();
        const changing = (value, later) => {
          let reads = 0;
          return { enumerable: true, get: () => (reads++ === 0 ? value : later) };
        };
        const sign = (own, unsigned) => {
          const { method, url, headers, body } = own.sign(unsigned);
          return Object.defineProperties(
            {},
            {
              method: changing(method, "DELETE"),
              url: changing(url, "https://example.test/"),
              headers: changing(new Headers(headers), {}),
              body: changing(body, "{}"),
            },
          );
        };
        has(await send(client, JSON.stringify(plan), { fetch, sign }), { status: "succeeded" }, "verdict");
        same(seen.length, 1, "requests");
        same(seen[0].body, plan.body, "body");
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
