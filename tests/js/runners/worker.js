// The suite as a Worker: `workerd test` calls `test`, and takes what it throws for a failure.

import material from "material";
import { runSuite } from "../conformance/index.js";
import { api } from "./api.js";

export default {
  async test() {
    console.log(`RESULT ${JSON.stringify(await runSuite({ ...api, ...material }))}`);
  },
};
