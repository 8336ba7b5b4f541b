// The five providers, played by the sandbox in this process, behind a network that does what networks do.

import { createSandbox } from "refund-signer/sandbox";
import { startSandboxServer } from "../../../pkg-template/bin/server.js";
import { PROVIDERS } from "./cases.js";

/** @typedef {import("refund-signer/sandbox").Sandbox} Sandbox */

const ORIGIN = "https://bulk.example";

/**
 * How often a request meets each fault. `done`: it is worked on before the fault. The last three are not the
 * sandbox's own: `late` is worked on after everybody has given up, `token expired` is PayerMax's.
 */
const FAULTS = cumulative([
  { label: "lost response", fault: "lost-response", done: true, share: 0.04 },
  { label: "timeout, not done", fault: "timeout", done: false, share: 0.015 },
  { label: "timeout, done", fault: "timeout-after", done: true, share: 0.015 },
  { label: "timeout, done later", late: true, share: 0.015 },
  { label: "429", fault: "status-429", done: false, share: 0.03 },
  { label: "500, not done", fault: "status-500", done: false, share: 0.02 },
  { label: "500, done", fault: "status-500", done: true, share: 0.02 },
  { label: "503, not done", fault: "status-503", done: false, share: 0.02 },
  { label: "proxy's page, not done", fault: "html", done: false, share: 0.015 },
  { label: "proxy's page, done", fault: "html", done: true, share: 0.015 },
  { label: "forged signature", fault: "forged-signature", done: true, share: 0.03 },
  { label: "body missing", fault: "empty", done: true, share: 0.01 },
  { label: "body cut off", fault: "truncated", done: true, share: 0.01 },
  { label: "token expired", token: true, share: 0.01 },
]);

/** Each with the end of its share of all luck. @param {{ label: string, share: number, fault?: any, done?: boolean, late?: boolean, token?: boolean }[]} faults */
function cumulative(faults) {
  let until = 0;
  return faults.map((fault) => {
    until += fault.share;
    return { ...fault, until };
  });
}

/**
 * @param {object} options
 * @param {() => number} options.chance
 * @param {{ from: number, to: number }} options.lateMs how long after its arrival a `late` request is worked on
 */
export async function createProviders({ chance, lateMs }) {
  const urls = PROVIDERS.map((name) => [name, `${ORIGIN}/webhooks/${name}`]);
  const sandbox = createSandbox({ webhookUrls: Object.fromEntries(urls) });
  /** @type {Map<string, number>} */
  const faults = new Map(FAULTS.map(({ label }) => [label, 0]));
  const requests = { all: 0, moving: 0 };
  /** Late requests that are still to come. @type {Set<Promise<unknown>>} */
  const late = new Set();

  /** @param {string} url @param {any} init @returns {Promise<Response>} */
  async function fetch(url, init) {
    const call = callOf(url, init);
    requests.all++;
    requests.moving += Number(call.moves);
    const fault = drawFault(call);
    if (!fault) return sandbox.fetch(call.url, init);
    faults.set(fault.label, (faults.get(fault.label) ?? 0) + 1);
    if (fault.late) {
      void later(call, init);
      return untilGone(init.signal);
    }
    if (fault.token) return tokenExpired();
    sandbox.faults.next(call.provider, fault.fault, { on: "any", done: fault.done, retryAfter: 1 });
    return sandbox.fetch(call.url, init);
  }

  /** @param {Call} call */
  function drawFault(call) {
    const luck = chance();
    const fault = FAULTS.find(({ until }) => luck < until);
    return fault?.token && !(call.provider === "payermax" && call.moves) ? undefined : fault;
  }

  /** @param {Call} call @param {any} init */
  async function later({ url }, { signal: _, ...init }) {
    const work = pause(lateMs.from + chance() * (lateMs.to - lateMs.from)).then(() => sandbox.fetch(url, init));
    late.add(work);
    await work;
    late.delete(work);
  }

  const server = await startSandboxServer({ sandbox: /** @type {any} */ ({ ...sandbox, fetch }) });
  const { host: address } = new URL(server.url);
  return { sandbox, address, close: server.close, faults, requests, late, bindings: await bindingsOf(sandbox) };
}

/** @typedef {{ provider: any, url: string, moves: boolean }} Call */

/** @type {Record<string, string>} */
const HOSTS = {
  "sandbox-api.craftgate.io": "craftgate",
  "api-sandbox.doku.com": "doku",
  "api-sandbox.durianpay.id": "durianpay",
  "pay-gate-uat.payermax.com": "payermax",
  "api.razorpay.com": "razorpay",
};

/** The last step to here is plain http; what was signed is https. @param {string} plain @param {any} init @returns {Call} */
function callOf(plain, { method }) {
  const url = plain.replace(/^http:/, "https:");
  const { host, pathname } = new URL(url);
  const moves = method === "POST" && !/\/(status|access-token\/b2b)$/.test(pathname);
  return { provider: HOSTS[host], url, moves };
}

function tokenExpired() {
  return Response.json({ responseCode: "4015801", responseMessage: "Invalid Token (B2B)" }, { status: 401 });
}

/** @param {AbortSignal} signal @returns {Promise<Response>} */
function untilGone(signal) {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("the caller gave up (sandbox fault)")));
  });
}

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What the Worker is given: keys, and what verifies webhooks. @param {Sandbox} sandbox */
async function bindingsOf(sandbox) {
  /** @type {Record<string, any>} */
  const credentials = sandbox.credentials;
  const { privateKey } = await sandbox.merchantKeyPair("payermax");
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", privateKey)).toString("base64");
  const { accessToken, ...payermax } = sandbox.credentials.payermax;
  /** @type {Record<string, string>} */
  const bindings = {};
  for (const name of PROVIDERS) {
    const settings = name === "payermax" ? { ...payermax, privateKey: pkcs8 } : credentials[name];
    bindings[`KEYS_${name.toUpperCase()}`] = JSON.stringify(settings);
    if (name === "durianpay") continue;
    bindings[`WEBHOOKS_${name.toUpperCase()}`] = JSON.stringify(
      await sandbox.webhooks.settings(/** @type {any} */ (name)),
    );
  }
  return bindings;
}
