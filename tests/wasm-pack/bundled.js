// The output of `--target bundler`, for a bundler that knows .wasm files as modules.

import * as signer from "bundler/refund_signer_js.js";
import { refund } from "./refund.js";

globalThis.result = Promise.resolve(refund(signer));
