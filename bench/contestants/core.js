// The core as wasm with nothing around it (bench/core): it is called with the number of a case and a count.

/** The order of `CASES` in bench/core/src/lib.rs. */
const CORE_CASES = [
  "doku",
  "doku plan",
  "doku sign",
  "craftgate",
  "craftgate plan",
  "craftgate sign",
  "payermax",
  "payermax plan",
  "payermax sign",
  "razorpay",
  "razorpay plan",
  "razorpay sign",
  "read",
  "webhook",
  "sha256+hmac",
];

/**
 * @param {BufferSource} bytes
 * @returns {Map<string, (iterations: number) => void>}
 */
export function coreCases(bytes) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const { prepare, run } = /** @type {any} */ (exports);
  const count = prepare();
  if (count !== CORE_CASES.length) throw new Error(`the core has ${count} cases, not ${CORE_CASES.length}`);
  return new Map(CORE_CASES.map((name, index) => [name, (iterations) => run(index, iterations)]));
}
