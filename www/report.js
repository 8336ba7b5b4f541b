// How much the console loads when it is opened, on each screen and each kind of host. Fails above the bound. That a
// browser loads these files and no others is what tests/console/loading.test.js shows.

import { allFiles, filesOf, kilobytes, sandboxFiles } from "./sizes.js";
import { SCREENS } from "./src/route.js";

/** Of the console's JavaScript and styles, in kilobytes of 1000 bytes. The module has its bound among the package's sizes. */
const BOUND_KB = 56;

/** The first request to a sandbox in the page loads the sandbox; nobody else ever does. */
const HOSTS = {
  "npm start": { hasSandboxInPage: false },
  "npm start, with an edge signer": { hasSandboxInPage: false },
  "static files": { hasSandboxInPage: true },
  "a Worker with the edge signer": { hasSandboxInPage: true },
};

const opened = SCREENS.map(({ name, title }) => ({ title, size: kilobytes(filesOf(name)) }));
const wasm = kilobytes([...allFiles()].filter((file) => file.endsWith(".wasm")));
const most = Math.max(...opened.map(({ size }) => size)) - wasm;

print(
  "JavaScript and wasm, kB gzip",
  SCREENS.map(({ name }) => name),
);
for (const [host, { hasSandboxInPage }] of Object.entries(HOSTS)) {
  print(
    `opened on ${host}`,
    opened.map(({ size }) => size.toFixed(1)),
  );
  if (hasSandboxInPage) print("  when it first sends to the sandbox", [`+${kilobytes(sandboxFiles()).toFixed(1)}`]);
}
print("of that the wasm", [wasm.toFixed(1)]);
print("all files, kept for offline in the background", [kilobytes(allFiles()).toFixed(1)]);

if (most > BOUND_KB) {
  console.error(`A screen loads ${most.toFixed(1)} kB besides the wasm, and ${BOUND_KB} is the bound.`);
  process.exitCode = 1;
}

/** @param {string} name @param {readonly string[]} cells */
function print(name, cells) {
  console.log(`${name.padEnd(46)}${cells.map((cell) => cell.padStart(9)).join("")}`);
}
