// The core as wasm with nothing around it (bench/core): it is called with the number of a case and a count.

/**
 * @param {BufferSource} bytes
 * @returns {Map<string, (iterations: number) => void>}
 */
export function coreCases(bytes) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const { prepare, run, memory } = /** @type {any} */ (exports);
  const names = textAt(prepare(), memory).split("\n");
  return new Map(names.map((name, index) => [name, (iterations) => run(index, iterations)]));
}

/** The text that begins there and ends with a zero. */
function textAt(start, memory) {
  const bytes = new Uint8Array(memory.buffer);
  return new TextDecoder().decode(bytes.subarray(start, bytes.indexOf(0, start)));
}
