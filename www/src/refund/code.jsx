// The same refund elsewhere: as a command, as a program, as the plan itself.

import { useState } from "preact/hooks";
import { Card } from "../ui/card.jsx";
import { Code } from "../ui/code.jsx";
import { Tabs } from "../ui/tabs.jsx";
import { curl, neededSettings, nodeProgram, workerProgram } from "./snippets.js";

const TABS = [
  { name: "curl", title: "curl" },
  { name: "worker", title: "Worker" },
  { name: "node", title: "Node" },
  { name: "plan", title: "Plan" },
];

/** @type {Record<string, string>} */
const NOTES = {
  curl: "This one attempt. Its signature is valid for a short time only; secrets stand as variables.",
  worker: "A Cloudflare Worker with a KV namespace PLANS and the secrets in its environment.",
  node: "Node 20 or newer, with refund-signer installed and the secrets in its environment.",
  plan: "What is stored: it holds no secret. Signing it again is the only way to retry.",
};

/** @param {{ attempt: import("./attempt.js").Attempt, input: Record<string, unknown>, settings: Record<string, string>, movesMoney: boolean }} props */
export function CodeView({ attempt, input, settings, movesMoney }) {
  const [chosen, choose] = useState("curl");
  const title = TABS.find(({ name }) => name === chosen)?.title ?? chosen;
  return (
    <Card title="The same as code">
      <Tabs label="The same as code" tabs={TABS} chosen={chosen} onChoose={choose}>
        <div class="stack">
          <p class="help">{NOTES[chosen]}</p>
          <Code label={title} text={codeOf(chosen)} />
        </div>
      </Tabs>
    </Card>
  );

  /** @param {string} name */
  function codeOf(name) {
    if (name === "plan") return JSON.stringify(attempt.plan, null, 2);
    const needed = neededSettings(attempt, settings);
    if (name === "curl") return curl(attempt, needed) ?? "Signed outside of this page: there is no request to show.";
    const story = { attempt, input, settings: needed, movesMoney };
    return name === "node" ? nodeProgram(story) : workerProgram(story);
  }
}
