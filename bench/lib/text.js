// Numbers and tables as people read them.

/** Two or three digits that count. */
export function digits(number) {
  if (!Number.isFinite(number)) return "–";
  return Math.abs(number) >= 100 ? Math.round(number).toLocaleString("en") : String(Number(number.toPrecision(2)));
}

/** A ratio with its quartiles. */
export function ratio(spread) {
  if (!spread) return "–";
  return `**${digits(spread.median)}** (${digits(spread.q1)}…${digits(spread.q3)})`;
}

export const whole = (number) => Math.round(number).toLocaleString("en");

/**
 * @param {string[]} head
 * @param {(string | number)[][]} rows
 */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? "---" : "--:"))), ...rows.map(line)].join("\n");
}

export function escapeXml(text) {
  return text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
}
