// A sandbox of its own for each case, so that no case depends on another.

import { clientSettings, PROVIDERS, refundInput } from "../../../scripts/lib/refunds.js";

export { PROVIDERS };

/** A sandbox, and for each provider the input of a good refund, a client and its settings. */
export function world({ signer, createSandbox }) {
  const sandbox = createSandbox();
  const settings = (name) => clientSettings(signer, name, sandbox);
  return {
    sandbox,
    settings,
    input: (name) => refundInput(name, sandbox),
    client: (name) => new signer[name].Client(settings(name)),
  };
}
