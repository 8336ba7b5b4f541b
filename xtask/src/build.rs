//! From the Rust core to the npm package: cargo, wasm-bindgen, wasm-opt, and then the package around it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::host::{self, npm_tool, program, root, run, run_quietly, scratch, step, target};
use crate::package;
use crate::setup::{self, WASM, WasmToolchain};
use crate::supply;

const SURFACE: &str = "--package=refund-signer-js";

/// What wasm-opt does: -O3 would be five percent faster, and half a percent larger, which the console has no room for.
const OPTIMIZE: &str = "-Oz";

/// What wasm-bindgen and wasm-opt made: the module and the JavaScript that talks to it.
pub struct Module {
    /// The `.wasm` file.
    pub wasm: PathBuf,
    /// The text of the glue.
    pub glue: String,
}

/// Builds the npm package into `pkg/`, or sees that it is up to date.
pub fn build() -> Result<()> {
    // Two builds at the same time would write the same files.
    fs::create_dir_all(target())?;
    let lock = File::create(target().join("xtask.lock"))?;
    lock.lock().context("waiting for another build")?;

    let toolchain = setup::wasm_toolchain()?;
    setup::npm_packages()?;
    let compiled = step("compiling the core to wasm (cargo)", || compile(&toolchain, root(), &target()))?;

    let stamp = scratch("pkg.stamp");
    let state = inputs(&compiled)?;
    if package::folder().join("package.json").exists() && host::stamped(&stamp, &state) {
        eprintln!("- pkg/ is up to date");
    } else {
        let module = step("generating the JavaScript glue (wasm-bindgen)", || bind(&compiled, &scratch("bindgen")))?;
        step("optimizing the module (wasm-opt)", || optimize(&module.wasm, &module.wasm, &[]))?;
        step("assembling pkg/", || package::assemble(&module))?;
        host::write(&stamp, state)?;
    }
    let rustc = host::answer(toolchain.rustc().arg("--version"))?;
    eprintln!(
        "- pkg/refund_signer.wasm, by {rustc}: SHA-256 {}",
        supply::sha256(&package::folder().join("refund_signer.wasm"))?
    );
    package::link_as_installed()
}

/// The module as the compiler left it, with the names of its functions.
pub fn compiled() -> PathBuf {
    compiled_in(&target(), "refund_signer_js")
}

/// Where `module_build` leaves a module.
pub fn compiled_in(target: &Path, name: &str) -> PathBuf {
    target.join("module").join(WASM).join("release").join(format!("{name}.wasm"))
}

/// What cargo compiles into the module: its own messages, in JSON, one per line.
pub fn linked_crates() -> Result<String> {
    let mut cargo = module_build(&setup::wasm_toolchain()?, root(), &target(), SURFACE)?;
    host::answer(cargo.arg("--message-format=json"))
}

/// cargo that compiles a package of the sources into a module, with all options that make it small and fast.
pub fn module_build(toolchain: &WasmToolchain, source: &Path, target: &Path, package: &str) -> Result<Command> {
    let (mut cargo, options) = toolchain.module_cargo(source)?;
    cargo.env("CARGO_TARGET_DIR", target.join("module"));
    cargo.args(["build", "--locked", "--release", package, "--target", WASM]).args(options);
    Ok(cargo)
}

/// Everything the package is made from, as one text that changes with it. The tables of the core, which types are
/// generated from, are in the module, too.
fn inputs(compiled: &Path) -> Result<String> {
    let parts = ["pkg-template", "xtask/src", "LICENSE-MIT", "LICENSE-APACHE", "package-lock.json", "Cargo.lock"];
    let parts = parts.into_iter().chain(["scripts/notices.js", "scripts/lib/crates.js"]);
    let parts = parts.map(|part| root().join(part));
    host::fingerprint(&parts.chain([compiled.to_owned()]).collect::<Vec<_>>())
}

/// Builds the module once more, from a copy in another folder, with nothing left of the first time, and sees that
/// it is the same.
pub fn check_that_it_is_reproducible() -> Result<()> {
    let again = scratch("again");
    host::remove(&again)?;
    let (copy, target) = (again.join("a folder elsewhere"), again.join("target"));
    copy_repository(&copy)?;
    let module = bind(&compile(&setup::wasm_toolchain()?, &copy, &target)?, &again.join("bindgen"))?;
    optimize(&module.wasm, &module.wasm, &[])?;
    let (first, second) = (fs::read(package::folder().join("refund_signer.wasm"))?, fs::read(module.wasm)?);
    ensure!(first == second, "a second build, in {}, gave another module", again.display());
    Ok(())
}

/// All files that git has, or would take.
fn copy_repository(to: &Path) -> Result<()> {
    let files = host::answer(program("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]))?;
    for file in files.lines().filter(|file| root().join(file).is_file()) {
        host::write(to.join(file), fs::read(root().join(file))?)?;
    }
    Ok(())
}

fn compile(toolchain: &WasmToolchain, source: &Path, target: &Path) -> Result<PathBuf> {
    run(module_build(toolchain, source, target, SURFACE)?.arg("--quiet"))?;
    Ok(compiled_in(target, "refund_signer_js"))
}

/// wasm-bindgen as the package needs it. Names of functions stay in the module.
pub fn bindgen(compiled: &Path) -> Result<Bindgen> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .out_name("glue")
        .web(true)?
        // The entries of the package bring the module. With a default path in the glue, bundlers would too.
        .omit_default_module_path(true)
        // For the loader: an instance that trapped is replaced by a new one.
        .reset_state_function(true)
        .remove_producers_section(true)
        .typescript(false);
    Ok(bindgen)
}

fn bind(compiled: &Path, folder: &Path) -> Result<Module> {
    host::remove(folder)?;
    let mut output = bindgen(compiled)?.remove_name_section(true).generate_output()?;
    ensure!(output.npm_dependencies().is_empty(), "the package must not depend on other packages");
    let has_snippets = output.snippets().values().any(|snippets| !snippets.is_empty());
    ensure!(!has_snippets && output.local_modules().is_empty(), "the glue must be one file");
    let glue = accept_modules_of_other_realms(output.js())?;
    let wasm = folder.join("refund_signer.wasm");
    host::write(&wasm, output.wasm_mut().emit_wasm())?;
    Ok(Module { wasm, glue })
}

/// An edge host hands us a `WebAssembly.Module` that it made outside of our realm. `instanceof` is false for
/// it, and the glue would take it for bytes.
fn accept_modules_of_other_realms(glue: &str) -> Result<String> {
    let test = "if (!(module instanceof WebAssembly.Module)) {";
    let found = glue.matches(test).count();
    ensure!(found == 1, "expected one `{test}` in the glue of wasm-bindgen, found {found}");
    Ok(glue.replace(test, "if (Object.prototype.toString.call(module) !== '[object WebAssembly.Module]') {"))
}

/// wasm-opt, with more options than the package's own where names are to stay.
pub fn optimize(from: &Path, to: &Path, options: &[&str]) -> Result<()> {
    run_quietly(npm_tool("binaryen/bin/wasm-opt").arg(OPTIMIZE).args(options).arg(from).arg("-o").arg(to))?;
    Ok(())
}
