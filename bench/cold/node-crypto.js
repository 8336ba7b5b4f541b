// The same request by hand.
import { firstRequest } from "./clock.js";

await firstRequest(async () => {
  const { default: requests } = await import("../requests.json", { with: { type: "json" } });
  const { nodeCrypto } = await import("../contestants/node-crypto.js");
  const given = { ...requests, answer: { headers: new Headers() }, webhook: { headers: new Headers() } };
  return nodeCrypto(given).doku().headers.Signature;
});
