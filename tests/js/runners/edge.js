// The suite as a program of an edge runtime, which calls it.

import material from "material";
import { runSuite } from "../conformance/index.js";
import { api } from "./api.js";

globalThis.runSuite = () => runSuite({ ...api, ...material });
