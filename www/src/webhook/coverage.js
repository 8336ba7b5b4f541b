// What a signature vouches for, and what it does not: from each provider's page on webhooks.

import { header as headerOf } from "../debug/request.js";

/** @typedef {import("../debug/request.js").Header} Header */
/** @typedef {{ part: string, value: string, covered: boolean, note: string }} Coverage */

/**
 * @typedef {object} Rule
 * @property {string} signature the header that it stands in
 * @property {readonly string[]} headers that are signed
 * @property {boolean} method
 * @property {boolean} path
 * @property {readonly string[]} [members] of the body, where not all of it is signed
 * @property {Readonly<Record<string, string>>} notes
 */

const CRAFTGATE_MEMBERS = ["eventType", "eventTimestamp", "status", "payloadId"];

/** @type {Record<string, Rule>} */
const RULES = {
  craftgate: {
    signature: "x-cg-signature-v1",
    headers: [],
    method: false,
    path: false,
    members: CRAFTGATE_MEMBERS,
    notes: {
      eventTime: "anybody's word: go by eventTimestamp",
      payload: "anybody's word: fetch the refund by payloadId",
    },
  },
  doku: {
    signature: "Signature",
    headers: ["Client-Id", "Request-Id", "Request-Timestamp"],
    method: false,
    path: true,
    notes: {
      "Request-Id": "names the event: store it, and ignore what was seen before",
      "Request-Timestamp": "how old the delivery is",
    },
  },
  payermax: {
    signature: "X-SIGNATURE",
    headers: ["X-TIMESTAMP"],
    method: true,
    path: true,
    notes: {
      "X-TIMESTAMP": "how old the delivery is",
      "X-EXTERNAL-ID": "anybody's word: do not tell deliveries apart by it",
      body: "without the white space between its tokens",
    },
  },
  razorpay: {
    signature: "X-Razorpay-Signature",
    headers: [],
    method: false,
    path: false,
    notes: {
      "x-razorpay-event-id":
        "names the event, yet anybody can change it: an old delivery can come again under another id, so what you do for it must be harmless when done twice",
    },
  },
};

/** The older header of PayerMax's other APIs: the raw body and nothing else. @type {Rule} */
const SIGN = { signature: "sign", headers: [], method: false, path: false, notes: {} };

/** Headers that say nothing about the event. */
const TRANSPORT =
  /^(host|user-agent|accept.*|connection|content-(type|length|encoding)|x-forwarded-.*|cf-.*|via|traceparent)$/i;

/**
 * @param {string} provider @param {string} scheme of PayerMax: snap or sign
 * @param {{ path: string, headers: readonly Header[], body: string }} delivery @returns {Coverage[]}
 */
export function coverageOf(provider, scheme, { path, headers, body }) {
  const rule = provider === "payermax" && scheme === "sign" ? SIGN : RULES[provider];
  if (!rule) return [];
  const isSigned = (/** @type {string} */ name) => rule.headers.some((own) => own.toLowerCase() === name.toLowerCase());
  const isSignature = (/** @type {string} */ name) => name.toLowerCase() === rule.signature.toLowerCase();
  const telling = headers.filter(([name]) => !isSignature(name) && (isSigned(name) || !TRANSPORT.test(name)));
  const missing = rule.headers.filter((name) => headerOf({ headers }, name) === undefined);
  return [
    { part: "Method", value: "POST", covered: rule.method, note: "" },
    {
      part: "Path",
      value: path || "the one that was called",
      covered: rule.path,
      note: rule.path ? "give the path that the provider calls" : "",
    },
    ...telling.map(([name, value]) => ({ part: name, value, covered: isSigned(name), note: noteOf(rule, name) })),
    ...missing.map((name) => ({ part: name, value: "(missing)", covered: true, note: "it is part of what is signed" })),
    ...bodyCoverage(rule, body),
  ];
}

/** @param {Rule} rule @param {string} name */
const noteOf = ({ notes }, name) =>
  Object.entries(notes).find(([own]) => own.toLowerCase() === name.toLowerCase())?.[1] ?? "";

/** @param {Rule} rule @param {string} body @returns {Coverage[]} */
function bodyCoverage(rule, body) {
  const { members } = rule;
  if (!members)
    return [
      {
        part: "Body",
        value: `${new TextEncoder().encode(body).length} bytes`,
        covered: true,
        note: noteOf(rule, "body") || "every byte of it",
      },
    ];
  const found = Object.entries(objectOf(body)).map(([name, value]) => ({
    part: `Body: ${name}`,
    value: typeof value === "string" ? value : JSON.stringify(value),
    covered: members.includes(name),
    note: noteOf(rule, name),
  }));
  return found.length
    ? found
    : [{ part: "Body", value: "no JSON object", covered: false, note: `only ${members.join(", ")} would be` }];
}

/** @param {string} text @returns {Record<string, unknown>} */
function objectOf(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}
