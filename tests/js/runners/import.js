// The suite in Node, Deno and Bun, through `import`.

import { runSuite } from "../conformance/index.js";
import { api } from "./api.js";
import { readMaterial } from "./material.js";
import { report, runtime } from "./report.js";

report(`${runtime()}, import`, await runSuite({ ...api, ...readMaterial() }));
