// From import to the first signed request: this package.
import { firstRequest } from "./clock.js";

await firstRequest(async ({ settings, secrets, input }) => {
  const { Client, createRefund } = await import("refund-signer/doku");
  return new Client({ ...settings, ...secrets }).sign(createRefund(input)).headers.Signature;
});
