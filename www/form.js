// A form made from an operation's own table: the controls of each field, and the input object that they stand for.

import { element } from "./element.js";

const JSON_HINTS = { notes: '{"name": "value"}', list: '[{"name": "…", "value": "…"}]' };

/** The controls of an operation, filled with `values`. */
export function controls(fields, values) {
  return fields.map((field) => (field.kind === "money" ? moneyGroup : labelled)(field, values[field.name]));
}

function labelled(field, value) {
  const notes = [element("small", {}, field.doc), mistakeOf(field)];
  return element("label", { className: "field" }, title(field), control(field, value), ...notes);
}

function moneyGroup(field, value = {}) {
  const { name, currencies } = field;
  const common = { autocomplete: "off", "aria-describedby": `mistake-${name}` };
  const placeholder = currencies.length === 1 && currencies[0] === "IDR" ? "10000" : "12.34";
  const amount = element("input", {
    ...common,
    name: `${name}.value`,
    value: value.value ?? "",
    placeholder,
    inputMode: "decimal",
    "aria-label": `${name}: value`,
  });
  const named = { ...common, name: `${name}.currency`, "aria-label": `${name}: currency` };
  const currency =
    currencies.length === 0
      ? element("input", { ...named, value: value.currency ?? "", placeholder: "INR", maxLength: 3, size: 4 })
      : choice(named, currencies.length === 1 ? currencies : ["", ...currencies], value.currency, "currency");
  return element(
    "fieldset",
    { className: "field" },
    element("legend", {}, title(field)),
    element("div", { className: "money" }, amount, currency),
    element("small", {}, field.doc),
    mistakeOf(field),
  );
}

function title({ name, need }) {
  return need === "required" ? `${name} *` : name;
}

function mistakeOf({ name }) {
  return element("span", { className: "mistake", id: `mistake-${name}` });
}

function control(field, value) {
  const common = { name: field.name, "aria-describedby": `mistake-${field.name}` };
  switch (field.kind) {
    case "flag":
      return choice(common, ["", "true", "false"], value, "not given");
    case "oneOf":
      return choice(common, ["", ...field.choices], value, "not given");
    case "notes":
    case "list":
      return element("textarea", {
        ...common,
        rows: 3,
        value: value === undefined ? "" : JSON.stringify(value),
        placeholder: JSON_HINTS[field.kind],
      });
    default:
      return element("input", { ...common, value: value ?? "", placeholder: hint(field), autocomplete: "off" });
  }
}

function choice(properties, options, value, none) {
  const select = element("select", properties);
  select.append(...options.map((option) => element("option", { value: option }, option || none)));
  select.value = value === undefined ? options[0] : String(value);
  return select;
}

function hint({ kind, need }) {
  if (need === "made") return "made when left empty";
  return kind === "decimal" ? "12.34" : "";
}

/** The input object that the form stands for. What is left empty is left out. */
export function inputOf(form, fields) {
  const pairs = fields.map((field) => [field.name, given(form.elements, field)]);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

function given(elements, field) {
  if (field.kind === "money") return moneyOf(elements, field);
  const text = elements[field.name].value;
  if (text === "") return undefined;
  if (field.kind === "flag") return text === "true";
  return field.kind in JSON_HINTS ? parsed(text) : text;
}

/** A currency that nobody chose is no amount; one that was chosen lacks its value. */
function moneyOf(elements, { name, currencies }) {
  const value = elements[`${name}.value`].value.trim();
  const currency = elements[`${name}.currency`].value.trim();
  if (value === "" && (currency === "" || currencies.length === 1)) return undefined;
  return Object.fromEntries(Object.entries({ value, currency }).filter(([, text]) => text !== ""));
}

/** JSON where it is JSON; otherwise the text, which the module refuses with its own message. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The field that a control, or a problem's path, belongs to. */
export function fieldOf(fields, path) {
  return fields.find(({ name }) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`))?.name;
}

/** Shows each mistake at its field, where the field is one of `shown`; gives those that have none. */
export function showMistakes(form, fields, problems, shown) {
  for (const { name } of fields) {
    const own = shown.has(name) ? problems.filter(({ path }) => fieldOf(fields, path) === name) : [];
    for (const control of controlsOf(form, name)) {
      const concerned = own.some(({ path }) => path === control.name || !isPartOf(control, path));
      control.setAttribute("aria-invalid", String(concerned));
    }
    form.querySelector(`#mistake-${name}`).textContent = own.map((problem) => sentence(problem, name)).join(" ");
  }
  return problems.filter(({ path }) => fieldOf(fields, path) === undefined);
}

function controlsOf(form, name) {
  return [...form.elements].filter((control) => control.name === name || control.name.startsWith(`${name}.`));
}

/** Whether a problem is about a sibling of this control: `amount.value` beside `amount.currency`. */
function isPartOf(control, path) {
  return control.name.includes(".") && path.includes(".");
}

/** A mistake and the way out, as read below the field's name. */
function sentence({ path, message, userAction }, name) {
  const part = path === name ? "" : path.slice(name.length).replace(/^\./, "");
  const text = part ? `${part} ${message}` : message;
  return `${text[0].toUpperCase()}${text.slice(1)} ${userAction}`;
}
