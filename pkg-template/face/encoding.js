/** Standard base64 with padding. */
export function toBase64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

/** The bytes of a base64 text; undefined when it is none. */
export function fromBase64(text) {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Lower-case hexadecimal. */
export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
