// One edge signer for a test: workerd, the sandbox behind it, people with tokens. Every key holds the marker, and every
// answer, log line and stored byte is searched for it at the end.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { createIssuer } from "../../edge-signer/issuer.js";
import { startProviders } from "../../edge-signer/providers.js";
import { startEdgeSigner } from "../../edge-signer/run.js";

export const MARKER = "MarkerSecret0123456789";

const CREDENTIALS = {
  craftgate: { secretKey: MARKER },
  doku: { secretKey: MARKER, accessToken: MARKER },
  durianpay: { serverKey: `dp_test_${MARKER}`, clientSecret: MARKER, accessToken: MARKER },
  payermax: { clientSecret: MARKER, accessToken: MARKER },
  razorpay: { keySecret: MARKER },
};

/** Shorter than in earnest, so that a test sees the end. */
const LIFECYCLE = { leaseMs: 3000, pauseMs: 20, longestPauseMs: 200 };

const inBase64 = (text) => Buffer.from(text).toString("base64");
const TRACES = [
  MARKER,
  // What it is in Basic's header, whatever comes before it: three alignments.
  ...["", "x", "xy"].map((before) => inBase64(before + MARKER).slice(before.length && 4, -4)),
  Buffer.from(MARKER).toString("hex"),
];

/**
 * @param {object} [options]
 * @param {object[]} [options.payments] more payments for the sandbox
 * @param {Record<string, string>} [options.bindings] instead of those that are right
 */
export async function startSigner({ payments = [], bindings: others = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "edge-signer-test-"));
  const issuer = await createIssuer();
  const hosts = new Set();
  const gate = { before: async () => {} };
  const providers = await startProviders({ credentials: CREDENTIALS, payments }, (url) => {
    hosts.add(new URL(url).host);
    return gate.before();
  });
  const right = { ...issuer.bindings, ...providers.bindings, LIFECYCLE: JSON.stringify(LIFECYCLE) };
  const seen = [];
  const start = (bindings) =>
    startEdgeSigner({
      bindings: { ...right, ...bindings },
      upstream: providers.address,
      folder,
      log: (text) => seen.push(text),
    });
  let running = await start(others);

  const tokens = {
    rita: await issuer.token("rita", ["refunder"]),
    omar: await issuer.token("omar", ["approver"]),
    // May do everything, but not alone.
    ada: await issuer.token("ada", ["refunder", "approver", "auditor"]),
  };

  /** Sends a request, and gives status, headers and the parsed body. */
  async function call(method, path, { token = tokens.ada, body, headers = {}, signal } = {}) {
    const sent = { ...(token && { Authorization: `Bearer ${token}` }), ...headers };
    const response = await fetch(running.url + path, { method, headers: sent, body, signal, duplex: "half" });
    const text = await response.text();
    seen.push(text, JSON.stringify([...response.headers]));
    return { status: response.status, headers: response.headers, body: text && JSON.parse(text) };
  }

  const submitText = (body, options = {}) =>
    call("POST", "/refunds", { body, headers: { "Content-Type": "application/json" }, ...options });
  const inJson = (value) => ({ body: JSON.stringify(value), headers: { "Content-Type": "application/json" } });

  async function audit() {
    const links = [];
    for (;;) {
      const { body } = await call("GET", `/audit?after=${links.length}`);
      if (body.records.length === 0) return links;
      links.push(...body.records);
    }
  }

  after(async () => {
    try {
      await audit();
    } finally {
      await running.kill();
      await providers.close();
    }
    for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (file.isFile()) seen.push(readFileSync(join(file.parentPath ?? file.path, file.name), "latin1"));
    }
    rmSync(folder, { recursive: true });
    for (const trace of TRACES) assert.ok(!seen.some((text) => text.includes(trace)), "a key was found");
    for (const token of Object.values(tokens))
      assert.ok(!seen.some((text) => text.includes(token)), "a token was found");
  });

  return {
    issuer,
    sandbox: providers.sandbox,
    hosts,
    gate,
    tokens,
    call,
    audit,
    submitText,
    submit: (plan, options) => submitText(JSON.stringify(plan), options),
    approve: (digest, token) => call("POST", `/refunds/${digest}/approve`, { token }),
    review: (digest, decision, token) => call("POST", `/refunds/${digest}/review`, { ...inJson(decision), token }),
    find: (digest) => call("GET", `/refunds/${digest}`),
    /** The refund when it is over, or awaits a person. */
    async ended(digest) {
      for (let left = 600; left > 0; left--) {
        const { body } = await call("GET", `/refunds/${digest}`);
        if (body.state !== "open" && body.state !== "planned") return body;
        await pause(25);
      }
      assert.fail("the refund came to no end");
    },
    /** A crash, and a start with the same database. */
    async restart(bindings) {
      await running.kill();
      running = await start(bindings);
    },
  };
}

/** Asserts a refusal. */
export function refused(answer, status, code) {
  assert.deepEqual([answer.status, answer.body.error?.code], [status, code]);
}
