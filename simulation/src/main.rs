//! Refunds among faults, from a seed: `npm run simulate -- --refunds 100000 --seed 1`.
//!
//! The same seed gives the same trace. `--trace N` prints that of one refund.

mod auditor;
mod chance;
mod machine;
mod provider;
mod world;

use auditor::Wrong;
use machine::{Lifecycle, Machine};
use provider::KINDS;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::process::ExitCode;
use std::thread;
use std::time::Instant;
use world::{Outcome, simulate};

const OUTCOMES: [&str; 4] = ["succeeded", "failed", "rejected", "reversed"];
const QUESTIONS: [&str; 4] = ["lost", "key_used_before", "moved_after_all", "still_open"];
const WRONGS: [(Wrong, &str); 4] =
    [(Wrong::Doubled, "doubled"), (Wrong::Lost, "lost"), (Wrong::Untrue, "wrong"), (Wrong::NeedlessReview, "needless")];
/// How many violations are shown.
const SHOWN: usize = 10;

/// All refunds of a run, in their order. Threads change nothing: each refund has its own stream of chance.
fn run(machine: &dyn Machine, seed: u64, refunds: u64) -> Vec<Outcome> {
    let threads = thread::available_parallelism().map_or(1, |threads| u64::try_from(threads.get()).unwrap_or(1));
    let part = refunds.div_ceil(threads).max(1);
    thread::scope(|scope| {
        let work = |from: u64| {
            let to = (from + part).min(refunds);
            move || (from..to).map(|refund| simulate(machine, seed, refund, false)).collect::<Vec<_>>()
        };
        let workers: Vec<_> =
            (0..refunds).step_by(usize::try_from(part).unwrap_or(1)).map(|from| scope.spawn(work(from))).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a simulation that goes on")).collect()
    })
}

fn hash(outcomes: &[Outcome]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for outcome in outcomes {
        outcome.hash.hash(&mut hasher);
    }
    hasher.finish()
}

fn print_table(outcomes: &[Outcome]) {
    let questions = QUESTIONS.map(|question| format!("{:>16}", question.replace('_', " "))).concat();
    print!("{:<10}{:>8}", "provider", "refunds");
    print!("{}", OUTCOMES.map(|outcome| format!("{outcome:>10}")).concat());
    println!("{questions}{:>9}{}", "steps", WRONGS.map(|(_, name)| format!("{name:>9}")).concat());
    for kind in KINDS {
        let mine = || outcomes.iter().filter(|outcome| outcome.kind == kind);
        print!("{:<10}{:>8}", kind.name(), mine().count());
        for name in OUTCOMES {
            print!("{:>10}", mine().filter(|outcome| outcome.outcome == name).count());
        }
        for question in QUESTIONS {
            let asked = mine().flat_map(|outcome| &outcome.questions).filter(|known| *known == question).count();
            print!("{asked:>16}");
        }
        print!("{:>9}", mine().map(|outcome| outcome.steps).sum::<u64>());
        for (wrong, _) in WRONGS {
            print!("{:>9}", mine().filter(|outcome| outcome.findings.iter().any(|found| found.wrong == wrong)).count());
        }
        println!();
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)?.parse::<u64>().ok()
    };
    let (refunds, seed) = (number("--refunds").unwrap_or(100_000), number("--seed").unwrap_or(1));
    if let Some(refund) = number("--trace") {
        let outcome = simulate(&Lifecycle, seed, refund, true);
        println!("{}", outcome.trace.join("\n"));
        for finding in outcome.findings {
            println!("{:>12} VIOLATED ({:?}): {}", finding.at - world::START, finding.wrong, finding.what);
        }
        return ExitCode::SUCCESS;
    }
    let start = Instant::now();
    let outcomes = run(&Lifecycle, seed, refunds);
    print_table(&outcomes);
    let found = || outcomes.iter().enumerate().filter(|(_, outcome)| !outcome.findings.is_empty());
    for (refund, outcome) in found().take(SHOWN) {
        let finding = &outcome.findings[0];
        println!("VIOLATED by {refund} ({}, {} steps): {}", outcome.kind.name(), outcome.steps, finding.what);
    }
    // Fewest steps first: the one to look at.
    if let Some((refund, outcome)) = found().min_by_key(|(_, outcome)| outcome.steps) {
        println!("The shortest: --seed {seed} --trace {refund} ({} steps).", outcome.steps);
    }
    println!(
        "seed {seed}, {} steps, trace {:016x}, {:.1} s, {} violations",
        outcomes.iter().map(|outcome| outcome.steps).sum::<u64>(),
        hash(&outcomes),
        start.elapsed().as_secs_f32(),
        found().count()
    );
    if found().count() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(test)]
mod tests {
    use super::*;
    use machine::Naive;

    #[test]
    fn the_same_seed_gives_the_same_trace() {
        let (first, second) = (run(&Lifecycle, 7, 100), run(&Lifecycle, 7, 100));
        assert_eq!(hash(&first), hash(&second));
        assert_ne!(hash(&first), hash(&run(&Lifecycle, 8, 100)));
    }

    #[test]
    fn the_lifecycle_passes_the_audit() {
        let outcomes = run(&Lifecycle, 1, 300);
        let found: Vec<_> = outcomes.iter().flat_map(|outcome| &outcome.findings).collect();
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn the_auditor_catches_a_machine_that_sends_again_while_nothing_is_known() {
        let outcomes = run(&Naive, 1, 500);
        for wrong in [Wrong::Doubled, Wrong::Lost] {
            let caught = outcomes.iter().any(|outcome| outcome.findings.iter().any(|found| found.wrong == wrong));
            assert!(caught, "{wrong:?}");
        }
    }
}
