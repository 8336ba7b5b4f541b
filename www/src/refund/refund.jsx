// The refund screen. A plan is made once per edit. What is shown is one signed attempt of that plan, and what is sent
// is what is shown.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { operationNamed, providerNamed, providers } from "../catalog.js";
import { refreshFaults } from "../faults.js";
import { theSandbox } from "../sandbox.js";
import { keys } from "../session.js";
import { useStore } from "../store.js";
import { Button } from "../ui/button.jsx";
import { Card } from "../ui/card.jsx";
import { SelectField } from "../ui/field.jsx";
import { Notice } from "../ui/notice.jsx";
import { attemptOf, planned, queryFor, settingsFor, unheard } from "./attempt.js";
import { CodeView } from "./code.jsx";
import { approve, sendToSandbox, sendToSigner } from "./exchange.js";
import { Fields } from "./fields.jsx";
import { fieldOf, inputOf, valuesOf } from "./input.js";
import { AnotherOpen, ChangedElsewhere, entriesOf, newKept } from "./kept.js";
import { Keys } from "./keys.jsx";
import { AskFirst, OpenRefunds } from "./open.jsx";
import { attemptsOf, Outcome } from "./outcome.jsx";
import { beginning } from "./prefill.js";
import { RequestView } from "./request.jsx";
import { Signing } from "./signing.jsx";
import { hear, messageOf, takeStep } from "./steps.js";
import { change, openRefunds, refreshOpen } from "./store.js";
import { Target } from "./target.jsx";
import { settle } from "./webhooks.js";

/** @typedef {import("./outcome.jsx").Story} Story */
/** @typedef {import("./kept.js").Kept} Kept */
/** @typedef {import("./attempt.js").Attempt} Attempt */
/** @typedef {import("../session.js").Entry} Entry */
/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {{ provider: string, operation: string, values: import("./input.js").Values }} Form */

/** PayerMax takes a signature for two minutes: one that was shown for longer than this is replaced by a new one. */
const FRESH_MS = 60_000;
/** About as long as a mouse button is pressed. */
const LEAVE_MS = 200;

/** @param {string} provider @param {string} operation @returns {Form} */
function begun(provider, operation) {
  const known = operationNamed(provider, operation);
  return { provider, operation, values: valuesOf(known.fields, beginning(theSandbox(), provider, known)) };
}

