//! What the benchmarks need built or found; what they do with it is in `bench/`.

use std::env;
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::build;
use crate::host::{self, cargo, node, root, run, run_quietly, scratch, step, target};
use crate::setup::{self, WASM, WasmToolchain};

/// What is measured without JavaScript.
const CORE: &str = "--package=refund-signer-bench";

/// The benchmarks: all of them without a name, or parts of `bench/run.js`, or one of those that stand alone.
pub fn bench(names: &[String]) -> Result<()> {
    match names {
        [name] if name == "boundary" => boundary(),
        [name] if name == "check" => build::build().and_then(|()| check()),
        parts => measure(parts),
    }
}

/// Everything, or the parts that are named, written to docs/benchmarks.
fn measure(parts: &[String]) -> Result<()> {
    const CRITERION: &str = "criterion";
    build::build()?;
    let criterion = target().join(CRITERION);
    let needed = parts.is_empty() || parts.iter().any(|part| part == CRITERION);
    step("the native core by criterion (docs/benchmarks has its medians)", || {
        if !needed {
            return Ok(());
        }
        host::remove(&criterion)?;
        let mut bench = cargo();
        // As in the profile `native`: criterion takes that of `bench`, which inherits from `release`.
        bench.env("CARGO_PROFILE_BENCH_OPT_LEVEL", "3");
        run_quietly(bench.args(["bench", "--quiet", CORE, "--bench=core"]))?;
        Ok(())
    })?;
    let mut script = with_programs("bench/run.js")?;
    script.env("NAMED_WASM", step("building the module with its names", named_module)?);
    script.env("CRITERION", criterion).env("ALLOCATIONS", native("allocations", "")?);
    script.env("DENO", setup::npm_binary("@deno", "deno")?.get_program());
    script.env("BUN", setup::npm_binary("@oven", "bin/bun")?.get_program());
    run(script.env("CHROMIUM", setup::CHROMIUM.path()?).args(parts))
}

/// Sizes, instruction counts and ratios against their bounds. `pkg/` is there already.
pub fn check() -> Result<()> {
    if env::var_os("UPDATE").is_some() {
        eprintln!("- the bounds in bench/bounds.json are written anew");
    }
    // Its lines are part of the error, so that the summary of a whole run shows them.
    let output = run_quietly(&mut with_programs("bench/check.js")?)?;
    print!("{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}

/// A script of `bench/` with the programs that it measures.
fn with_programs(script: &str) -> Result<Command> {
    fs::create_dir_all(scratch("bench"))?;
    let toolchain = setup::wasm_toolchain()?;
    let mut command = node();
    command
        .args(["--no-warnings", "--expose-gc", script])
        .env("NATIVE", step("building the native core", || native("contestant", ""))?)
        .env("NATIVE_SOFT", step("building it with portable SHA", || native("contestant", PORTABLE_SHA))?)
        .env("CORE_WASM", step("building the core as bare wasm", || core_module(&toolchain))?)
        .env("VALGRIND", setup::VALGRIND.path()?)
        .env("SCRATCH", scratch("bench"));
    Ok(command)
}

/// sha2 without the CPU's own instructions: the same algorithm as in wasm.
const PORTABLE_SHA: &str = "--cfg sha2_backend=\"soft\"";

fn native(program: &str, flags: &str) -> Result<PathBuf> {
    // A folder of its own for other flags, or cargo would build everything again each time.
    let folder = if flags.is_empty() { target() } else { target().join("portable-sha") };
    let build = ["build", "--quiet", "--profile=native", CORE, "--bin", program];
    run(cargo().env("RUSTFLAGS", flags).env("CARGO_TARGET_DIR", &folder).args(build))?;
    Ok(folder.join("native").join(format!("{program}{EXE_SUFFIX}")))
}

fn core_module(toolchain: &WasmToolchain) -> Result<PathBuf> {
    run(build::module_build(toolchain, root(), &target(), CORE)?.args(["--quiet", "--lib"]))?;
    let wasm = scratch("bench").join("core.wasm");
    optimize_once(&build::compiled_in(&target(), "refund_signer_bench"), &wasm, &[])?;
    Ok(wasm)
}

/// The module of the package as it is, but with the names of its functions.
fn named_module() -> Result<PathBuf> {
    let mut output = build::bindgen(&build::compiled())?
        .generate_output()
        .context("it is made from what `cargo xtask build` leaves")?;
    let (named, optimized) = (scratch("bench").join("named.wasm"), scratch("bench").join("named-optimized.wasm"));
    host::write(&named, output.wasm_mut().emit_wasm())?;
    optimize_once(&named, &optimized, &["-g"])?;
    Ok(optimized)
}

/// wasm-opt, unless it is done already: it takes a while.
fn optimize_once(from: &Path, to: &Path, options: &[&str]) -> Result<()> {
    let (stamp, state) = (to.with_extension("stamp"), host::fingerprint(&[from.to_owned()])?);
    if !(to.exists() && host::stamped(&stamp, &state)) {
        build::optimize(from, to, options)?;
    }
    host::write(&stamp, state)
}

/// Measures the ways through the boundary between JavaScript and wasm, and writes docs/benchmarks/boundary.md.
fn boundary() -> Result<()> {
    setup::npm_packages()?;
    let folder = step("building bench/boundary", build_boundary)?;
    run(node().arg("bench/boundary/run.js").arg(folder))
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
