// The form: a request as it was sent, and the keys that it was to be signed with.

import { useState } from "preact/hooks";
import { providers } from "../catalog.js";
import { Card } from "../ui/card.jsx";
import { SelectField, TextField } from "../ui/field.jsx";
import { examplesOf } from "./examples.js";
import { parseRequest } from "./request.js";
import { schemesOf } from "./schemes.js";

/** @typedef {import("./debug.jsx").Typed} Typed */
/** @typedef {import("./schemes.js").ProviderName} ProviderName */

const METHODS = ["POST", "GET", "PATCH"].map((value) => ({ value, text: value }));

/**
 * @param {{ typed: Typed, question: import("./diagnose.js").Question & { strange: readonly string[] }, onEdit: (change: Partial<Typed>) => void,
 *   onExample: (provider: ProviderName, name: string) => void }} props
 */
export function PastedRequest({ typed, question, onEdit, onExample }) {
  const { provider, method, url, headers, body, secrets, example, others } = typed;
  const { scheme, strange } = question;
  const examples = examplesOf(provider).map(({ name, title }) => ({ value: name, text: title }));
  const options = example ? examples : [{ value: "", text: "your own request" }, ...examples];
  const schemes = schemesOf(provider).map(({ id, title }) => ({ value: id, text: title }));
  return (
    <Card title="What you sent">
      <div class="fields">
        <div class="pair">
          <SelectField
            label="Provider"
            value={provider}
            options={providers().map(({ name, title }) => ({ value: name, text: title }))}
            onChange={(name) => onExample(/** @type {ProviderName} */ (name), "")}
          />
          <SelectField
            label="Example"
            value={example}
            options={options}
            onChange={(name) => onExample(provider, name)}
          />
        </div>
        {schemes.length > 1 && (
          <SelectField
            label="Scheme"
            value={scheme.id}
            options={schemes}
            onChange={(id) => onEdit({ scheme: id })}
            help="Chosen by the path and the headers."
          />
        )}
        <PasteAll onEdit={onEdit} />
        <div class="request-line">
          <SelectField label="Method" value={method} options={METHODS} onChange={(text) => onEdit({ method: text })} />
          <TextField label="URL" code value={url} onInput={(text) => onEdit({ url: text })} />
        </div>
        <TextField
          label="Headers"
          code
          rows={6}
          value={headers}
          onInput={(text) => onEdit({ headers: text })}
          {...(strange.length > 0 && { mistake: `No header: ${strange.join(" · ")}` })}
        />
        <TextField
          label="Body"
          code
          rows={5}
          value={body}
          onInput={(text) => onEdit({ body: text })}
          help="Exactly as it was sent: white space and line breaks count."
        />
        {scheme.settings.map(({ name, label, hint, lines, plain }) => (
          <TextField
            key={name}
            label={label}
            help={`${hint}. It stays in memory.`}
            code
            secret={!lines && !plain}
            {...(lines && { rows: 4 })}
            value={secrets[name] ?? ""}
            onInput={(text) => onEdit({ secrets: { ...secrets, [name]: text } })}
          />
        ))}
        <details>
          <summary>What else is known</summary>
          <div class="fields">
            <Claim typed={typed} onEdit={onEdit} name="signature" label="Signature that the provider expected" />
            <Claim
              typed={typed}
              onEdit={onEdit}
              name="stringToSign"
              label="String to sign, as your code made it"
              rows={4}
            />
            {scheme.form(question.sent).digest && (
              <Claim typed={typed} onEdit={onEdit} name="digest" label="Hash of the body, as your code made it" />
            )}
            <TextField
              label="Other keys of yours"
              code
              rows={2}
              value={others}
              onInput={(text) => onEdit({ others: text })}
              help="One a line. Each is tried, in case the wrong one was taken."
            />
          </div>
        </details>
      </div>
    </Card>
  );
}

/** @param {{ typed: Typed, onEdit: (change: Partial<Typed>) => void, name: keyof Typed["claims"], label: string, rows?: number }} props */
function Claim({ typed, onEdit, name, label, rows }) {
  const { claims } = typed;
  const onInput = (/** @type {string} */ text) => onEdit({ claims: { ...claims, [name]: text } });
  return <TextField label={label} code {...(rows && { rows })} value={claims[name]} onInput={onInput} />;
}

/** A whole request at once. @param {{ onEdit: (change: Partial<Typed>) => void }} props */
function PasteAll({ onEdit }) {
  const [text, setText] = useState("");
  const [failed, setFailed] = useState(false);
  const paste = (/** @type {string} */ pasted) => {
    const sent = parseRequest(pasted);
    setText(sent ? "" : pasted);
    setFailed(!sent && pasted.trim() !== "");
    if (!sent) return;
    onEdit({ ...sent, scheme: "", headers: sent.headers.map((header) => header.join(": ")).join("\n") });
  };
  return (
    <details>
      <summary>Paste it all at once</summary>
      <TextField
        label="A curl command, or HTTP as on the wire"
        code
        rows={3}
        value={text}
        onInput={paste}
        placeholder="curl https://… -H … -d …"
        {...(failed && { mistake: "This is neither a whole curl command nor a whole HTTP request." })}
      />
    </details>
  );
}
