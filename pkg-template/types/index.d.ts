export * from "./providers.js";
export * from "./shared.js";
export * as lifecycle from "./lifecycle.js";
