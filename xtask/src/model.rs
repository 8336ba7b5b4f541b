//! The model checker of the lifecycle: `model/` has what it asks.

use anyhow::Result;

use crate::host::{cargo, run};

/// Within bounds that take seconds.
pub fn brief() -> Result<()> {
    check(&[])
}

/// Within bounds that take up to an hour; with `--write` only the page of counterexamples, written.
pub fn model(options: &[String]) -> Result<()> {
    if options.iter().any(|option| option == "--write") { check(&["--write"]) } else { check(&["--deep"]) }
}

fn check(options: &[&str]) -> Result<()> {
    let program = ["run", "--quiet", "--profile=native", "--package=refund-signer-model", "--"];
    run(cargo().args(program).args(options))
}
