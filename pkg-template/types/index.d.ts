export * as lifecycle from "./lifecycle.js";
export * from "./providers.js";
export * from "./shared.js";
