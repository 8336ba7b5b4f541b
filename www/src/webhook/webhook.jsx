// Check a webhook: verified or not and why not, what it says, and what its signature does not cover.

import { useState } from "preact/hooks";
import { providers } from "../catalog.js";
import { Causes, Stages } from "../debug/finding.jsx";
import { useAfterPause } from "../debug/pause.js";
import { parseHeaders } from "../debug/request.js";
import { theSandbox } from "../sandbox.js";
import { Button } from "../ui/button.jsx";
import { Card } from "../ui/card.jsx";
import { Code } from "../ui/code.jsx";
import { Facts } from "../ui/facts.jsx";
import { SelectField, TextField } from "../ui/field.jsx";
import { Icon } from "../ui/icon.jsx";
import { Notice } from "../ui/notice.jsx";
import { adviceFor, checkDelivery, SETTINGS, schemeOf, signedAt } from "./check.js";
import { coverageOf } from "./coverage.js";
import { EXAMPLES, makeExample } from "./examples.js";
import "./webhook.css";

/** @typedef {import("./check.js").Checked} Checked */
/** @typedef {import("refund-signer").WebhookProvider} WebhookProvider */

/**
 * What the form holds, as it was typed.
 * @typedef {object} Typed
 * @property {WebhookProvider} provider
 * @property {string} headers
 * @property {string} body
 * @property {Record<string, string>} settings
 */

export function Webhook() {
  const [typed, setTyped] = useState(
    /** @type {Typed} */ ({ provider: "razorpay", headers: "", body: "", settings: {} }),
  );
  const [checked, setChecked] = useState(/** @type {Checked | undefined} */ (undefined));
  const [example, setExample] = useState("right");
  const { headers, strange } = parseHeaders(typed.headers);
  const isEmpty = typed.headers.trim() === "" && typed.body === "";

  const check = () => checkDelivery({ ...typed, headers });
  useAfterPause(typed, isEmpty || !SETTINGS[typed.provider] ? undefined : check, setChecked);

  const edit = (/** @type {Partial<Typed>} */ change) => {
    setChecked(undefined);
    setTyped({ ...typed, ...change });
  };
  const choose = (/** @type {string} */ name) =>
    edit({ provider: /** @type {WebhookProvider} */ (name), headers: "", body: "", settings: {} });
  const fill = async () => edit(await makeExample(theSandbox(), typed.provider, example));

  return (
    <>
      <div class="screen-head">
        <div>
          <h1>Check a webhook</h1>
          <p>Paste what arrived. It is verified as a careful server would do it.</p>
        </div>
      </div>
      <div class="columns webhook">
        <Card title="What arrived">
          <div class="fields">
            <SelectField
              label="Provider"
              value={typed.provider}
              options={providers().map(({ name, title }) => ({ value: name, text: title }))}
              onChange={choose}
            />
            {SETTINGS[typed.provider] ? (
              <>
                <div class="example">
                  <SelectField
                    label="Example"
                    value={example}
                    options={EXAMPLES.map(({ name, title }) => ({ value: name, text: title }))}
                    onChange={setExample}
                  />
                  <Button icon="bell" onClick={fill}>
                    Make it
                  </Button>
                </div>
                <TextField
                  label="Headers"
                  code
                  rows={6}
                  value={typed.headers}
                  onInput={(text) => edit({ headers: text })}
                  {...(strange.length > 0 && { mistake: `No header: ${strange.join(" · ")}` })}
                />
                <TextField
                  label="Body"
                  code
                  rows={7}
                  value={typed.body}
                  onInput={(text) => edit({ body: text })}
                  help="The raw body, exactly as it came: white space and line breaks count."
                />
                <Settings typed={typed} onEdit={edit} />
              </>
            ) : (
              <Notice tone="info" title="No webhooks for refunds">
                <p>Durianpay documents none. Poll fetchRefund while a refund is pending.</p>
              </Notice>
            )}
          </div>
        </Card>
        <div class="stack" aria-live="polite">
          {SETTINGS[typed.provider] && (
            <Result checked={isEmpty ? undefined : checked} isEmpty={isEmpty} typed={typed} headers={headers} />
          )}
        </div>
      </div>
    </>
  );
}

/** @param {{ typed: Typed, onEdit: (change: Partial<Typed>) => void }} props */
function Settings({ typed, onEdit }) {
  const { provider, settings } = typed;
  return (
    <>
      {SETTINGS[provider]?.map(({ name, label, help, secret = false, rows, needed = false }) => (
        <TextField
          key={name}
          label={label}
          help={secret ? `${help} It stays in memory.` : help}
          secret={secret}
          required={needed}
          code
          {...(rows && { rows })}
          value={settings[name] ?? ""}
          onInput={(text) => onEdit({ settings: { ...settings, [name]: text } })}
        />
      ))}
    </>
  );
}

