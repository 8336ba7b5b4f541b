// The app as a Worker.

import { refund } from "./refund.js";

export default {
  async test() {
    console.log(`RESULT ${await refund()}`);
  },
};
