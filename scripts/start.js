// `npm start`: one refund at every provider over HTTP, through the built package, against the sandbox. Then the
// console, unless `--once` is given; with it, the console is only seen to be served. Ends with 1 if something failed.

import * as signer from "refund-signer";
import { send } from "refund-signer/fetch";
import { startSandboxServer } from "../pkg-template/bin/server.js";
import { startDemo } from "./lib/demo.js";
import { PROVIDERS, refundInput } from "./lib/refunds.js";

const once = process.argv.includes("--once");

const failed = await refundEverywhere();
if (failed > 0) {
  console.error(`${failed} of ${PROVIDERS.length} refunds did not succeed`);
  process.exitCode = 1;
}
const demo = await startDemo({ port: Number(process.env.PORT ?? 0) });
if (once) {
  const isServed = await servesConsole(demo.url);
  console.log(isServed ? "The console is served." : "The console is not served.");
  if (!isServed) process.exitCode = 1;
  await demo.close();
} else {
  console.log(`The console is at ${demo.url}/ (Ctrl+C ends it).`);
  for (const name of ["SIGINT", "SIGTERM"]) process.once(name, end);
  if (process.env.npm_lifecycle_event === "start") endWithParent();
}

/** The edge signer is a process of its own. */
async function end() {
  await demo.close();
  process.exit();
}

/** A signal to npm ends the shell that it started, not what the shell started: end when the shell is gone. */
function endWithParent() {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || end(), 500);
}

/** The page, and all that it names. @param {string} url */
async function servesConsole(url) {
  const page = await fetch(`${url}/`);
  const text = await page.text();
  const files = [...text.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, path]) => path);
  const answers = await Promise.all([...files, "config.json"].map((path) => fetch(`${url}/${path}`)));
  return page.ok && files.length >= 3 && answers.every(({ ok }) => ok);
}

/** In a sandbox of their own: the console begins with nothing refunded. Gives how many failed. */
async function refundEverywhere() {
  const server = await startSandboxServer();
  const rows = [];
  for (const provider of PROVIDERS) rows.push(await refund(provider, server.sandbox));
  await server.close();
  console.log(`\n${table([["provider", "request", "HTTP", "status", "next", "signature", "time"], ...rows])}\n`);
  return rows.filter(([, , , status]) => status !== "succeeded").length;
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
