// From the cells of a file to plans: one for each row, made once and the same whenever the same file is read.

import { catalog } from "refund-signer/catalog";
import * as signer from "refund-signer/slim";
import { inputOf } from "../refund/input.js";
import { CsvError, parseCsv } from "./csv.js";

/** @typedef {import("refund-signer").Plan} Plan */
/** @typedef {import("refund-signer").CatalogField} CatalogField */
/** @typedef {import("refund-signer").CatalogOperation} CatalogOperation */
/** @typedef {import("refund-signer").InputProblem} InputProblem */
/** @typedef {import("refund-signer/lifecycle").RefundRecord} RefundRecord */

/** @typedef {{ path: string, message: string, userAction: string }} Mistake */

/**
 * @typedef {object} Row
 * @property {number} index counts from 1
 * @property {number} line of the file
 * @property {readonly string[]} cells
 * @property {string} provider
 * @property {string} operation
 * @property {string} payment what is refunded, in the provider's words
 * @property {{ value: string, currency: string } | undefined} amount undefined: all that is left
 * @property {string} fingerprint the same for two rows that ask for the same; empty where there is no plan
 * @property {Plan | undefined} plan
 * @property {readonly Mistake[]} problems with any of them nothing is ever sent
 * @property {readonly string[]} warnings
 * @property {string | undefined} repeats which earlier row asks for the same
 * @property {RefundRecord} [record] what was done with the plan, where this page follows the refund
 * @property {import("./destination.js").Remote} [remote] what the edge signer said, where that follows it
 * @property {string} [unsigned] why the last step could not be signed
 * @property {boolean} [goesOn] a person wants it to go on, whatever holds it up
 */

/** @typedef {{ hash: string, columns: readonly string[], rows: Row[] }} Import */

/** More would be a job for a program. */
export const MOST_ROWS = 50_000;

/** After so many the page may draw. */
const BATCH = 500;

/** The fields that name what is refunded, the most telling first. */
const PAYMENT_FIELDS = [
  "paymentTransactionId",
  "walletTransactionId",
  "paymentId",
  "invoiceNumber",
  "originalPartnerReferenceNo",
];
/** What a row says besides the refund itself. */
const REMARKS = ["reason", "notes"];
/** Where a reference is optional, one is made: without it nobody finds the refund again. @type {Record<string, string>} */
const REFERENCES = { razorpay: "receipt" };

/** In the place of a key that depends on the file. */
const ANY_KEY = "bulk-any-file";

/** Reads a file. @param {string} text @returns {Promise<Import>} */
export async function readRows(text) {
  const [header, ...records] = await parseCsv(text);
  if (!header) throw new CsvError("The file is empty.");
  if (records.length === 0) throw new CsvError("The file has a header and no rows.");
  if (records.length > MOST_ROWS)
    throw new CsvError(`The file has ${records.length} rows; at most ${MOST_ROWS} are taken.`);
  const columns = columnsOf(header.cells);
  const hash = await hashOf([columns, ...records.map(({ cells }) => cells)]);
  /** @type {Row[]} */
  const rows = [];
  for (const { line, cells } of records) {
    rows.push(readRow({ hash, columns, index: rows.length + 1, line, cells }));
    if (rows.length % BATCH === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  return { hash, columns, rows: markRepeats(rows) };
}

/** @param {unknown} value */
async function hashOf(value) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(value)));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @type {{ provider: string, operation: CatalogOperation }[] | undefined} */
let known;

/** The operations that a row can ask for. */
function refundOperations() {
  known ??= catalog().flatMap(({ name, operations }) =>
    operations.filter(({ movesMoney }) => movesMoney).map((operation) => ({ provider: name, operation })),
  );
  return known;
}

/** All names that a column may have. @returns {string[]} */
function knownColumns() {
  const fields = refundOperations().flatMap(({ operation }) => operation.fields.map(({ name }) => name));
  return [...new Set(["provider", "operation", "amount", "currency", ...fields])];
}

/** @param {string} name */
const normalized = (name) => name.toLowerCase().replace(/[\s_-]/g, "");

