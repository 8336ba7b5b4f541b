// The module as text: each of the 87 most frequent byte values is one character, every other one is one of two escapes
// and one more character. Base64 breaks the alignment that gzip needs, and a download gets a third larger.

/** Printable ASCII, without what ends a string or a script in a page, or has a meaning in one. The last two are escapes. */
const CHARACTERS = Array.from({ length: 95 }, (_, i) => 32 + i).filter(
  (code) => !"\"'`\\$<".includes(String.fromCharCode(code)),
);

/**
 * The bytes of a text.
 *
 * @param {string} text
 * @param {string} order the byte values from the most to the least frequent, as 512 hexadecimal digits
 */
export function decode(text, order) {
  const values = (order.match(/../g) ?? []).map((digits) => Number.parseInt(digits, 16));
  const singles = CHARACTERS.length - 2;
  // What a character means alone, after the first escape, and after the second: 128 each. Alone, an escape means minus
  // the place where its part begins.
  const means = new Int16Array(3 * 128);
  for (const [i, code] of CHARACTERS.entries()) {
    means[code] = i < singles ? values[i] : 128 * (singles - i - 1);
    means[128 + code] = values[singles + i];
    means[256 + code] = values[singles + CHARACTERS.length + i];
  }
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const value = means[text.charCodeAt(i)];
    bytes[length++] = value < 0 ? means[text.charCodeAt(++i) - value] : value;
  }
  return bytes.subarray(0, length);
}
