//! Refunds among faults, from a seed: `npm run simulation -- --refunds 100000 --seed 1`.
//!
//! The same seed gives the same trace. `--trace N` prints that of one refund. A run in which a kind of fault, end,
//! question or decision never occurred fails: it would show nothing about it.

mod auditor;
mod chance;
mod faults;
mod machine;
mod provider;
mod world;

use auditor::Wrong;
use faults::{FAULTS, Faults};
use machine::{Lifecycle, Machine};
use provider::KINDS;
use std::collections::BTreeSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::process::ExitCode;
use std::thread;
use std::time::Instant;
use world::{Outcome, simulate};

const OUTCOMES: [&str; 4] = ["succeeded", "failed", "rejected", "reversed"];
const QUESTIONS: [&str; 4] = ["lost", "key_used_before", "moved_after_all", "still_open"];
const DECISIONS: [&str; 4] = ["refunded", "not-refunded", "ask-again", "send-again"];
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

/// What is counted of a run, by kind.
fn counted(outcomes: &[Outcome]) -> Vec<(&'static str, Vec<(&'static str, u64)>)> {
    let mut faults = Faults::default();
    outcomes.iter().for_each(|outcome| faults.add(&outcome.faults));
    let count = |of: &dyn Fn(&Outcome) -> u64| outcomes.iter().map(of).sum::<u64>();
    let ends = OUTCOMES.map(|name| (name, count(&|outcome| u64::from(outcome.outcome == name))));
    let asked = |outcome: &Outcome, name: &str| outcome.questions.iter().filter(|question| *question == name).count();
    let questions = QUESTIONS.map(|name| (name, count(&|outcome| asked(outcome, name) as u64)));
    let decided = |outcome: &Outcome, name: &str| outcome.decisions.get(name).copied().unwrap_or_default();
    let decisions = DECISIONS.map(|name| (name, count(&|outcome| decided(outcome, name))));
    let faults = FAULTS.map(|(fault, name)| (name, faults.of(fault)));
    vec![
        ("ends", ends.to_vec()),
        ("questions to a person", questions.to_vec()),
        ("decisions", decisions.to_vec()),
        ("faults", faults.to_vec()),
    ]
}

fn print_table(outcomes: &[Outcome]) {
    print!("{:<10}{:>8}", "provider", "refunds");
    print!("{}", OUTCOMES.map(|outcome| format!("{outcome:>10}")).concat());
    print!("{:>9}{:>9}{:>8}", "reviews", "steps", "states");
    println!("{}", WRONGS.map(|(_, name)| format!("{name:>9}")).concat());
    for kind in KINDS {
        let mine = || outcomes.iter().filter(|outcome| outcome.kind == kind);
        print!("{:<10}{:>8}", kind.name(), mine().count());
        for name in OUTCOMES {
            print!("{:>10}", mine().filter(|outcome| outcome.outcome == name).count());
        }
        print!("{:>9}", mine().map(|outcome| outcome.questions.len()).sum::<usize>());
        print!("{:>9}", mine().map(|outcome| outcome.steps).sum::<u64>());
        print!("{:>8}", mine().flat_map(|outcome| &outcome.states).collect::<BTreeSet<_>>().len());
        for (wrong, _) in WRONGS {
            print!("{:>9}", mine().filter(|outcome| outcome.findings.iter().any(|found| found.wrong == wrong)).count());
        }
        println!();
    }
}

fn print_violations(outcomes: &[Outcome], seed: u64) -> usize {
    let found = || outcomes.iter().enumerate().filter(|(_, outcome)| !outcome.findings.is_empty());
    for (refund, outcome) in found().take(SHOWN) {
        let finding = &outcome.findings[0];
        println!("VIOLATED by {refund} ({}, {} steps): {}", outcome.kind.name(), outcome.steps, finding.what);
    }
    // Fewest steps first: the one to look at.
    if let Some((refund, outcome)) = found().min_by_key(|(_, outcome)| outcome.steps) {
        println!("The shortest: --seed {seed} --trace {refund} ({} steps).", outcome.steps);
    }
    found().count()
}

fn print_trace(seed: u64, refund: u64) {
    let outcome = simulate(&Lifecycle, seed, refund, true);
    println!("{}", outcome.trace.join("\n"));
    for finding in outcome.findings {
        println!("{:>12} VIOLATED ({:?}): {}", finding.at - world::START, finding.wrong, finding.what);
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (mut refunds, mut seed, mut trace) = (100_000, 1, None);
    for pair in arguments.chunks(2) {
        match (pair[0].as_str(), pair.get(1).and_then(|number| number.parse::<u64>().ok())) {
            ("--refunds", Some(number)) => refunds = number,
            ("--seed", Some(number)) => seed = number,
            ("--trace", Some(number)) => trace = Some(number),
            _ => {
                eprintln!("--refunds N, --seed N, --trace N; not {pair:?}");
                return ExitCode::FAILURE;
            }
        }
    }
    if let Some(refund) = trace {
        print_trace(seed, refund);
        return ExitCode::SUCCESS;
    }
    let start = Instant::now();
    let outcomes = run(&Lifecycle, seed, refunds);
    print_table(&outcomes);
    let counted = counted(&outcomes);
    for (kind, counts) in &counted {
        println!("{kind}:");
        counts.iter().for_each(|(name, count)| println!("{count:>10}  {name}"));
    }
    let never: Vec<_> = counted.iter().flat_map(|(_, counts)| counts).filter(|(_, count)| *count == 0).collect();
    never.iter().for_each(|(name, _)| println!("NEVER OCCURRED: {name}"));
    let violations = print_violations(&outcomes, seed);
    println!(
        "seed {seed}, {} refunds, {} steps, {} states, trace {:016x}, {:.1} s, {violations} violations",
        outcomes.len(),
        outcomes.iter().map(|outcome| outcome.steps).sum::<u64>(),
        outcomes.iter().flat_map(|outcome| &outcome.states).collect::<BTreeSet<_>>().len(),
        hash(&outcomes),
        start.elapsed().as_secs_f32(),
    );
    if violations == 0 && never.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(test)]
mod tests {
    use super::*;
    use machine::Naive;

    #[test]
    fn the_same_seed_gives_the_same_trace() {
        let (first, second) = (run(&Lifecycle, 7, 30), run(&Lifecycle, 7, 30));
        assert_eq!(hash(&first), hash(&second));
        assert_ne!(hash(&first), hash(&run(&Lifecycle, 8, 30)));
    }

    /// What `npm run mutants -- lifecycle` looks at: little, of every provider.
    #[test]
    fn a_few_hundred_refunds_violate_nothing() {
        let outcomes = run(&Lifecycle, 3, 300);
        assert_eq!(print_violations(&outcomes, 3), 0);
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
