export { init } from "./core.js";
export * from "./index.js";
