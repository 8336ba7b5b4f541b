// Reads a delivery as a merchant's server should, and says why where it is refused.

import * as signer from "refund-signer/slim";
import { RefundError } from "refund-signer/slim";
import { importPublicKey, readWebhook } from "refund-signer/webcrypto";
import { diagnose } from "../debug/diagnose.js";
import { WEBHOOK_SCHEMES } from "../debug/schemes.js";

/** @typedef {import("../debug/request.js").Header} Header */
/** @typedef {import("../debug/diagnose.js").Diagnosis} Diagnosis */
/** @typedef {import("refund-signer").WebhookEvent} WebhookEvent */
/** @typedef {import("refund-signer").InputProblem} InputProblem */

/**
 * @typedef {object} Delivered
 * @property {string} provider
 * @property {Readonly<Record<string, string>>} settings as typed; several secrets or keys under `secrets` and `publicKeys`
 * @property {readonly Header[]} headers
 * @property {string} body
 */

/**
 * @typedef {object} Checked
 * @property {WebhookEvent} [event] only of what was verified
 * @property {readonly InputProblem[]} problems
 * @property {Diagnosis} [diagnosis] why the signature is another one
 */

/** The settings of each provider's webhook reader. @type {Record<string, readonly { name: string, label: string, help: string, secret?: boolean, rows?: number, needed?: boolean }[]>} */
export const SETTINGS = {
  craftgate: [
    {
      name: "secrets",
      label: "Merchant webhook key",
      help: "From the panel; neither the secret key nor the one of 3-D Secure callbacks.",
      secret: true,
      needed: true,
    },
    { name: "windowSeconds", label: "Window in seconds", help: "How old it may be. Not checked when left empty." },
  ],
  doku: [
    { name: "clientId", label: "Client ID", help: "From DOKU Back Office.", needed: true },
    { name: "secrets", label: "Secret key", help: "From DOKU Back Office.", secret: true, needed: true },
    { name: "path", label: "Path", help: "Of the notification URL as registered at DOKU: it is signed.", needed: true },
    { name: "windowSeconds", label: "Window in seconds", help: "How old it may be. Not checked when left empty." },
  ],
  payermax: [
    { name: "merchantId", label: "Merchant ID", help: "PayerMax signs for all merchants with one key.", needed: true },
    { name: "publicKeys", label: "PayerMax's public key", help: "PEM or base64.", rows: 4, needed: true },
    {
      name: "path",
      label: "Path",
      help: "Of the notification URL as PayerMax calls it: it is signed. Empty for the older header sign.",
    },
    { name: "windowSeconds", label: "Window in seconds", help: "How old it may be. Not checked when left empty." },
  ],
  razorpay: [
    {
      name: "secrets",
      label: "Webhook secret",
      help: "The one typed in when the webhook was made; not the key secret.",
      secret: true,
      needed: true,
    },
  ],
};

/** Which of PayerMax's two schemes a delivery is in. @param {Readonly<Record<string, string>>} settings */
export const schemeOf = ({ path }) => (path ? "snap" : "sign");

/** @param {Delivered} delivered @returns {Promise<Checked>} */
export async function checkDelivery(delivered) {
  try {
    return { event: await read(delivered), problems: [] };
  } catch (error) {
    if (!(error instanceof RefundError)) throw error;
    const isMismatch = error.problems.some(({ code, path }) => code === "signature_mismatch" && path !== "merchantId");
    const diagnosis = isMismatch ? await explained(delivered) : undefined;
    return { problems: error.problems, ...(diagnosis && { diagnosis }) };
  }
}

/** @param {Delivered} delivered @returns {Promise<WebhookEvent>} */
async function read({ provider, settings, headers, body }) {
  const reader = new /** @type {any} */ (signer)[provider].Webhooks(readerSettings(provider, settings));
  try {
    // Given as pairs, so that a header that stands twice is seen to.
    const delivery = { headers: headers.map(([name, value]) => /** @type {[string, string]} */ ([name, value])), body };
    if (provider !== "payermax") return reader.read(delivery);
    return await readWebhook(
      reader,
      delivery,
      await Promise.all(keysOf(settings.publicKeys ?? "").map(importPublicKey)),
    );
  } finally {
    reader.free();
  }
}

/** @param {string} provider @param {Readonly<Record<string, string>>} settings */
function readerSettings(provider, settings) {
  const { secrets, publicKeys: _, windowSeconds, ...texts } = settings;
  const given = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ""));
  return {
    ...given,
    ...(provider !== "payermax" && { secrets: secretsOf(secrets ?? "") }),
    ...(windowSeconds && { windowSeconds: /^\d+$/.test(windowSeconds) ? Number(windowSeconds) : windowSeconds }),
    ...(provider === "payermax" && !settings.path && { scheme: "sign" }),
  };
}

/** @param {string} text */
const secretsOf = (text) => text.split("\n").filter((line) => line !== "");

/** Each PEM, or what stands between empty lines. @param {string} text */
function keysOf(text) {
  // Each beginning is looked at once, however many of them never end.
  const pems = text
    .split(/(?=-----BEGIN)/)
    .map((piece) => /^-----BEGIN[\s\S]*?-----END[^-]*-----/.exec(piece)?.[0] ?? "");
  const keys = pems.some(Boolean) ? pems : text.split(/\n\s*\n/);
  return keys.filter((key) => key.trim() !== "");
}

/** More keys are not in use at the same time; each is tried with every known mistake. */
const MOST_KEYS = 4;

/** Tries the known mistakes, with each key. @param {Delivered} delivered @returns {Promise<Diagnosis | undefined>} */
async function explained({ provider, settings, headers, body }) {
  const scheme = WEBHOOK_SCHEMES.find((one) => one.provider === provider);
  if (!scheme || (provider === "payermax" && schemeOf(settings) === "sign")) return undefined;
  const sent = { method: "POST", url: settings.path ?? "/", headers, body };
  const keys = provider === "payermax" ? keysOf(settings.publicKeys ?? "") : secretsOf(settings.secrets ?? "");
  let last;
  for (const key of keys.slice(0, MOST_KEYS)) {
    last = await diagnose({ scheme, sent, secrets: { [provider === "payermax" ? "rsaKey" : "secret"]: key } });
    if (last.sent.state !== "unexplained") return last;
  }
  return last;
}

/** When it was signed, where that is said, in milliseconds since 1970. @param {string} provider @param {readonly Header[]} headers @param {string} body */
export function signedAt(provider, headers, body) {
  const value = (/** @type {string} */ name) => headers.find(([own]) => own.toLowerCase() === name)?.[1] ?? "";
  const texts = /** @type {Record<string, () => number>} */ ({
    doku: () => Date.parse(value("request-timestamp")),
    payermax: () => Date.parse(value("x-timestamp")),
    craftgate: () => Number(/"eventTimestamp"\s*:\s*(\d+)/.exec(body)?.[1]) * 1000,
  });
  const at = texts[provider]?.();
  return at === undefined || Number.isNaN(at) ? undefined : at;
}

/** What to do about a mistake that was found, where a webhook is concerned. @param {import("../debug/diagnose.js").Cause} cause */
export function adviceFor({ id, stage, fix }) {
  if (stage === "body" || id === "digest-encoding") {
    return "Verify the raw bytes before anything parses them: request.arrayBuffer(), express.raw(), request.get_data(). What was parsed and written again is another text.";
  }
  if (id === "path" || id === "url-encoding")
    return "Give the path that the provider calls: behind a proxy or a router it may look different.";
  if (id.startsWith("time")) return "Hand the header on as it came.";
  return fix;
}
