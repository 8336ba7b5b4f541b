//! What the benchmarks need built. What they do is in `bench/`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::host::{node, root, run, scratch, step, target};
use crate::setup::{self, WASM};

/// The benchmarks: all of them, or the one that is named.
pub fn bench(names: &[String]) -> Result<()> {
    match names.first().map(String::as_str) {
        Some("boundary") => boundary(),
        other => bail!("there is no benchmark {other:?}"),
    }
}

/// Measures the ways through the boundary between JavaScript and wasm, and writes docs/benchmarks/boundary.md.
fn boundary() -> Result<()> {
    setup::npm_packages()?;
    let folder = step("building bench/boundary", build_boundary)?;
    run(node().arg("--expose-gc").arg("bench/boundary/run.js").arg(folder))
}

fn build_boundary() -> Result<PathBuf> {
    let toolchain = setup::wasm_toolchain()?;
    let manifest = root().join("bench/boundary/Cargo.toml");
    run(toolchain
        .cargo()
        .env("CARGO_TARGET_DIR", target())
        .args(["build", "--quiet", "--release", "--locked", "--target", WASM, "--manifest-path"])
        .arg(manifest))?;
    let folder = scratch("boundary");
    fs::create_dir_all(&folder)?;
    Bindgen::new()
        .input_path(target().join(WASM).join("release/boundary.wasm"))
        .out_name("boundary")
        .web(true)?
        .typescript(false)
        .generate(&folder)?;
    // Node takes the glue for an ES module by its package.json.
    fs::write(folder.join("package.json"), "{ \"type\": \"module\" }\n")?;
    Ok(folder)
}
