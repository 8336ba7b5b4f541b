// Requests signed straight from the providers' sheets with node:crypto: nothing here is shared with the sandbox.
import { createHash, createHmac, sign } from "node:crypto";

export const NOW = Date.parse("2026-03-02T07:20:00.123Z");
export const clock = () => NOW;

const text = (body) => (body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body));
const sha256 = (body, encoding) => createHash("sha256").update(body).digest(encoding);
const base64 = (value) => Buffer.from(value, "utf8").toString("base64");
const init = (method, headers, body) => ({
  method,
  headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
  body: method === "GET" ? undefined : body,
});

/** Sends and reads: { status, headers, text, json }. */
export async function send(sandbox, [url, options]) {
  const response = await sandbox.fetch(url, options);
  const body = await response.text();
  let json;
  try {
    json = JSON.parse(body);
  } catch {}
  return { status: response.status, headers: response.headers, text: body, json };
}

export function durianpay(
  sandbox,
  method,
  path,
  body,
  { base = "https://api-sandbox.durianpay.id", headers = {} } = {},
) {
  const { serverKey } = sandbox.credentials.durianpay;
  const auth = { Authorization: `Basic ${base64(`${serverKey}:`)}`, "Content-Type": "application/json" };
  return [base + path, init(method, { ...auth, ...headers }, text(body))];
}

export function razorpay(sandbox, method, path, body, { base = "https://api.razorpay.com", headers = {} } = {}) {
  const { keyId, keySecret } = sandbox.credentials.razorpay;
  const auth = { Authorization: `Basic ${base64(`${keyId}:${keySecret}`)}`, "Content-Type": "application/json" };
  return [base + path, init(method, { ...auth, ...headers }, text(body))];
}

let requests = 0;

export function doku(sandbox, method, path, body, options = {}) {
  const { base = "https://api-sandbox.doku.com", at = NOW, id = `request-${++requests}`, headers = {} } = options;
  const { clientId, secretKey } = sandbox.credentials.doku;
  const stamp = options.stamp ?? new Date(at).toISOString().replace(/\.\d{3}Z/, "Z");
  const target = new URL(base + path).pathname;
  const lines = [`Client-Id:${clientId}`, `Request-Id:${id}`, `Request-Timestamp:${stamp}`, `Request-Target:${target}`];
  if (method !== "GET") lines.push(`Digest:${sha256(text(body), "base64")}`);
  const Signature = `HMACSHA256=${createHmac("sha256", secretKey).update(lines.join("\n")).digest("base64")}`;
  const signed = { "Client-Id": clientId, "Request-Id": id, "Request-Timestamp": stamp, Signature };
  return [base + path, init(method, { ...signed, "Content-Type": "application/json", ...headers }, text(body))];
}

/** DOKU's response signature over what was received. */
export function dokuResponseIsSigned(sandbox, { headers, text: body }, target, method = "POST") {
  const lines = ["Client-Id", "Request-Id", "Response-Timestamp"].map((name) => `${name}:${headers.get(name)}`);
  lines.push(`Request-Target:${target}`);
  if (method !== "GET") lines.push(`Digest:${sha256(body, "base64")}`);
  const mac = createHmac("sha256", sandbox.credentials.doku.secretKey).update(lines.join("\n")).digest("base64");
  return headers.get("Signature") === `HMACSHA256=${mac}`;
}

export function craftgate(sandbox, method, path, body, options = {}) {
  const { base = "https://sandbox-api.craftgate.io", headers = {} } = options;
  const { apiKey, secretKey } = sandbox.credentials.craftgate;
  const rnd = `rnd-${++requests}`;
  const signature = sha256(decodeURIComponent(base + path) + apiKey + secretKey + rnd + text(body), "base64");
  const signed = { "x-api-key": apiKey, "x-rnd-key": rnd, "x-auth-version": "v1", "x-signature": signature };
  return [base + path, init(method, { ...signed, "Content-Type": "application/json", ...headers }, text(body))];
}

const SNAP = {
  payermax: {
    base: "https://pay-gate-uat.payermax.com",
    partner: "partnerId",
    client: "clientKey",
    secret: "clientSecret",
  },
  doku: { base: "https://api-sandbox.doku.com", partner: "clientId", client: "clientId", secret: "secretKey" },
  durianpay: {
    base: "https://api-sandbox.durianpay.id",
    partner: "clientKey",
    client: "clientKey",
    secret: "clientSecret",
  },
};

export const jakarta = (ms) => new Date(ms + 7 * 3_600_000).toISOString().replace("Z", "+07:00");
/** Only for bodies without white space inside strings. */
const squeeze = (body) => body.replace(/\s/g, "");

export function snap(sandbox, provider, path, body, options = {}) {
  const { at = NOW, id = String(++requests), headers = {}, privateKey } = options;
  const keys = sandbox.credentials[provider];
  const names = SNAP[provider];
  const { base = names.base, token = keys.accessToken, stamp = jakarta(at) } = options;
  const raw = text(body);
  const target = new URL(base + path).pathname;
  const digest = sha256(squeeze(raw), "hex");
  const symmetric = `POST:${target}:${token}:${digest}:${stamp}`;
  const signature = privateKey
    ? sign("sha256", Buffer.from(`POST:${target}:${digest}:${stamp}`), privateKey).toString("base64")
    : createHmac("sha512", keys[names.secret]).update(symmetric).digest("base64");
  const signed = {
    "X-TIMESTAMP": stamp,
    "X-SIGNATURE": signature,
    "X-PARTNER-ID": keys[names.partner],
    "X-EXTERNAL-ID": id,
    "CHANNEL-ID": "95221",
    Authorization: `Bearer ${token}`,
  };
  return [base + path, init("POST", { ...signed, "Content-Type": "application/json", ...headers }, raw)];
}

export function snapToken(sandbox, provider, path, privateKey, options = {}) {
  const { at = NOW, headers = {}, body = { grantType: "client_credentials" } } = options;
  const clientKey = sandbox.credentials[provider][SNAP[provider].client];
  const stamp = jakarta(at);
  const signature = sign("sha256", Buffer.from(`${clientKey}|${stamp}`), privateKey).toString("base64");
  const signed = { "X-CLIENT-KEY": clientKey, "X-TIMESTAMP": stamp, "X-SIGNATURE": signature };
  return [
    SNAP[provider].base + path,
    init("POST", { ...signed, "Content-Type": "application/json", ...headers }, text(body)),
  ];
}
