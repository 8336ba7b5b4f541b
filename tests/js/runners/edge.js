// The suite as a program of an edge runtime, which calls it.

import answers from "answers";
import { runSuite } from "../conformance/index.js";
import { api } from "./api.js";

globalThis.runSuite = () => runSuite({ ...api, answers });
