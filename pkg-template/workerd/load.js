// For Cloudflare Workers: the runtime gives the module, and forbids compiling bytes while a request is served.

import { init } from "../lib/face.js";
import module from "../refund_signer.wasm";

init(module);
