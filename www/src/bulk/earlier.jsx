import { Button } from "../ui/button.jsx";
import { Card } from "../ui/card.jsx";

/** The runs that this browser remembers. @param {{ runs: readonly import("./store.js").Run[], onOpen: (run: import("./store.js").Run) => void }} props */
export function Earlier({ runs, onOpen }) {
  return (
    <Card title="Earlier files">
      <ul class="earlier">
        {runs.map((run) => (
          <li key={run.id}>
            <span>
              <strong>{run.name}</strong>
              <span class="help">
                {run.size} rows, {run.destination === "signer" ? "through the edge signer" : "to the sandbox"},{" "}
                {run.started ? "sent" : "taken in"} {new Date(run.createdAt).toLocaleString()}
              </span>
            </span>
            <Button onClick={() => onOpen(run)} label={`Open ${run.name}`}>
              Open
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
