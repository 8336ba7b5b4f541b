// webpack, as a promise.

import assert from "node:assert/strict";
import webpack from "webpack";

/** Builds for production. */
export async function webpacked(configuration) {
  const compiler = webpack({ mode: "production", ...configuration });
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, result) => (error ? reject(error) : resolve(result)));
  });
  await new Promise((resolve) => compiler.close(resolve));
  assert.equal(stats.toString({ all: false, errors: true }), "");
}
