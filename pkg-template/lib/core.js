// The one place that touches the glue: it knows whether the module is ready, and replaces an instance that failed.

import * as glue from "./glue.js";

/** The host did not bring the module yet: its own mistake, not the module's. */
export class NotReady extends Error {}

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
  if (crossing) replaceInstance();
  return glue;
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
  glue.__wbg_reset_state();
  memory = glue.linearMemory();
  room = undefined;
  generation++;
  crossing = false;
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
  const place = glue.room(size);
  room = new Uint8Array(memory.buffer, place, size);
}