/** The columns under their own names: `Payment_ID` is `paymentId`; one that begins with # is a remark. @param {readonly string[]} cells */
function columnsOf(cells) {
  const byName = new Map(knownColumns().map((name) => [normalized(name), name]));
  const columns = cells.map((cell) =>
    cell.trim().startsWith("#") ? cell.trim() : (byName.get(normalized(cell)) ?? ""),
  );
  const unknown = cells.filter((_cell, index) => columns[index] === "").map((cell) => `“${cell.trim()}”`);
  // Left alone, a column with a slip in its name (“ammount”) would turn a partial refund into a full one.
  if (unknown.length)
    throw new CsvError(
      `No operation has a field for the column ${unknown.join(", ")}. Correct its name, or begin it with # to keep it as a remark.`,
    );
  const twice = columns.find((column, index) => !column.startsWith("#") && columns.indexOf(column) !== index);
  if (twice) throw new CsvError(`The column ${twice} stands twice.`);
  if (!columns.includes("provider"))
    throw new CsvError("There is no column “provider”, so nobody knows where to send the rows.");
  return columns;
}

/** @param {{ hash: string, columns: readonly string[], index: number, line: number, cells: readonly string[] }} record @returns {Row} */
function readRow({ hash, columns, index, line, cells }) {
  const given = Object.fromEntries(
    columns
      .map((column, at) => [column, (cells[at] ?? "").trim()])
      .filter(([column, text]) => text !== "" && !String(column).startsWith("#")),
  );
  const { provider = "", operation = "createRefund", ...texts } = /** @type {Record<string, string>} */ (given);
  const found = refundOperation(provider, operation);
  const shape =
    cells.length === columns.length
      ? []
      : [
          mistake(
            "",
            `has ${cells.length} cells, and the header has ${columns.length}.`,
            "Look for a missing or an unquoted comma.",
          ),
        ];
  const base = { index, line, cells, provider, operation, repeats: undefined };
  if (!found) {
    const problem =
      provider === ""
        ? mistake("provider", "is missing.", "Name the provider.")
        : mistake(
            "operation",
            `${provider}.${operation} is no refund of this package.`,
            "Correct provider or operation.",
          );
    return {
      ...base,
      payment: "",
      amount: undefined,
      fingerprint: "",
      plan: undefined,
      problems: [...shape, problem],
      warnings: [],
    };
  }
  const { fields } = found;
  const written = inputOf(fields, valuesOf(fields, texts));
  const input = completed(provider, fields, written, `bulk-${hash.slice(0, 16)}-${index}`);
  const { plan, problems } = planned(provider, operation, input);
  const all = [...shape, ...strangers(provider, operation, fields, texts), ...flags(fields, texts), ...problems];
  const amount = amountOf(input);
  return {
    ...base,
    payment: PAYMENT_FIELDS.map((name) => input[name]).find((value) => typeof value === "string") ?? "",
    amount,
    fingerprint: all.length ? "" : fingerprintOf(provider, operation, fields, written),
    plan: all.length ? undefined : plan,
    problems: all,
    warnings: amount || all.length ? [] : ["There is no amount: all that is left of the payment is refunded."],
  };
}

/** @param {string} provider @param {string} operation */
const refundOperation = (provider, operation) =>
  refundOperations().find((one) => one.provider === provider && one.operation.name === operation)?.operation;

/** @param {string} path @param {string} message @param {string} userAction @returns {Mistake} */
const mistake = (path, message, userAction) => ({ path, message, userAction });

/** The texts as the controls of a form would have them. @param {readonly CatalogField[]} fields @param {Record<string, string>} texts */
function valuesOf(fields, texts) {
  const { amount, currency, ...others } = texts;
  const money = fields.find(({ kind }) => kind === "money");
  const values = {
    ...(amount !== undefined && { "amount.value": amount }),
    ...(currency !== undefined && { "amount.currency": currency }),
  };
  const lower = Object.fromEntries(
    fields
      .filter(({ kind, name }) => kind === "flag" && others[name])
      .map(({ name }) => [name, String(others[name]).toLowerCase()]),
  );
  return { ...others, ...lower, ...(money && values) };
}

/** Whether a field gets that key where its cell is empty. @param {string} provider @param {CatalogField} field */
export const isMade = (provider, { name, need }) => need === "made" || name === REFERENCES[provider];

/** A key that is the same whenever the same file is read: even where nothing is remembered, the provider recognizes it. @param {string} provider @param {readonly CatalogField[]} fields @param {Record<string, unknown>} input @param {string} key @returns {Record<string, unknown>} */
function completed(provider, fields, input, key) {
  const names = fields
    .filter(({ name, need }) => need === "made" || name === REFERENCES[provider])
    .map(({ name }) => name);
  return { ...Object.fromEntries(names.map((name) => [name, key])), ...input };
}

