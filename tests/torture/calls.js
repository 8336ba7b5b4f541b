// Every public function, each with hostile arguments in places where good ones belong.

import { generateKeyPairSync } from "node:crypto";
import { readVectors } from "../js/runners/material.js";
import { bigBody, giantText, hostile, spoiled } from "./hostile.js";

const STATUSES = ["succeeded", "pending", "failed", "rejected", "unknown"];
const PAYMENT = { orderId: "order_1", paymentId: "pay_1", signature: "0".repeat(64) };
const NEXTS = ["done", "wait", "query", "retry", "reauthenticate", "fix"];

/** Calls as `[name, (random) => result]`; what each gives back is checked by itself. */
export async function callsOf({ signer, webcrypto, send }) {
  const vectors = readVectors().map(({ files }) => stages(files));
  const refunds = vectors.filter(({ plan }) => plan);
  const webhooks = vectors.filter(({ delivery }) => delivery);
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const spki = publicKey.export({ type: "spki", format: "pem" });
  const key = await webcrypto.importPublicKey(spki);
  const clients = new Map(refunds.map((good) => [good, new signer[good.provider].Client(good.settings)]));
  const readers = new Map(webhooks.map((good) => [good, new signer[good.provider].Webhooks(good.settings)]));
  const refund = (random) => random.of(refunds);
  const webhook = (random) => random.of(webhooks);

  return [
    ["operation", (random) => plan(operationOf(signer, refund(random))(spoiled(random, refund(random).input)))],
    [
      "operation, own input",
      (random) => own(random, refund(random), (good) => plan(operationOf(signer, good)(spoiled(random, good.input)))),
    ],
    [
      "operation, list",
      (random) =>
        own(random, refund(random), (good) => {
          operationOf(signer, good).all(listOf(random, good.input)).map(plan);
        }),
    ],
    [
      "signAll",
      (random) =>
        own(random, refund(random), (good) => {
          clients.get(good).signAll(listOf(random, good.plan), good.attempt).map(request);
        }),
    ],
    [
      "verifyPayment",
      (random) => signer.razorpay.verifyPayment(spoiled(random, PAYMENT), spoiled(random, { secrets: ["secret"] })),
    ],
    ["describe", (random) => own(random, refund(random), (good) => signer.describe(spoiled(random, good.plan)))],
    [
      "queryFor",
      (random) => own(random, refund(random), (good) => signer[good.provider].queryFor(spoiled(random, good.plan))),
    ],
    [
      "findRefund",
      (random) =>
        own(random, refund(random), (good) => {
          const told = clients.get(good).read(good.plan, good.response ?? null);
          signer.findRefund(spoiled(random, good.plan), spoiled(random, told));
        }),
    ],
    [
      "new Client",
      (random) =>
        own(random, refund(random), (good) => new signer[good.provider].Client(spoiled(random, good.settings)).free()),
    ],
    [
      "sign",
      (random) =>
        own(random, refund(random), (good) =>
          request(clients.get(good).sign(spoiled(random, good.plan), good.attempt)),
        ),
    ],
    [
      "sign, attempt",
      (random) =>
        own(random, refund(random), (good) => request(clients.get(good).sign(good.plan, attempt(random, good)))),
    ],
    [
      "prepare",
      (random) =>
        own(random, refund(random), (good) =>
          clients.get(good).prepare(spoiled(random, good.plan), good.attempt).finish(hostile(random), hostile(random)),
        ),
    ],
    [
      "explain, without secrets",
      (random) =>
        own(random, refund(random), (good) =>
          signer[good.provider].explain(spoiled(random, good.plan), spoiled(random, good.settings), good.attempt),
        ),
    ],
    [
      "explain",
      (random) =>
        own(random, refund(random), (good) =>
          clients.get(good).explain(spoiled(random, good.plan), spoiled(random, good.attempt)),
        ),
    ],
    [
      "read, plan",
      (random) =>
        own(random, refund(random), (good) =>
          verdict(clients.get(good).read(spoiled(random, good.plan), good.response ?? null)),
        ),
    ],
    [
      "read, answer",
      (random) =>
        own(random, refund(random), (good) => verdict(clients.get(good).read(good.plan, answer(random, good)))),
    ],
    [
      "new Webhooks",
      (random) =>
        own(random, webhook(random), (good) =>
          new signer[good.provider].Webhooks(spoiled(random, good.settings)).free(),
        ),
    ],
    [
      "webhook",
      (random) =>
        own(random, webhook(random), (good) => refusedOrSame(good, readers.get(good).read(received(random, good)))),
    ],
    ["webhook, whole", (random) => own(random, webhook(random), (good) => readers.get(good).read(hostile(random)))],
    [
      "webhook, prepared",
      (random) =>
        own(random, webhook(random), (good) =>
          readers.get(good).prepare(spoiled(random, good.delivery)).finish(hostile(random)),
        ),
    ],
    ["importPrivateKey", (random) => webcrypto.importPrivateKey(hostile(random))],
    ["importPublicKey", (random) => webcrypto.importPublicKey(random.once(2) ? hostile(random) : cut(random, spki))],
    ["importSecret", (random) => webcrypto.importSecret(hostile(random), random.of(["HMAC-SHA256", hostile(random)]))],
    [
      "signWith",
      (random) =>
        own(random, refund(random), (good) =>
          webcrypto.signWith(clients.get(good), spoiled(random, good.plan), signing(random), good.attempt),
        ),
    ],
    [
      "readWebhook",
      (random) =>
        own(random, webhook(random), (good) =>
          webcrypto.readWebhook(
            readers.get(good),
            random.once(2) ? good.delivery : spoiled(random, good.delivery),
            random.once(2) ? key : hostile(random),
          ),
        ),
    ],
    [
      "send",
      (random) =>
        own(random, refund(random), async (good) =>
          verdict(
            await send(clients.get(good), spoiled(random, good.plan), { fetch: () => fetched(random), timeoutMs: 5 }),
          ),
        ),
    ],
    [
      "send, options",
      (random) =>
        own(random, refund(random), async (good) => verdict(await send(clients.get(good), good.plan, options(random)))),
    ],
  ];
}

