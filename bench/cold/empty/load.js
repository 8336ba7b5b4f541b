// As pkg-template/node/load.js does it.

import { base64 } from "./bytes.js";

function decode(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  return globalThis.Buffer.from(text, "base64");
}

export const { exports } = new WebAssembly.Instance(new WebAssembly.Module(decode(base64)));
