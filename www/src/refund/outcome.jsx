// What came of a refund: the verdict, and the buttons that do what it says.

import { hostConfig } from "../config.js";
import { isRecognized } from "../own.js";
import { KINDS, token } from "../session.js";
import { useStore } from "../store.js";
import { Button } from "../ui/button.jsx";
import { Card } from "../ui/card.jsx";
import { Notice } from "../ui/notice.jsx";
import { VerdictBadge, VerdictView } from "../ui/verdict.jsx";
import { headlineOf } from "./asked.js";
import { OPEN_NOTES } from "./notes.js";

/** @typedef {import("../session.js").Entry} Entry */
/** @typedef {import("./exchange.js").SignerAnswer} SignerAnswer */
/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("refund-signer").Verdict} Verdict */

/**
 * A plan that was sent, and everything that happened to it since.
 *
 * @typedef {object} Story
 * @property {Plan} plan
 * @property {import("./target.jsx").Via} via
 * @property {readonly Entry[]} entries oldest first
 * @property {import("./kept.js").Kept} [kept] as it is stored, while its outcome is not known
 * @property {SignerAnswer} [signed] the edge signer's last words
 * @property {string} [failure] why the last step could not be taken
 */

/**
 * @typedef {object} OutcomeProps
 * @property {Story} story
 * @property {boolean} busy
 * @property {boolean} movesMoney
 * @property {Plan | undefined} query the plan to ask with
 * @property {() => void} onAgain
 * @property {() => void} onQuery
 * @property {() => void} onApprove
 * @property {(status: "succeeded" | "failed") => void} onSettle
 */

/** @param {OutcomeProps} props */
export function Outcome(props) {
  const { story, busy, movesMoney } = props;
  const last = story.entries.findLast((entry) => entry.verdict);
  const isQuery = last?.kind === "query";
  const first = story.entries.find((entry) => entry.verdict)?.verdict;
  const headline = isQuery && last.verdict ? headlineOf(story.plan, first, last.verdict) : undefined;
  const title = isQuery ? `Verdict of asking (${last.operation})` : `Verdict of ${story.plan.operation}`;
  return (
    <Card title={title} className="outcome">
      <div class="stack">
        <Webhooks entries={story.entries} />
        {story.failure && (
          <Notice tone="bad" title="That did not work">
            <p>{story.failure}</p>
          </Notice>
        )}
        {busy && <p class="quiet">Waiting for the answer…</p>}
        {!busy && story.signed?.error && (
          <SignerRefusal error={story.signed.error} isInDoubt={isInDoubt(story)} onAgain={props.onAgain} />
        )}
        {!busy && story.signed?.state === "awaiting" && <Awaiting onApprove={props.onApprove} />}
        {!busy && last?.verdict && (
          <VerdictView
            verdict={last.verdict}
            movesMoney={movesMoney && !isQuery}
            milliseconds={last.milliseconds ?? 0}
            headline={headline}
            bySigner={last.via === "signer"}
            {...(last.answer && { body: last.answer.body })}
            actions={<Actions {...props} last={last} verdict={last.verdict} headline={headline} />}
          />
        )}
        {story.entries.length > 1 && <Trail entries={story.entries} />}
      </div>
    </Card>
  );
}

/** @param {OutcomeProps & { last: Entry, verdict: Verdict, headline: ReturnType<typeof headlineOf> }} props */
function Actions({ story, last, verdict, headline, query, onAgain, onQuery, onSettle, movesMoney }) {
  const isQuery = last.kind === "query";
  const { next } = verdict;
  if (!movesMoney && next === "done") return null;
  const mayRepeat = ["retry", "reauthenticate"].includes(next) || isRecognized(story.plan);
  const isOpen = isQuery ? headline?.tone !== "good" : next !== "done" && next !== "fix";
  const isPending = story.via === "sandbox" && movesMoney && isPendingNow(story.entries);
  // Asked in vain: then the plan itself is the better question.
  const isAgainBetter = next === "retry" || (isQuery && isRecognized(story.plan) && headline?.icon === "question");
  const isAskBetter = isOpen && !isAgainBetter;
  return (
    <div class="stack actions-block">
      <div class="actions">
        {query && (
          <Button kind={isAskBetter ? "primary" : "plain"} icon="search" onClick={onQuery}>
            {isQuery ? "Ask again" : "Ask what became of it"}
          </Button>
        )}
        {isOpen && mayRepeat && (
          <Button kind={isAgainBetter ? "primary" : "plain"} icon="repeat" onClick={onAgain}>
            Send the same plan again
          </Button>
        )}
      </div>
      {!query && next !== "done" && next !== "fix" && (
        <p class="help">This provider documents nothing to ask with after this operation.</p>
      )}
      {isPending && (
        <div class="actions">
          <span class="quiet">In the sandbox you decide how it ends:</span>
          <Button icon="check" onClick={() => onSettle("succeeded")}>
            Let it succeed
          </Button>
          <Button icon="cross" onClick={() => onSettle("failed")}>
            Let it fail
          </Button>
        </div>
      )}
    </div>
  );
}

