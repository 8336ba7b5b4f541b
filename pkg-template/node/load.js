// For Node, Deno, Bun and bundlers for them: the module comes as text, so that it is ready on import, from whatever
// folder a bundle runs in. It is base64, which these runtimes decode in a tenth of the time that `inline/load.js` takes.

import { base64 } from "../lib/base64.js";
import { init } from "../lib/face.js";

// Deno has no global Buffer everywhere, and what replaces it.
init(Uint8Array.fromBase64 ? Uint8Array.fromBase64(base64) : globalThis.Buffer.from(base64, "base64"));
