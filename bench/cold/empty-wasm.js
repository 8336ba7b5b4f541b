// An empty module loaded as ours is: text in a JavaScript module, decoded, compiled, instantiated, called.
import { firstRequest } from "./clock.js";

await firstRequest(async () => (await import("./empty/load.js")).exports.memory);
