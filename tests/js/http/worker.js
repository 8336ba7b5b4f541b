// The suite over HTTP, from a Worker.

import { api } from "../runners/api.js";
import { runHttpSuite } from "./suite.js";

export default {
  async test(_controller, { CONTROL }) {
    console.log(`RESULT ${JSON.stringify(await runHttpSuite(api, CONTROL))}`);
  },
};
