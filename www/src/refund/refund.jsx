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
import { attemptOf, provider as packageProvider, planned, settingsFor } from "./attempt.js";
import { CodeView } from "./code.jsx";
import { approve, sendToSandbox, sendToSigner } from "./exchange.js";
import { Fields } from "./fields.jsx";
import { fieldOf, inputOf, valuesOf } from "./input.js";
import { Keys } from "./keys.jsx";
import { attemptsOf, Outcome } from "./outcome.jsx";
import { beginning } from "./prefill.js";
import { RequestView } from "./request.jsx";
import { Signing } from "./signing.jsx";
import { Target } from "./target.jsx";
import { settle } from "./webhooks.js";

/** @typedef {import("./outcome.jsx").Story} Story */
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
  const [busy, setBusy] = useState(false);
  const result = useRef(/** @type {HTMLDivElement | null} */ (null));
  const element = useRef(/** @type {HTMLFormElement | null} */ (null));
  const typedKeys = useStore(keys);

  const { provider, operation, values } = form;
  const { fields, doc, movesMoney } = operationNamed(provider, operation);
  const input = useMemo(() => inputOf(fields, values), [fields, values]);
  // The only place where a plan is made: once per edit.
  const { plan, problems } = useMemo(() => planned(provider, operation, input), [provider, operation, input]);
  const settings = useMemo(() => settingsFor(sandbox, provider), [sandbox, provider, typedKeys]);
  const attempt = useMemo(() => plan && attemptOf(plan, settings), [plan, settings]);
  const shown = last ?? attempt;
  const query = useMemo(() => story && packageProvider(story.plan.provider).queryFor(story.plan), [story]);
  const known = /** @type {Record<string, Record<string, string>>} */ (sandbox.credentials)[provider] ?? {};
  const keyProblems = attempt?.refusal?.filter(({ path }) =>
    providerNamed(provider).settings.some(({ name }) => name === path),
  );

  useEffect(() => {
    refreshFaults();
  }, []);

  /** A field's mistakes are shown when it is left; not at once, since what moves under a pressed mouse is not clicked. @param {string} name */
  const leave = (name) => setTimeout(() => setTouched((before) => new Set([...before, name])), LEAVE_MS);
  /** What was sent before is another plan's story. @param {Form} next */
  const edit = (next) => {
    setForm(next);
    setStory(undefined);
    setLast(undefined);
  };
  /** @param {string} nextProvider @param {string} nextOperation */
  const choose = (nextProvider, nextOperation) => {
    setTouched(new Set());
    edit(begun(nextProvider, nextOperation));
  };

  /** Adds what happens to the story of a plan, and leads to it. @param {Story} before @param {() => Promise<{ entries: readonly Entry[], signed?: import("./exchange.js").SignerAnswer }>} work */
  const tell = async (before, work) => {
    setBusy(true);
    setStory(before);
    try {
      const { entries, signed } = await work();
      const { signed: _, failure: __, ...rest } = before;
      setStory({ ...rest, entries: [...before.entries, ...entries], ...(signed && { signed }) });
    } catch (error) {
      setStory({ ...before, failure: error instanceof Error ? error.message : String(error) });
    } finally {
      setBusy(false);
      await refreshFaults();
    }
    result.current?.focus({ preventScroll: true });
    result.current?.scrollIntoView({ block: "nearest" });
  };

  /** Sends a plan: the story's own, or the one that asks about it. @param {Story} before @param {Plan} sent @param {Entry["kind"]} kind @param {Attempt} [ready] */
  const exchange = (before, sent, kind, ready) =>
    tell(before, async () => {
      if (before.via === "signer") {
        const { entry, signed } = await sendToSigner(sent, kind);
        return { entries: [entry], signed };
      }
      const next = ready ?? attemptOf(sent, settings);
      setLast(next);
      // What became of the plan so far says nothing about a question.
      const earlier = kind === "query" ? undefined : attemptsOf(before).at(-1)?.verdict;
      return { entries: [await sendToSandbox(sandbox, next, kind, earlier)] };
    });

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
    if (busy || story || (via === "sandbox" && !attempt.request)) return;
    const isFresh = Date.now() - attempt.now < FRESH_MS;
    exchange({ plan, via, entries: [] }, plan, "send", isFresh ? attempt : undefined);
  };

  const onSettle = (/** @type {"succeeded" | "failed"} */ status) => {
    const pending = story?.entries.find(({ verdict }) => verdict?.status === "pending");
    const { id, reference } = pending?.verdict?.refund ?? {};
    const key = id ?? reference ?? story?.plan.idempotencyKey;
    if (!story || !key) return;
    const name = /** @type {import("refund-signer/sandbox").ProviderName} */ (story.plan.provider);
    tell(story, async () => ({ entries: await settle(sandbox, name, key, status) }));
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
              <Button type="submit" kind="primary" icon="send" disabled={busy || story !== undefined}>
                {via === "sandbox" ? "Send to the sandbox" : "Send through the edge signer"}
              </Button>
              <Button onClick={() => choose(provider, operation)} disabled={busy}>
                Start over
              </Button>
            </div>
            {story && !busy && <p class="help">Sent. Change anything, or start over, to make a new plan.</p>}
          </div>
        </form>
        <div class="stack">
          <div ref={result} tabIndex={-1} class="result" aria-live="polite">
            {story && (
              <Outcome
                story={story}
                busy={busy}
                movesMoney={movesMoney}
                query={query}
                onAgain={() => exchange(story, story.plan, "again")}
                onQuery={() => query && exchange(story, query, "query")}
                onSettle={onSettle}
                onApprove={() =>
                  tell(story, async () => {
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
