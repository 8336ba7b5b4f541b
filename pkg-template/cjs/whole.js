// What `require` loads: all entries that need the module, which must not be there twice.

export * from "../inline/index.js";
export * as refunds from "../lib/refunds.js";
