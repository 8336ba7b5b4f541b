#!/usr/bin/env node
// `npx refund-signer sandbox`: the simulated providers as a server on this machine, for tests in any language.

import { parseArgs } from "node:util";
import { createSandbox } from "../sandbox/index.js";
import { startSandboxServer } from "./server.js";

const USAGE = `npx refund-signer sandbox [options]

  --port 4010                        where it listens, on 127.0.0.1
  --latency 0                        how long every answer takes, in milliseconds
  --fault razorpay=lost-response     what the next refund meets there; razorpay=status-500:3 for the next three
  --webhook razorpay=http://…        where the provider's webhooks go: POST /sandbox/webhooks delivers them
  --help                             shows this

Send a provider's requests to http://127.0.0.1:4010/razorpay and so on: that is the baseUrl of the credentials that
GET /sandbox shows. The routes of its own take and give JSON:

  GET    /sandbox                    credentials, ready-made payments, and what waits
  DELETE /sandbox                    begins anew
  GET    /sandbox/ledger             what really happened
  POST   /sandbox/payments           { provider, amount, … }: one more payment
  POST   /sandbox/faults             { provider, fault, times?, done?, on?, retryAfter? }
  POST   /sandbox/settle             { key, status, provider? }: ends a pending refund
  POST   /sandbox/webhooks           { provider? }: delivers what waits
  GET    /sandbox/webhooks/razorpay  what \`new razorpay.Webhooks\` takes`;

const { command, port, latencyMs, faults, webhookUrls } = options();
if (command !== "sandbox") refuse(command === undefined ? "Say what to do." : `There is no ${command}.`);
const { url, sandbox } = await startSandboxServer({ port, latencyMs, sandbox: make }).catch((error) =>
  refuse(error.code === "EADDRINUSE" ? `Port ${port} is taken.` : error.message),
);
console.log(`sandbox at ${url}`);
console.log(JSON.stringify({ credentials: sandbox.credentials, payments: sandbox.payments }, null, 2));

/** @param {string} origin */
function make(origin) {
  const made = createSandbox({ origin, webhookUrls });
  for (const { provider, fault, times } of faults) made.faults.next(/** @type {any} */ (provider), fault, { times });
  return made;
}

function options() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        port: { type: "string", default: "4010" },
        latency: { type: "string", default: "0" },
        fault: { type: "string", multiple: true, default: [] },
        webhook: { type: "string", multiple: true, default: [] },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    return {
      command: positionals[0],
      port: whole("--port", values.port, 65_535),
      latencyMs: whole("--latency", values.latency, 600_000),
      faults: values.fault.map(faultOf),
      webhookUrls: Object.fromEntries(values.webhook.map((given) => pair("--webhook", given))),
    };
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** @param {string} given such as `razorpay=status-500:3` */
function faultOf(given) {
  const [provider, what] = pair("--fault", given);
  const [fault, times = "1"] = what.split(":");
  return { provider, fault: /** @type {any} */ (fault), times: whole("--fault", times, 1_000_000) };
}

/** @param {string} option @param {string} given @returns {[string, string]} */
function pair(option, given) {
  const at = given.indexOf("=");
  return at > 0 ? [given.slice(0, at), given.slice(at + 1)] : refuse(`${option} is provider=…, not ${given}.`);
}

/** @param {string} option @param {string} text @param {number} most */
function whole(option, text, most) {
  const number = Number(text);
  return /^\d{1,9}$/.test(text) && number <= most ? number : refuse(`${option} takes a whole number up to ${most}.`);
}

/** @param {string} why @returns {never} */
function refuse(why) {
  console.error(`${why}\n\n${USAGE}`);
  return process.exit(2);
}
