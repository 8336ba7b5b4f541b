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

/** 32 random decimal digits. */
export function digits() {
  let text = "";
  while (text.length < 32) {
    for (const word of crypto.getRandomValues(new Uint32Array(4))) {
      if (word < FAIR && text.length < 32) text += String(word % EIGHT_DIGITS).padStart(8, "0");
    }
  }
  return text;
}
