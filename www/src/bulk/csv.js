// CSV as RFC 4180 has it, each record with the line of the file on which it begins.

/** Needed when there is a file, and not before. */
const papa = async () => (await import("papaparse")).default;

/** @typedef {{ line: number, cells: string[] }} CsvRecord */

/** A file that cannot be read as a whole; the message says why, and where. */
export class CsvError extends Error {}

/** @param {Uint8Array} bytes */
export function decodeFile(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new CsvError("The file is not UTF-8. Save it as “CSV UTF-8”, or export it again.");
  }
}

/**
 * The records of a text; empty lines are left out.
 * @param {string} text @returns {Promise<CsvRecord[]>}
 */
export async function parseCsv(text) {
  const { parse } = await papa();
  // A file that was edited on two systems has both kinds of line ends.
  const source = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  /** @type {CsvRecord[]} */
  const records = [];
  let line = 1;
  let start = 0;
  parse(source, {
    delimiter: delimiterOf(source),
    newline: "\n",
    step({ data, errors, meta: { cursor } }) {
      const cells = /** @type {string[]} */ (data);
      // A broken quote swallows what follows, so that no row of such a file can be trusted.
      if (errors.length > 0)
        throw new CsvError(
          `Line ${line}: a quote is not closed, or text stands behind a closed one. Nothing of this file was taken.`,
        );
      if (cells.length > 1 || cells[0]?.trim()) records.push({ line, cells });
      line += source.slice(start, cursor).split("\n").length - 1;
      start = cursor;
    },
  });
  return records;
}

/** The comma, or what spreadsheets of other countries write. @param {string} text */
function delimiterOf(text) {
  const header = text.slice(0, text.search(/\n|$/));
  const counts = [",", ";", "\t"].map((delimiter) => ({ delimiter, count: header.split(delimiter).length }));
  return counts.reduce((most, one) => (one.count > most.count ? one : most)).delimiter;
}

/**
 * Where a spreadsheet could begin a formula: at the beginning of a cell and, since a file with commas is also opened as one
 * with semicolons or tabs, where its lines and quotes end elsewhere, behind each of those and behind a line break. White
 * space, quotes and what cannot be seen may stand before the sign; Excel takes full-width signs, too.
 */
const FORMULAS = /(^|[;\t\r\n])(?=(?:(?![;\t\r\n])[\p{Z}\p{Cc}\p{Cf}"])*[=+\-@＝＋－＠])/gu;

/** Behind a tab or a carriage return at its beginning a cell begins anew for some. @param {string} cell */
const asText = (cell) => cell.replace(FORMULAS, "$1'").replace(/^[\t\r]/, "'$&");

/** A text in which no cell is taken for a formula by a spreadsheet. @param {readonly string[]} columns @param {readonly (readonly string[])[]} rows */
export async function writeCsv(columns, rows) {
  const { unparse } = await papa();
  const cells = { fields: columns.map(asText), data: rows.map((row) => row.map(asText)) };
  return `${unparse(cells, { newline: "\r\n" })}\r\n`;
}
