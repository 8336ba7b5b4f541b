export { RefundError } from "./error.js";
export * from "./providers.js";
