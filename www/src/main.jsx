// The beginning: the module is compiled, the configuration read, and then the app is there.

import { render } from "preact";
import { App } from "./app.jsx";
import { readConfig } from "./config.js";
import { startOffline } from "./offline.js";
import { openSandbox } from "./sandbox.js";
import { ready } from "./signer.js";
import { startTheme } from "./theme.js";

startTheme();
await Promise.all([ready(), readConfig().then(openSandbox)]);
render(<App />, /** @type {HTMLElement} */ (document.getElementById("app")));
startOffline();
