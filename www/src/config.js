// What the host of this page offers: config.json beside index.html. An empty one is a host of static files.

/**
 * @typedef {object} Person somebody of a made-up login, for a demonstration only
 * @property {string} name
 * @property {string[]} roles
 * @property {string} token
 */

/**
 * @typedef {object} Config
 * @property {"server"} [sandbox] the server has a sandbox at `sandbox/`; without one it runs in the page
 * @property {boolean} [signer] the server has the edge signer at `refunds`
 * @property {Person[]} [people] who can ask it, where the login is made up
 */

/** @type {Config} */
let config = {};

/** Once, before the app is drawn. Offline there is no server, so nothing of it either. */
export async function readConfig() {
  const response = await fetch("config.json").catch(() => undefined);
  config = response?.ok ? await response.json() : {};
}

/** @returns {Config} */
export function hostConfig() {
  return config;
}
