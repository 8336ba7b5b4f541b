// The page about the comparison. `node tests/wire/page.js --write` writes it.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compareAll } from "./compare.js";
import { DIFFERENCES } from "./differences.js";

export const FILE = new URL("../../docs/wire-comparison.md", import.meta.url);

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
const row = (...cells) => `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
const table = (head, rows) => [row(...head), `|${"---|".repeat(head.length)}`, ...rows].join("\n");

/** How many inputs every operation has, and what became of them. */
function counts(compared, name) {
  const operations = new Map();
  for (const { group, results } of compared.filter(({ provider }) => provider.name === name)) {
    operations.set(group.operation, [...(operations.get(group.operation) ?? []), ...results]);
  }
  const inEvery = DIFFERENCES.filter(({ provider, every }) => provider === name && every);
  const headers = new Set(inEvery.flatMap(({ every }) => Object.keys(every)));
  return Array.from(operations, ([operation, results]) => {
    const count = (test) => results.filter(test).length;
    const equal = ({ differences }) => differences.every(({ what }) => headers.has(what));
    return row(
      `\`${operation}\``,
      results.length,
      count((result) => result.sent === "both" && equal(result)),
      count((result) => result.sent === "both" && !equal(result)),
      count((result) => result.sent === "SDK"),
      count((result) => result.sent === "neither"),
    );
  });
}

function where({ groups, every, inputs }) {
  const operations = groups ? `${groups.map((name) => `\`${name}\``).join(", ")}: ` : "";
  return operations + (every ? "every request" : Object.keys(inputs).join("; "));
}

function section(compared, provider) {
  const { version } = read(`../../node_modules/${provider.sdkName}/package.json`);
  const listed = DIFFERENCES.filter((difference) => difference.provider === provider.name);
  return `## ${provider.title}: \`${provider.sdkName}\` ${version}

${table(
  ["operation", "inputs", "equal", "listed difference", "sent by the SDK alone", "sent by neither"],
  counts(compared, provider.name),
)}
${missingIn(provider)}
${table(
  ["where", "the SDK sends", "refund-signer sends", "why", "source"],
  listed.map((difference) =>
    row(where(difference), difference.sdk, difference.ours, difference.why, difference.source),
  ),
)}
`;
}

/** What the SDK cannot do. */
function missingIn({ missing = {} }) {
  const names = Object.keys(missing).map((name) => `\`${name}\``);
  return names.length === 0 ? "" : `\nNot compared: ${names.join(", ")}, which this SDK has no function for.\n`;
}

/** The page, from what was compared. */
export function page(compared) {
  const providers = [...new Set(compared.map(({ provider }) => provider))];
  return `<!-- Written by \`node tests/wire/page.js --write\`; tests/wire checks it. -->
# The requests of the official SDKs and ours

The official SDKs and refund-signer are called with the same inputs and send to the same server on this machine, which keeps the bytes. Compared are method, path, query, every header with the authentication or signature, and body, byte for byte. Not compared are the order of the headers and the case of their names.

- **equal**: but for the headers that differ in every request, which are listed too.
- **sent by the SDK alone**: refund-signer refuses the input before anything is sent.
- Craftgate's SDK makes its random key itself. Here its own generator makes longer ones, and refund-signer signs with the same key, so the signatures are equal too. Both are also computed again from the bytes that arrived.

${providers.map((provider) => section(compared, provider)).join("\n")}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv.includes("--write")) {
  writeFileSync(FILE, page(await compareAll()));
}
