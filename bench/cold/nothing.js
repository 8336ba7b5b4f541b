// An import of nothing: what any import costs.
import { firstRequest } from "./clock.js";

await firstRequest(async () => (await import("data:text/javascript,export default 1")).default);
