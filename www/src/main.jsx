// The beginning: the module is compiled, the configuration read, the screen loaded, and then the app is there.

import { render } from "preact";
import { App, loadScreen } from "./app.jsx";
import { readConfig } from "./config.js";
import { startOffline } from "./offline.js";
import { currentScreen } from "./route.js";
import { ready } from "./signer.js";
import { startTheme } from "./theme.js";

startTheme();
await Promise.all([ready(), readConfig(), loadScreen(currentScreen())]);
render(<App />, /** @type {HTMLElement} */ (document.getElementById("app")));
startOffline();
