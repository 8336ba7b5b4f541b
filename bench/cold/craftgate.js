import { firstRequest } from "./clock.js";

await firstRequest(async () => (await import("@craftgate/craftgate")).default);
