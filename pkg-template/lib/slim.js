export { init } from "./face.js";
export * from "./index.js";
