// Amounts are bigint minor units inside the sandbox; decimals exist only as text.

/** ISO 4217: the currencies whose exponent is not two. A test compares them with the core's. */
const EXPONENT_0 = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(" ");
const EXPONENT_3 = "BHD IQD JOD KWD LYD OMR TND".split(" ");

/** @param {string} currency */
export const exponent = (currency) => (EXPONENT_0.includes(currency) ? 0 : EXPONENT_3.includes(currency) ? 3 : 2);

/**
 * "12.34" in major units to 1234n; undefined when the text is no plain decimal or finer than the currency.
 * @param {string} text @param {string} currency @returns {bigint | undefined}
 */
export function toMinor(text, currency) {
  const [, whole, fraction = ""] = /^(\d{1,18})(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = exponent(currency);
  if (/[1-9]/.test(fraction.slice(digits))) return undefined;
  return BigInt(whole + fraction.slice(0, digits).padEnd(digits, "0"));
}

/** 1234n to "12.34", padded to at least `scale` decimals. @param {bigint} minor @param {string} currency */
export function toMajor(minor, currency, scale = exponent(currency)) {
  const digits = exponent(currency);
  const text = String(minor).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const fraction = text.slice(text.length - digits).padEnd(scale, "0");
  return fraction === "" || scale === 0 ? whole : `${whole}.${fraction}`;
}
