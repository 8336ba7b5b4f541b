// Where a refund is sent: to the sandbox, with whatever its next answer shall be, or through the edge signer.

import { hostConfig } from "../config.js";
import { arm, disarm, SWITCHES, switchNamed, waiting } from "../faults.js";
import { token } from "../session.js";
import { useStore } from "../store.js";
import { SelectField, TextField } from "../ui/field.jsx";

/** @typedef {"sandbox" | "signer"} Via */

/** @param {{ provider: string, via: Via, onVia: (via: Via) => void }} props */
export function Target({ provider, via, onVia }) {
  const options = [
    { value: "sandbox", text: "The sandbox" },
    { value: "signer", text: "A provider, through the edge signer" },
  ];
  const onChange = (/** @type {string} */ value) => onVia(value === "signer" ? "signer" : "sandbox");
  return (
    <div class="fields">
      {hostConfig().signer && <SelectField label="Send to" value={via} options={options} onChange={onChange} />}
      {via === "sandbox" ? <NextAnswer provider={provider} /> : <WhoAsks />}
    </div>
  );
}

/** @param {{ provider: string }} props */
function NextAnswer({ provider }) {
  const armed = useStore(waiting).find((fault) => fault.provider === provider);
  const options = [
    { value: "", text: "As usual" },
    ...SWITCHES.map(({ name, title }) => ({ value: name, text: title })),
  ];
  const onChange = (/** @type {string} */ name) => {
    disarm();
    if (name) arm(provider, name);
  };
  const help = armed && switchNamed(armed.name)?.story;
  return (
    <SelectField
      label="The sandbox's next answer"
      value={armed?.name ?? ""}
      options={options}
      onChange={onChange}
      {...(help && { help })}
    />
  );
}

/** The person whose token is sent: one of the demonstration's, or oneself. */
export function WhoAsks() {
  const now = useStore(token);
  const { people = [] } = hostConfig();
  const set = (/** @type {string} */ text) => token.set(text.trim());
  if (people.length === 0) {
    const help = "From your login, for the edge signer. It stays in memory and is gone when the page is closed.";
    return <TextField label="Bearer token" secret required value={now} onInput={set} help={help} />;
  }
  const options = [
    { value: "", text: "nobody yet" },
    ...people.map(({ name, roles, token: text }) => ({ value: text, text: `${name} (${roles.join(", ")})` })),
  ];
  return (
    <SelectField
      label="As"
      value={now}
      options={options}
      onChange={set}
      help="People of a login made up for this demonstration."
    />
  );
}
