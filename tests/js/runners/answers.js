// The files of tests/answers, for runtimes that cannot read files.

import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../../answers/", import.meta.url);

/** Every case: `{ provider, name, text, client }`, with the text of the file and that of its client's settings. */
export function readAnswers() {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name: provider }) => {
    const read = (file) => readFileSync(new URL(`${provider}/${file}`, FOLDER), "utf8");
    const cases = readdirSync(new URL(`${provider}/`, FOLDER)).filter((file) => !file.startsWith("_"));
    return cases.sort().map((name) => {
      const text = read(name);
      return { provider, name, text, client: read(JSON.parse(text).client ?? "_client.json") };
    });
  });
}
