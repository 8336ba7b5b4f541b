// A sandbox of its own for each case, so that no case depends on another.

import { PROVIDERS, refundInput } from "../../../scripts/lib/refunds.js";

export { PROVIDERS };

/** A sandbox, and for each provider the input of a good refund, a client and its settings. */
export function world({ signer, createSandbox }) {
  const sandbox = createSandbox();
  const settings = (name) => sandbox.credentials[name];
  return {
    sandbox,
    settings,
    input: (name) => refundInput(name, sandbox),
    client: (name) => new signer[name].Client(settings(name)),
  };
}
