// The sandbox, wherever it runs: in the server that the page came from, or in this page, where it is loaded when
// something is first asked of it.

import { hostConfig } from "./config.js";

/** @typedef {import("./sandbox/host.js").Host} Host */
/** @typedef {Omit<Host, "sandbox">} Operations */
/** @typedef {(url: string, init: RequestInit) => Promise<Response>} Fetch */
/** @typedef {Pick<Host["sandbox"], "credentials" | "payments">} Beginning */
/** @typedef {Operations & Beginning & { fetch: Fetch, load: () => Promise<unknown> }} Sandbox */

/** What forms begin with, and what a client takes: vite.config.js puts it here, so that a form needs no sandbox. */
const BEGINNING = /** @type {Beginning} */ (import.meta.env.SANDBOX);

/** @type {Sandbox | undefined} */
let opened;

/** The same one for the whole page. @returns {Sandbox} */
export function theSandbox() {
  opened ??= open();
  return opened;
}

function open() {
  const isInServer = hostConfig().sandbox === "server";
  const operations = operationsBy(isInServer ? called : calledHere);
  const fetch = (/** @type {string} */ url, /** @type {RequestInit} */ init) => exchanged(operations, url, init);
  // Before something is sent, so that a slow line is not taken for a provider that does not answer.
  const load = async () => isInServer || host();
  return { ...operations, ...BEGINNING, fetch, load };
}

const NAMES = /** @type {const} */ ([
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
]);

/** @typedef {(typeof NAMES)[number]} Name */
/** @typedef {(name: Name, input: unknown, signal?: AbortSignal) => Promise<unknown>} Call */

/** @param {Call} call @returns {Operations} */
function operationsBy(call) {
  const operations = NAMES.map((name) => [
    name,
    (/** @type {unknown} */ input, /** @type {AbortSignal} */ signal) => call(name, input, signal),
  ]);
  return Object.fromEntries(operations);
}

/** An operation of the server. @type {Call} */
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

/** @type {Promise<Host> | undefined} */
let loaded;

function host() {
  loaded ??= import("./sandbox/host.js").then(
    ({ createHost }) => createHost(),
    () => {
      // Whoever asks next tries once more.
      loaded = undefined;
      throw new Error("The sandbox could not be loaded, so nothing was sent.");
    },
  );
  return loaded;
}

/** An operation of the sandbox in this page. One that was never asked for anything has no refunds and no faults. @type {Call} */
async function calledHere(name, input, signal) {
  if (!loaded && (name === "ledger" || name === "faults")) return [];
  return /** @type {Record<Name, Function>} */ (await host())[name](input, signal);
}

/** A request to a provider, which only the sandbox's side of this page may answer. @param {Operations} operations @param {string} url @param {RequestInit} init */
async function exchanged(operations, url, { method = "GET", headers, body, signal }) {
  const outgoing = { method, url, headers: /** @type {Record<string, string>} */ (headers) };
  const sent = typeof body === "string" ? { ...outgoing, body } : outgoing;
  const incoming = await operations.exchange(sent, signal ?? undefined);
  if (incoming.lost) throw new TypeError("The connection was lost (sandbox).");
  const bytes = Uint8Array.from(atob(incoming.body), (character) => character.charCodeAt(0));
  return new Response(incoming.status === 204 ? null : bytes, { status: incoming.status, headers: incoming.headers });
}
