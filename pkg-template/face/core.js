// The one place that touches the glue: it knows whether the module is ready, and replaces an instance that failed.

import { RefundError, refuse } from "./base.js";
import {
  __wbg_reset_state,
  answered,
  checkPlan,
  client,
  describe,
  explain,
  fields,
  follow,
  initSync,
  linearMemory,
  plan,
  planAll,
  queryFor,
  room as roomOf,
  verify,
  webhooks,
} from "./glue.js";

/** The host did not bring the module yet: its own mistake, not the module's. */
class NotReady extends Error {}

const functions = {
  answered,
  checkPlan,
  client,
  describe,
  explain,
  fields,
  follow,
  plan,
  planAll,
  queryFor,
  verify,
  webhooks,
};

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/** The room that is there from the first call: enough for most calls. */
const SMALLEST = 4096;

let memory;
let generation = 0;
// The buffer inside the module that everything crosses in. Its length is 0 once the memory has grown.
let room;
// Whether a call began and did not end. Where the stack is full even what replaces an instance can fail, so that a
// broken one may be left: it is replaced before anything else is asked of it.
let crossing = false;

/**
 * Makes the module ready, once. Later calls do nothing.
 *
 * @param {BufferSource | WebAssembly.Module} module
 */
export function init(module) {
  memory ??= initSync({ module }).memory;
}

/** The functions of the module. */
export function core() {
  if (!memory) {
    throw new NotReady(
      "refund-signer/slim has no module yet: call init(bytesOrModule) once, before anything else. " +
        'The bytes are the file "refund-signer/refund_signer.wasm".',
    );
  }
  if (crossing) replaceInstance();
  return functions;
}

/** Which instance is at work: what an earlier one owned is gone. */
export function instance() {
  if (crossing) replaceInstance();
  return generation;
}

/** Drops an instance that trapped, with all that it owned, and makes a new one. */
export function replaceInstance() {
  crossing = true;
  // Nobody can say what a trap left behind, so nothing is left.
  new Uint8Array(memory.buffer).fill(0);
  __wbg_reset_state();
  memory = linearMemory();
  room = undefined;
  generation++;
  crossing = false;
}

/**
 * Calls into the module, and turns the error that it throws for bad input into ours. The module has no way to fail
 * that is known; should it all the same, its instance is replaced by a new one.
 */
export function guarded(call) {
  try {
    return call();
  } catch (error) {
    if (error instanceof RefundError || error instanceof NotReady) throw error;
    if (!isTrap(error)) refuse("wrong_type", "", "cannot be read: something in it throws.", "Give plain values.");
    replaceInstance();
    return refuseReplaced("failed and was replaced by a new instance.");
  }
}

/** Whether the module itself failed; engines have several words for a stack that is full. */
function isTrap(error) {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError || error?.name === "InternalError";
}

/** Throws what is left to say of something that a failed instance owned. */
export function refuseReplaced(message) {
  refuse("module_replaced", "", message, "Make new clients; then the same call can be made again. Please report it.");
}

/**
 * Writes a text where the module finds it, and bytes behind it. No caller's code runs from here to `answer`.
 *
 * @returns {number} how many bytes the text takes
 */
export function give(text, bytes) {
  if (crossing) replaceInstance();
  crossing = true;
  // A UTF-16 unit takes at most three bytes.
  const size = text.length * 3 + (bytes?.length ?? 0);
  if (!(room?.length >= size)) makeRoom(Math.max(size, SMALLEST));
  const { written } = encoder.encodeInto(text, room);
  if (bytes) room.set(bytes, written);
  return written;
}

/** The text of so many bytes that a call answered with. It is wiped: it may hold credentials. */
export function answer(length) {
  // Of memory that has grown nothing can be cut any more, not even nothing.
  if (length === 0) return ended("");
  if (!(room.length >= length)) makeRoom(length);
  const bytes = room.subarray(0, length);
  const text = decoder.decode(bytes);
  bytes.fill(0);
  crossing = false;
  return text;
}

/** Ends a call that answers with no text. */
export function ended(result) {
  crossing = false;
  return result;
}

/** Frees an object in the module. */
export function release(object) {
  crossing = true;
  object.free();
  crossing = false;
}

function makeRoom(size) {
  // The place first: asking for it may make the memory grow, and then there is another buffer.
  const place = roomOf(size);
  room = new Uint8Array(memory.buffer, place, size);
}
