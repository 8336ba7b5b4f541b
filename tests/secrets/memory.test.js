// The memory of the module, in Node.

import "../../scripts/lib/instances.js";
import { test } from "node:test";
import * as signer from "refund-signer";
import { memory } from "../../scripts/lib/instances.js";
import { cases } from "./cases.js";

// Lengths and pointers become nonsense: what runs next goes out of bounds.
const corrupt = () => new Uint8Array(memory().buffer).fill(0xff);

for (const [name, run] of cases({ signer, memory, corrupt })) test(name, run);
