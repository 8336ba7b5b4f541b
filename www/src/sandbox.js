// The sandbox, wherever it runs: in this page, or in the server that the page came from.

import { hostConfig } from "./config.js";

/** @typedef {import("./sandbox/host.js").Host} Host */
/** @typedef {Omit<Host, "sandbox">} Operations */
/** @typedef {Operations & Awaited<ReturnType<Host["about"]>> & { fetch: (url: string, init: RequestInit) => Promise<Response> }} Sandbox */

/** @type {Promise<Sandbox> | undefined} */
let opened;
/** @type {Sandbox | undefined} */
let now;

/** The same one for the whole page. @returns {Promise<Sandbox>} */
export function openSandbox() {
  opened ??= open();
  return opened;
}

/** The opened one: for components, which are drawn after that. @returns {Sandbox} */
export function theSandbox() {
  if (!now) throw new Error("The sandbox was not opened yet.");
  return now;
}

async function open() {
  const host = hostConfig().sandbox === "server" ? remote() : (await import("./sandbox/host.js")).createHost();
  const fetch = (/** @type {string} */ url, /** @type {RequestInit} */ init) => exchanged(host, url, init);
  now = { ...host, ...(await host.about()), fetch };
  return now;
}

/** Calls an operation of the server by its name. @returns {Operations} */
function remote() {
  return new Proxy(/** @type {Operations} */ ({}), {
    ownKeys: () => NAMES,
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    get: (_, name) => (/** @type {unknown} */ input, /** @type {AbortSignal | undefined} */ signal) =>
      called(String(name), input, signal),
  });
}

const NAMES = [
  "about",
  "exchange",
  "fault",
  "faults",
  "clearFaults",
  "ledger",
  "settle",
  "takeWebhooks",
  "webhookSettings",
  "addPayment",
  "reset",
];

/** @param {string} name @param {unknown} input @param {AbortSignal} [signal] */
async function called(name, input = {}, signal) {
  const response = await fetch(`sandbox/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(input),
    ...(signal && { signal }),
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

/** A request to a provider, which only the sandbox's side of this page may answer. @param {Operations} host @param {string} url @param {RequestInit} init */
async function exchanged(host, url, { method = "GET", headers, body, signal }) {
  const outgoing = { method, url, headers: /** @type {Record<string, string>} */ (headers) };
  const sent = typeof body === "string" ? { ...outgoing, body } : outgoing;
  const incoming = await host.exchange(sent, signal ?? undefined);
  if (incoming.lost) throw new TypeError("The connection was lost (sandbox).");
  const bytes = Uint8Array.from(atob(incoming.body), (character) => character.charCodeAt(0));
  return new Response(incoming.status === 204 ? null : bytes, { status: incoming.status, headers: incoming.headers });
}
