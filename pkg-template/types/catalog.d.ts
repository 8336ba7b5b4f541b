import type { CatalogProvider } from "./shared.js";

export type { CatalogField, CatalogOperation, CatalogProvider } from "./shared.js";

/** Every provider with its settings, operations and fields: for forms and documentation. It needs no module. */
export function catalog(): readonly CatalogProvider[];
