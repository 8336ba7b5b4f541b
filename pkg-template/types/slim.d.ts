export * from "./index.js";
/** What `refund-signer/lifecycle` exports, over this module. */
export * as lifecycle from "./lifecycle.js";

/**
 * Makes the module ready, once, before anything else is called. Give the bytes of `refund-signer/refund_signer.wasm`,
 * or a `WebAssembly.Module` made of them. Later calls do nothing.
 */
export function init(module: ArrayBuffer | Uint8Array | WebAssembly.Module): void;
