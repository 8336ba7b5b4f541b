// The agent of a page: it fetches its questions from where it came from.

import { createAgent } from "./agent.js";

async function serve() {
  const agent = await createAgent();
  const version = /Chrome\/[\d.]+/.exec(navigator.userAgent)[0].replace("Chrome/", "Chromium ");
  let answer = { version, ready: agent.ready };
  for (;;) {
    const response = await fetch("/next", { method: "POST", body: JSON.stringify(answer) });
    const { who, name, iterations } = await response.json();
    answer = { ms: await agent.measure(who, name, iterations) };
  }
}

serve().catch((error) =>
  fetch("/next", { method: "POST", body: JSON.stringify({ failure: String(error?.stack ?? error) }) }),
);
