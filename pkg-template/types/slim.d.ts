export * from "./index.js";

/**
 * Makes the module ready, once, before anything else is called. Give the bytes of `refund-signer/refund_signer.wasm`,
 * or a `WebAssembly.Module` made of them. Later calls do nothing.
 */
export function init(module: ArrayBuffer | Uint8Array | WebAssembly.Module): void;
