// The one place that touches the glue: it knows whether the module is ready.

import * as glue from "./glue.js";

let isReady = false;

/**
 * Makes the module ready, once. Later calls do nothing.
 *
 * @param {BufferSource | WebAssembly.Module} module
 */
export function init(module) {
  if (isReady) return;
  glue.initSync({ module });
  isReady = true;
}

/** The functions of the module. */
export function core() {
  if (!isReady) {
    throw new Error(
      "refund-signer/slim has no module yet: call init(bytesOrModule) once, before anything else. " +
        'The bytes are the file "refund-signer/refund_signer.wasm".',
    );
  }
  return glue;
}
