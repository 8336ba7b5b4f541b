export { RefundError } from "./base.js";
export { describe } from "./face.js";
export * as lifecycle from "./lifecycle.js";
export * from "./providers.js";
