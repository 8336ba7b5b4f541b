// `npm run screenshots`: every screen, light and dark, on a desktop and on a phone, into docs/images. The console must be
// built. Nothing in them depends on the day: the clock of the page always begins at the same time.

import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launch, startConsole } from "../tests/console/browser.js";
import { withPalette } from "./png.js";
import { stages } from "./stages.js";

const FOLDER = fileURLToPath(new URL("../docs/images/", import.meta.url));
const NOW = new Date("2026-11-22T09:30:00Z");
const LARGEST_BYTES = 150_000;
const VIEWPORTS = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };
/** @type {readonly ("light" | "dark")[]} */
const THEMES = ["light", "dark"];

mkdirSync(FOLDER, { recursive: true });
const chosen = process.argv.slice(2);
const browser = await launch("chromium");
for (const [name, prepare] of Object.entries(stages)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  for (const colorScheme of THEMES) {
    for (const [device, viewport] of Object.entries(VIEWPORTS))
      await shoot({ name, prepare, colorScheme, device, viewport });
  }
}
await browser.close();

/** @param {{ name: string, prepare: (page: any) => Promise<void>, colorScheme: "light" | "dark", device: string, viewport: { width: number, height: number } }} picture */
async function shoot({ name, prepare, colorScheme, device, viewport }) {
  const site = await startConsole({ sandbox: "page" });
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce", serviceWorkers: "block" });
  const page = await context.newPage();
  await page.clock.install({ time: NOW });
  await page.goto(`${site.url}/#/${name}`);
  await page.locator(`[data-screen=${name}] h1`).waitFor();
  await prepare(page);
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  await page.mouse.move(0, 0);
  const file = `${FOLDER}${name}-${colorScheme}-${device}.png`;
  writeFileSync(file, withPalette(await page.screenshot()));
  await context.close();
  site.close();
  const { size } = statSync(file);
  console.log(`${file.slice(FOLDER.length)} ${(size / 1000).toFixed(0)} kB`);
  if (size > LARGEST_BYTES) throw new Error(`${file} is larger than ${LARGEST_BYTES} bytes.`);
}
