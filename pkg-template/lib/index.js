export { RefundError } from "./base.js";
export * as lifecycle from "./lifecycle.js";
export * from "./providers.js";
