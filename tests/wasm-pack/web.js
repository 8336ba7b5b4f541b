// The output of `--target web` on a page, without a bundler: the page awaits it once.

import init, * as signer from "/web/refund_signer_js.js";
import { refund } from "./refund.js";

globalThis.result = init().then(() => refund(signer));
