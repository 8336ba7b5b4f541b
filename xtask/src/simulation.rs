//! Refunds among faults, simulated from a seed: `simulation/` has the world and the auditor.

use anyhow::Result;

use crate::host::{cargo, run};

/// Enough that every kind of fault, end, question and decision occurs.
pub fn brief() -> Result<()> {
    simulation(&["--refunds".into(), "6000".into()])
}

/// 100,000 refunds, or as the options say.
pub fn simulation(options: &[String]) -> Result<()> {
    let program = ["run", "--quiet", "--profile=native", "--package=refund-signer-simulation", "--"];
    run(cargo().args(program).args(options.iter().filter(|option| *option != "--")))
}
