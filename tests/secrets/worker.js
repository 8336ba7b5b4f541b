// The memory of the module, in workerd.

import * as signer from "refund-signer";
import * as glue from "../../pkg/lib/glue.js";
import { cases } from "./cases.js";

const memory = () => glue.linearMemory();
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
