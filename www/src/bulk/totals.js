// Sums of money, exact: digits are added as BigInt, never as a float.

/** @typedef {{ value: string, currency: string }} Money */
/** @typedef {{ currency: string, value: string, rows: number }} Total */

/** @param {Iterable<Money>} amounts @returns {Total[]} one for each currency, in alphabetical order */
export function totals(amounts) {
  /** @type {Map<string, { units: bigint, decimals: number, rows: number }>} */
  const sums = new Map();
  for (const { value, currency } of amounts) {
    const sum = sums.get(currency) ?? { units: 0n, decimals: 0, rows: 0 };
    const { units, decimals } = parts(value);
    const common = Math.max(decimals, sum.decimals);
    sums.set(currency, {
      units: scaled(sum.units, common - sum.decimals) + scaled(units, common - decimals),
      decimals: common,
      rows: sum.rows + 1,
    });
  }
  const entries = [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([currency, { units, decimals, rows }]) => ({ currency, value: written(units, decimals), rows }));
}

/** Whether two amounts are the same number: 10, 10.0 and 10.00. @param {string} a @param {string} b */
export function isSameValue(a, b) {
  const [left, right] = [parts(a), parts(b)];
  return scaled(left.units, right.decimals) === scaled(right.units, left.decimals);
}

/** @param {string} value */
function parts(value) {
  const [, whole, fraction = ""] = /^(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
  if (whole === undefined) throw new TypeError(`${value} is no amount`);
  return { units: BigInt(whole + fraction), decimals: fraction.length };
}

/** @param {bigint} units @param {number} zeros */
const scaled = (units, zeros) => units * 10n ** BigInt(zeros);

/** @param {bigint} units @param {number} decimals */
function written(units, decimals) {
  const digits = String(units).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  return readable(decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`);
}

/** With spaces between the thousands, as no country misreads it. @param {string} value */
export function readable(value) {
  const [whole = "", ...fraction] = value.split(".");
  const first = whole.length % 3;
  const thousands = whole.slice(first).match(/.{3}/g) ?? [];
  return [[whole.slice(0, first), ...thousands].filter(Boolean).join(" "), ...fraction].join(".");
}
