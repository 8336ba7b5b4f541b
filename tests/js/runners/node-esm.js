// The suite in Node, through `import`.

import { runSuite } from "../conformance/index.js";
import { readAnswers } from "./answers.js";
import { api } from "./api.js";
import { report } from "./report.js";

report(`Node ${process.version}, import`, await runSuite({ ...api, answers: readAnswers() }));
