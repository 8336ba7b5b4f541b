//! The console: static files, which Vite makes of `www/` and of the built package.

use anyhow::Result;

use crate::host::{node, npm_tool, run, run_quietly, step};
use crate::setup;

/// Builds the console into `www/dist`.
pub fn build() -> Result<()> {
    let mut vite = npm_tool("vite/bin/vite.js");
    vite.args(["build", "--config", "www/vite.config.js", "--logLevel", "warn"]);
    step("building the console (vite)", || run_quietly(&mut vite).map(drop))
}

/// Every screen and flow in both browsers, and the size of what is loaded.
pub fn check() -> Result<()> {
    let mut tests = node();
    tests.arg("tests/console/run.js");
    tests.env("CHROMIUM", setup::CHROMIUM.path()?).env("FIREFOX", setup::FIREFOX.path()?);
    run(&mut tests)?;
    run(node().arg("www/report.js"))
}
