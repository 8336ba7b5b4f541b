// What a caller can do to the package, by mistake or on purpose: a clear error, and everybody else goes on working.

import { has, ok, same, thrown } from "./assert.js";
import { world } from "./world.js";

const detached = () => {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
};
/** Bytes whose buffer went elsewhere. */
const gone = () => {
  const bytes = new Uint8Array(8);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
};
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const throwing = (name) =>
  Object.defineProperty({}, name, {
    enumerable: true,
    get() {
      throw new Error("boom");
    },
  });
const many = (count) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, 1]));
const cyclic = () => {
  const circle = {};
  circle.circle = circle;
  return circle;
};

export function hostile(api) {
  const { signer, send, webcrypto } = api;
  const PLAN = { paymentId: "pay_1", idempotencyKey: "0123456789" };
  const answer = (part) => ({ status: 200, headers: {}, body: "{}", ...part });
  const DOKU = { invoiceNumber: "I", originalRequestId: "r", amount: { value: "1", currency: "IDR" } };
  const notification = (key) => {
    const reader = new signer.payermax.Webhooks({ merchantId: "P1", scheme: "sign" });
    return webcrypto.readWebhook(reader, { headers: { sign: btoa("s".repeat(256)) }, body: "{}" }, key);
  };
  const newClient = () => world(api).client("razorpay");

  /** A call that must fail with a RefundError while another client goes on working. */
  const refused = (name, call, code) => [
    `hostile: ${name}`,
    async () => {
      const bystander = newClient();
      const error = await thrown(() => call(newClient(), signer.razorpay.createRefund(PLAN)));
      ok(error instanceof signer.RefundError, `a RefundError, not ${error?.stack}`);
      same(error.code, code, "code");
      ok(error.message.length < 20_000, "a message of bounded length");
      bystander.sign(signer.razorpay.createRefund(PLAN));
      bystander.free();
    },
  ];

  const inputs = {
    "an amount that is undefined would refund everything": [{ ...PLAN, amount: undefined }, "no_value"],
    "an amount that is a function": [{ ...PLAN, amount: () => 1 }, "no_value"],
    "an amount that is a symbol": [{ ...PLAN, amount: Symbol("1") }, "no_value"],
    "an amount that is inherited": [Object.assign(Object.create({ amount: {} }), PLAN), "wrong_type"],
    "an amount behind a getter of a class": [
      Object.assign(
        new (class {
          get amount() {
            return {};
          }
        })(),
        PLAN,
      ),
      "wrong_type",
    ],
    "an amount whose toJSON gives nothing": [
      { ...PLAN, amount: { value: "1", currency: "INR", toJSON() {} } },
      "no_value",
    ],
    "an amount of a class whose toJSON gives nothing": [
      {
        ...PLAN,
        amount: new (class {
          toJSON() {}
        })(),
      },
      "no_value",
    ],
    "a function with an amount, whose toJSON leaves it out": [
      Object.assign(() => {}, { ...PLAN, amount: { value: "1", currency: "INR" }, toJSON: () => PLAN }),
      "wrong_type",
    ],
    "an amount given twice": [
      '{"paymentId":"pay_1","amount":{"value":"1","value":"9","currency":"INR"}}',
      "duplicate_field",
    ],
    "a getter that throws": [throwing("paymentId"), "wrong_type"],
    "a revoked proxy": [revoked(), "wrong_type"],
    "a cyclic object": [cyclic(), "wrong_type"],
    "a Map": [new Map(Object.entries(PLAN)), "missing_field"],
    "90,000 unknown fields": [many(90_000), "unknown_field"],
    "90,000 notes": [{ ...PLAN, notes: many(90_000) }, "too_long"],
    "a note whose name is half a character": [{ ...PLAN, notes: { "\ud800": "x" } }, "invalid_character"],
    "2 MB of text": [{ ...PLAN, receipt: "x".repeat(2 ** 21) }, "too_long"],
  };
  const answers = {
    "a detached body": answer({ body: detached() }),
    "a body that only looks like bytes": answer({ body: Object.create(Uint8Array.prototype) }),
    "headers that throw": Object.assign(throwing("headers"), { status: 200, body: "{}" }),
    "a header with a broken iterator": answer({ headers: { a: { [Symbol.iterator]: 1 } } }),
    "a revoked pair": answer({ headers: [revoked()] }),
    "a header that is a number": answer({ headers: { a: 1 } }),
  };

  return [
    ...Object.entries(inputs).map(([name, [input, code]]) =>
      refused(name, () => signer.razorpay.createRefund(input), code),
    ),
    ...Object.entries(answers).map(([name, given]) =>
      refused(`an answer with ${name}`, (client, plan) => client.read(plan, given), "invalid_response"),
    ),
    refused(
      "a secret in a detached buffer",
      () => {
        return new signer.razorpay.Client({ keyId: "rzp_test_1", keySecret: gone(), environment: "sandbox" });
      },
      "wrong_type",
    ),
    refused(
      "a secret that only looks like bytes, and fails as the module would",
      () => {
        const length = () => {
          throw new RangeError("boom");
        };
        const keySecret = new Proxy({}, { getPrototypeOf: () => Uint8Array.prototype, get: length });
        return new signer.razorpay.Client({ keyId: "rzp_test_1", keySecret, environment: "sandbox" });
      },
      "wrong_type",
    ),
    refused("a list of four thousand million", () => signer.razorpay.createRefund.all(new Array(4e9)), "wrong_type"),
    refused("settings that are a revoked proxy", () => new signer.razorpay.Client(revoked()), "wrong_type"),
    refused(
      "a webhook with a detached body",
      () => {
        const reader = new signer.razorpay.Webhooks({ secrets: ["s"] });
        return reader.read({ headers: {}, body: detached() });
      },
      "invalid_webhook",
    ),
    refused(
      "a plan that frees its client while it is read",
      (client, plan) => {
        const toJSON = () => {
          client.free();
          return plan;
        };
        return client.sign({ ...plan, toJSON });
      },
      "freed",
    ),
    refused(
      "a plan whose body has 85,000 members twice",
      (client, plan) => {
        const body = JSON.stringify(many(85_000)).replace(/\}$/, ',"k0":2}');
        return client.sign({ ...plan, body });
      },
      "invalid_plan",
    ),
    refused(
      "a body that only says it is a buffer",
      (client, plan) => {
        const body = { [Symbol.toStringTag]: "ArrayBuffer", length: 2, 0: 123, 1: 125 };
        return client.read(plan, answer({ body }));
      },
      "invalid_response",
    ),
    refused(
      "a stored plan with half a character",
      (client, plan) => client.sign({ ...plan, body: '{"receipt":"\ud800"}' }),
      "invalid_plan",
    ),
    refused(
      "a webhook whose time throws",
      () => {
        const reader = new signer.razorpay.Webhooks({ secrets: ["s"] });
        return reader.read(Object.assign(throwing("now"), { headers: {}, body: "{}" }));
      },
      "invalid_webhook",
    ),
    refused("a time that throws", (client, plan) => client.sign(plan, throwing("now")), "invalid_attempt"),
    refused("a time that is a BigInt", (client, plan) => client.sign(plan, { now: 1n }), "invalid_attempt"),
    refused("a nonce that is an object", (client, plan) => client.sign(plan, { nonce: {} }), "invalid_attempt"),
    refused("an input that was not awaited", () => signer.razorpay.createRefund(Promise.resolve(PLAN)), "wrong_type"),
    refused("a plan that was not awaited", (client, plan) => client.sign(Promise.resolve(plan)), "invalid_plan"),
    refused(
      "a body that was not awaited",
      (client, plan) => client.read(plan, answer({ body: Promise.resolve("{}") })),
      "invalid_response",
    ),
    refused(
      "a key that was not awaited",
      (client, plan) => webcrypto.signWith(client, plan, Promise.resolve({})),
      "wrong_type",
    ),
    refused(
      "an option that send does not have",
      (client, plan) => send(client, plan, { fetch, retries: 3 }),
      "unknown_field",
    ),
    refused(
      "a signal that only looks like one",
      (client, plan) => send(client, plan, { fetch, signal: { aborted: false, throwIfAborted() {} } }),
      "wrong_type",
    ),
    refused("a sign that is no function", (client, plan) => send(client, plan, { fetch, sign: {} }), "wrong_type"),
    refused("options that throw", (client, plan) => send(client, plan, throwing("fetch")), "wrong_type"),
    refused("a private key behind a revoked proxy", () => webcrypto.importPrivateKey(revoked()), "wrong_type"),
    refused("a public key in a detached buffer", () => webcrypto.importPublicKey(gone()), "wrong_type"),
    refused("a secret behind a revoked proxy", () => webcrypto.importSecret(revoked(), "HMAC-SHA256"), "wrong_type"),
    refused(
      "a public key that only looks like bytes",
      () =>
        webcrypto.importPublicKey(new Proxy({}, { getPrototypeOf: () => Uint8Array.prototype, get: () => 2 ** 31 })),
      "wrong_type",
    ),
    refused("an algorithm that every object has", () => webcrypto.importSecret("s", "constructor"), "not_allowed"),
    refused("public keys that only look like some", () => notification({ algorithm: {}, usages: [] }), "wrong_type"),
    refused("public keys behind a revoked proxy", () => notification(revoked()), "wrong_type"),
    refused(
      "a signature behind a revoked proxy",
      () => {
        const client = new signer.doku.Client({ clientId: "C", secretKey: "s", environment: "sandbox" });
        return client.prepare(signer.doku.createRefund(DOKU)).finish(revoked());
      },
      "wrong_type",
    ),
    refused("a signal that is none", (client, plan) => send(client, plan, { fetch, signal: {} }), "wrong_type"),
    [
      "hostile: an operation that needs nothing takes nothing",
      () => {
        same(signer.payermax.requestAccessToken().body, signer.payermax.requestAccessToken({}).body, "body");
      },
    ],
    [
      "hostile: a setting that is undefined is refused, a secret or not",
      async () => {
        const good = { keyId: "rzp_test_1", keySecret: "s", environment: "sandbox" };
        for (const name of ["keyId", "keySecret", "oauthToken", "account", "environment", "baseUrl"]) {
          for (const value of [undefined, null, "undefined"]) {
            const error = await thrown(() => new signer.razorpay.Client({ ...good, [name]: value }));
            same(error.problems[0].path, name, "path");
            same(error.problems[0].code, "no_value", `code of ${name}: ${value}`);
          }
        }
      },
    ],
    [
      "hostile: an amount that is there only sometimes is sent or refused, never left out",
      async () => {
        const amount = { value: "1", currency: "INR" };
        const turns = [
          [undefined, amount],
          [amount, undefined],
          [undefined, undefined, amount],
        ];
        for (const given of turns) {
          let at = 0;
          const input = Object.defineProperty({ ...PLAN }, "amount", { enumerable: true, get: () => given[at++] });
          let body = "refused";
          await thrown(() => {
            body = signer.razorpay.createRefund(input).body;
            throw new Error("made");
          });
          ok(body !== "{}", `a full refund of ${given}`);
        }
        Object.defineProperty(Object.prototype, "toJSON", { configurable: true, value: () => PLAN });
        let error;
        try {
          error = await thrown(() => signer.razorpay.createRefund({ ...PLAN, amount }));
        } finally {
          delete Object.prototype.toJSON;
        }
        same(error.code, "wrong_type", "with a toJSON that every object has");
      },
    ],
    [
      "hostile: a list with an iterator of its own loses nothing",
      () => {
        const inputs = Object.assign([{ paymentId: "a" }, { paymentId: "b" }], {
          [Symbol.iterator]: [][Symbol.iterator],
        });
        inputs[Symbol.iterator] = function* first() {
          yield this[0];
        };
        const plans = signer.razorpay.createRefund.all(inputs);
        same(
          plans.map(({ path }) => path),
          ["/v1/payments/a/refund", "/v1/payments/b/refund"],
          "paths",
        );
      },
    ],
    [
      "hostile: mistakes of every kind in a list are named, each with its place",
      async () => {
        const inputs = Array.from({ length: 300 }, (_, at) => ({ paymentId: `pay_${at}` }));
        const deep = JSON.parse(`${'{"a":'.repeat(70)}1${"}".repeat(70)}`);
        for (const at of [1, 127, 128, 299]) inputs[at].paymentId = "no id";
        inputs[3].amount = undefined;
        inputs[5].notes = deep;
        delete inputs[200];
        const error = await thrown(() => signer.razorpay.createRefund.all(inputs));
        const paths = ["1.paymentId", "3.amount", "5", "127.paymentId", "128.paymentId", "200", "299.paymentId"];
        same(
          error.problems.map(({ path }) => path),
          paths,
          "paths",
        );
      },
    ],
    [
      "hostile: a full stack leaves nothing broken behind",
      () => {
        const attempt = { now: 1_700_000_000_000, nonce: "0123456789" };
        const signed = () => newClient().sign(signer.razorpay.createRefund(PLAN), attempt);
        const before = signed();
        let client = newClient();
        const deepest = () => {
          try {
            return deepest();
          } catch (error) {
            // On the way up there is a little more room each time: every call is cut off somewhere else.
            if (error instanceof signer.RefundError) return undefined;
            return client.sign(signer.razorpay.createRefund(PLAN), attempt);
          }
        };
        for (let round = 0; round < 20; round++) {
          try {
            same(deepest() ?? before, before, "signed at the end of the stack");
          } catch (error) {
            ok(error instanceof signer.RefundError, `a RefundError, not ${error?.stack}`);
          }
          same(signed(), before, "signed after it");
          client = newClient();
        }
      },
    ],
    [
      "hostile: statuses that no server should send are unknown",
      () => {
        const client = newClient();
        const plan = signer.razorpay.createRefund(PLAN);
        for (const status of [100, 600, 999]) {
          has(client.read(plan, answer({ status })), { status: "unknown", next: "query" }, `status ${status}`);
        }
      },
    ],
    [
      "hostile: an abort while the request is signed sends nothing",
      async () => {
        const controller = new AbortController();
        let sent = 0;
        const options = {
          signal: controller.signal,
          fetch: async () => sent++,
          sign: async (client, plan) => {
            controller.abort();
            return client.sign(plan);
          },
        };
        const error = await thrown(() => send(newClient(), signer.razorpay.createRefund(PLAN), options));
        same([error.name, sent], ["AbortError", 0], "error and requests");
      },
    ],
    [
      "hostile: a stored plan that changes in flight is sent again as it was",
      async () => {
        const plan = { ...signer.razorpay.createRefund(PLAN) };
        const sent = [];
        const fetch = async (_, { body, headers }) => {
          sent.push([body, headers["X-Refund-Idempotency"]]);
          Object.assign(plan, { body: '{"amount":9}', idempotencyKey: "9876543210" });
          return new Response("{}", { status: 429, headers: { "retry-after": "0" } });
        };
        await send(newClient(), plan, { fetch, retry: 1 });
        same(sent, [sent[0], sent[0]], "attempts");
      },
    ],
    [
      "hostile: a client that is freed in flight leaves a verdict",
      async () => {
        const client = newClient();
        const fetch = async () => {
          client.free();
          return new Response("{}");
        };
        has(await send(client, signer.razorpay.createRefund(PLAN), { fetch }), { status: "unknown", next: "query" });
      },
    ],
    [
      "hostile: bytes that change after they were given change nothing",
      () => {
        const client = newClient();
        const bytes = new TextEncoder().encode('{"id":"x"}');
        const headers = {};
        const before = client.read(signer.razorpay.createRefund(PLAN), { status: 200, headers, body: bytes });
        bytes.fill(0);
        same(before.details, { id: "x" }, "details");
      },
    ],
  ];
}
