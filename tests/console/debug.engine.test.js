// Debug a signature: for every provider and every mistake a request that was signed with that mistake, by node:crypto
// and not by the page's own code, must be traced back to it and to nothing else.

import assert from "node:assert/strict";
import { createHash, createHmac, createSign, generateKeyPairSync } from "node:crypto";
import { before, describe, test } from "node:test";
import * as signer from "refund-signer";
import { createSandbox } from "refund-signer/sandbox";
import { importPrivateKey, signWith } from "refund-signer/webcrypto";
import { diagnose } from "../../www/src/debug/diagnose.js";
import { HYPOTHESES } from "../../www/src/debug/hypotheses.js";
import { SCHEMES, schemeFor, WEBHOOK_SCHEMES } from "../../www/src/debug/schemes.js";

const NOW = Date.UTC(2026, 0, 31, 9, 5, 7, 123);
const NONCE = "12345678901234567890123456789012";
/** Looks like base64 and like hex, so that decoding it is possible. */
const SECRET = "deadbeefcafe0123DEADBEEFCAFE4567";
const TOKEN = "token.of.the.merchant";
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PRIVATE_PEM = privateKey.export({ type: "pkcs8", format: "pem" });
const PUBLIC_PEM = publicKey.export({ type: "spki", format: "pem" });

const sha = (text, encoding = "base64", hash = "sha256") => createHash(hash).update(text).digest(encoding);
const hmac = (secret, text, encoding = "base64", hash = "sha256") =>
  createHmac(hash, secret).update(text).digest(encoding);
const rsa = (text) => createSign("sha256").update(text).sign(privateKey, "base64");
const pretty = (body) => JSON.stringify(JSON.parse(body), null, 2);
/** With its numbers as they were written. */
const spaced = (body) => body.replaceAll('":', '": ').replaceAll(',"', ', "');
const python = (body) => pretty(body).replace(/\n\s*/g, " ").replaceAll("{ ", "{").replaceAll(" }", "}");
const sorted = (body) =>
  JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(body)).sort(([a], [b]) => (a < b ? -1 : 1))));

/** A request that the core signs, as a person would paste it. */
function signedByCore(provider, settings, plan) {
  const client = new signer[provider].Client(settings);
  const { method, url, headers, body = "" } = client.sign(plan, { now: NOW, nonce: NONCE });
  client.free();
  return { method, url, headers: Object.entries(headers), body };
}

const get = (sent, name) => sent.headers.find(([own]) => own === name)?.[1] ?? "";
const set = (sent, name, value) => ({
  ...sent,
  headers: [...sent.headers.filter(([own]) => own !== name), [name, value]],
});
const drop = (sent, name) => ({ ...sent, headers: sent.headers.filter(([own]) => own !== name) });
const path = (sent) => new URL(sent.url).pathname;

// The reference signers: every step can be given another value.

function doku(sent, with_ = {}) {
  const {
    body = sent.body,
    digest = sha(body),
    secret = SECRET,
    time = get(sent, "Request-Timestamp"),
    target = path(sent),
  } = with_;
  const {
    lines = (all) => all,
    separator = "\n",
    end = "",
    hash = "sha256",
    encoding = "base64",
    prefix = "HMACSHA256=",
  } = with_;
  const all = [
    `Client-Id:${get(sent, "Client-Id")}`,
    `Request-Id:${get(sent, "Request-Id")}`,
    `Request-Timestamp:${time}`,
    `Request-Target:${target}`,
  ];
  if (digest !== undefined && sent.method !== "GET") all.push(`Digest:${digest}`);
  return set(sent, "Signature", prefix + hmac(secret, lines(all).join(separator) + end, encoding, hash));
}

function snap(sent, with_ = {}) {
  const {
    body = sent.body,
    hash = sha(body, "hex"),
    secret = SECRET,
    time = get(sent, "X-TIMESTAMP"),
    target = path(sent),
    method = sent.method,
    token = TOKEN,
  } = with_;
  const { parts = (all) => all, separator = ":", end = "", algorithm = "sha512", encoding = "base64" } = with_;
  return set(
    sent,
    "X-SIGNATURE",
    hmac(secret, parts([method, target, token, hash, time]).join(separator) + end, encoding, algorithm),
  );
}

