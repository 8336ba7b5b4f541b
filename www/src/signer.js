// The package, with its module as a file of its own: compiled while it arrives, and no text to decode.

import wasmUrl from "refund-signer/refund_signer.wasm?url";
import { init } from "refund-signer/slim";

export * from "refund-signer/slim";

/** Resolves when everything else here can be called. */
export async function ready() {
  const response = await fetch(wasmUrl);
  init(await compiled(response));
}

/** Not every static host knows what a .wasm file is. @param {Response} response */
async function compiled(response) {
  const isNamed = response.headers.get("content-type")?.startsWith("application/wasm");
  return isNamed ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}
