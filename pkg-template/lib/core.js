// The one place that touches the glue: it knows whether the module is ready, and replaces an instance that failed.

import * as glue from "./glue.js";

/** The host did not bring the module yet: its own mistake, not the module's. */
export class NotReady extends Error {}

let memory;
let generation = 0;

/**
 * Makes the module ready, once. Later calls do nothing.
 *
 * @param {BufferSource | WebAssembly.Module} module
 */
export function init(module) {
  memory ??= glue.initSync({ module }).memory;
}

/** The functions of the module. */
export function core() {
  if (!memory) {
    throw new NotReady(
      "refund-signer/slim has no module yet: call init(bytesOrModule) once, before anything else. " +
        'The bytes are the file "refund-signer/refund_signer.wasm".',
    );
  }
  return glue;
}

/** Which instance is at work: what an earlier one owned is gone. */
export function instance() {
  return generation;
}

/** Drops an instance that trapped, with all that it owned, and makes a new one. */
export function replaceInstance() {
  // Nobody can say what a trap left behind, so nothing is left.
  new Uint8Array(memory.buffer).fill(0);
  glue.__wbg_reset_state();
  memory = glue.linearMemory();
  generation++;
}