function craftgate(sent, with_ = {}) {
  const {
    url = decodeURIComponent(sent.url),
    secret = SECRET,
    key = get(sent, "x-api-key"),
    random = get(sent, "x-rnd-key"),
    body = sent.body,
  } = with_;
  const { parts = (all) => all, separator = "", end = "", hash = (text) => sha(text) } = with_;
  const text = Buffer.concat(
    parts([url, key, secret, random, body]).flatMap((part, index) => [
      Buffer.from(index ? separator : ""),
      Buffer.from(part),
    ]),
  );
  return set(sent, "x-signature", hash(Buffer.concat([text, Buffer.from(end)])));
}

const basic = (sent, text) => set(sent, "Authorization", text);
const b64 = (text) => Buffer.from(text).toString("base64");

const BODY_MISTAKES = (sign) => ({
  "body-newline": [
    (sent) => sign(sent, { body: `${sent.body}\n` }),
    (sent) => sign(sent, { body: `${sent.body}\r\n` }),
    (sent) => sign({ ...sent, body: `${sent.body}\n` }, { body: sent.body }),
  ],
  "body-reserialized": [
    (sent) => sign(sent, { body: pretty(sent.body) }),
    (sent) => sign(sent, { body: JSON.stringify(JSON.parse(sent.body), null, 4) }),
    (sent) => sign(sent, { body: python(sent.body) }),
    (sent) => sign({ ...sent, body: pretty(sent.body) }, { body: sent.body }),
    (sent) =>
      sign(
        { ...sent, body: sent.body.replace("}", ',"url":"https://a/b"}') },
        { body: sent.body.replace("}", ',"url":"https:\\/\\/a\\/b"}') },
      ),
    (sent) =>
      sign(
        { ...sent, body: sent.body.replace("}", ',"name":"Zoë"}') },
        { body: sent.body.replace("}", ',"name":"Zo\\u00eb"}') },
      ),
  ],
  "body-line-ends": [
    (sent) => sign({ ...sent, body: pretty(sent.body) }, { body: pretty(sent.body).replaceAll("\n", "\r\n") }),
  ],
  "body-empty": [
    (sent) => sign(sent, { body: "" }),
    (sent) => sign(sent, { body: "{}" }),
    (sent) => sign(sent, { body: "[object Object]" }),
    (sent) => sign(sent, { body: JSON.stringify(sent.body) }),
  ],
  "body-encoding": [
    (sent) => sign(sent, { body: `\ufeff${sent.body}` }),
    (sent) =>
      sign(
        { ...sent, body: sent.body.replace("}", ',"name":"Zoë"}') },
        { body: Buffer.from(sent.body.replace("}", ',"name":"Zoë"}'), "latin1") },
      ),
  ],
});

const SECRET_MISTAKES = (sign) => ({
  "secret-decoded": [
    (sent) => sign(sent, { secret: Buffer.from(SECRET, "base64") }),
    (sent) => sign(sent, { secret: Buffer.from(SECRET, "hex") }),
  ],
  "secret-encoded": [
    (sent) => sign(sent, { secret: b64(SECRET) }),
    (sent) => sign(sent, { secret: Buffer.from(SECRET, "utf16le") }),
  ],
  "secret-space": ["\n", "\r\n", " ", "\t", "\\n"]
    .map((end) => (sent) => sign(sent, { secret: SECRET + end }))
    .concat((sent) => sign(sent, { secret: ` ${SECRET}` })),
  "secret-quotes": [(sent) => sign(sent, { secret: `"${SECRET}"` }), (sent) => sign(sent, { secret: `'${SECRET}'` })],
  "secret-invisible": [
    (sent) => sign(sent, { secret: `\ufeff${SECRET}` }),
    (sent) => sign(sent, { secret: `${SECRET}\u200b` }),
  ],
  "secret-case": [(sent) => sign(sent, { secret: SECRET.toUpperCase() })],
  "secret-missing": [(sent) => sign(sent, { secret: "" }), (sent) => sign(sent, { secret: "undefined" })],
  "other-key": [(sent) => sign(sent, { secret: "the-webhook-key" })],
});

