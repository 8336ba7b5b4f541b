import type { CatalogProvider } from "./shared.js";

export * from "./providers.js";
export * from "./shared.js";

/** Every provider with its settings, operations and fields: for forms and documentation. */
export function catalog(): readonly CatalogProvider[];
