// The console: static files for any host, in www/dist.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createSandbox } from "refund-signer/sandbox";
import { defineConfig } from "vite";
import { HEADERS, POLICY } from "./policy.js";

/** The frame of the page, the parts that screens are made of, and what plans and signs. */
const SHELL = [
  /[/]www[/]src[/](?!main|faults)[^/]+$/,
  /[/]www[/]src[/]ui[/](?!tabs|verdict)/,
  /[/]www[/]src[/]refund[/](attempt|prefill)[.]/,
  /[/]preact[/]/,
  /[/]pkg[/]lib[/](?!fetch|webcrypto|lifecycle)/,
];

const { credentials, payments } = createSandbox();

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  // Relative, so that it works in any folder of any host.
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  // What the sandbox begins with: forms are filled in with it, and the sandbox itself is loaded when something is sent.
  define: { "import.meta.env.SANDBOX": JSON.stringify({ credentials, payments }) },
  plugins: [strictPolicy(), offline()],
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    // A data: URL would need another source in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: "manifest.json",
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // What every screen needs is one file; what it needs besides is in one or two more.
        codeSplitting: { groups: [{ name: "shell", test: (id) => SHELL.some((pattern) => pattern.test(id)) }] },
      },
    },
  },
});

/** The policy in the page, and in the file that hosts of static files read their headers from. @returns {import("vite").Plugin} */
function strictPolicy() {
  const lines = Object.entries(HEADERS).map(([name, value]) => `  ${name}: ${value}\n`);
  return {
    name: "strict policy",
    // While developing, Vite needs scripts and styles in the page itself.
    apply: "build",
    transformIndexHtml: () => [
      { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content: POLICY }, injectTo: "head-prepend" },
    ],
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "_headers", source: `/*\n${lines.join("")}` });
    },
  };
}

/** The service worker, with the names of all files of this build. @returns {import("vite").Plugin} */
function offline() {
  return {
    name: "offline",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const names = Object.keys(bundle).filter((name) => name.startsWith("assets/"));
        const files = ["./", "icon.svg", ...names.sort()];
        // Names of assets hold a hash of their content; the page is made of nothing else.
        const build = createHash("sha256")
          .update(files.join())
          .update(readFileSync(new URL("index.html", import.meta.url)));
        const text = readFileSync(new URL("sw.js", import.meta.url), "utf8");
        const source = text
          .replace('"BUILD"', JSON.stringify(build.digest("hex").slice(0, 16)))
          .replace('["FILES"]', JSON.stringify(files));
        this.emitFile({ type: "asset", fileName: "sw.js", source });
      },
    },
  };
}
