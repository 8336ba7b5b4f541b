//! The project's commands. `npm start` and `npm test` call them, so that nothing depends on a shell.

mod ascii;
mod bench;
mod build;
mod console;
mod debian;
mod fuzz;
mod generate;
mod host;
mod model;
mod mutants;
mod native;
mod no_std;
mod package;
mod pages;
mod setup;
mod simulation;
mod supply;
mod test;
mod wasm;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask setup                 install what the project needs (toolchain target, npm packages)
cargo xtask build                 the finished npm package in pkg/
cargo xtask start [-- --once]     one refund per provider against the sandbox, then the console
cargo xtask bench                 every benchmark, written to docs/benchmarks
cargo xtask bench check           sizes, instruction counts and ratios against bench/bounds.json
cargo xtask bench boundary        the ways between JavaScript and wasm, to docs/benchmarks/boundary.md
cargo xtask docs                  the providers' pages in docs/, written from the tables of the core
cargo xtask release               what is published, built twice, with its sums and bills of materials
cargo xtask mutants [FILE…]       mutation testing of what signs, counts and decides (about an hour)
cargo xtask mutants lifecycle     of what follows a refund, with a simulation among the tests
cargo xtask model                 the model checker of the lifecycle, as deep as an hour allows
cargo xtask model --write         docs/counterexamples.md: what breaks without each assumption and each rule
cargo xtask simulation [--seed N] [--refunds N] [--trace N]   100,000 refunds among faults (10 minutes)
cargo xtask fuzz [--seconds N] [--jobs N] [TARGET…]   every fuzz target for N seconds, and a table
cargo xtask test [PART…]          every check, or only the parts that are named
cargo xtask test --list           the parts";

fn main() -> ExitCode {
    match command(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn command(mut arguments: Vec<String>) -> Result<()> {
    if arguments.is_empty() {
        bail!("which command?\n\n{USAGE}");
    }
    let name = arguments.remove(0);
    match name.as_str() {
        "setup" => setup::everything(),
        "build" => build::build(),
        "start" => start(&arguments),
        "docs" => pages::pages(false),
        "bench" => bench::bench(&arguments),
        "release" => supply::release(),
        "mutants" => mutants::mutants(&arguments),
        "model" => model::model(&arguments),
        "simulation" => simulation::simulation(&arguments),
        "fuzz" => fuzz::fuzz(&arguments),
        "test" => test::test(&arguments),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        other => bail!("there is no command {other:?}\n\n{USAGE}"),
    }
}

/// Builds the package and the console, and hands over to the demonstration, with what follows `--`.
fn start(arguments: &[String]) -> Result<()> {
    build::build()?;
    console::build()?;
    let arguments = arguments.iter().filter(|argument| *argument != "--");
    let mut node = host::node();
    node.arg("scripts/start.js").args(arguments);
    // In our place where that is possible: whoever ends `npm start` ends the server, too.
    #[cfg(unix)]
    bail!("node could not be started: {}", std::os::unix::process::CommandExt::exec(&mut node));
    #[cfg(not(unix))]
    host::run(&mut node)
}
