//! Mutation testing: every way to get a function wrong that cargo-mutants knows, one at a time; the tests must see it.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::host::{self, program, root, run, scratch};
use crate::setup;

const CARGO_MUTANTS: &str = "27.1.0";
const SETTINGS: &str = ".cargo/mutants.toml";
/// With a simulation among the tests, which takes longer.
const LIFECYCLE: &str = ".cargo/mutants-lifecycle.toml";

/// Tries the files of the settings, or those that are named; `lifecycle` as the first one has settings of its own. What
/// is left out and why is written there, too.
pub fn mutants(arguments: &[String]) -> Result<()> {
    check_that_all_tests_run()?;
    let mut files: Vec<_> = arguments.iter().filter(|file| *file != "--").collect();
    let is_lifecycle = files.first().is_some_and(|first| *first == "lifecycle");
    if is_lifecycle {
        files.remove(0);
    }
    if let Some(missing) = files.iter().find(|file| !root().join(file).is_file()) {
        bail!("there is no file {missing:?}");
    }
    let mut settings = host::read(root().join(if is_lifecycle { LIFECYCLE } else { SETTINGS }))?;
    if !files.is_empty() {
        settings = with_files(&settings, &files)?;
    }
    let path = scratch("mutants.toml");
    host::write(&path, settings)?;
    let mut mutants = gently(setup::cargo_tool("cargo-mutants", CARGO_MUTANTS)?.join("cargo-mutants"));
    mutants.args(["mutants", "--jobs=2", "--no-shuffle", "--config"]).arg(path).arg("--output").arg(scratch(""));
    // It builds copies of this repository, each in a target folder of its own.
    run(mutants.env_remove("CARGO_TARGET_DIR"))
}

/// The settings for these files alone. The options `--file` and `--re` would not do: the one adds files to those of
/// the settings, the other leaves in the fields of structures everywhere.
fn with_files(settings: &str, files: &[&String]) -> Result<String> {
    let (before, rest) = settings.split_once("examine_globs = [").context("no examine_globs in the settings")?;
    let (_, after) = rest.split_once("\n]").context("no end of examine_globs in the settings")?;
    Ok(format!("{before}examine_globs = {files:?}{after}"))
}

/// A run takes long: whatever else runs on the machine goes first, where that can be said.
fn gently(tool: impl AsRef<std::ffi::OsStr>) -> Command {
    if cfg!(unix) {
        let mut nice = program("nice");
        nice.args(["-n", "10"]).arg(tool);
        nice
    } else {
        program(tool)
    }
}

/// `tests/all.rs` is what runs: a file that it leaves out would catch nothing.
fn check_that_all_tests_run() -> Result<()> {
    let all = host::read(root().join("tests/all.rs"))?;
    for file in host::files_below(&root().join("tests"))? {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let is_test = file.parent() == Some(&root().join("tests")) && file.extension().is_some_and(|it| it == "rs");
        if is_test && name != "all" && !all.contains(&format!("mod {name};")) {
            bail!("tests/all.rs lacks `mod {name};`, or a comment with it that says why");
        }
    }
    Ok(())
}
