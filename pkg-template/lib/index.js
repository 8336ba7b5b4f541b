export { RefundError } from "./base.js";
export * from "./providers.js";
