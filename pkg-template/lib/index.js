export { RefundError } from "./error.js";
export { catalog } from "./face.js";
export * from "./providers.js";
