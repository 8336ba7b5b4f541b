// For browsers, bundlers and `require`: the module comes as text, so that it is ready on import and no runtime or
// bundler needs to know what a .wasm file is.

import { decode } from "../lib/decode.js";
import { init } from "../lib/face.js";
import { order, text } from "../lib/text.js";

init(decode(text, order));