/** A vector as the arguments of the package. */
function stages(files) {
  const json = (file) => (files[file] === undefined ? undefined : JSON.parse(files[file]));
  const { provider, operation, settings, secrets, attempt, input } = json("input.json");
  const rest = { plan: json("plan.json"), response: json("response.json"), delivery: json("delivery.json") };
  return { provider, operation, settings: { ...settings, ...secrets }, attempt, input, ...rest };
}

function operationOf(signer, { provider, operation }) {
  return signer[provider][operation];
}

/** With the prototype of all objects polluted meanwhile, once in a while. */
function own(random, good, call) {
  if (!random.once(50)) return call(good);
  const name = random.of(["amount", "paymentId", "toJSON", "headers", "body", "clientId", "accessToken"]);
  const value = random.of(["x", 1, () => ({}), { value: "1", currency: "INR" }]);
  Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
  try {
    return call(good);
  } finally {
    delete Object.prototype[name];
  }
}

function answer(random, { response }) {
  const good = response ?? { status: 200, headers: {}, body: "{}" };
  if (random.once(500)) return { ...good, body: bigBody(random) };
  if (random.once(500)) return giant(random, good);
  return random.once(3) ? hostile(random) : spoiled(random, good);
}

/** Where a text of 64 MiB would go into the module if nobody looked: its memory never shrinks. */
function giant(random, good) {
  const text = giantText();
  const [name, value] = random.of([
    ["headers", { a: text }],
    ["headers", { [text]: "a" }],
    ["headers", endless()],
    ["body", text],
  ]);
  return { ...good, [name]: value };
}

function attempt(random, good) {
  return random.once(500) ? { ...good.attempt, nonce: giantText() } : spoiled(random, good.attempt);
}

/** Headers that never end. */
function* endless() {
  for (;;) yield ["a", "b"];
}

function received(random, { delivery }) {
  return random.once(500) ? { ...delivery, body: bigBody(random) } : spoiled(random, delivery);
}

/** A key, or a function that signs. What such a function itself throws comes through as it is, so it throws nothing. */
function signing(random) {
  const key = hostile(random);
  if (random.once(8)) return { algorithm: { name: "HMAC", hash: {} }, usages: ["sign"] };
  if (random.once(2) && typeof key !== "function") return key;
  return async () => (ArrayBuffer.isView(key) || typeof key === "string" ? key : undefined);
}

/** What a `fetch` that is not what it should be gives. */
function fetched(random) {
  if (random.once(3)) throw new TypeError("fetch failed");
  return random.once(2)
    ? hostile(random)
    : new Response(new Uint8Array(random.below(200)), { status: 200 + random.below(300) });
}

/** What a function that signs throws is its own affair and comes through, so no such function is given. */
function options(random) {
  const good = { fetch: () => fetched(random), timeoutMs: 5 };
  const name = random.of(["fetch", "sign", "signal", "timeoutMs", "retry", "earlier", "other"]);
  const value = hostile(random);
  if (name === "sign" && typeof value === "function") return good;
  return { ...good, [name]: name === "retry" && typeof value === "number" ? 0 : value };
}

function cut(random, text) {
  const at = random.below(text.length);
  return text.slice(0, at) + random.of(["", "A", "\0"]) + text.slice(at + 1);
}

/** A list of good ones, with one of them spoiled or the list itself. */
function listOf(random, good) {
  return random.once(3) ? spoiled(random, [good, good]) : [good, spoiled(random, good), good];
}

function plan(made) {
  if (made.version !== 1 || !Object.isFrozen(made)) throw new Error("no plan came out");
}

function request({ url, headers }) {
  if (!/^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1))/.test(url)) throw new Error(`a request to ${url}`);
  for (const value of Object.values(headers)) if (!/^[ -~]*$/.test(value)) throw new Error("a header that is none");
}

function verdict({ status, next }) {
  if (!STATUSES.includes(status) || !NEXTS.includes(next)) throw new Error(`the verdict ${status}, ${next}`);
}

/** What is verified is the event that was signed: nothing hostile gets in. */
function refusedOrSame(good, event) {
  if (event.provider !== good.provider) throw new Error("another provider's event");
}
