// The providers with their settings, operations and fields: the one place that imports them.

import { catalog } from "refund-signer/catalog";

/** @typedef {import("refund-signer").CatalogProvider} CatalogProvider */
/** @typedef {import("refund-signer").CatalogOperation} CatalogOperation */
/** @typedef {import("refund-signer").CatalogField} CatalogField */
/** @typedef {import("refund-signer/sandbox").ProviderName} ProviderName */

/** @type {readonly CatalogProvider[] | undefined} */
let known;

/** All providers. */
export function providers() {
  known ??= catalog();
  return known;
}

/** @param {string} name @returns {CatalogProvider} */
export function providerNamed(name) {
  const found = providers().find((provider) => provider.name === name);
  if (!found) throw new Error(`There is no provider ${name}.`);
  return found;
}

/** @param {string} provider @param {string} name @returns {CatalogOperation} */
export function operationNamed(provider, name) {
  const found = providerNamed(provider).operations.find((operation) => operation.name === name);
  if (!found) throw new Error(`${provider} has no operation ${name}.`);
  return found;
}
