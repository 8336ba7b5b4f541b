// Loaded before a program of the console: `fetch` then reaches the sandbox under the names of the providers' own hosts.

import { createSandbox } from "refund-signer/sandbox";

globalThis.fetch = createSandbox().fetch;