const CASES = {
  doku: {
    sent: () =>
      signedByCore(
        "doku",
        { clientId: "BRN-0001", secretKey: SECRET, baseUrl: "https://proxy.example/doku" },
        signer.doku.createRefund({
          invoiceNumber: "INV 1",
          originalRequestId: "abc",
          amount: { value: "90000", currency: "IDR" },
          requestId: "req-1",
        }),
      ),
    secrets: { secretKey: SECRET },
    mistakes: {
      ...BODY_MISTAKES(doku),
      ...SECRET_MISTAKES(doku),
      "digest-encoding": ["hex", "base64url"]
        .map((encoding) => (sent) => doku(sent, { digest: sha(sent.body, encoding) }))
        .concat((sent) => doku(sent, { digest: b64(sha(sent.body, "hex")) })),
      "digest-algorithm": [
        (sent) => doku(sent, { digest: sha(sent.body, "base64", "sha512") }),
        (sent) => doku(sent, { digest: `SHA-256=${sha(sent.body)}` }),
        (sent) => doku(sent, { digest: sent.body }),
      ],
      label: [
        (sent) => doku(sent, { lines: (all) => all.map((line) => line.replace("Client-Id", "Client-id")) }),
        (sent) =>
          doku(sent, { lines: (all) => all.map((line) => line.replace("Request-Timestamp", "Response-Timestamp")) }),
        (sent) => doku(sent, { lines: (all) => all.map((line) => line.replace(":", ": ")) }),
        (sent) =>
          doku(sent, { lines: (all) => all.map((line) => line.replace(/^[^:]+/, (label) => label.toLowerCase())) }),
        (sent) => doku(sent, { lines: (all) => all.map((line) => line.replace(/^[^:]+:/, "")) }),
      ],
      "label-capitals": [
        (sent) => doku(sent, { lines: (all) => all.map((line) => line.replace("Client-Id", "Client-ID")) }),
        (sent) => doku(sent, { lines: (all) => all.map((line) => line.replace("-Id:", "-ID:")) }),
      ],
      "other-endpoint": [(sent) => doku(sent, { target: "/credit-card/v1/cancellation/credit-card/refund" })],
      "part-order": [(sent) => doku(sent, { lines: ([a, b, c, d, e]) => [b, a, c, d, e] })],
      "part-missing": [
        (sent) => doku(sent, { lines: (all) => all.slice(0, 4) }),
        (sent) => doku(sent, { lines: ([, ...rest]) => rest }),
      ],
      separator: [
        (sent) => doku(sent, { separator: "\r\n" }),
        (sent) => doku(sent, { separator: "" }),
        (sent) => doku(sent, { end: "\n" }),
        (sent) => doku(sent, { separator: "\\n" }),
      ],
      path: [
        (sent) => doku(sent, { target: path(sent).replace("/doku", "") }),
        (sent) => doku(sent, { target: sent.url }),
        (sent) => doku(sent, { target: `${path(sent)}/` }),
        (sent) => doku(sent, { target: path(sent).slice(1) }),
      ],
      "time-format": [
        (sent) => doku(sent, { time: "2026-01-31T09:05:07.000Z" }),
        (sent) => doku(sent, { time: "2026-01-31T09:05:07" }),
        (sent) => doku(sent, { time: "2026-01-31T16:05:07+07:00" }),
        (sent) => doku(sent, { time: String(Math.floor(NOW / 1000)) }),
      ],
      "time-twice": [(sent) => doku(sent, { time: "2026-01-31T09:05:08Z" })],
      algorithm: [
        (sent) => doku(sent, { hash: "sha512" }),
        (sent) => doku(sent, { hash: "sha1" }),
        (sent) => set(sent, "Signature", `HMACSHA256=${sha(SECRET + stringOf(sent))}`),
      ],
      encoding: [(sent) => doku(sent, { encoding: "hex" }), (sent) => doku(sent, { encoding: "base64url" })],
      prefix: [
        (sent) => doku(sent, { prefix: "" }),
        (sent) => doku(sent, { prefix: "HMACSHA256 " }),
        (sent) => doku(sent, { prefix: "hmacsha256=" }),
      ],
    },
  },
  "doku-accents": {
    provider: "doku",
    sent: () =>
      signedByCore(
        "doku",
        { clientId: "BRN-0001", secretKey: "sécrét", environment: "sandbox" },
        signer.doku.createShopeePayRefund({
          invoiceNumber: "INV-1",
          identifiers: [{ name: "PAYMENT_REFERENCE_ID", value: "é" }],
          requestId: "req-3",
        }),
      ),
    secrets: { secretKey: "sécrét" },
    mistakes: {
      "unicode-form": [
        (sent) => doku(sent, { body: sent.body.normalize("NFD"), secret: "sécrét" }),
        (sent) => doku(sent, { secret: "sécrét".normalize("NFD") }),
      ],
    },
  },
  "doku-get": {
    provider: "doku",
    sent: () =>
      signedByCore(
        "doku",
        { clientId: "BRN-0001", secretKey: SECRET, environment: "sandbox" },
        signer.doku.checkStatus({ invoiceNumber: "INV 1", requestId: "req-2" }),
      ),
    secrets: { secretKey: SECRET },
    mistakes: {
      "digest-of-get": [
        (sent) => doku(sent, { lines: (all) => [...all, `Digest:${sha("")}`] }),
        (sent) => doku(sent, { lines: (all) => [...all, "Digest:"] }),
      ],
      "url-encoding": [
        (sent) => doku(sent, { target: decodeURIComponent(path(sent)) }),
        (sent) => doku(sent, { target: path(sent).replace("%20", "+") }),
      ],
    },
  },
  "doku-snap": {
    provider: "doku",
    sent: () =>
      signedByCore(
        "doku",
        { clientId: "BRN-0001", secretKey: SECRET, accessToken: TOKEN, environment: "sandbox" },
        signer.doku.createSnapRefund({
          originalPartnerReferenceNo: "o",
          partnerRefundNo: "p",
          channel: "EMONEY_OVO_SNAP",
          amount: { value: "5000", currency: "IDR" },
        }),
      ),
    secrets: { secretKey: SECRET },
    mistakes: { "token-bearer": [(sent) => snap(sent, { token: `Bearer ${TOKEN}` })] },
  },
  "durianpay-snap": {
    provider: "durianpay",
    sent: () =>
      signedByCore(
        "durianpay",
        { clientKey: "ck", clientSecret: SECRET, accessToken: TOKEN, channelId: "1", environment: "sandbox" },
        signer.durianpay.createSnapRefund({
          originalPartnerReferenceNo: "o",
          originalReferenceNo: "r",
          partnerRefundNo: "p",
          amount: { value: "5000", currency: "IDR" },
        }),
      ),
    secrets: { clientSecret: SECRET },
    mistakes: {
      "time-format": [(sent) => snap(sent, { time: "2026-01-31T09:05:07Z" })],
      method: [(sent) => snap(sent, { method: "post" })],
    },
  },
  "payermax-snap": {
    provider: "payermax",
    sent: () =>
      signedByCore(
        "payermax",
        {
          partnerId: "pid",
          clientSecret: SECRET,
          accessToken: TOKEN,
          channelId: "1",
          baseUrl: "https://host.example/gateway",
        },
        signer.payermax.createRefund({
          originalPartnerReferenceNo: "o",
          partnerRefundNo: "p",
          amount: { value: "5000", currency: "IDR" },
        }),
      ),
    secrets: { clientSecret: SECRET },
    mistakes: {
      ...without(BODY_MISTAKES(snap), ["body-newline", "body-reserialized", "body-line-ends"]),
      ...SECRET_MISTAKES(snap),
      "body-newline": [(sent) => snap(sent, { body: `${sent.body}\n` })],
      "body-reserialized": [(sent) => snap(sent, { body: sorted(sent.body) })],
      "body-not-minified": [(sent) => snap({ ...sent, body: pretty(sent.body) }, { body: pretty(sent.body) })],
      "digest-encoding": [
        (sent) => snap(sent, { hash: sha(sent.body, "hex").toUpperCase() }),
        (sent) => snap(sent, { hash: sha(sent.body) }),
      ],
      "digest-algorithm": [
        (sent) => snap(sent, { hash: sha(sent.body, "hex", "sha512") }),
        (sent) => snap(sent, { hash: sent.body }),
      ],
      "part-order": [(sent) => snap(sent, { parts: ([a, b, c, d, e]) => [a, b, d, c, e] })],
      "part-missing": [(sent) => snap(sent, { parts: ([a, b, , d, e]) => [a, b, d, e] })],
      separator: [
        (sent) => snap(sent, { separator: "|" }),
        (sent) => snap(sent, { end: "\n" }),
        (sent) => snap(sent, { separator: "" }),
      ],
      path: [
        (sent) => snap(sent, { target: "/v1.0/debit/refund" }),
        (sent) => snap(sent, { target: "/debit/refund" }),
        (sent) => snap(sent, { target: sent.url }),
      ],
      method: [(sent) => snap(sent, { method: "post" }), (sent) => snap(sent, { method: "GET" })],
      "time-format": [
        (sent) => snap(sent, { time: "2026-01-31T09:05:07.123Z" }),
        (sent) => snap(sent, { time: "2026-01-31T16:05:07+07:00" }),
        (sent) => snap(sent, { time: "2026-01-31T16:05:07.123" }),
        (sent) => snap(sent, { time: "2026-01-31T16:05:07.123+0700" }),
        (sent) => snap(sent, { time: String(NOW) }),
      ],
      "time-twice": [(sent) => snap(sent, { time: "2026-01-31T16:05:07.124+07:00" })],
      "token-bearer": [(sent) => snap(sent, { token: `Bearer ${TOKEN}` })],
      algorithm: [(sent) => snap(sent, { algorithm: "sha256" })],
      encoding: [(sent) => snap(sent, { encoding: "hex" })],
      "other-key": [
        (sent) => snap(sent, { secret: "the-webhook-key" }),
        (sent) => snap(sent, { secret: "pid" }),
        (sent) => snap(sent, { secret: TOKEN }),
      ],
    },
  },
  craftgate: {
    sent: () =>
      signedByCore(
        "craftgate",
        { apiKey: "api-key", secretKey: SECRET, environment: "sandbox" },
        signer.craftgate.createRefund({ paymentId: 5n, conversationId: "c", idempotencyKey: "key-1" }),
      ),
    secrets: { secretKey: SECRET },
    mistakes: {
      ...BODY_MISTAKES(craftgate),
      ...SECRET_MISTAKES(craftgate),
      "part-order": [(sent) => craftgate(sent, { parts: ([a, b, c, d, e]) => [a, c, b, d, e] })],
      "part-missing": [(sent) => craftgate(sent, { random: "" })],
      separator: [(sent) => craftgate(sent, { separator: "|" }), (sent) => craftgate(sent, { separator: "\n" })],
      path: [
        (sent) => craftgate(sent, { url: path(sent) }),
        (sent) => craftgate(sent, { url: `${sent.url}/` }),
        (sent) => craftgate(sent, { url: sent.url.replace("https", "http") }),
      ],
      algorithm: [
        (sent) => craftgate(sent, { hash: (text) => sha(text, "base64", "sha512") }),
        (sent) => craftgate(sent, { parts: ([a, b, , d, e]) => [a, b, d, e], hash: (text) => hmac(SECRET, text) }),
        (sent) => craftgate(sent, { hash: (text) => sha(text, "base64", "sha1") }),
      ],
      encoding: [
        (sent) => craftgate(sent, { hash: (text) => sha(text, "hex") }),
        (sent) => craftgate(sent, { hash: (text) => b64(sha(text, "hex")) }),
      ],
    },
  },
  "craftgate-get": {
    provider: "craftgate",
    sent: () =>
      signedByCore(
        "craftgate",
        { apiKey: "api-key", secretKey: SECRET, environment: "sandbox" },
        signer.craftgate.searchRefunds({ conversationId: "a b/ç" }),
      ),
    secrets: { secretKey: SECRET },
    mistakes: {
      "url-encoding": [
        (sent) => craftgate(sent, { url: sent.url }),
        (sent) => craftgate(sent, { url: sent.url.replaceAll("%20", "+") }),
      ],
    },
  },
  razorpay: {
    sent: () =>
      signedByCore(
        "razorpay",
        { keyId: "rzp_test_1", keySecret: SECRET, environment: "sandbox" },
        signer.razorpay.createRefund({ paymentId: "pay_FCXKPFtYfPXJPy", idempotencyKey: "0123456789" }),
      ),
    secrets: { keyId: "rzp_test_1", keySecret: SECRET },
    mistakes: {
      ...SECRET_MISTAKES((sent, { secret }) =>
        basic(sent, `Basic ${Buffer.concat([Buffer.from("rzp_test_1:"), Buffer.from(secret)]).toString("base64")}`),
      ),
      "part-order": [(sent) => basic(sent, `Basic ${b64(`${SECRET}:rzp_test_1`)}`)],
      "part-missing": [
        (sent) => basic(sent, `Basic ${b64(SECRET)}`),
        (sent) => basic(sent, `Basic ${b64(`:${SECRET}`)}`),
      ],
      separator: [
        (sent) => basic(sent, `Basic ${b64(`rzp_test_1${SECRET}`)}`),
        (sent) => basic(sent, `Basic ${b64(`rzp_test_1|${SECRET}`)}`),
      ],
      encoding: [
        (sent) => basic(sent, `Basic rzp_test_1:${SECRET}`),
        (sent) => basic(sent, `Basic ${b64(b64(`rzp_test_1:${SECRET}`))}`),
      ],
      prefix: [
        (sent) => basic(sent, b64(`rzp_test_1:${SECRET}`)),
        (sent) => basic(sent, `basic ${b64(`rzp_test_1:${SECRET}`)}`),
        (sent) => basic(sent, `Basic: ${b64(`rzp_test_1:${SECRET}`)}`),
      ],
    },
  },
  "razorpay-shell": {
    provider: "razorpay",
    sent: () =>
      signedByCore(
        "razorpay",
        { keyId: "rzp_test_1", keySecret: "pa$$w0rd$HOME", environment: "sandbox" },
        signer.razorpay.createRefund({ paymentId: "pay_FCXKPFtYfPXJPy", idempotencyKey: "0123456789" }),
      ),
    secrets: { keyId: "rzp_test_1", keySecret: "pa$$w0rd$HOME" },
    mistakes: {
      "secret-expanded": [
        (sent) => basic(sent, `Basic ${b64("rzp_test_1:pa1234w0rd/root")}`),
        (sent) => basic(sent, `Basic ${b64("rzp_test_1:paw0rd")}`),
      ],
    },
  },
  "razorpay-oauth": {
    provider: "razorpay",
    sent: () =>
      signedByCore(
        "razorpay",
        { oauthToken: TOKEN, environment: "sandbox" },
        signer.razorpay.fetchRefund({ refundId: "rfnd_FCXKPFtYfPXJPy" }),
      ),
    secrets: { oauthToken: TOKEN },
    mistakes: {
      prefix: [(sent) => basic(sent, `bearer ${TOKEN}`)],
      "secret-encoded": [(sent) => basic(sent, `Bearer ${b64(TOKEN)}`)],
      "secret-quotes": [(sent) => basic(sent, `Bearer "${TOKEN}"`)],
    },
  },
  durianpay: {
    sent: () =>
      signedByCore(
        "durianpay",
        { serverKey: `dp_test_${SECRET}` },
        signer.durianpay.createRefund({ refId: "r", paymentId: "pay_1", amount: { value: "5000", currency: "IDR" } }),
      ),
    secrets: { serverKey: `dp_test_${SECRET}` },
    mistakes: {
      "secret-space": [(sent) => basic(sent, `Basic ${b64(`dp_test_${SECRET}\n:`)}`)],
      "part-missing": [(sent) => basic(sent, `Basic ${b64(`dp_test_${SECRET}`)}`)],
      "part-order": [(sent) => basic(sent, `Basic ${b64(`:dp_test_${SECRET}`)}`)],
      separator: [(sent) => basic(sent, `Basic ${b64(`dp_test_${SECRET}:\n`)}`)],
      encoding: [(sent) => basic(sent, `Basic dp_test_${SECRET}:`)],
      prefix: [
        (sent) => basic(sent, b64(`dp_test_${SECRET}:`)),
        (sent) => basic(sent, `Bearer ${b64(`dp_test_${SECRET}:`)}`),
      ],
      "other-key": [(sent) => basic(sent, `Basic ${b64("the-webhook-key:")}`)],
      "bearer-key": [
        (sent) => basic(sent, `Bearer dp_test_${SECRET}`),
        (sent) => basic(sent, `Bearer dp_test_${SECRET}:`),
      ],
    },
  },
};

