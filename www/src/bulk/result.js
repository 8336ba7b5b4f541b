// What came of a run, as a file for the books.

import { digestOf } from "../../../edge-signer/digest.js";
import { writeCsv } from "./csv.js";
import { logOf } from "./destination.js";
import { stateOf } from "./runner.js";

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("./destination.js").Destination} Destination */

const COLUMNS = ["line", "state", "why", "heard", "refund id", "plan", "attempts", "last attempt"];

/** @param {readonly string[]} columns of the file @param {readonly Row[]} rows @param {Destination} destination @param {number} now */
export async function resultCsv(columns, rows, destination, now) {
  const lines = await Promise.all(rows.map((row) => resultOf(row, destination, now)));
  return writeCsv([...COLUMNS, ...columns], lines);
}

/** @param {Row} row @param {Destination} destination @param {number} now */
async function resultOf(row, destination, now) {
  const { state, why } = finalState(row, destination, now);
  const log = logOf(row);
  const sends = log.filter(({ what, says }) => what === "begun" && says.startsWith("send"));
  const last = sends.at(-1)?.at ?? row.remote?.at;
  return [
    String(row.line),
    state,
    why,
    log.findLast(({ what }) => what === "heard")?.says ?? "",
    refundIdOf(row) ?? "",
    row.plan ? await digestOf(row.plan) : "",
    String(sends.length),
    last ? new Date(last).toISOString() : "",
    ...row.cells,
  ];
}

/** Also of a row that is never sent. @param {Row} row @param {Destination} destination @param {number} now @returns {{ state: string, why: string }} */
export function finalState(row, destination, now) {
  if (row.plan) return stateOf(row, destination, now);
  return { state: "invalid", why: row.problems.map(({ path, message }) => `${path} ${message}`.trim()).join(" ") };
}

/** The provider's id of the refund, where it was heard. @param {Row} row */
export const refundIdOf = ({ record, remote }) =>
  record?.refund?.id ?? (remote?.answer?.kind === "end" ? remote.answer.refundId : undefined);
