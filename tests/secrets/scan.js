// Looks for a secret in the whole memory of the module: as it is, in base64, in Basic credentials, and as the padded
// blocks that HMAC makes of a key. Uses Web standards only.

// A shorter run of bytes would turn up by chance.
const RUN = 12;

const utf8 = (text) => new TextEncoder().encode(text);
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** Every byte as one character, so that runs of bytes can be looked for as text. */
function asText(bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length; at += 0x8000) parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return parts.join("");
}

/** What a secret could be found as. */
function needles(secret, user) {
  const bytes = utf8(secret);
  const padded = (size, pad) =>
    Uint8Array.from({ length: size }, (_, at) => (bytes[at] ?? 0) ^ pad).subarray(0, bytes.length);
  const found = {
    secret: bytes,
    base64: utf8(base64(bytes)),
    "inner pad": padded(128, 0x36),
    "outer pad": padded(128, 0x5c),
  };
  // The part of Basic credentials that depends on the secret alone is the whole of them but the user's first bytes.
  if (user !== undefined) found["Basic credentials"] = utf8(base64(utf8(`${user}:${secret}`)));
  return found;
}

/** What of a secret is in the memory: names of needles, none when nothing is. */
export function traces(memory, secret, user) {
  return tracesOf(memory, needles(secret, user));
}

/** Which of the named needles are in the memory, whole or in part. */
export function tracesOf(memory, named) {
  const haystack = asText(new Uint8Array(memory.buffer));
  const isThere = (needle) => {
    const text = asText(needle);
    for (let at = 0; at + RUN <= text.length; at++) {
      if (haystack.includes(text.slice(at, at + RUN))) return true;
    }
    return false;
  };
  return Object.entries(named).flatMap(([name, needle]) => (isThere(needle) ? [name] : []));
}
