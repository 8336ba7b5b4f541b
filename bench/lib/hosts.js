// The runtimes, each as something that can be asked for a measurement and answers with milliseconds.

import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { chromiumArguments } from "../../scripts/lib/chromium.js";
import { serveFile } from "../../scripts/lib/files.js";
import { bundled } from "./bundle.js";
import { prepareWorker, workerdBinary } from "./workerd.js";

/**
 * @typedef {{ who: string, name: string, iterations: number }} Question
 * @typedef {{
 *   name: string,
 *   version: string,
 *   ready: Record<string, string[]>,
 *   ask: (question: Question) => Promise<number>,
 *   sliceMs?: number,
 *   close: () => void,
 * }} Host
 */

const BENCH = new URL("../", import.meta.url);
const PATIENCE_MS = 60_000;

/** A line in, a line out. */
function lines(command, args, env = process.env) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], env });
  const waiting = [];
  const ended = new Promise((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${command} ended with ${code}`)));
  });
  ended.catch(() => {});
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.(line));
  const next = () => Promise.race([new Promise((resolve) => waiting.push(resolve)), ended]);
  const ask = (line) => {
    const answer = next();
    child.stdin.write(`${line}\n`);
    return answer;
  };
  return { next, ask, close: () => child.kill() };
}

/** Node, Deno or Bun, with the agent that reads lines. */
export async function scripted(name, command, args, env) {
  const agent = lines(command, [...args, fileURLToPath(new URL("agent-stdio.js", BENCH))], env);
  const { version, ready } = JSON.parse(await agent.next());
  const ask = async (question) => JSON.parse(await agent.ask(JSON.stringify(question))).ms;
  return { name, version, ready, ask, close: agent.close };
}

/** The core as a native program. */
export async function native(name, program, cases) {
  const agent = lines(program, []);
  const ask = async ({ name: which, iterations }) => Number(await agent.ask(`${which}\t${iterations}`)) / 1e6;
  return { name, version: "", ready: { core: cases }, ask, close: agent.close };
}

/**
 * workerd. Its clocks stand still while a request is served, so that no program can measure itself there: the time is
 * taken from outside, around the whole request, and that of a request which does nothing is subtracted.
 */
export async function workerd(folder) {
  const config = await prepareWorker("agent-worker.js", folder, "127.0.0.1:0");
  const { binary, version } = workerdBinary();
  const child = spawn(binary, ["serve", config, "--control-fd=3"], { stdio: ["ignore", "inherit", "inherit", "pipe"] });
  const port = await new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`workerd ended with ${code}`)));
    createInterface({ input: child.stdio[3] }).on("line", (line) => {
      const { event, port } = JSON.parse(line);
      if (event === "listen") resolve(port);
    });
  });
  const post = async (question) => {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: JSON.stringify(question) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`workerd: ${text}`);
    return text;
  };
  const ready = JSON.parse(await post({ who: "ready" }));
  const timed = async (question) => {
    const start = performance.now();
    await post(question);
    return performance.now() - start;
  };
  let nothing = Number.POSITIVE_INFINITY;
  const askNothing = async () => {
    nothing = Math.min(nothing, await timed({ who: "nothing" }));
  };
  for (let i = 0; i < 50; i++) await askNothing();
  const ask = async (question) => {
    await askNothing();
    return (await timed(question)) - nothing;
  };
  // Long slices, in which what a request costs by itself is small.
  return { sliceMs: 15, name: "workerd", version: `workerd ${version}`, ready, ask, close: () => child.kill() };
}

/** Chromium: the page asks for its next question, and brings the answer to the one before. */
export async function chromium(path, folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await build(bundled("agent-page.js", join(folder, "page.js")));
  let give;
  let question = new Promise((resolve) => {
    give = resolve;
  });
  let answered;
  const server = createServer(async (request, reply) => {
    if (request.url === "/page.js") return serveFile(pathToFileURL(`${folder}/`), request.url, reply);
    if (request.url !== "/next") {
      // Isolated, so that its clock has steps of five microseconds and not of a hundred.
      reply.setHeader("cross-origin-opener-policy", "same-origin");
      reply.setHeader("cross-origin-embedder-policy", "require-corp");
      reply.setHeader("content-type", "text/html");
      return reply.end('<!doctype html><script type="module" src="/page.js"></script>');
    }
    let text = "";
    for await (const chunk of request) text += chunk;
    answered?.(JSON.parse(text));
    reply.end(JSON.stringify(await question));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${server.address().port}/`;
  const child = spawn(path, chromiumArguments(join(folder, "profile"), url), {
    detached: true,
    stdio: "ignore",
  });
  const answer = () =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("Chromium does not answer")), PATIENCE_MS);
      answered = (what) => {
        clearTimeout(timer);
        if (what.failure) reject(new Error(`Chromium: ${what.failure}`));
        else resolve(what);
      };
    });
  const { version, ready } = await answer();
  const ask = async (what) => {
    const next = answer();
    const send = give;
    question = new Promise((resolve) => {
      give = resolve;
    });
    send(what);
    return (await next).ms;
  };
  const close = () => {
    // The whole group, since a browser is several processes.
    process.kill(-child.pid, "SIGKILL");
    server.close();
    server.closeAllConnections();
  };
  return { name: "Chromium", version, ready, ask, close };
}
