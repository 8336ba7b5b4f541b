// The public face and the one place that knows the module; xtask makes them the one file lib/face.js: runtimes that
// import without a bundler wait for every file.

export { init } from "./core.js";
export { clientOf, describe, explainer, operation, queryFor, verifier, webhooksOf } from "./face.js";
export { compared, findRefund, followRecord, opened } from "./follow.js";
