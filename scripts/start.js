// `npm start`: one refund at every provider over HTTP, through the built package, against the sandbox. Then the
// console, unless `--once` is given. Ends with 1 if a refund did not succeed.

import * as signer from "refund-signer";
import { send } from "refund-signer/fetch";
import { createSandbox } from "refund-signer/sandbox";
import { PROVIDERS, refundInput } from "./lib/refunds.js";
import { startSite } from "./lib/site.js";
import { startSandboxServer } from "./sandbox-server.js";

const once = process.argv.includes("--once");

let sandboxUrl;
const isProvider = (path) => PROVIDERS.some((name) => path.startsWith(`/${name}/`));
const site = await startSite((path) => (isProvider(path) ? sandboxUrl : undefined), reset);
let server = await freshSandbox();
let replaced = Promise.resolve();

const rows = [];
for (const provider of PROVIDERS) rows.push(await refund(provider, server.sandbox));
console.log(`\n${table([["provider", "request", "HTTP", "status", "next", "signature", "time"], ...rows])}\n`);

const failed = rows.filter(([, , , status]) => status !== "succeeded").length;
if (failed > 0) {
  console.error(`${failed} of ${rows.length} refunds did not succeed`);
  process.exitCode = 1;
}
if (once) {
  site.close();
  await server.close();
} else {
  // With all payments unrefunded again.
  await reset();
  console.log(`The console is at ${site.url}/ (Ctrl+C ends it).`);
  if (process.env.npm_lifecycle_event === "start") endWithParent();
}

/** A signal to npm ends the shell that it started, not what the shell started: end when the shell is gone. */
function endWithParent() {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.exit(), 500);
}

async function freshSandbox() {
  const started = await startSandboxServer({ sandbox: createSandbox({ origin: site.url }) });
  sandboxUrl = started.url;
  return started;
}

/** Replaces the sandbox by one in which nothing was refunded, one call after the other. */
function reset() {
  const done = replaced.then(async () => {
    const old = server;
    server = await freshSandbox();
    await old.close();
  });
  replaced = done.catch(() => {});
  return done;
}

/** Plans, signs, sends and reads one refund, and says in a row of texts what came of it. */
async function refund(provider, sandbox) {
  const start = performance.now();
  const client = new signer[provider].Client(sandbox.credentials[provider]);
  const plan = signer[provider].createRefund(refundInput(provider, sandbox));
  const verdict = await send(client, plan, { timeoutMs: 5000 });
  client.free();
  const time = `${(performance.now() - start).toFixed(1)} ms`;
  const { httpStatus = "-", status, next, signature, problem } = verdict;
  if (problem) console.error(`${provider}: ${problem.message} ${problem.providerMessage ?? ""} ${problem.userAction}`);
  return [provider, `${plan.method} ${plan.path}`, String(httpStatus), status, next, signature, time];
}

/** Columns as wide as their widest text. */
function table(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line
        .map((text, column) => text.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
