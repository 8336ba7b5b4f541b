// Everything that happened since this page was opened, the sandbox's switches, and its ledger.

import { useState } from "preact/hooks";
import { operationNamed, providerNamed } from "../catalog.js";
import { history, KINDS } from "../session.js";
import { useStore } from "../store.js";
import { Card } from "../ui/card.jsx";
import { Code } from "../ui/code.jsx";
import { TextField } from "../ui/field.jsx";
import { VerdictBadge, VerdictView } from "../ui/verdict.jsx";
import { LedgerView } from "./ledger.jsx";
import { Switches } from "./switches.jsx";

/** @typedef {import("../session.js").Entry} Entry */

/** More than this is not drawn at once; the search finds the others. */
const SHOWN = 100;

export function History() {
  const [search, setSearch] = useState("");
  const entries = useStore(history);
  const found = entries.filter((entry) => matches(entry, search));
  return (
    <>
      <div class="screen-head">
        <div>
          <h1>History</h1>
          <p>
            What this page did since it was opened; closing it clears the list. Files of Bulk, and what came of them,
            are stored in this browser, and so are refunds until their outcome is known.
          </p>
        </div>
      </div>
      <div class="columns wide-side">
        <Card title={`Attempts and verdicts (${entries.length})`}>
          <div class="stack">
            <div>
              <TextField
                label="Search"
                value={search}
                onInput={setSearch}
                placeholder="a provider, a reference, a status, anything in an answer"
              />
              <p class="help" role="status">
                {search && `${found.length} of ${entries.length} found.`}
              </p>
            </div>
            {entries.length === 0 && <p class="quiet">Nothing was sent yet. Send a refund, and it appears here.</p>}
            <ol class="entries">
              {found.slice(0, SHOWN).map((entry) => (
                <li key={entry.id}>
                  <EntryView entry={entry} />
                </li>
              ))}
            </ol>
            {found.length > SHOWN && <p class="help">{`The last ${SHOWN}; search for the others.`}</p>}
          </div>
        </Card>
        <div class="stack">
          <Switches />
          <LedgerView />
        </div>
      </div>
    </>
  );
}

/** A bulk run may have several providers, so its title is not one of them. @param {string} provider */
const titleOf = (provider) => (provider ? providerNamed(provider).title : "Bulk");

/** Every word must be somewhere in it. @param {Entry} entry @param {string} search */
function matches({ kind, provider, operation, plan, note, verdict, answer, webhook }, search) {
  const text = JSON.stringify([
    KINDS[kind],
    provider,
    titleOf(provider),
    operation,
    plan,
    note,
    verdict,
    answer?.body,
    webhook,
  ]);
  const words = search.toLowerCase().split(/\s+/);
  return words.every((word) => text.toLowerCase().includes(word));
}

/** @param {{ entry: Entry }} props */
function EntryView({ entry }) {
  const { at, kind, provider, operation, via, verdict, note, webhook } = entry;
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="entry" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <time dateTime={new Date(at).toISOString()}>{new Date(at).toLocaleTimeString("en-GB")}</time>
        <span class="entry-what">
          <strong>{titleOf(provider)}</strong> {kind === "settle" ? `refund ${operation}` : operation}
          <span class="quiet">{` ${KINDS[kind]}${via === "signer" ? " through the edge signer" : ""}`}</span>
        </span>
        {verdict && <VerdictBadge verdict={verdict} movesMoney={operationNamed(provider, operation).movesMoney} />}
        {note && <span class="badge info">{note}</span>}
        {webhook && (
          <span class={`badge ${webhook.verified ? "good" : "bad"}`}>
            {webhook.verified ? "verified" : "not verified"}
          </span>
        )}
      </summary>
      {isOpen && <EntryDetails entry={entry} />}
    </details>
  );
}

/** @param {{ entry: Entry }} props */
function EntryDetails({ entry }) {
  const { kind, provider, operation, via, plan, request, verdict, answer, milliseconds, webhook } = entry;
  return (
    <div class="stack entry-details">
      {verdict && plan && (
        <VerdictView
          verdict={verdict}
          movesMoney={operationNamed(provider, operation).movesMoney}
          bySigner={via === "signer"}
          {...(milliseconds !== undefined && { milliseconds })}
          {...(answer && { body: answer.body })}
        />
      )}
      {kind === "bulk" && (
        <p>
          The rows, and what came of each of them, are on the screen <a href="#/bulk">Bulk</a>.
        </p>
      )}
      {request && (
        <div>
          <h3>What was sent</h3>
          <Code label="What was sent" text={`${request.method} ${request.url}\n\n${request.body ?? ""}`.trim()} />
        </div>
      )}
      {plan && (
        <div>
          <h3>The plan</h3>
          <Code label="The plan" text={JSON.stringify(plan, null, 2)} />
        </div>
      )}
      {webhook && (
        <div>
          <h3>{webhook.text}</h3>
          <Code label="The webhook's body" text={webhook.body} />
        </div>
      )}
    </div>
  );
}
