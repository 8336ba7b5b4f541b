// A form made from an operation's own table: one control per field, and the input object that they stand for.

import { element } from "./element.js";

/** The controls of an operation, filled with `values`. */
export function controls(fields, values) {
  return fields.map((field) => {
    const label = element("label", {}, field.name, field.need === "required" ? " *" : "");
    label.append(control(field, values[field.name]), element("small", {}, field.doc));
    label.append(element("span", { className: "mistake", id: `mistake-${field.name}` }));
    return label;
  });
}

function control(field, value) {
  const common = { name: field.name, id: `field-${field.name}`, "aria-describedby": `mistake-${field.name}` };
  switch (field.kind) {
    case "flag":
      return choice(common, ["", "true", "false"], value);
    case "oneOf":
      return choice(common, ["", ...field.choices], value);
    case "notes":
    case "list":
    case "someOf":
      return element("textarea", {
        ...common,
        rows: 3,
        value: value ? JSON.stringify(value) : "",
        placeholder: "JSON",
      });
    default:
      return element("input", { ...common, value: shown(value), placeholder: hint(field), autocomplete: "off" });
  }
}

function choice(properties, options, value) {
  const select = element("select", properties);
  select.append(...options.map((option) => element("option", { value: option }, option || "not given")));
  select.value = value === undefined ? "" : String(value);
  return select;
}

function shown(value) {
  if (value === undefined) return "";
  return typeof value === "object" ? `${value.value} ${value.currency}` : String(value);
}

function hint({ kind, need, currencies }) {
  if (kind === "money") return `12.34 ${currencies[0] ?? "INR"}`;
  return need === "made" ? "made when left empty" : "";
}

/** The input object that the form stands for. What is left empty is left out. */
export function inputOf(form, fields) {
  const filled = fields.filter(({ name }) => form.elements[name].value !== "");
  return Object.fromEntries(filled.map((field) => [field.name, typedValue(field, form.elements[field.name].value)]));
}

function typedValue(field, text) {
  switch (field.kind) {
    case "money": {
      const [value, currency] = text.trim().split(/\s+/);
      return { value, currency };
    }
    case "flag":
      return text === "true";
    case "notes":
    case "list":
    case "someOf":
      return parsed(text);
    default:
      return text;
  }
}

/** JSON where it is JSON; otherwise the text, which the module refuses with its own message. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Shows each mistake at its field; gives those that have none. */
export function showMistakes(form, fields, problems) {
  for (const { name } of fields) {
    const own = problems.filter(
      ({ path }) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`),
    );
    form.elements[name].setAttribute("aria-invalid", String(own.length > 0));
    form.querySelector(`#mistake-${name}`).textContent = own.map(({ message }) => message).join(" ");
  }
  return problems.filter(({ path }) => !fields.some(({ name }) => path === name || path.startsWith(name)));
}
