// Between the texts of a form and the input of an operation, and back to the field that a mistake belongs to.

/** @typedef {import("../catalog.js").CatalogField} CatalogField */
/** @typedef {import("refund-signer").InputProblem} InputProblem */
/** @typedef {Record<string, string>} Values the text of each control, by its path: `refId`, `amount.value` */

const JSON_KINDS = ["notes", "list"];

/** @param {readonly CatalogField[]} fields @param {Record<string, any>} input @returns {Values} */
export function valuesOf(fields, input) {
  /** @type {Values} */
  const values = {};
  for (const field of fields) {
    const value = input[field.name];
    if (value === undefined) continue;
    if (field.kind === "money") {
      values[`${field.name}.value`] = value.value;
      values[`${field.name}.currency`] = value.currency;
    } else {
      values[field.name] = JSON_KINDS.includes(field.kind) ? JSON.stringify(value) : String(value);
    }
  }
  return values;
}

/** The input that a form stands for. What is left empty is left out. @param {readonly CatalogField[]} fields @param {Values} values */
export function inputOf(fields, values) {
  const pairs = fields.map((field) => /** @type {const} */ ([field.name, given(field, values)]));
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

/** @param {CatalogField} field @param {Values} values */
function given(field, values) {
  if (field.kind === "money") return moneyOf(field, values);
  const text = values[field.name] ?? "";
  if (text === "") return undefined;
  if (field.kind === "flag") return text === "true";
  return JSON_KINDS.includes(field.kind) ? parsed(text) : text;
}

/** A currency that nobody chose is no amount; one that was chosen lacks its value. @param {CatalogField} field @param {Values} values */
function moneyOf({ name, currencies = [] }, values) {
  const value = (values[`${name}.value`] ?? "").trim();
  const currency = (values[`${name}.currency`] ?? (currencies.length === 1 ? currencies[0] : "") ?? "").trim();
  if (value === "" && (currency === "" || currencies.length === 1)) return undefined;
  return Object.fromEntries(Object.entries({ value, currency }).filter(([, text]) => text !== ""));
}

/** JSON where it is JSON; otherwise the text, which the module refuses with its own message. @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The field that a problem's path belongs to. @param {readonly CatalogField[]} fields @param {string} path */
export function fieldOf(fields, path) {
  return fields.find(({ name }) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`))?.name;
}

/** The mistakes of one field, as sentences. @param {readonly InputProblem[]} problems @param {readonly CatalogField[]} fields @param {string} name */
export function mistakesAt(problems, fields, name) {
  const own = problems.filter(({ path }) => fieldOf(fields, path) === name);
  return own.map((problem) => sentence(problem, name)).join(" ");
}

/** A mistake and the way out, as read below the field's name. @param {InputProblem} problem @param {string} name */
function sentence({ path, message, userAction }, name) {
  const part = path === name ? "" : path.slice(name.length).replace(/^\./, "");
  const text = part ? `${part} ${message}` : message;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)} ${userAction}`;
}
