//! The crate in `js/` with the tools that others use on it: wasm-bindgen's test runner, and wasm-pack.

use anyhow::Result;

use crate::host::{self, program, run, run_quietly, scratch};
use crate::setup::{self, WASM};
use crate::test::node_test;

/// That of `Cargo.lock`: the tools refuse modules of another version.
const WASM_BINDGEN: &str = "0.2.129";
const WASM_PACK: &str = "0.15.1";

/// Runs `js/tests` in Node, and then in Chromium.
pub fn test_surface() -> Result<()> {
    let runner = setup::cargo_tool("wasm-bindgen-cli", WASM_BINDGEN)?.join("wasm-bindgen-test-runner");
    let driver = setup::CHROMEDRIVER.path()?;
    setup::CHROMIUM.path()?;
    let toolchain = setup::wasm_toolchain()?;
    let cargo = || {
        let mut cargo = toolchain.cargo();
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", &runner);
        cargo.args(["test", "--package=refund-signer-js", "--test=*", "--target", WASM]);
        cargo
    };
    run(&mut cargo())?;
    run(cargo().env("WASM_BINDGEN_USE_BROWSER", "1").env("CHROMEDRIVER", driver))
}

/// Builds for both kinds of pages, and tries what came out.
pub fn test_wasm_pack() -> Result<()> {
    let toolchain = setup::wasm_toolchain()?;
    setup::cargo_tool("wasm-bindgen-cli", WASM_BINDGEN)?;
    let wasm_pack = setup::cargo_tool("wasm-pack", WASM_PACK)?.join("wasm-pack");
    for target in ["web", "bundler"] {
        // Without wasm-opt, which it would fetch from GitHub.
        let build = ["build", "js", "--mode=no-install", "--no-opt", "--target", target, "--out-dir"];
        let mut wasm_pack = program(&wasm_pack);
        toolchain.give_to(&mut wasm_pack)?;
        wasm_pack.env("CARGO_TARGET_DIR", host::target());
        run_quietly(wasm_pack.args(build).arg(scratch("wasm-pack").join(target)))?;
    }
    run(node_test("tests/wasm-pack", "spec")?
        .env("SCRATCH", scratch("wasm-pack"))
        .env("CHROMIUM", setup::CHROMIUM.path()?))
}
