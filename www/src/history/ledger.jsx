// What really happened in the sandbox, whatever its answers said.

import { useEffect, useState } from "preact/hooks";
import { providerNamed } from "../catalog.js";
import { refreshFaults } from "../faults.js";
import { forgetRefunds } from "../refund/prefill.js";
import { theSandbox } from "../sandbox.js";
import { history } from "../session.js";
import { useStore } from "../store.js";
import { Button } from "../ui/button.jsx";
import { Card } from "../ui/card.jsx";

/** @typedef {import("../sandbox/host.js").LedgerRefund} LedgerRefund */

/** @type {Record<LedgerRefund["status"], string>} */
const TONES = { succeeded: "good", pending: "wait", failed: "bad" };
/** More would be no reading matter. */
const SHOWN = 50;

export function LedgerView() {
  const [refunds, setRefunds] = useState(/** @type {readonly LedgerRefund[]} */ ([]));
  const entries = useStore(history);
  const read = async () =>
    setRefunds(
      await theSandbox()
        .ledger()
        .catch(() => []),
    );
  useEffect(() => {
    read();
  }, [entries]);
  const reset = async () => {
    await theSandbox().reset();
    forgetRefunds();
    const { forgetRefundsThat } = await import("../refund/store.js");
    await forgetRefundsThat(({ via }) => via === "sandbox").catch(() => {});
    await Promise.all([read(), refreshFaults()]);
  };
  return (
    <Card
      title="The sandbox's ledger"
      actions={
        <Button kind="quiet" icon="repeat" onClick={reset}>
          Reset the sandbox
        </Button>
      }
    >
      {refunds.length === 0 ? (
        <p class="quiet">Nothing was refunded yet.</p>
      ) : (
        // biome-ignore lint/a11y: what scrolls must be reachable with the keyboard
        <div class="scroll" tabIndex={0} role="group" aria-label="Refunds in the sandbox">
          <table>
            <thead>
              <tr>
                <th>Payment</th>
                <th>Amount</th>
                <th>State</th>
              </tr>
            </thead>
            <tbody>
              {refunds
                .slice(-SHOWN)
                .reverse()
                .map((refund) => (
                  <tr key={`${refund.provider} ${refund.id}`}>
                    <td>
                      {providerNamed(refund.provider).title}
                      <br />
                      <code class="quiet">{refund.paymentId}</code>
                    </td>
                    <td class="number">{money(refund)}</td>
                    <td>
                      <span class={`badge ${TONES[refund.status]}`}>{refund.status}</span>
                    </td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      )}
      {refunds.length > SHOWN && <p class="help">{`The last ${SHOWN} of ${refunds.length}.`}</p>}
    </Card>
  );
}

/** Minor units in major ones, without a float. The sandbox's payments are in currencies that have hundredths. @param {LedgerRefund} refund */
function money({ minor, currency }) {
  const digits = minor.padStart(3, "0");
  return `${currency} ${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
