// Each provider's scheme as data: which parts are signed, how they become one string, and how that becomes a header.
// Written from the providers' documentation (docs/providers), not from the signing core.

import { decoded, header, pathOf } from "./request.js";

/** @typedef {import("./crypto.js").Bytes} Bytes */
/** @typedef {import("./crypto.js").Algorithm} Algorithm */
/** @typedef {import("./crypto.js").Encoding} Encoding */
/** @typedef {import("./crypto.js").Hash} Hash */
/** @typedef {import("./request.js").Sent} Sent */
/** @typedef {Readonly<Record<string, string | Bytes>>} Secrets what the person gave, each under its setting's name */

/**
 * What a part is made from.
 * @typedef {object} Given
 * @property {Sent} sent
 * @property {Secrets} secrets
 * @property {Bytes} body as it is signed
 * @property {string} digest
 */

/**
 * One part of the string to sign, under the provider's word for it.
 * @typedef {object} Part
 * @property {string} label
 * @property {(given: Given) => string | Bytes} of
 */

/**
 * How a signature is made: what the hypotheses change.
 * @typedef {object} Form
 * @property {"raw" | "minified"} body
 * @property {(body: string) => string} edit what is done to the body before it is signed, besides
 * @property {"utf-8" | "latin-1" | "windows-1254"} charset
 * @property {{ hash: Hash, encoding: Encoding, prefix: string } | undefined} digest
 * @property {readonly Part[]} parts
 * @property {(label: string, value: string | Bytes) => (string | Bytes)[]} write
 * @property {string} separator
 * @property {string} end
 * @property {Algorithm} algorithm
 * @property {string | undefined} key the secret that it is made with
 * @property {Encoding} encoding
 * @property {string} prefix
 */

/** @typedef {{ name: string, label: string, hint: string, optional?: boolean, lines?: boolean, plain?: boolean }} Setting */
/** @typedef {"craftgate" | "doku" | "durianpay" | "payermax" | "razorpay"} ProviderName */

/**
 * @typedef {object} Scheme
 * @property {string} id
 * @property {ProviderName} provider
 * @property {string} title
 * @property {string} rule the provider's rule in one line
 * @property {string} header where the signature stands
 * @property {readonly Setting[]} settings
 * @property {readonly string[]} required the other headers that must be there
 * @property {Readonly<Record<string, { form: RegExp, says: string }>>} forms how headers must look
 * @property {(sent: Sent) => Form} form
 * @property {(sent: Sent) => boolean} fits
 */

/** @param {string} name @returns {Part} */
const fromHeader = (name) => ({ label: name, of: ({ sent }) => header(sent, name) ?? "" });

const METHOD = { label: "HTTP method", of: (/** @type {Given} */ { sent }) => sent.method };
const DIGEST = { label: "Digest", of: (/** @type {Given} */ { digest }) => digest };
const BODY_HASH = { label: "body hash", of: (/** @type {Given} */ { digest }) => digest };
const BODY = { label: "body", of: (/** @type {Given} */ { body }) => body };
const PATH = { label: "EndpointUrl", of: (/** @type {Given} */ { sent }) => pathOf(sent.url) };
const TARGET = { ...PATH, label: "Request-Target" };
const DECODED_URL = { label: "decoded URL", of: (/** @type {Given} */ { sent }) => decoded(sent.url) ?? sent.url };
const TOKEN = { label: "AccessToken", of: (/** @type {Given} */ { sent }) => bearer(sent) };

/** @param {Sent} sent */
const bearer = (sent) => (header(sent, "Authorization") ?? "").replace(/^Bearer\s+/i, "");

/** @param {string} name @param {string} label @returns {Part} */
const secretPart = (name, label) => ({ label, of: ({ secrets }) => secrets[name] ?? "" });

/** @type {Form["write"]} */
const bare = (_label, value) => [value];
/** @type {Form["write"]} */
const labelled = (label, value) => [`${label}:`, value];

/** @type {Omit<Form, "parts" | "algorithm" | "key">} */
const PLAIN = {
  body: "raw",
  edit: (body) => body,
  charset: "utf-8",
  digest: undefined,
  write: bare,
  separator: "",
  end: "",
  encoding: "base64",
  prefix: "",
};

