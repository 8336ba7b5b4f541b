//! The supply chain: what is built in, under which licenses, and the files of a release.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use sha2::{Digest, Sha256};

use crate::host::{self, cargo, node, program, run, run_quietly, scratch, step};
use crate::test::node_test;
use crate::{build, package, setup};

const CARGO_DENY: &str = "0.20.2";

/// `required` where no advisories at all is a failure: when a release is made.
const ADVISORIES: &str = "ADVISORIES";

/// Checks `Cargo.lock` and `package-lock.json`, the bills of materials, and the workflows.
pub fn check() -> Result<()> {
    check_crates()?;
    let folder = scratch("supply-chain");
    host::remove(&folder)?;
    write_bills(&folder)?;
    let linked = folder.join("linked.jsonl");
    host::write(&linked, build::linked_crates()?)?;
    run(node_test("tests/supply-chain", "spec")?
        .env("BILLS", &folder)
        .env("LINKED", linked)
        .env("COMPILED", build::compiled()))
}

/// Licenses, sources and bans of everything, and of what is shipped that nothing is there twice.
fn check_crates() -> Result<()> {
    run(deny()?.args(["--workspace", "check", "--allow=duplicate", "licenses", "bans", "sources"]))?;
    run(deny()?.args(["--manifest-path=js/Cargo.toml", "--exclude-dev", "--target", setup::WASM, "check", "bans"]))?;
    if let Err(error) = run_quietly(deny()?.args(["fetch", "db"])) {
        if env::var_os(ADVISORIES).is_some_and(|value| value == "required") {
            return Err(error.context("the database of advisories cannot be had"));
        }
        println!("NOT CHECKED: known holes in crates. RustSec's database (on GitHub) cannot be reached from here.");
        return Ok(());
    }
    run(deny()?.args(["--workspace", "check", "--disable-fetch", "advisories"]))
}

fn deny() -> Result<Command> {
    let mut deny = program(setup::cargo_tool("cargo-deny", CARGO_DENY)?.join("cargo-deny"));
    deny.args(["--locked", "--log-level=error"]);
    Ok(deny)
}

/// The bills of materials of the package and the crate.
fn write_bills(folder: &Path) -> Result<()> {
    let rustc = host::answer(setup::wasm_toolchain()?.rustc().arg("-vV"))?;
    run(node().args(["scripts/sbom.js"]).arg(folder).env("RUSTC_VERSION", rustc))
}

/// Everything that is published, in one folder, with its sums. What is there has been built twice.
pub fn release() -> Result<()> {
    build::build()?;
    step("building the module once more, elsewhere", build::check_that_it_is_reproducible)?;
    let folder = scratch("release");
    host::remove(&folder)?;
    fs::create_dir_all(&folder)?;
    run_quietly(setup::npm().arg("pack").arg(package::folder()).arg("--ignore-scripts").current_dir(&folder))?;
    fs::copy(packed_crate()?, folder.join(format!("refund-signer-{}.crate", env!("CARGO_PKG_VERSION"))))?;
    fs::copy(package::folder().join("refund_signer.wasm"), folder.join("refund_signer.wasm"))?;
    write_bills(&folder)?;
    let sums = sums(&folder)?;
    host::write(folder.join("SHA256SUMS"), &sums)?;
    println!("{sums}\nin {}", folder.display());
    Ok(())
}

fn packed_crate() -> Result<PathBuf> {
    run_quietly(cargo().args(["package", "--locked", "--package=refund-signer", "--no-verify", "--allow-dirty"]))?;
    let file = host::target().join("package").join(format!("refund-signer-{}.crate", env!("CARGO_PKG_VERSION")));
    ensure!(file.is_file(), "cargo package made no {}", file.display());
    Ok(file)
}

/// As `sha256sum` prints and checks them.
fn sums(folder: &Path) -> Result<String> {
    let line = |file: &PathBuf| Ok(format!("{}  {}\n", sha256(file)?, file.strip_prefix(folder)?.display()));
    host::files_below(folder)?.iter().map(line).collect()
}

/// The SHA-256 of a file, in hexadecimal.
pub fn sha256(file: &Path) -> Result<String> {
    let digest = Sha256::digest(fs::read(file)?);
    Ok(digest.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}")))
}
