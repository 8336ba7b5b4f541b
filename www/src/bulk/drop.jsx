// Where a file comes in, and what it has to look like.

import { useState } from "preact/hooks";
import { providerNamed, providers } from "../catalog.js";
import { theSandbox } from "../sandbox.js";
import { Button } from "../ui/button.jsx";
import { SelectField } from "../ui/field.jsx";
import { Icon } from "../ui/icon.jsx";
import { writeCsv } from "./csv.js";
import { download } from "./download.js";
import { isMade, sampleRows } from "./rows.js";

const SAMPLE = "refunds-sample.csv";

/** @param {{ onFile: (file: File) => void, isReady: boolean }} props */
export function Drop({ onFile, isReady }) {
  const [isOver, setOver] = useState(false);
  const take = (/** @type {FileList | null | undefined} */ files) => {
    const file = files?.[0];
    if (file) onFile(file);
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a way besides the file input in it */}
      <div
        class={`drop ${isOver ? "over" : ""}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer?.files);
        }}
      >
        <Icon name="upload" />
        <label for="bulk-file">Drop a CSV file here, or choose one</label>
        <input
          id="bulk-file"
          type="file"
          accept=".csv,text/csv"
          disabled={!isReady}
          onChange={(event) => {
            take(event.currentTarget.files);
            // The same file may be chosen again.
            event.currentTarget.value = "";
          }}
        />
        <p class="help">Nothing is sent before you say so. The file stays in this browser.</p>
      </div>
      <div class="actions">
        <Button icon="play" disabled={!isReady} onClick={async () => onFile(new File([await sampleFile()], SAMPLE))}>
          Try the sample
        </Button>
        <Button icon="download" onClick={async () => download(SAMPLE, await sampleFile())}>
          Save the sample
        </Button>
      </div>
      <Columns />
    </>
  );
}

/** Refunds of the sandbox's payments. */
function sampleFile() {
  const rows = sampleRows(/** @type {Record<string, any>} */ (theSandbox().payments));
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return writeCsv(
    columns,
    rows.map((row) => columns.map((column) => row[column] ?? "")),
  );
}

/** The columns of an operation, from its own table. */
function Columns() {
  const [chosen, setChosen] = useState("razorpay.createRefund");
  const refunds = providers().flatMap(({ name, title, operations }) =>
    operations
      .filter(({ movesMoney }) => movesMoney)
      .map((operation) => ({ value: `${name}.${operation.name}`, text: `${title}: ${operation.name}` })),
  );
  const [provider = "", name = ""] = chosen.split(".");
  const operation = providerNamed(provider).operations.find((one) => one.name === name);
  return (
    <details>
      <summary>The columns</summary>
      <div class="stack">
        <p class="quiet">
          A header line, then one refund a line; comma, semicolon or tab between the cells. Every row has a{" "}
          <code>provider</code>, and an <code>operation</code> where it is not createRefund. A column that begins with #
          is a remark of yours and comes back in the result. What is made for an empty cell is made out of the file
          itself, so that the same file is recognized by the provider, too.
        </p>
        <SelectField label="Columns of" value={chosen} options={refunds} onChange={setChosen} />
        <dl class="facts">
          {operation?.fields.map((one) => {
            const { name: field, need, kind, doc } = one;
            const names = kind === "money" ? "amount, currency" : field;
            const note = isMade(provider, one) ? "made when empty" : need === "required" && "required";
            return (
              <div key={field}>
                <dt>
                  <code>{names}</code> {note && <span class="badge info">{note}</span>}
                </dt>
                <dd>{doc}</dd>
              </div>
            );
          })}
        </dl>
      </div>
    </details>
  );
}
