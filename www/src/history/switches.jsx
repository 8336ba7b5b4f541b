// The sandbox's switches: what its next answer will be, so that every verdict can be seen to happen.

import { useEffect, useState } from "preact/hooks";
import { providerNamed, providers } from "../catalog.js";
import { arm, disarm, refreshFaults, SWITCHES, switchNamed, waiting } from "../faults.js";
import { useStore } from "../store.js";
import { Button } from "../ui/button.jsx";
import { Card } from "../ui/card.jsx";
import { SelectField } from "../ui/field.jsx";

export function Switches() {
  const [provider, setProvider] = useState("doku");
  const armed = useStore(waiting);
  useEffect(() => {
    refreshFaults();
  }, []);
  return (
    <Card title="The sandbox's next answer">
      <div class="fields">
        <SelectField
          label="To a refund at"
          value={provider}
          options={providers().map(({ name, title }) => ({ value: name, text: title }))}
          onChange={setProvider}
        />
        <ul class="switches">
          {SWITCHES.map(({ name, title, story }) => (
            <li key={name}>
              <Button onClick={() => arm(provider, name)}>{title}</Button>
              <p class="help">{story}</p>
            </li>
          ))}
        </ul>
        <div aria-live="polite">
          {armed.length === 0 ? (
            <p class="help">Nothing is arranged: the sandbox answers as the provider would.</p>
          ) : (
            <>
              <h3>Arranged, in this order</h3>
              <ol class="armed">
                {armed.map((fault, index) => (
                  <li key={index}>
                    {providerNamed(fault.provider).title}: {switchNamed(fault.name)?.title ?? fault.name}
                  </li>
                ))}
              </ol>
              <Button onClick={disarm}>Answer as usual</Button>
            </>
          )}
        </div>
      </div>
    </Card>
  );
}
