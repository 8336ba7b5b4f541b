// A run: what is in the file, what it would send, the sending, and what came of it.

import { useState } from "preact/hooks";
import { Button } from "../ui/button.jsx";
import { Card } from "../ui/card.jsx";
import { SelectField } from "../ui/field.jsx";
import { Notice } from "../ui/notice.jsx";
import { wasBegun } from "./destination.js";
import { download } from "./download.js";
import { dryRun } from "./dry.js";
import { resultCsv } from "./result.js";
import { LOOKS, STATES, StateBadge } from "./state.jsx";
import { Rows } from "./table.jsx";
import { Unresolved } from "./unresolved.jsx";

/** @typedef {import("./controller.js").Controller} Controller */

/**
 * @param {{ controller: Controller, concurrency: { current: number }, who: import("preact").ComponentChildren, onError: (error: unknown) => void,
 *   onSaid: () => void, onClose: () => void, onForget: () => void }} props
 */
export function RunView({ controller, concurrency, who, onError, onSaid, onClose, onForget }) {
  const { run, rows, counts, isRunning, isPausing, destination } = controller;
  const [atOnce, setAtOnce] = useState(String(concurrency.current));
  const [dry, setDry] = useState(/** @type {import("./dry.js").Dry | undefined} */ (undefined));
  const [isDrying, setDrying] = useState(false);
  const { all, done } = controller.progress();
  const left = all - done + (counts.held ?? 0) + (counts.awaiting ?? 0);
  const repeats = rows.filter((row) => row.plan && row.repeats && !wasBegun(row)).length;

  const start = async () => {
    onSaid();
    concurrency.current = Number(atOnce);
    // So that the browser does not clear what is stored when its disk is full. It may ask; the answer changes nothing now.
    navigator.storage?.persist?.().catch(() => {});
    await controller.start().catch(onError);
  };
  const tryDry = async () => {
    setDrying(true);
    setDry(
      await dryRun(
        rows.filter((row) => row.plan),
        destination,
      ),
    );
    setDrying(false);
  };
  const pending = counts.pending ?? 0;
  const askAboutPending = async () => {
    try {
      await controller.decide(
        rows.filter((row) => controller.seen(row).state === "pending"),
        "ask",
      );
      await controller.start();
    } catch (error) {
      onError(error);
    }
  };
  const save = async () =>
    download(
      run.name.replace(/(\.csv)?$/i, "-result.csv"),
      await resultCsv(run.columns, rows, destination, Date.now()),
    );

  return (
    <>
      <Card
        title={run.name}
        actions={
          <>
            <Button kind="quiet" onClick={onClose} disabled={isRunning}>
              Another file
            </Button>
            <Forget controller={controller} onForget={onForget} />
          </>
        }
      >
        <div class="stack">
          <Summary controller={controller} />
          {repeats > 0 && (
            <label class="tick">
              <input
                type="checkbox"
                checked={run.withRepeats}
                disabled={isRunning}
                onChange={(event) => controller.includeRepeats(event.currentTarget.checked)}
              />
              Also send the {repeats === 1 ? "row that repeats another one" : `${repeats} rows that repeat another one`}
            </label>
          )}
          <div class="send">
            {who}
            <SelectField
              label="Rows at once"
              value={atOnce}
              disabled={isRunning}
              options={["1", "2", "4", "8"].map((value) => ({ value, text: value }))}
              onChange={setAtOnce}
            />
            <div class="actions">
              {isRunning ? (
                <Button kind="primary" icon="pause" onClick={controller.pause} disabled={isPausing}>
                  {isPausing ? "Pausing…" : "Pause"}
                </Button>
              ) : (
                <Button kind={left === 0 ? "plain" : "primary"} icon="send" onClick={start} disabled={left === 0}>
                  {sendWords(left, run.started)}
                </Button>
              )}
              {!run.started && (
                <Button icon="search" onClick={tryDry} disabled={isRunning || isDrying || all === 0}>
                  {isDrying ? "Signing…" : "Dry run"}
                </Button>
              )}
              {pending > 0 && !isRunning && (
                <Button icon="repeat" onClick={askAboutPending}>
                  Ask about {pending === 1 ? "the pending row" : `${pending} pending rows`}
                </Button>
              )}
              <Button icon="download" onClick={save}>
                {run.started ? "Result file" : "List as a file"}
              </Button>
            </div>
          </div>
          {(run.started || isRunning) && <Progress controller={controller} />}
          {dry && <DryStory dry={dry} />}
        </div>
      </Card>
      <Unresolved controller={controller} onError={onError} />
      <Rows controller={controller} dry={dry} onError={onError} />
    </>
  );
}

