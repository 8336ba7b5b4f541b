// The host's randomness, in the forms that providers take.

// Asking the host costs more than everything else here, so it is asked for many at once, as Node does for UUIDs.
// `crypto.randomUUID` is not used: its first call in Node takes milliseconds, and pages without https lack it.
const words = new Uint32Array(128);
let left = 0;

function nextWord() {
  if (left === 0) {
    crypto.getRandomValues(words);
    left = words.length;
  }
  return words[--left];
}

/** A random UUID, of version 4 (RFC 9562, 5.4). */
export function uuid() {
  const [a, b, c, d] = [hex(nextWord()), hex(nextWord()), hex(nextWord()), hex(nextWord())];
  const variant = "89ab"[Number.parseInt(c[0], 16) % 4];
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}-${c.slice(4)}${d}`;
}

/** The eight hexadecimal digits of a word. */
function hex(word) {
  return word.toString(16).padStart(8, "0");
}

const EIGHT_DIGITS = 100_000_000;
// The largest multiple of them in 32 bits: numbers from there on are thrown away, so that all are equally likely.
const FAIR = 42 * EIGHT_DIGITS;

/** 32 random decimal digits. */
export function digits() {
  return eightDigits() + eightDigits() + eightDigits() + eightDigits();
}

function eightDigits() {
  let word = nextWord();
  while (word >= FAIR) word = nextWord();
  // Seen as a number of nine digits, the first of them a one.
  return String(EIGHT_DIGITS + (word % EIGHT_DIGITS)).slice(1);
}
