// What came of a run, as a file for the books.

import { digestOf } from "../../../edge-signer/digest.js";
import { writeCsv } from "./csv.js";
import { stateOf } from "./runner.js";

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("./runner.js").Destination} Destination */

const COLUMNS = ["line", "state", "why", "status", "next", "refund id", "problem", "plan", "attempts", "last attempt"];

/** @param {readonly string[]} columns of the file @param {readonly Row[]} rows @param {Destination} destination @param {number} now */
export async function resultCsv(columns, rows, destination, now) {
  const lines = await Promise.all(rows.map((row) => resultOf(row, destination, now)));
  return writeCsv([...COLUMNS, ...columns], lines);
}

/** @param {Row} row @param {Destination} destination @param {number} now */
async function resultOf(row, destination, now) {
  const { state, why } = finalState(row, destination, now);
  const told = row.steps.findLast(({ outcome }) => outcome?.told)?.outcome?.told;
  const last = row.steps.at(-1);
  const sends = row.steps.filter(({ kind }) => kind === "send").length;
  return [
    String(row.line),
    state,
    why,
    told?.status ?? "",
    told?.next ?? "",
    refundIdOf(row) ?? "",
    told?.code ?? "",
    row.plan ? await digestOf(row.plan) : "",
    String(sends),
    last ? new Date(last.at).toISOString() : "",
    ...row.cells,
  ];
}

/** Also of a row that is never sent. @param {Row} row @param {Destination} destination @param {number} now @returns {{ state: string, why: string }} */
export function finalState(row, destination, now) {
  if (row.plan) return stateOf(row, destination, now);
  return { state: "invalid", why: row.problems.map(({ path, message }) => `${path} ${message}`.trim()).join(" ") };
}

/** The provider's id of the refund, where an answer or a query named it. @param {Row} row */
export const refundIdOf = (row) =>
  row.steps.findLast(({ outcome }) => outcome?.told?.refundId)?.outcome?.told?.refundId;
