// What the official SDK costs before it does anything.
import { firstRequest } from "./clock.js";

await firstRequest(async () => (await import("razorpay")).default);