/**
 * The plan that a row would be in any file, without its remarks: spreadsheets write the same amount in several ways.
 *
 * @param {string} provider @param {string} operation @param {readonly CatalogField[]} fields @param {Record<string, unknown>} written
 */
function fingerprintOf(provider, operation, fields, written) {
  const bare = Object.fromEntries(Object.entries(written).filter(([name]) => !REMARKS.includes(name)));
  return JSON.stringify(planned(provider, operation, completed(provider, fields, bare, ANY_KEY)).plan);
}

/** @param {string} provider @param {string} operation @param {Record<string, unknown>} input @returns {{ plan?: Plan, problems: readonly Mistake[] }} */
function planned(provider, operation, input) {
  try {
    return { plan: /** @type {any} */ (signer)[provider][operation](input), problems: [] };
  } catch (error) {
    if (error instanceof signer.RefundError) return { problems: error.problems };
    throw error;
  }
}

/** Cells of a row that its operation has no use for. @param {string} provider @param {string} operation @param {readonly CatalogField[]} fields @param {Record<string, string>} texts @returns {Mistake[]} */
function strangers(provider, operation, fields, texts) {
  const names = fields.map(({ name }) => name);
  const takes = (/** @type {string} */ name) =>
    names.includes(name) || (name === "currency" && names.includes("amount"));
  return Object.keys(texts)
    .filter((name) => !takes(name))
    .map((name) => mistake(name, `is no field of ${provider}.${operation}.`, "Leave the cell empty."));
}

/** @param {readonly CatalogField[]} fields @param {Record<string, string>} texts @returns {Mistake[]} */
function flags(fields, texts) {
  const bad = fields.filter(
    ({ kind, name }) => kind === "flag" && texts[name] !== undefined && !/^(true|false)$/i.test(texts[name]),
  );
  return bad.map(({ name }) => mistake(name, "is neither true nor false.", "Write true or false."));
}

/** @param {Record<string, any>} input */
function amountOf({ amount }) {
  return amount?.value && amount?.currency
    ? { value: String(amount.value), currency: String(amount.currency) }
    : undefined;
}

/** @param {Row[]} rows */
function markRepeats(rows) {
  /** @type {Map<string, number>} */
  const lines = new Map();
  return rows.map((row) => {
    const first = lines.get(row.fingerprint);
    if (!row.plan) return row;
    if (first === undefined) lines.set(row.fingerprint, row.line);
    return first === undefined ? row : { ...row, repeats: `line ${first}` };
  });
}

/** A file to begin with, out of payments that can be refunded. @param {Record<string, Record<string, any>>} payments the sandbox's */
export function sampleRows(payments) {
  const { razorpay = {}, doku = {}, durianpay = {}, craftgate = {}, payermax = {} } = payments;
  /** @type {Record<string, string>[]} */
  const rows = [
    {
      provider: "razorpay",
      paymentId: razorpay.standard?.paymentId,
      amount: "100.00",
      currency: "INR",
      receipt: "order-1001",
    },
    {
      provider: "razorpay",
      paymentId: razorpay.noInstant?.paymentId,
      amount: "250.50",
      currency: "INR",
      receipt: "order-1002",
    },
    {
      provider: "doku",
      invoiceNumber: doku.settled?.invoiceNumber,
      originalRequestId: doku.settled?.originalRequestId,
      amount: "30000",
      currency: "IDR",
    },
    {
      provider: "durianpay",
      paymentId: durianpay.standard?.paymentId,
      amount: "12000",
      currency: "IDR",
      refId: "order-1004",
    },
    {
      provider: "craftgate",
      operation: "refundPaymentTransaction",
      paymentTransactionId: craftgate.yesterday?.paymentTransactionIds?.[0],
      amount: "15.50",
      currency: "TRY",
    },
    {
      provider: "payermax",
      originalPartnerReferenceNo: payermax.standard?.originalPartnerReferenceNo,
      merchantId: payermax.standard?.merchantId,
      partnerRefundNo: "order-1006",
      amount: "2500",
      currency: "IDR",
    },
    {
      provider: "razorpay",
      paymentId: razorpay.pending?.paymentId,
      amount: "75.00",
      currency: "INR",
      receipt: "order-1007",
    },
  ];
  return rows;
}
