export { RefundError } from "./base.js";
export { describe, findRefund, queryFor } from "./face.js";
export * as lifecycle from "./lifecycle.js";
export * from "./providers.js";