const UTC_SECONDS = {
  form: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  says: "must be UTC in whole seconds with a Z, such as 2026-01-31T09:05:00Z",
};
const WITH_OFFSET = {
  form: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?([+-]\d\d:\d\d|Z)$/,
  says: "must be ISO 8601 with its offset, such as 2026-01-31T16:05:00+07:00",
};
const WITH_MILLIS = {
  form: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}([+-]\d\d:\d\d|Z)$/,
  says: "must have milliseconds and an offset, such as 2026-01-31T16:05:00.123+07:00",
};
const JSON_TYPE = { form: /^application\/json\s*(;|$)/i, says: "must be application/json" };
const BEARER = { form: /^Bearer \S+$/, says: "must be the word Bearer, one space, and the access token" };

/** @param {string} name @param {string} label @param {string} hint @returns {Setting} */
const secret = (name, label, hint) => ({ name, label, hint });
/** @param {string} label @param {string} hint @returns {Setting} */
const rsaKey = (label, hint) => ({ name: "rsaKey", label, hint, lines: true });

/** @param {Sent} sent */
const isTokenCall = (sent) =>
  /\/access-token\/b2b$/.test(pathOf(sent.url)) || header(sent, "X-CLIENT-KEY") !== undefined;
/** @param {Sent} sent */
const isSnap = (sent) =>
  header(sent, "X-SIGNATURE") !== undefined ||
  header(sent, "X-TIMESTAMP") !== undefined ||
  /\/v1\.0\/debit\/|\/direct-debit\//.test(pathOf(sent.url));

/** SNAP's symmetric scheme. @param {ProviderName} provider @param {string} title @param {string} key @param {{ required: string[], time: { form: RegExp, says: string }, more?: Scheme["forms"] }} traits @returns {Scheme} */
const snap = (provider, title, key, { required, time, more = {} }) => ({
  id: `${provider}-snap`,
  provider,
  title: `${title}: SNAP, symmetric`,
  rule: `base64(HMAC-SHA512(${key}, METHOD:EndpointUrl:AccessToken:hex(SHA-256(minify(body))):X-TIMESTAMP))`,
  header: "X-SIGNATURE",
  settings: [secret(key, key, "as the provider gave it")],
  required: ["Content-Type", "X-TIMESTAMP", "X-PARTNER-ID", "X-EXTERNAL-ID", "Authorization", ...required],
  forms: { "Content-Type": JSON_TYPE, "X-TIMESTAMP": time, Authorization: BEARER, ...more },
  form: () => ({
    ...PLAIN,
    body: "minified",
    digest: { hash: "SHA-256", encoding: "hex", prefix: "" },
    parts: [METHOD, PATH, TOKEN, BODY_HASH, fromHeader("X-TIMESTAMP")],
    separator: ":",
    algorithm: "HMAC-SHA512",
    key,
  }),
  fits: (sent) => isSnap(sent) && !isTokenCall(sent),
});

/** SNAP's token call. @param {ProviderName} provider @param {string} title @param {{ form: RegExp, says: string }} time @returns {Scheme} */
const snapToken = (provider, title, time) => ({
  id: `${provider}-token`,
  provider,
  title: `${title}: SNAP, access token`,
  rule: "base64(RSA-SHA256(private key, X-CLIENT-KEY|X-TIMESTAMP))",
  header: "X-SIGNATURE",
  settings: [rsaKey("Your RSA key, private or public", "PEM or base64; the public half is enough to verify")],
  required: ["Content-Type", "X-CLIENT-KEY", "X-TIMESTAMP"],
  forms: { "Content-Type": JSON_TYPE, "X-TIMESTAMP": time },
  form: () => ({
    ...PLAIN,
    parts: [fromHeader("X-CLIENT-KEY"), fromHeader("X-TIMESTAMP")],
    separator: "|",
    algorithm: "RSA",
    key: "rsaKey",
  }),
  fits: isTokenCall,
});

/** Basic authentication: nothing is signed, the key itself is sent. @param {string} id @param {ProviderName} provider @param {string} title @param {string} rule @param {Setting[]} settings @param {Part[]} parts @returns {Scheme} */
const basic = (id, provider, title, rule, settings, parts) => ({
  id,
  provider,
  title,
  rule,
  header: "Authorization",
  settings,
  required: ["Content-Type"],
  forms: { "Content-Type": JSON_TYPE },
  form: () => ({ ...PLAIN, parts, separator: ":", algorithm: "none", key: undefined, prefix: "Basic " }),
  fits: () => true,
});

const DOKU_LABELS = ["Client-Id", "Request-Id", "Request-Timestamp"];

/** @param {string} header @param {string} key @returns {Setting} */
const webhookKey = (header, key) => secret("secret", key, `the one that ${header} is made with`);

