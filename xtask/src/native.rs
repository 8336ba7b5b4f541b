//! The Rust crate as its users get it: what would be published, and a native program that refunds over HTTP.

use std::env;
use std::env::consts::EXE_SUFFIX;

use anyhow::{Context, Result, ensure};
use refund_signer::Value;

use crate::host::{self, answer, cargo, root, run, run_quietly, target};
use crate::test::node_test;

/// The files of the crate, one per line.
const FILES: &str = "tests/native/crate-files.txt";

/// Checks the crate, and then runs its examples against the sandbox.
pub fn check() -> Result<()> {
    check_files()?;
    check_ranges()?;
    check_publishing()?;
    run(cargo().args(["build", "--quiet", "--package=refund-signer", "--examples"]))?;
    let example = |name| target().join(format!("debug/examples/{name}{EXE_SUFFIX}"));
    run(node_test("tests/native", "dot")?.env("REFUND", example("refund")).env("FOLLOW", example("follow")))
}

fn check_files() -> Result<()> {
    let found = answer(cargo().args(["package", "--package=refund-signer", "--list", "--allow-dirty"]))?;
    // What cargo adds itself, and only where there is a repository.
    let found: Vec<_> = found.lines().filter(|file| *file != ".cargo_vcs_info.json").collect();
    let found = found.join("\n") + "\n";
    let list = root().join(FILES);
    if env::var_os("UPDATE").is_some() {
        host::write(&list, &found)?;
    }
    ensure!(
        found == host::read(&list)?,
        "the crate holds other files than {FILES}; if this is meant: UPDATE=1 npm run test:native\n\n{found}"
    );
    Ok(())
}

/// An exact version of a dependency breaks the build of whoever needs another one.
fn check_ranges() -> Result<()> {
    let metadata = answer(cargo().args(["metadata", "--format-version=1", "--no-deps", "--locked"]))?;
    let metadata = Value::parse(&metadata).context("cargo metadata gives no JSON")?;
    let text = |value: &Value<'_>, name: &str| value.get(name).and_then(Value::text).unwrap_or_default().to_owned();
    let packages = metadata.get("packages").and_then(Value::list).unwrap_or_default();
    let package = packages.iter().find(|package| text(package, "name") == "refund-signer");
    let package = package.context("cargo metadata does not know the crate")?;
    let dependencies = package.get("dependencies").and_then(Value::list).unwrap_or_default();
    // What is for tests and examples only has a kind.
    let needed: Vec<_> = dependencies.iter().filter(|one| one.get("kind") == Some(&Value::Null)).collect();
    ensure!(!needed.is_empty(), "cargo metadata knows no dependency of the crate");
    for dependency in needed {
        let (name, range) = (text(dependency, "name"), text(dependency, "req"));
        ensure!(range.starts_with('^'), "Cargo.toml: {name} is {range}; a published crate gives ranges");
    }
    Ok(())
}

/// cargo packs the crate, builds it from there alone, and has nothing to complain about.
fn check_publishing() -> Result<()> {
    // What is not committed yet can be tried, too.
    let publish = ["publish", "--package=refund-signer", "--dry-run", "--allow-dirty"];
    let output = run_quietly(cargo().args(publish))?;
    let output = String::from_utf8_lossy(&output.stderr);
    // The tests stay in the repository, with the files that they read.
    let is_complaint = |line: &&str| line.starts_with("warning:") && !line.starts_with("warning: ignoring test");
    let complaints: Vec<_> = output.lines().filter(is_complaint).collect();
    ensure!(complaints == ["warning: aborting upload due to dry run"], "cargo publish complains:\n{output}");
    Ok(())
}
