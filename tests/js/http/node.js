// The suite over HTTP, from Node.

import { api } from "../runners/api.js";
import { report } from "../runners/report.js";
import { startControl } from "./control.js";
import { runHttpSuite } from "./suite.js";

const control = await startControl();
report(`over HTTP from Node ${process.version}`, await runHttpSuite(api, control.url));
await control.close();