/** @param {{ checked: Checked | undefined, isEmpty: boolean, typed: Typed, headers: readonly import("../debug/request.js").Header[] }} props */
function Result({ checked, isEmpty, typed, headers }) {
  const { provider, settings, body } = typed;
  if (isEmpty) {
    return (
      <Card title="What it is">
        <p class="quiet">Nothing was pasted yet. “Make it” has the sandbox refund a payment and send its webhook.</p>
      </Card>
    );
  }
  const delivery = { path: settings.path ?? "", headers, body };
  return (
    <>
      <Card title="Is it the provider's?">
        {checked ? (
          <Answer checked={checked} age={ageOf(signedAt(provider, headers, body))} />
        ) : (
          <p class="quiet">Checking…</p>
        )}
      </Card>
      {checked?.event && <EventCard event={checked.event} />}
      <Card title="What the signature covers">
        <CoverageTable
          rows={coverageOf(provider, schemeOf(settings), delivery)}
          isVerified={checked?.event !== undefined}
        />
      </Card>
    </>
  );
}

/** @param {{ checked: Checked, age: string | undefined }} props */
function Answer({ checked, age }) {
  const { event, problems, diagnosis } = checked;
  if (event) {
    return (
      <Notice tone="good" title="Verified: the provider signed this.">
        {age && <p>Signed {age}. Whether that is too old is yours to decide: a window checks it.</p>}
      </Notice>
    );
  }
  return (
    <div class="stack">
      <Notice tone="bad" title="Not verified: do not act on it.">
        {problems.map(({ path, message, userAction }) => (
          <p key={`${path} ${message}`}>{`${path} ${message} ${userAction}`}</p>
        ))}
        {age && <p>It says that it was signed {age}.</p>}
      </Notice>
      {diagnosis && <Why diagnosis={diagnosis} />}
    </div>
  );
}

/** @param {{ diagnosis: import("../debug/diagnose.js").Diagnosis }} props */
function Why({ diagnosis }) {
  const { sent, stages, headers } = diagnosis;
  if (sent.state !== "explained") {
    return (
      <Notice tone="wait" title="No known mistake explains it.">
        <p>
          {sent.tried} computations were tried. The body was altered, the secret is another one, or somebody else sent
          it.
        </p>
        {headers.map(({ header, says }) => (
          <p key={header}>{`${header} ${says}.`}</p>
        ))}
      </Notice>
    );
  }
  return (
    <>
      <Causes causes={sent.causes.map((cause) => ({ ...cause, fix: adviceFor(cause) }))} />
      <p class="quiet">With that the signature fits, to the last character: this is the cause.</p>
      <Stages stages={stages.filter(({ name }) => name !== "headers")} received />
    </>
  );
}

/** @param {{ event: import("refund-signer").WebhookEvent }} props */
function EventCard({ event }) {
  const { kind, dedupeKey, refund, acknowledgement, signedFields, details } = event;
  const amount = refund?.amount && `${refund.amount.value} ${refund.amount.currency}`;
  return (
    <Card title="What it says">
      <div class="stack">
        <Facts
          facts={[
            ["Event", <code key="kind">{kind}</code>],
            ["Refund", refund?.id],
            ["State", refund && `${refund.status}${refund.providerStatus ? ` (${refund.providerStatus})` : ""}`],
            ["Amount", amount],
            ["Reference", refund?.reference],
            ["Payment", refund?.payment],
            ["Key against repeats", <code key="dedupe">{dedupeKey}</code>],
            ["Answer with", acknowledgement ? <code key="ack">{acknowledgement}</code> : "an empty 200"],
            ["Signed", signedFields],
          ]}
        />
        <Code label="The provider's own fields" text={JSON.stringify(details, null, 2)} />
      </div>
    </Card>
  );
}

/** @param {{ rows: readonly import("./coverage.js").Coverage[], isVerified: boolean }} props */
function CoverageTable({ rows, isVerified }) {
  return (
    <>
      <p class="quiet covered-lead">
        {isVerified
          ? "What is covered is the provider's word. What is not may have been changed by anybody on the way."
          : "Nothing of it is believed before the signature fits."}
      </p>
      <ul class="coverage">
        {rows.map(({ part, value, covered, note }) => (
          <li key={part} class={covered ? "good" : "bad"}>
            <span class={`badge ${covered ? "good" : "bad"}`}>
              <Icon name={covered ? "lock" : "warning"} /> {covered ? "covered" : "not covered"}
            </span>
            <span class="part-name">{part}</span>
            <code>{value}</code>
            {note && <span class="help">{note}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}

/** @param {number | undefined} at */
function ageOf(at) {
  if (at === undefined) return undefined;
  const seconds = Math.round((Date.now() - at) / 1000);
  if (Math.abs(seconds) < 5) return "just now";
  const [size, unit] = /** @type {[number, string]} */ (
    [
      [86_400, "days"],
      [3600, "hours"],
      [60, "minutes"],
    ].find(([length]) => Math.abs(seconds) >= Number(length) * 2) ?? [1, "seconds"]
  );
  const count = Math.round(Math.abs(seconds) / size);
  return seconds < -1 ? `${count} ${unit} in the future` : `${count} ${unit} ago`;
}
