// A Worker with an empty module.

import requests from "../requests.json" with { type: "json" };
import module from "./empty/empty.wasm";

const { exports } = new WebAssembly.Instance(module);

export default {
  fetch: () => Response.json({ pages: exports.memory.buffer.byteLength, ...requests.refunds.doku.input }),
};
