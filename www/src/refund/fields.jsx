// The controls of an operation's fields, or of a client's settings.

import { Field, SelectField, TextField } from "../ui/field.jsx";
import { mistakesAt } from "./input.js";

/** @typedef {import("../catalog.js").CatalogField} CatalogField */
/** @typedef {import("./input.js").Values} Values */

/**
 * @typedef {object} FieldsProps
 * @property {readonly CatalogField[]} fields
 * @property {Values} values
 * @property {readonly import("refund-signer").InputProblem[]} problems
 * @property {ReadonlySet<string>} shown the fields whose mistakes are shown
 * @property {(name: string, text: string) => void} onInput
 * @property {(name: string) => void} onLeave
 * @property {Record<string, string>} [placeholders]
 */

/** Those that are needed, and folded away those that are not. @param {FieldsProps} props */
export function Fields(props) {
  const { fields, values } = props;
  const isFilled = (/** @type {CatalogField} */ { name }) =>
    Object.keys(values).some((path) => path === name || path.startsWith(`${name}.`));
  const main = fields.filter((field) => field.need === "required" || isFilled(field));
  const others = fields.filter((field) => !main.includes(field));
  return (
    <div class="fields">
      <Controls {...props} fields={main} />
      {others.length > 0 && (
        <details>
          <summary>
            {others.length} optional field{others.length > 1 && "s"}
          </summary>
          <div class="fields">
            <Controls {...props} fields={others} />
          </div>
        </details>
      )}
    </div>
  );
}

/** @param {FieldsProps} props */
export function Controls({ fields, ...props }) {
  return (
    <>
      {fields.map((field) => (
        <Control key={field.name} field={field} {...props} />
      ))}
    </>
  );
}

/** @param {Omit<FieldsProps, "fields"> & { field: CatalogField }} props */
function Control({ field, values, problems, shown, onInput, onLeave, placeholders = {} }) {
  const { name, kind, need, doc } = field;
  const mistake = shown.has(name) ? mistakesAt(problems, [field], name) : "";
  const common = { label: name, help: doc, mistake, required: need === "required" };
  const leave = () => onLeave(name);
  if (kind === "money")
    return <Money field={field} values={values} common={common} onInput={onInput} onLeave={leave} />;
  const value = values[name] ?? "";
  const onText = (/** @type {string} */ text) => onInput(name, text);
  const choices = kind === "flag" ? ["true", "false"] : field.choices;
  if (choices) {
    const options = [{ value: "", text: "not given" }, ...choices.map((text) => ({ value: text, text }))];
    return <SelectField {...common} value={value} options={options} onChange={onText} onLeave={leave} />;
  }
  const isJson = kind === "notes" || kind === "list";
  return (
    <TextField
      {...common}
      value={value}
      onInput={onText}
      onLeave={leave}
      code={isJson || kind !== "prose"}
      secret={kind === "secret"}
      placeholder={placeholders[name] ?? hint(field)}
      {...(isJson && { rows: 3 })}
    />
  );
}

/** @param {CatalogField} field */
function hint({ kind, need }) {
  if (need === "made") return "made when left empty";
  if (kind === "notes") return '{"name": "value"}';
  if (kind === "list") return '[{"name": "…", "value": "…"}]';
  return kind === "decimal" ? "12.34" : "";
}

/**
 * An amount and its currency, under one name.
 *
 * @param {{ field: CatalogField, values: Values, common: { label: string, help: string, mistake: string, required: boolean }, onInput: FieldsProps["onInput"], onLeave: () => void }} props
 */
function Money({ field, values, common, onInput, onLeave }) {
  const { name, currencies = [] } = field;
  const paths = { value: `${name}.value`, currency: `${name}.currency` };
  const currency = values[paths.currency] ?? (currencies.length === 1 ? (currencies[0] ?? "") : "");
  const shared = { autocomplete: "off", onBlur: onLeave, "aria-invalid": common.mistake !== "" };
  /** @param {string} path */
  const into = (path) => (/** @type {import("preact").TargetedEvent<HTMLInputElement | HTMLSelectElement>} */ event) =>
    onInput(path, event.currentTarget.value);
  const options = currencies.length === 1 ? currencies : ["", ...currencies];
  return (
    <Field {...common}>
      {(control) => (
        <div class="money">
          <input
            {...control}
            {...shared}
            class="mono"
            inputMode="decimal"
            value={values[paths.value] ?? ""}
            placeholder="12.34"
            onInput={into(paths.value)}
          />
          {currencies.length === 0 ? (
            <input
              {...shared}
              class="mono"
              aria-label={`${name}: currency`}
              value={currency}
              placeholder="INR"
              maxLength={3}
              onInput={into(paths.currency)}
            />
          ) : (
            <select {...shared} aria-label={`${name}: currency`} value={currency} onChange={into(paths.currency)}>
              {options.map((option) => (
                <option key={option} value={option}>
                  {option || "…"}
                </option>
              ))}
            </select>
          )}
        </div>
      )}
    </Field>
  );
}