/** @param {readonly Entry[]} entries */
function isPendingNow(entries) {
  const wasPending = entries.some(({ verdict }) => verdict?.status === "pending");
  return wasPending && !entries.some(({ kind }) => kind === "settle");
}

/** @param {{ entries: readonly Entry[] }} props */
function Webhooks({ entries }) {
  const last = entries.findLast(({ webhook }) => webhook);
  if (!last?.webhook) return null;
  const { verified, text } = last.webhook;
  const title = verified
    ? "A webhook arrived, and its signature is right"
    : "A webhook arrived that cannot be believed";
  return (
    <Notice tone={verified ? "good" : "bad"} icon="bell" title={title}>
      <p>{text}</p>
    </Notice>
  );
}

/** What was done with the plan itself, oldest first. @param {Story} story */
export const attemptsOf = ({ entries }) => entries.filter(({ kind }) => ["send", "again", "approve"].includes(kind));

/** Whether money may have moved before the last attempt. @param {Story} story */
function isInDoubt(story) {
  const before = attemptsOf(story).slice(0, -1);
  return before.some(
    ({ note = "", verdict }) => OPEN_NOTES.includes(note) || ["unknown", "pending"].includes(verdict?.status ?? ""),
  );
}

/** @param {{ error: { code: string, message: string }, isInDoubt: boolean, onAgain: () => void }} props */
function SignerRefusal({ error, isInDoubt, onAgain }) {
  const isUnknown = error.code === "no_response" || error.code === "internal_error";
  const refusal = isInDoubt
    ? "The edge signer refused this attempt. What became of the one before is not known."
    : "The edge signer refused: nothing was sent";
  const title = isUnknown ? "The edge signer did not answer" : refusal;
  return (
    <Notice tone={isUnknown || isInDoubt ? "wait" : "bad"} title={title}>
      <p>
        {error.message} <code>{error.code}</code>
      </p>
      <Button icon="repeat" onClick={onAgain}>
        Send the same plan again
      </Button>
    </Notice>
  );
}

/** @param {{ onApprove: () => void }} props */
function Awaiting({ onApprove }) {
  const now = useStore(token);
  const { people = [] } = hostConfig();
  const options = people.filter(({ roles }) => roles.includes("approver"));
  const approveAs = (/** @type {string} */ text) => {
    token.set(text);
    onApprove();
  };
  return (
    <Notice tone="wait" icon="clock" title="A second person must approve it">
      <p>Nothing was sent yet: the policy of the edge signer wants another person's yes for this refund.</p>
      <div class="actions">
        {options.map((person) => (
          <Button key={person.name} icon="check" onClick={() => approveAs(person.token)}>
            Approve as {person.name}
          </Button>
        ))}
        {people.length === 0 && now && <Button onClick={onApprove}>Approve with the token above</Button>}
      </div>
    </Notice>
  );
}

/** @param {{ entries: readonly Entry[] }} props */
function Trail({ entries }) {
  return (
    <div>
      <h3>So far</h3>
      <ol class="trail">
        {entries.map((entry) => (
          <li key={entry.id}>
            <span class="quiet">{KINDS[entry.kind]}</span>
            {entry.verdict && <VerdictBadge verdict={entry.verdict} movesMoney={entry.kind !== "query"} />}
            {entry.kind === "settle" && <span>{entry.operation}</span>}
            {entry.webhook && <span>{entry.webhook.text}</span>}
          </li>
        ))}
      </ol>
    </div>
  );
}
