// A control with its label, its help and its mistakes, tied together for those who do not see them side by side.

import { useId } from "preact/hooks";

/**
 * @typedef {object} FieldProps
 * @property {string} label
 * @property {string} [help]
 * @property {string} [mistake]
 * @property {boolean} [required]
 * @property {(control: { id: string, "aria-describedby"?: string, "aria-invalid": boolean, "aria-required"?: boolean }) => import("preact").ComponentChildren} children
 *   draws the control with these attributes
 */

/** @param {FieldProps} props */
export function Field({ label, help, mistake, required = false, children }) {
  const id = useId();
  const notes = [mistake && `${id}-mistake`, help && `${id}-help`].filter(Boolean).join(" ");
  const control = {
    id,
    "aria-invalid": Boolean(mistake),
    ...(notes && { "aria-describedby": notes }),
    ...(required && { "aria-required": true }),
  };
  return (
    <div class="field">
      <label for={id}>
        {label}
        {required && (
          <span class="required" aria-hidden="true">
            {" *"}
          </span>
        )}
      </label>
      {children(control)}
      {mistake && (
        <p class="mistake" id={`${id}-mistake`}>
          {mistake}
        </p>
      )}
      {help && (
        <p class="help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}

/**
 * A choice of few.
 *
 * @param {{ label: string, value: string, options: readonly { value: string, text: string }[], onChange: (value: string) => void, help?: string, mistake?: string, required?: boolean, disabled?: boolean, onLeave?: () => void }} props
 */
export function SelectField({ value, options, onChange, onLeave, disabled = false, ...field }) {
  return (
    <Field {...field}>
      {(control) => (
        <select
          {...control}
          value={value}
          disabled={disabled}
          onChange={(event) => onChange(event.currentTarget.value)}
          onBlur={onLeave}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/**
 * Text, on one line or, with `rows`, on several.
 *
 * @param {{ label: string, value: string, onInput: (value: string) => void, onLeave?: () => void, help?: string, mistake?: string, required?: boolean,
 *   placeholder?: string, rows?: number, secret?: boolean, code?: boolean, disabled?: boolean, inputMode?: "decimal" | "numeric" | "text" }} props
 *   `secret` text is not shown; the field is no password field, since a browser would offer to store it
 */
export function TextField({
  value,
  onInput,
  onLeave,
  placeholder,
  rows,
  secret = false,
  code = false,
  disabled = false,
  inputMode,
  ...field
}) {
  const common = {
    value,
    placeholder,
    disabled,
    class: [code && "mono", secret && "secret"].filter(Boolean).join(" "),
    autocomplete: "off",
    spellcheck: false,
    onBlur: onLeave,
    /** @param {import("preact").TargetedInputEvent<HTMLInputElement | HTMLTextAreaElement>} event */
    onInput: (event) => onInput(event.currentTarget.value),
  };
  return (
    <Field {...field}>
      {(control) => {
        if (rows) return <textarea {...control} {...common} rows={rows} />;
        return <input {...control} {...common} inputMode={inputMode} />;
      }}
    </Field>
  );
}
