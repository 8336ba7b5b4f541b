// The console as a Cloudflare Worker: its static files under their policy, and the edge signer on the same origin.
// Refunds go to real providers here: the keys are this Worker's secrets, and what it signs is in the signer's policy.

import signer, { Ledger } from "../edge-signer/worker.js";
import { HEADERS } from "./policy.js";

export { Ledger };

/** What the page is told of its host. */
const CONFIG = { signer: true };
const SIGNER = /^\/(refunds|audit|webhooks)(\/|$)/;

export default {
  /** @param {Request} request @param {any} env @param {any} ctx */
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (SIGNER.test(pathname)) return signer.fetch(request, env, ctx);
    const isConfig = pathname === "/config.json" && request.method === "GET";
    return secured(isConfig ? Response.json(CONFIG) : await env.ASSETS.fetch(request));
  },
};

/** @param {Response} response */
function secured(response) {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  return new Response(response.body, { status: response.status, headers });
}