function without(object, names) {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

function stringOf(sent) {
  return [
    `Client-Id:${get(sent, "Client-Id")}`,
    `Request-Id:${get(sent, "Request-Id")}`,
    `Request-Timestamp:${get(sent, "Request-Timestamp")}`,
    `Request-Target:${path(sent)}`,
    `Digest:${sha(sent.body)}`,
  ].join("\n");
}

const ask = (provider, sent, secrets, more = {}) =>
  diagnose({ scheme: schemeFor(provider, sent), sent, secrets, others: ["the-webhook-key"], ...more });

for (const [name, { provider = name, sent, secrets, mistakes }] of Object.entries(CASES)) {
  describe(name, () => {
    test("what the core signs is right", async () => {
      const diagnosis = await ask(provider, sent(), secrets);
      assert.equal(diagnosis.sent.state, "same");
      assert.deepEqual(diagnosis.headers, []);
      assert.ok(diagnosis.stages.every(({ state }) => state === "ok"));
    });

    for (const [id, makers] of Object.entries(mistakes)) {
      makers.forEach((make, index) => {
        test(`${id} ${index + 1}`, async () => {
          const wrong = make(sent());
          const { sent: explained, stages, scheme } = await ask(provider, wrong, secrets);
          assert.equal(explained.state, "explained");
          assert.deepEqual(
            explained.causes.map((cause) => cause.id),
            [id],
          );
          assert.equal(explained.wrong.signature, get(wrong, scheme.header), "the mistake gives what was sent");
          assert.equal(stages.at(-1).state, "differs");
        });
      });
    }
  });
}

describe("RSA", () => {
  const plan = signer.payermax.requestAccessToken({});
  const settings = {
    partnerId: "pid",
    clientKey: "ck",
    clientSecret: SECRET,
    channelId: "1",
    baseUrl: "https://host.example",
  };
  let sent;
  before(async () => {
    const client = new signer.payermax.Client(settings);
    const request = await signWith(client, plan, await importPrivateKey(PRIVATE_PEM), { now: NOW, nonce: NONCE });
    sent = { method: request.method, url: request.url, headers: Object.entries(request.headers), body: request.body };
  });

  for (const [kind, key] of [
    ["public", PUBLIC_PEM],
    ["private", PRIVATE_PEM],
  ]) {
    test(`the token call is right, by the ${kind} key`, async () => {
      const diagnosis = await ask("payermax", sent, { rsaKey: key });
      assert.equal(diagnosis.scheme.id, "payermax-token");
      assert.equal(diagnosis.sent.state, "same");
    });

    const mistakes = {
      separator: (time) => `ck||${time}`,
      "part-order": (time) => `${time}|ck`,
      "part-missing": (time) => time,
      "time-format": () => "ck|2026-01-31T09:05:07Z",
    };
    for (const [id, string] of Object.entries(mistakes)) {
      test(`${id}, by the ${kind} key`, async () => {
        const wrong = set(sent, "X-SIGNATURE", rsa(string(get(sent, "X-TIMESTAMP"))));
        const { sent: explained } = await ask("payermax", wrong, { rsaKey: key });
        assert.deepEqual(
          explained.causes.map((cause) => cause.id),
          [id],
        );
      });
    }
  }

  test("an HMAC in the place of an RSA signature is told by its length", async () => {
    const wrong = set(sent, "X-SIGNATURE", hmac(SECRET, "ck", "base64", "sha512"));
    const { sent: explained, shape } = await ask("payermax", wrong, { rsaKey: PUBLIC_PEM });
    assert.equal(explained.state, "unexplained");
    assert.match(shape, /64 bytes, like SHA-512/);
  });
});

describe("webhooks", () => {
  const sandbox = createSandbox();
  const byProvider = {
    craftgate: "sandbox-webhook-key",
    doku: sandbox.credentials.doku.secretKey,
    razorpay: "sandboxWebhookSecret",
  };
  const plans = {
    craftgate: () => signer.craftgate.createRefund({ paymentId: 1n }),
    doku: () =>
      signer.doku.createRefund({
        ...pick(sandbox.payments.doku.settled, ["invoiceNumber", "originalRequestId"]),
        amount: { value: "10", currency: "IDR" },
      }),
    razorpay: () =>
      signer.razorpay.createRefund({
        paymentId: sandbox.payments.razorpay.standard.paymentId,
        amount: { value: "10", currency: "INR" },
      }),
  };
  for (const [provider, secret] of Object.entries(byProvider)) {
    test(provider, async () => {
      const client = new signer[provider].Client(sandbox.credentials[provider]);
      const request = client.sign(plans[provider]());
      assert.ok((await sandbox.fetch(request.url, request)).ok);
      const [delivery] = await sandbox.webhooks.take(provider);
      const sent = {
        method: "POST",
        url: delivery.path,
        headers: Object.entries(delivery.headers),
        body: delivery.body,
      };
      const scheme = WEBHOOK_SCHEMES.find((one) => one.provider === provider);
      assert.equal((await diagnose({ scheme, sent, secrets: { secret } })).sent.state, "same");
      const padded = await diagnose({ scheme, sent, secrets: { secret: ` ${secret}` } });
      assert.deepEqual(
        padded.sent.causes.map(({ id }) => id),
        ["secret-space"],
      );
      if (provider === "craftgate") return;
      const altered = await diagnose({ scheme, sent: { ...sent, body: spaced(sent.body) }, secrets: { secret } });
      assert.deepEqual(
        altered.sent.causes.map(({ id }) => id),
        ["body-reserialized"],
      );
    });
  }
});

function pick(object, names) {
  return Object.fromEntries(names.map((name) => [name, object[name]]));
}

describe("what is said", () => {
  const { sent, secrets } = CASES.doku;

  test("two mistakes at once are found together", async () => {
    const wrong = doku(sent(), { body: `${sent().body}\n`, encoding: "hex" });
    const { sent: explained } = await ask("doku", wrong, secrets);
    assert.deepEqual(
      explained.causes.map(({ id }) => id),
      ["body-newline", "encoding"],
    );
  });

  test("another secret is no known mistake, and that is said", async () => {
    const { sent: explained, stages } = await ask("doku", doku(sent(), { secret: "somebody else's" }), secrets);
    assert.equal(explained.state, "unexplained");
    assert.deepEqual(explained.causes, []);
    assert.ok(explained.tried > 300);
    assert.ok(
      stages.every(
        ({ name, state }) => state === { headers: "ok", signature: "differs" }[name] || state === "uncheckable",
      ),
    );
  });

  test("the byte that differs is named", async () => {
    const { stages } = await ask("doku", doku(sent(), { body: python(sent().body) }), secrets);
    const { state, difference } = stages.find(({ name }) => name === "body");
    assert.equal(state, "differs");
    assert.equal(difference.at, '{"order":'.length);
    assert.equal(difference.right.byte, '"{" (0x7b)');
    assert.equal(difference.wrong.byte, "space (0x20)");
  });

  test("without the secret nothing is claimed about the signature", async () => {
    const { sent: explained, stages } = await ask("doku", sent(), {});
    assert.equal(explained.state, "unknown");
    assert.equal(stages.find(({ name }) => name === "signature").state, "uncheckable");
  });

  test("what the person's code printed is compared, even without the secret", async () => {
    const printed = stringOf(sent()).replace("Client-Id", "Client-id");
    const { stages } = await ask("doku", sent(), {}, { claims: { stringToSign: printed } });
    const { state, difference } = stages.find(({ name }) => name === "string");
    assert.equal(state, "differs");
    assert.equal(difference.at, "Client-".length);
  });

  test("what the provider expected is explained, too: it received another body", async () => {
    const expected = get(doku(sent(), { body: `${sent().body}\n` }), "Signature");
    const { sent: own, expected: theirs } = await ask("doku", sent(), secrets, { claims: { signature: expected } });
    assert.equal(own.state, "same");
    assert.deepEqual(
      theirs.causes.map(({ id }) => id),
      ["body-newline"],
    );
  });

  test("missing, doubled and malformed headers are named", async () => {
    const wrong = set(drop(sent(), "Request-Id"), "Request-Timestamp", "2026-01-31 09:05:07");
    const { headers } = await ask("doku", { ...wrong, headers: [...wrong.headers, ["client-id", "x"]] }, secrets);
    assert.deepEqual(
      headers.map(({ header, isMissing }) => [header, isMissing]),
      [
        ["Request-Id", true],
        ["Client-Id", false],
        ["Request-Timestamp", false],
      ],
    );
  });

  test("no secret is shown", async () => {
    for (const [name, { provider = name, sent: make, secrets: own, mistakes }] of Object.entries(CASES)) {
      for (const wrong of [
        make(),
        ...Object.values(mistakes)
          .flat()
          .map((mistake) => mistake(make())),
      ]) {
        const { right, sent: explained } = await ask(provider, wrong, own);
        const shown = JSON.stringify(
          [right, explained.wrong].map((stages) => stages && [stages.shown, stages.parts, stages.digest]),
        );
        for (const secret of [SECRET, TOKEN]) assert.ok(!shown.includes(secret), `${name}: ${shown}`);
      }
    }
  });

  test("every scheme and every mistake of the tables is tried here", () => {
    const tried = new Set(Object.values(CASES).flatMap(({ mistakes }) => Object.keys(mistakes)));
    assert.deepEqual(
      HYPOTHESES.map(({ id }) => id).filter((id) => !tried.has(id)),
      [],
    );
    const schemes = new Set(
      Object.entries(CASES).map(([name, { provider = name, sent: make }]) => schemeFor(provider, make()).id),
    );
    const untried = SCHEMES.map(({ id }) => id).filter(
      (id) => !schemes.has(id) && !/-token$|payermax-(rsa|sign)/.test(id),
    );
    assert.deepEqual(untried, []);
  });
});
