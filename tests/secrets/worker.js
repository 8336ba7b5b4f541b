// The memory of the module, in workerd.

import "../../scripts/lib/instances.js";
import * as signer from "refund-signer";
import { memory } from "../../scripts/lib/instances.js";
import { cases } from "./cases.js";

const corrupt = () => new Uint8Array(memory().buffer).fill(0xff);

export default {
  async test() {
    const failures = [];
    const all = cases({ signer, memory, corrupt });
    for (const [name, run] of all) {
      try {
        await run();
      } catch (error) {
        failures.push(`${name}\n    ${error?.stack ?? error}`);
      }
    }
    console.log(`RESULT ${JSON.stringify({ passed: all.length - failures.length, failures })}`);
  },
};