/** @param {number} count */
const rowsOf = (count) => (count === 1 ? "1 row" : `${count} rows`);

/** @param {number} left @param {boolean} isStarted */
function sendWords(left, isStarted) {
  if (left === 0) return "Nothing left to send";
  return isStarted ? `Go on with ${rowsOf(left)}` : `Refund ${rowsOf(left)}`;
}

/** @param {{ controller: Controller, onForget: () => void }} props */
function Forget({ controller: { wasStarted, isRunning, destination }, onForget }) {
  const [asked, setAsked] = useState(false);
  if (!asked) {
    return (
      <Button
        kind="quiet"
        onClick={async () => ((await wasStarted()) ? setAsked(true) : onForget())}
        disabled={isRunning}
      >
        Forget this file
      </Button>
    );
  }
  return (
    <>
      <span class="mistake">
        What was sent is then known to the{" "}
        {destination.isSigner ? "edge signer's books and the providers" : "providers"} only.
      </span>
      <Button kind="quiet" onClick={onForget}>
        Forget this file all the same
      </Button>
      <Button kind="quiet" onClick={() => setAsked(false)}>
        Keep it
      </Button>
    </>
  );
}

/** @param {{ controller: Controller }} props */
function Summary({ controller }) {
  const { rows, counts } = controller;
  const invalid = counts.invalid ?? 0;
  const whole = controller.withoutAmount();
  return (
    <div class="summary">
      <div>
        <h3>Rows</h3>
        <p class="number">{rows.length}</p>
        {invalid > 0 && (
          <p class="mistake">
            {invalid} {invalid === 1 ? "has mistakes and is" : "have mistakes and are"} not sent
          </p>
        )}
      </div>
      {controller.totals().map(({ currency, value, rows: count }) => (
        <div key={currency}>
          <h3>{currency}</h3>
          <p class="number">{value}</p>
          <p class="help">{rowsOf(count)}</p>
        </div>
      ))}
      {whole > 0 && (
        <div>
          <h3>Without an amount</h3>
          <p class="number">{whole}</p>
          <p class="help">all that is left of the payment</p>
        </div>
      )}
    </div>
  );
}

/** @param {{ controller: Controller }} props */
function Progress({ controller }) {
  const { isRunning, isPausing, counts } = controller;
  const { all, done, perSecond, secondsLeft } = controller.progress();
  const state = isPausing ? "Pausing: what is under way is waited for." : isRunning ? "Sending." : wordsAtRest();
  function wordsAtRest() {
    if (counts.held) return "Paused: a valid token is needed.";
    if (done < all) return "Paused.";
    return counts.unresolved ? "Sent; some rows need a person." : "Done.";
  }
  return (
    <div class="progress">
      <div class="progress-words">
        <strong role="status">{state}</strong>
        <span>
          {done} of {all} rows
        </span>
        {isRunning && perSecond > 0 && <span>{perSecond.toFixed(1)} rows a second</span>}
        {isRunning && secondsLeft !== undefined && <span>{duration(secondsLeft)} left</span>}
      </div>
      <progress aria-label="Rows at their end" value={done} max={all} />
      <p class="tallies">
        {STATES.filter((name) => (counts[name] ?? 0) > 0).map((name) => (
          <StateBadge key={name} state={name} text={`${counts[name]} ${LOOKS[name].word}`} />
        ))}
      </p>
    </div>
  );
}

/** @param {number} seconds */
function duration(seconds) {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** @param {{ dry: import("./dry.js").Dry }} props */
function DryStory({ dry }) {
  const bad = dry.problems.size;
  if (bad > 0) {
    const [first] = dry.problems.values();
    return (
      <Notice tone="bad" title={`${rowsOf(bad)} cannot be signed.`}>
        <p>{first}</p>
      </Notice>
    );
  }
  const text = dry.isSigned
    ? `${dry.requests.size} requests were made and signed. Nothing was sent. Choose a row to see its request.`
    : `${dry.count} plans are ready. The edge signer signs them with its own keys when they are sent. Choose a row to see its plan.`;
  return <Notice tone="good" title={text} />;
}
