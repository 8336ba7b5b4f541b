// The rows, a page at a time, and one of them in full.

import { useState } from "preact/hooks";
import { providers } from "../catalog.js";
import { Button } from "../ui/button.jsx";
import { Card } from "../ui/card.jsx";
import { Code } from "../ui/code.jsx";
import { Facts } from "../ui/facts.jsx";
import { SelectField } from "../ui/field.jsx";
import { logOf } from "./destination.js";
import { refundIdOf } from "./result.js";
import { LOOKS, STATES, StateBadge } from "./state.jsx";
import { readable } from "./totals.js";

/** @typedef {import("./controller.js").Controller} Controller */
/** @typedef {import("./rows.js").Row} Row */

const PAGE = 50;

/** @param {{ controller: Controller, dry: import("./dry.js").Dry | undefined, onError: (error: unknown) => void }} props */
export function Rows({ controller, dry, onError }) {
  const { rows, counts } = controller;
  const [filter, setFilter] = useState("");
  const [page, setPage] = useState(0);
  const [open, setOpen] = useState(/** @type {number | undefined} */ (undefined));
  const present = STATES.filter((state) => (counts[state] ?? 0) > 0);
  const warned = rows.filter(({ warnings }) => warnings.length > 0).length;
  const options = [
    { value: "", text: `all (${rows.length})` },
    ...present.map((state) => ({ value: state, text: `${LOOKS[state].word} (${counts[state]})` })),
    ...(warned > 0 ? [{ value: "warned", text: `with a warning (${warned})` }] : []),
  ];
  const wanted = options.some(({ value }) => value === filter) ? filter : "";
  const chosen =
    wanted === ""
      ? rows
      : rows.filter((row) => (wanted === "warned" ? row.warnings.length > 0 : controller.seen(row).state === wanted));
  const pages = Math.max(1, Math.ceil(chosen.length / PAGE));
  const at = Math.min(page, pages - 1);
  const choose = (/** @type {string} */ value) => {
    setFilter(value);
    setPage(0);
  };
  return (
    <Card title="Rows" className="rows">
      <div class="rows-head">
        <SelectField label="Show" value={wanted} options={options} onChange={choose} />
        {pages > 1 && (
          <div class="actions">
            <Button onClick={() => setPage(at - 1)} disabled={at === 0} label="Page before">
              ‹
            </Button>
            <span>
              Page {at + 1} of {pages}
            </span>
            <Button onClick={() => setPage(at + 1)} disabled={at === pages - 1} label="Page after">
              ›
            </Button>
          </div>
        )}
      </div>
      <ul class="row-list">
        {chosen.slice(at * PAGE, (at + 1) * PAGE).map((row) => (
          <RowItem
            key={row.index}
            row={row}
            controller={controller}
            onError={onError}
            request={dry?.requests.get(row.index)}
            isOpen={open === row.index}
            onToggle={() => setOpen(open === row.index ? undefined : row.index)}
          />
        ))}
      </ul>
    </Card>
  );
}

/** Of what is no provider, what stands in the file. @param {string} name */
const titleOf = (name) => providers().find((provider) => provider.name === name)?.title ?? name;

/** @typedef {{ row: Row, controller: Controller, onError: (error: unknown) => void }} RowProps */

/** @param {RowProps & { request: import("refund-signer").SignedRequest | undefined, isOpen: boolean, onToggle: () => void }} props */
function RowItem({ row, controller, onError, request, isOpen, onToggle }) {
  const { state, why } = controller.seen(row);
  const said =
    why || row.warnings.join(" ") || (row.repeats && state === "ready" ? `Asks for the same as ${row.repeats}.` : "");
  return (
    <li>
      <button type="button" class="row" aria-expanded={isOpen} onClick={onToggle}>
        <span class="row-line">line {row.line}</span>
        <StateBadge state={state} />
        <span class="row-what">
          {titleOf(row.provider)} {row.payment && <code>{row.payment}</code>}
        </span>
        <span class="row-amount">
          {row.amount ? `${readable(row.amount.value)} ${row.amount.currency}` : row.plan && "all that is left"}
        </span>
        {said && <span class="row-why">{said}</span>}
      </button>
      {isOpen && <RowDetail row={row} controller={controller} onError={onError} request={request} />}
    </li>
  );
}

/** @param {RowProps & { request: import("refund-signer").SignedRequest | undefined }} props */
function RowDetail({ row, controller, onError, request }) {
  const { plan, problems } = row;
  const log = logOf(row);
  return (
    <div class="row-detail stack">
      {problems.length > 0 && (
        <ul class="mistakes">
          {problems.map(({ path, message, userAction }) => (
            <li key={`${path} ${message}`} class="mistake">{`${path} ${message} ${userAction}`}</li>
          ))}
        </ul>
      )}
      {plan && (
        <Facts
          facts={[
            ["Operation", `${plan.provider}.${plan.operation}`],
            ["Recognized by", plan.idempotencyKey && <code key="key">{plan.idempotencyKey}</code>],
            ["Refund", refundIdOf(row)],
          ]}
        />
      )}
      {request ? (
        <Code label={`Request of line ${row.line}`} text={requestText(request)} />
      ) : (
        plan && <Code label={`Plan of line ${row.line}`} text={`${plan.method} ${plan.path}\n\n${plan.body ?? ""}`} />
      )}
      {log.length > 0 && (
        <ol class="steps">
          {log.map((entry) => (
            <li key={`${entry.at} ${entry.step} ${entry.what}`}>
              {`${new Date(entry.at).toLocaleTimeString()} ${entryText(entry)}`}
            </li>
          ))}
        </ol>
      )}
      <Decision row={row} controller={controller} onError={onError} />
    </div>
  );
}

/** @param {import("refund-signer").SignedRequest} request */
function requestText({ method, url, headers, body }) {
  const lines = Object.entries(headers).map((header) => header.join(": "));
  return [`${method} ${url}`, ...lines, "", body ?? ""].join("\n");
}

/** @param {import("refund-signer/lifecycle").RefundRecord["log"][number]} entry */
function entryText({ what, says }) {
  if (what === "begun") return says.startsWith("send") ? "sent" : "asked";
  return [what, says].filter(Boolean).join(": ");
}

/** What a person can say about one row. @param {RowProps} props */
function Decision({ row, controller, onError }) {
  const { state } = controller.seen(row);
  if (controller.isRunning || !["unresolved", "pending"].includes(state)) return null;
  const decide = (/** @type {import("./destination.js").Says} */ says) => async () => {
    try {
      await controller.decide([row], says);
      if (says !== "refunded") await controller.start();
    } catch (error) {
      onError(error);
    }
  };
  return (
    <div class="actions">
      <Button icon="repeat" onClick={decide("ask")}>
        Ask again
      </Button>
      {state === "unresolved" && (
        <>
          <Button onClick={decide("refunded")}>I looked: it is refunded</Button>
          <Button onClick={decide("again")}>I looked: it is not there, send the same plan again</Button>
        </>
      )}
    </div>
  );
}