/** @type {readonly Scheme[]} the first of a provider that fits is taken */
export const SCHEMES = [
  {
    id: "craftgate",
    provider: "craftgate",
    title: "Craftgate",
    rule: "base64(SHA-256(decoded URL + x-api-key + secret key + x-rnd-key + body))",
    header: "x-signature",
    settings: [secret("secretKey", "secretKey", "from the Craftgate panel; not the webhook key")],
    required: ["x-api-key", "x-rnd-key", "x-auth-version"],
    forms: { "Content-Type": JSON_TYPE, "x-auth-version": { form: /^[vV]?1$/, says: "must be V1" } },
    form: () => ({
      ...PLAIN,
      parts: [
        DECODED_URL,
        fromHeader("x-api-key"),
        secretPart("secretKey", "secret key"),
        fromHeader("x-rnd-key"),
        BODY,
      ],
      algorithm: "SHA-256",
      key: undefined,
    }),
    fits: () => true,
  },
  snapToken("doku", "DOKU", WITH_OFFSET),
  snap("doku", "DOKU", "secretKey", {
    required: [],
    time: WITH_OFFSET,
    more: { "X-EXTERNAL-ID": { form: /^\d{1,36}$/, says: "must be digits only" } },
  }),
  {
    id: "doku",
    provider: "doku",
    title: "DOKU",
    rule: '"HMACSHA256=" + base64(HMAC-SHA256(secretKey, the lines)); Digest = base64(SHA-256(body))',
    header: "Signature",
    settings: [secret("secretKey", "secretKey", "from DOKU Back Office")],
    required: DOKU_LABELS,
    forms: {
      "Request-Timestamp": UTC_SECONDS,
      "Request-Id": { form: /^.{1,128}$/, says: "must have at most 128 characters" },
    },
    form: dokuForm("secretKey"),
    fits: () => true,
  },
  snapToken("durianpay", "Durianpay", WITH_OFFSET),
  snap("durianpay", "Durianpay", "clientSecret", { required: ["CHANNEL-ID"], time: WITH_OFFSET }),
  basic(
    "durianpay",
    "durianpay",
    "Durianpay v1: Basic authentication",
    '"Basic " + base64(serverKey + ":")',
    [secret("serverKey", "serverKey", "dp_test_… or dp_live_…")],
    [secretPart("serverKey", "user"), { label: "password", of: () => "" }],
  ),
  snapToken("payermax", "PayerMax", WITH_MILLIS),
  {
    ...snap("payermax", "PayerMax", "clientSecret", { required: ["CHANNEL-ID"], time: WITH_MILLIS }),
    fits: (sent) => header(sent, "sign") === undefined || header(sent, "X-SIGNATURE") !== undefined,
  },
  {
    id: "payermax-rsa",
    provider: "payermax",
    title: "PayerMax: SNAP, asymmetric",
    rule: "base64(RSA-SHA256(private key, METHOD:EndpointUrl:hex(SHA-256(minify(body))):X-TIMESTAMP))",
    header: "X-SIGNATURE",
    settings: [rsaKey("Your RSA key, private or public", "PEM or base64; the public half is enough to verify")],
    required: ["Content-Type", "X-TIMESTAMP", "X-PARTNER-ID", "X-EXTERNAL-ID", "CHANNEL-ID"],
    forms: { "Content-Type": JSON_TYPE, "X-TIMESTAMP": WITH_MILLIS },
    form: () => ({ ...rsaOverBody(), parts: [METHOD, PATH, BODY_HASH, fromHeader("X-TIMESTAMP")] }),
    fits: () => false,
  },
  {
    id: "payermax-sign",
    provider: "payermax",
    title: "PayerMax: the older header sign",
    rule: "base64(RSA-SHA256(private key, body))",
    header: "sign",
    settings: [rsaKey("Your RSA key, private or public", "PEM or base64; the public half is enough to verify")],
    required: ["Content-Type"],
    forms: { "Content-Type": JSON_TYPE },
    form: () => ({ ...PLAIN, parts: [BODY], algorithm: "RSA", key: "rsaKey" }),
    fits: () => true,
  },
  {
    ...basic(
      "razorpay-oauth",
      "razorpay",
      "Razorpay: OAuth",
      '"Bearer " + oauthToken',
      [secret("oauthToken", "oauthToken", "the access token")],
      [],
    ),
    form: () => ({
      ...PLAIN,
      parts: [secretPart("oauthToken", "token")],
      algorithm: "none",
      key: undefined,
      encoding: "text",
      prefix: "Bearer ",
    }),
    fits: (sent) => /^bearer\b/i.test(header(sent, "Authorization") ?? ""),
  },
  basic(
    "razorpay",
    "razorpay",
    "Razorpay: Basic authentication",
    '"Basic " + base64(keyId + ":" + keySecret)',
    [
      { ...secret("keyId", "keyId", "rzp_test_… or rzp_live_…"), plain: true },
      secret("keySecret", "keySecret", "from the Razorpay dashboard; not the webhook secret"),
    ],
    [secretPart("keyId", "user"), secretPart("keySecret", "password")],
  ),
];

