// Refunds whose outcome is not known, which this page or an earlier one has begun: they are gone on with first.

import { useState } from "preact/hooks";
import { providerNamed } from "../catalog.js";
import { Button } from "../ui/button.jsx";
import { Card } from "../ui/card.jsx";
import { Notice } from "../ui/notice.jsx";
import { VerdictBadge } from "../ui/verdict.jsx";

/** @typedef {import("./kept.js").Kept} Kept */

/** @param {{ refunds: readonly Kept[], busy: boolean, onResume: (kept: Kept) => void, onForget: (kept: Kept) => void }} props */
export function OpenRefunds({ refunds, busy, onResume, onForget }) {
  if (refunds.length === 0) return null;
  const title = refunds.length === 1 ? "1 refund is open" : `${refunds.length} refunds are open`;
  return (
    <Card title={title} className="open-refunds">
      <div class="stack">
        <p class="quiet">
          Sent, and nobody knows yet what became of it. Go on with it before you refund anything else.
        </p>
        <ul class="earlier">
          {refunds.map((kept) => (
            <li key={kept.id}>
              <Summary kept={kept} />
              <div class="actions">
                <Button kind="primary" onClick={() => onResume(kept)} disabled={busy}>
                  Go on with it
                </Button>
                <Forget onForget={() => onForget(kept)} disabled={busy} />
              </div>
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}

/** @param {{ kept: Kept }} props */
function Summary({ kept: { plan, via, amount, steps, payment, at } }) {
  const last = steps.findLast(({ verdict, kind }) => verdict && kind !== "query");
  return (
    <span>
      <strong>{providerNamed(plan.provider).title}</strong> {plan.operation}{" "}
      {amount && `${amount.value} ${amount.currency}`} {last?.verdict && <VerdictBadge verdict={last.verdict} />}
      <span class="help">
        of {payment}, {via === "signer" ? "through the edge signer" : "to the sandbox"}, {new Date(at).toLocaleString()}
      </span>
    </span>
  );
}

/** @param {{ onForget: () => void, disabled: boolean }} props */
function Forget({ onForget, disabled }) {
  const [asked, setAsked] = useState(false);
  if (!asked)
    return (
      <Button kind="quiet" onClick={() => setAsked(true)} disabled={disabled}>
        Forget it
      </Button>
    );
  return (
    <>
      <span class="mistake">Its plan is gone then: only the provider knows what became of it.</span>
      <Button kind="quiet" onClick={onForget} disabled={disabled}>
        Forget it all the same
      </Button>
      <Button kind="quiet" onClick={() => setAsked(false)}>
        Keep it
      </Button>
    </>
  );
}

/**
 * Asks before a second refund of one payment.
 *
 * @param {{ others: readonly Kept[], onResume: (kept: Kept) => void, onSend: () => void, onCancel: () => void }} props
 */
export function AskFirst({ others: [other], onResume, onSend, onCancel }) {
  if (!other) return null;
  const { title } = providerNamed(other.plan.provider);
  return (
    <Notice tone="wait" title="Another refund of this payment is open, so nothing was sent">
      <p>
        It was sent to {title} on {new Date(other.at).toLocaleString()}, and nobody knows yet what became of it. If
        money moved, a second refund gives it back twice.
      </p>
      <div class="actions">
        <Button kind="primary" onClick={() => onResume(other)}>
          Go on with the open one
        </Button>
        <Button onClick={onSend}>Send a second refund all the same</Button>
        <Button kind="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </Notice>
  );
}
