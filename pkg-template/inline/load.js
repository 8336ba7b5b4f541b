// For Node, Deno, Bun, browsers and bundlers: the module comes as text, so that it is ready on import and no
// runtime or bundler needs to know what a .wasm file is.

import { base64 } from "../lib/bytes.js";
import { init } from "../lib/face.js";

// The order is by speed: a loop over `atob` costs several milliseconds on its first run.
function decode(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  if (globalThis.Buffer) return globalThis.Buffer.from(text, "base64");
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

init(decode(base64));
