// The suite in Node, Deno and Bun, through `import`.

import { runSuite } from "../conformance/index.js";
import { readAnswers } from "./answers.js";
import { api } from "./api.js";
import { report, runtime } from "./report.js";

report(`${runtime()}, import`, await runSuite({ ...api, answers: readAnswers() }));
