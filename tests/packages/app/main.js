// The app as a program or a page. Those who run it wait for `result`.

import { refund } from "./refund.js";

globalThis.result = refund().catch((error) => `failed: ${error?.stack ?? error}`);
globalThis.result.then((line) => console.log(line));
