// What the face shares with the other entries of the package; xtask makes it the one file lib/base.js.

export { fromBase64, toBase64, toHex } from "./encoding.js";
export { RefundError, refuse } from "./error.js";
export { frozen } from "./frozen.js";
export * from "./raw.js";
export { unread } from "./unread.js";