/** What the providers sign when they call the merchant. @type {readonly Scheme[]} */
export const WEBHOOK_SCHEMES = [
  {
    ...webhook(
      "craftgate",
      "x-cg-signature-v1",
      "base64(HMAC-SHA256(webhook key, eventType + eventTimestamp + status + payloadId))",
    ),
    settings: [webhookKey("x-cg-signature-v1", "Merchant webhook key")],
    form: () => ({
      ...PLAIN,
      parts: ["eventType", "eventTimestamp", "status", "payloadId"].map((name) => ({
        label: name,
        of: ({ sent }) => memberOf(sent.body, name),
      })),
      algorithm: "HMAC-SHA256",
      key: "secret",
    }),
  },
  {
    ...webhook(
      "doku",
      "Signature",
      '"HMACSHA256=" + base64(HMAC-SHA256(secretKey, the lines)); Digest = base64(SHA-256(body))',
    ),
    settings: [webhookKey("Signature", "secretKey")],
    required: DOKU_LABELS,
    forms: { "Request-Timestamp": UTC_SECONDS },
    form: dokuForm("secret"),
  },
  {
    ...webhook(
      "payermax",
      "X-SIGNATURE",
      "base64(RSA-SHA256(PayerMax's key, POST:path:hex(SHA-256(minify(body))):X-TIMESTAMP))",
    ),
    settings: [rsaKey("PayerMax's public key", "PEM or base64")],
    required: ["X-TIMESTAMP"],
    forms: { "X-TIMESTAMP": WITH_MILLIS },
    form: () => ({ ...rsaOverBody(), parts: [METHOD, PATH, BODY_HASH, fromHeader("X-TIMESTAMP")] }),
  },
  {
    ...webhook("razorpay", "X-Razorpay-Signature", "hex(HMAC-SHA256(webhook secret, body))"),
    settings: [webhookKey("X-Razorpay-Signature", "Webhook secret")],
    form: () => ({ ...PLAIN, parts: [BODY], algorithm: "HMAC-SHA256", key: "secret", encoding: "hex" }),
  },
];

/** @param {ProviderName} provider @param {string} header @param {string} rule */
function webhook(provider, header, rule) {
  return {
    id: `${provider}-webhook`,
    provider,
    title: `${provider} webhook`,
    rule,
    header,
    required: /** @type {string[]} */ ([]),
    forms: {},
    fits: () => true,
  };
}

/** Labelled lines; a GET has no Digest line. @param {string} key @returns {(sent: Sent) => Form} */
function dokuForm(key) {
  return ({ method }) => ({
    ...PLAIN,
    digest: { hash: "SHA-256", encoding: "base64", prefix: "" },
    parts: [...DOKU_LABELS.map(fromHeader), TARGET, ...(method === "GET" ? [] : [DIGEST])],
    write: labelled,
    separator: "\n",
    algorithm: "HMAC-SHA256",
    key,
    prefix: "HMACSHA256=",
  });
}

/** @returns {Omit<Form, "parts">} */
function rsaOverBody() {
  return {
    ...PLAIN,
    body: "minified",
    digest: { hash: "SHA-256", encoding: "hex", prefix: "" },
    separator: ":",
    algorithm: "RSA",
    key: "rsaKey",
  };
}

/** A member of a JSON object as its text. @param {string} body @param {string} name */
function memberOf(body, name) {
  try {
    const value = JSON.parse(body)[name];
    return value === undefined ? "" : String(value);
  } catch {
    return "";
  }
}

/** @param {ProviderName} provider */
export const schemesOf = (provider) => SCHEMES.filter((scheme) => scheme.provider === provider);

/** The scheme that this request is meant for. @param {ProviderName} provider @param {Sent} sent @returns {Scheme} */
export function schemeFor(provider, sent) {
  const found = schemesOf(provider).find((scheme) => scheme.fits(sent));
  if (!found) throw new TypeError(`no scheme of ${provider}`);
  return found;
}
