export * from "./providers.js";
export * from "./shared.js";
