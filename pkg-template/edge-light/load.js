// For Vercel's edge runtime: like Workers, but its bundlers want to be told that a module is meant.

import { init } from "../lib/face.js";
import module from "../refund_signer.wasm?module";

init(module);
