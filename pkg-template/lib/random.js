// The host's randomness, in the forms that providers take.

/** A random UUID. `crypto.randomUUID` is missing on pages that were not loaded over https. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

const EIGHT_DIGITS = 100_000_000;
// The largest multiple of them in 32 bits: numbers from there on are thrown away, so that all are equally likely.
const FAIR = 42 * EIGHT_DIGITS;

// Asking the host costs more than everything else here, so it is asked for many at once.
const words = new Uint32Array(128);
let left = 0;

/** 32 random decimal digits. */
export function digits() {
  return eightDigits() + eightDigits() + eightDigits() + eightDigits();
}

function eightDigits() {
  let word = nextWord();
  while (word >= FAIR) word = nextWord();
  // Seen as a text of nine digits, the first of them a one.
  return String(EIGHT_DIGITS + (word % EIGHT_DIGITS)).slice(1);
}

function nextWord() {
  if (left === 0) {
    crypto.getRandomValues(words);
    left = words.length;
  }
  return words[--left];
}