export function Refund() {
  const sandbox = theSandbox();
  const [form, setForm] = useState(() => begun("doku", "createRefund"));
  const [touched, setTouched] = useState(/** @type {ReadonlySet<string>} */ (new Set()));
  const [via, setVia] = useState(/** @type {import("./target.jsx").Via} */ ("sandbox"));
  const [story, setStory] = useState(/** @type {Story | undefined} */ (undefined));
  const [last, setLast] = useState(/** @type {Attempt | undefined} */ (undefined));
  const [asking, setAsking] = useState(
    /** @type {{ others: readonly Kept[], send: () => void } | undefined} */ (undefined),
  );
  const [busy, setBusy] = useState(false);
  const result = useRef(/** @type {HTMLDivElement | null} */ (null));
  const element = useRef(/** @type {HTMLFormElement | null} */ (null));
  const typedKeys = useStore(keys);
  const open = useStore(openRefunds);

  const { provider, operation, values } = form;
  const { fields, doc, movesMoney } = operationNamed(provider, operation);
  const input = useMemo(() => inputOf(fields, values), [fields, values]);
  // The only place where a plan is made: once per edit.
  const { plan, problems } = useMemo(() => planned(provider, operation, input), [provider, operation, input]);
  const settings = useMemo(() => settingsFor(sandbox, provider), [sandbox, provider, typedKeys]);
  const attempt = useMemo(() => plan && attemptOf(plan, settings), [plan, settings]);
  const shown = last ?? attempt;
  // Where nothing was sent after all, the same plan may be tried again.
  const isSent = story !== undefined && (story.entries.length > 0 || story.kept !== undefined);
  const query = useMemo(() => story && queryFor(story.plan), [story]);
  const known = /** @type {Record<string, Record<string, string>>} */ (sandbox.credentials)[provider] ?? {};
  const keyProblems = attempt?.refusal?.filter(({ path }) =>
    providerNamed(provider).settings.some(({ name }) => name === path),
  );

  useEffect(() => {
    refreshFaults();
    refreshOpen();
    addEventListener("focus", refreshOpen);
    return () => removeEventListener("focus", refreshOpen);
  }, []);

  /** A field's mistakes are shown when it is left; not at once, since what moves under a pressed mouse is not clicked. @param {string} name */
  const leave = (name) => setTimeout(() => setTouched((before) => new Set([...before, name])), LEAVE_MS);
  /** What was sent before is another plan's story. @param {Form} next */
  const edit = (next) => {
    setForm(next);
    setStory(undefined);
    setLast(undefined);
    setAsking(undefined);
  };
  /** @param {string} nextProvider @param {string} nextOperation */
  const choose = (nextProvider, nextOperation) => {
    setTouched(new Set());
    edit(begun(nextProvider, nextOperation));
  };

  const lead = () => {
    result.current?.focus({ preventScroll: true });
    result.current?.scrollIntoView({ block: "nearest" });
  };

  /** Goes on with a refund that was begun, with its own plan. @param {Kept} kept @param {string} [failure] */
  const resume = (kept, failure) => {
    const { plan: own, values: texts } = kept;
    const ownSettings = settingsFor(sandbox, own.provider);
    setTouched(new Set());
    edit({ provider: own.provider, operation: own.operation, values: texts });
    setVia(kept.via);
    setLast(attemptOf(own, ownSettings));
    const entries = entriesOf(kept, unheard(own, ownSettings));
    setStory({ plan: own, via: kept.via, entries, kept, ...(failure && { failure }) });
    setTimeout(lead);
  };

  /** Adds what happens to the story of a plan, and leads to it. @param {Story} before @param {() => Promise<import("./steps.js").Done>} work @param {() => void} [send] once more, where a person has to be asked first */
  const tell = async (before, work, send = () => {}) => {
    setBusy(true);
    setAsking(undefined);
    setStory(before);
    try {
      const { entries, ...done } = await work();
      setStory({ plan: before.plan, via: before.via, entries: [...before.entries, ...entries], ...done });
    } catch (error) {
      const changed = error instanceof ChangedElsewhere && openRefunds.get().find(({ id }) => id === before.kept?.id);
      if (changed) resume(changed, messageOf(error));
      else setStory(error instanceof AnotherOpen ? undefined : { ...before, failure: messageOf(error) });
      if (error instanceof AnotherOpen) setAsking({ others: error.others, send });
    } finally {
      setBusy(false);
      await refreshFaults();
    }
    lead();
  };

  /** Does what may move money for a plan: stored before it is done, so that nobody makes a second plan of it. @param {Story} before @param {Entry["kind"]} kind @param {() => Promise<import("./steps.js").Done>} work @param {boolean} [isAsked] */
  const act = (before, kind, work, isAsked = false) => {
    if (!operationNamed(before.plan.provider, before.plan.operation).movesMoney) return tell(before, work);
    const kept = before.kept ?? newKept({ plan: before.plan, via: before.via, values });
    const onBegun = (/** @type {Kept} */ begun) => setStory({ ...before, kept: begun });
    return tell(
      before,
      () => takeStep(kept, kind, { isAsked, onBegun }, work),
      () => act(before, kind, work, true),
    );
  };

  /** Sends a plan: the story's own, or the one that asks about it. @param {Story} before @param {Plan} sent @param {Entry["kind"]} kind @param {Attempt} [ready] @returns {Promise<import("./steps.js").Done>} */
  const exchange = async (before, sent, kind, ready) => {
    if (before.via === "signer") {
      const { entry, signed } = await sendToSigner(sent, kind);
      return { entries: [entry], signed };
    }
    const next = ready ?? attemptOf(sent, settings);
    setLast(next);
    // What became of the plan so far says nothing about a question.
    const [attempt] = kind === "query" ? [] : attemptsOf(before).slice(-1);
    return { entries: [await sendToSandbox(sandbox, next, kind, attempt && (attempt.verdict ?? null))] };
  };

  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    if (!plan || !attempt) {
      setTouched(new Set(fields.map(({ name }) => name)));
      // After the mistakes are drawn.
      setTimeout(() => {
        const wrong = element.current?.querySelector("[aria-invalid=true]");
        if (wrong instanceof HTMLElement) wrong.focus();
      });
      return;
    }
    if (busy || isSent || (via === "sandbox" && !attempt.request)) return;
    const isFresh = Date.now() - attempt.now < FRESH_MS;
    const begins = { plan, via, entries: [] };
    act(begins, "send", () => exchange(begins, plan, "send", isFresh ? attempt : undefined));
  };

  const onSettle = (/** @type {"succeeded" | "failed"} */ status) => {
    const pending = story?.entries.find(({ verdict }) => verdict?.status === "pending");
    const { id, reference } = pending?.verdict?.refund ?? {};
    const key = id ?? reference ?? story?.plan.idempotencyKey;
    if (!story || !key) return;
    const name = /** @type {import("refund-signer/sandbox").ProviderName} */ (story.plan.provider);
    tell(story, () => hear(story.kept, async () => ({ entries: await settle(sandbox, name, key, status) })));
  };

  const others = problems.filter(({ path }) => fieldOf(fields, path) === undefined);
  return (
    <>
      <div class="screen-head">
        <div>
          <h1>Refund</h1>
          <p>Fill in the form, see what is signed as you type, send it.</p>
        </div>
      </div>
      <OpenRefunds
        refunds={open.filter(({ id }) => id !== story?.kept?.id)}
        busy={busy}
        onResume={resume}
        onForget={({ id }) => change(id, () => undefined).catch(() => {})}
      />
      <div class="columns">
        <form class="card" ref={element} onSubmit={submit} noValidate>
          <div class="fields">
            <SelectField
              label="Provider"
              value={provider}
              disabled={busy}
              options={providers().map(({ name, title }) => ({ value: name, text: title }))}
              onChange={(name) => choose(name, "createRefund")}
            />
            <SelectField
              label="Operation"
              value={operation}
              disabled={busy}
              help={doc}
              options={providerNamed(provider).operations.map(({ name }) => ({ value: name, text: name }))}
              onChange={(name) => choose(provider, name)}
            />
            <hr />
            <fieldset disabled={busy}>
              <legend class="hidden">Fields of {operation}</legend>
              <Fields
                key={`${provider}.${operation}`}
                fields={fields}
                values={values}
                problems={problems}
                shown={touched}
                onInput={(name, text) => edit({ ...form, values: { ...values, [name]: text } })}
                onLeave={leave}
              />
            </fieldset>
            {others.map(({ path, message, userAction }) => (
              <p key={path} class="mistake">{`${path} ${message} ${userAction}`}</p>
            ))}
            <Keys provider={providerNamed(provider)} known={known} problems={keyProblems ?? []} />
            <hr />
            <Target provider={provider} via={via} onVia={setVia} />
            <div class="actions">
              <Button type="submit" kind="primary" icon="send" disabled={busy || isSent}>
                {via === "sandbox" ? "Send to the sandbox" : "Send through the edge signer"}
              </Button>
              <Button onClick={() => choose(provider, operation)} disabled={busy}>
                Start over
              </Button>
            </div>
            {isSent && !busy && <p class="help">Sent. Change anything, or start over, to make a new plan.</p>}
          </div>
        </form>
        <div class="stack">
          <div ref={result} tabIndex={-1} class="result" aria-live="polite">
            {asking && (
              <AskFirst
                others={asking.others}
                onResume={resume}
                onSend={asking.send}
                onCancel={() => setAsking(undefined)}
              />
            )}
            {story && (
              <Outcome
                story={story}
                busy={busy}
                movesMoney={movesMoney}
                query={query}
                onAgain={() => act(story, "again", () => exchange(story, story.plan, "again"))}
                onQuery={() => query && tell(story, () => hear(story.kept, () => exchange(story, query, "query")))}
                onSettle={onSettle}
                onApprove={() =>
                  act(story, "approve", async () => {
                    const { entry, signed } = await approve(story.plan, story.signed?.digest ?? "");
                    return { entries: [entry], signed };
                  })
                }
              />
            )}
          </div>
          {shown ? (
            <>
              {via === "signer" && <SignerNote />}
              {shown.explanation && <Signing explanation={shown.explanation} headers={shown.request?.headers} />}
              <RequestView attempt={shown} title={last ? "What was sent" : "What will be sent"} />
              <CodeView attempt={shown} input={input} settings={settings} movesMoney={movesMoney} />
            </>
          ) : (
            <Incomplete problems={problems} />
          )}
        </div>
      </div>
    </>
  );
}

function SignerNote() {
  return (
    <Notice tone="info" icon="lock" title="The edge signer signs with its own keys">
      <p>Only the plan leaves this page. Below is what the keys of this page would sign.</p>
    </Notice>
  );
}

/** @param {{ problems: readonly import("refund-signer").InputProblem[] }} props */
function Incomplete({ problems }) {
  return (
    <Card title="What will be sent">
      <p class="quiet">Nothing yet: the form is not complete.</p>
      <ul class="missing">
        {problems.map(({ path, message }) => (
          <li key={path}>
            <code>{path}</code> {message}
          </li>
        ))}
      </ul>
    </Card>
  );
}
