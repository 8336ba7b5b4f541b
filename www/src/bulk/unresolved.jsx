// Rows that no rule can resolve: a person looks at the provider's, and says what is there.

import { useState } from "preact/hooks";
import { Button } from "../ui/button.jsx";
import { Card } from "../ui/card.jsx";

/** @param {{ controller: import("./controller.js").Controller, onError: (error: unknown) => void }} props */
export function Unresolved({ controller, onError }) {
  const [looked, setLooked] = useState(false);
  const rows = controller.rows.filter((row) => controller.seen(row).state === "unresolved");
  if (rows.length === 0) return null;
  const disabled = controller.isRunning;
  const decide = async (/** @type {import("./destination.js").Says} */ says) => {
    await controller.decide(rows, says).catch(onError);
    setLooked(false);
    if (says !== "refunded") await controller.start().catch(onError);
  };
  return (
    <Card title={`${rows.length} ${rows.length === 1 ? "row needs" : "rows need"} a person`} className="needs">
      <div class="stack">
        <p>
          Nobody knows whether {rows.length === 1 ? "it was" : "they were"} refunded, and sending again might refund
          twice. Ask once more after a while. If a refund is still not found, look it up in the provider's back office,
          and say here or in the list below what you found.
        </p>
        <div class="actions">
          <Button icon="repeat" onClick={() => decide("ask")} disabled={disabled}>
            {rows.length === 1 ? "Ask again" : "Ask about all again"}
          </Button>
        </div>
        <label class="tick">
          <input
            type="checkbox"
            checked={looked}
            disabled={disabled}
            onChange={(event) => setLooked(event.currentTarget.checked)}
          />
          {rows.length === 1 ? "I looked: it is not at the provider" : "I looked: none of them is at the provider"}
        </label>
        <div class="actions">
          <Button onClick={() => decide("again")} disabled={disabled || !looked}>
            {rows.length === 1 ? "Send the same plan again" : "Send the same plans again"}
          </Button>
        </div>
      </div>
    </Card>
  );
}
