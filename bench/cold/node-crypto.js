// The same request by hand.
import { firstRequest } from "./clock.js";

await firstRequest(async (doku) => {
  const { nodeCrypto } = await import("../contestants/node-crypto.js");
  const none = { settings: {}, secrets: {} };
  return nodeCrypto({ refunds: { doku, craftgate: none, payermax: none, razorpay: none } }).doku().headers.Signature;
});
