export { init } from "./face.js";
export * from "./index.js";
export * as lifecycle from "./lifecycle.js";
