//! The model checker of the refund's lifecycle. `npm run model` looks as deep as an hour allows, `npm test` less deep.
//!
//! Each model asks one question of each kind of provider; all of them are exhaustive within their bounds. Then every
//! assumption that the guarantee rests on is dropped, and the checker has to find what breaks.

mod machine;
mod world;

use machine::{Bounds, Setup};
use refund_signer::facts::{Asks, Events, Facts, Repeat};
use refund_signer::lifecycle::policy::Policy;
use stateright::{Checker, Model};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Lease 1, arrival 2, memory 4, patience 6, and no pauses.
const POLICY: Policy = Policy {
    lease_ms: 1,
    arrival_ms: 2,
    memory_ms: 4,
    patience_ms: 6,
    pause_ms: 0,
    longest_pause_ms: 0,
    clock_step_ms: 0,
    trust_undocumented_keys: false,
    assumed_list_lag_ms: None,
};

/// What every model has: two requests, a question, and time for the first to be forgotten.
const BOUNDS: Bounds = Bounds {
    sends: 2,
    queries: 1,
    repeats: 0,
    events: 0,
    foreign: false,
    key_taken: false,
    bounces: 0,
    clock_steps: 0,
    decisions: 0,
    time: 7,
};

/// A kind of provider.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    facts: Facts,
    policy: Policy,
}

const fn kind(name: &'static str, repeat: Repeat, asks: Asks, events: Events, policy: Policy) -> Kind {
    Kind { name, facts: Facts { repeat, asks, events, list_has_amounts: true, ..Facts::NONE }, policy }
}

const TRUSTED_LIST: Policy = Policy { assumed_list_lag_ms: Some(0), ..POLICY };
const TRUSTED_KEY: Policy = Policy { trust_undocumented_keys: true, ..POLICY };

const KINDS: [Kind; 7] = [
    kind("marked replay, payment only", Repeat::MarkedReplay, Asks::Payment, Events::Hint, POLICY),
    kind("silent replay, events decide", Repeat::SilentReplay, Asks::Refund, Events::Decide, POLICY),
    kind("silent replay, events hint", Repeat::SilentReplay, Asks::Refund, Events::Hint, POLICY),
    kind("no key, a list", Repeat::None, Asks::Refund, Events::None, POLICY),
    kind("no key, a list that is trusted", Repeat::None, Asks::Refund, Events::None, TRUSTED_LIST),
    kind("undocumented key, events decide", Repeat::Undocumented, Asks::Refund, Events::Decide, POLICY),
    kind("undocumented key, nothing to ask", Repeat::Undocumented, Asks::Nothing, Events::None, POLICY),
];

/// What is asked of every kind of provider.
const QUESTIONS: [(&str, Bounds); 5] = [
    ("answers are lost and late", BOUNDS),
    ("events come late and out of order", Bounds { events: 2, bounces: 1, time: 4, ..BOUNDS }),
    ("somebody refunds by hand", Bounds { foreign: true, ..BOUNDS }),
    ("the network repeats a request", Bounds { repeats: 1, ..BOUNDS }),
    ("a person decides", Bounds { decisions: 1, time: 6, ..BOUNDS }),
];

/// The same with a third request and a third question.
fn deeper(bounds: Bounds) -> Bounds {
    Bounds { sends: 3, queries: bounds.queries + 1, ..bounds }
}

/// What drops an assumption.
type Change = fn(&mut Setup);

/// An assumption that is dropped, and for which kind of provider that must break something.
const BROKEN: [(&str, usize, Change); 8] = [
    ("a proxy's repeat is refused before the key is looked at", 0, |setup| {
        setup.repeats_refused = true;
        setup.bounds.repeats = 1;
    }),
    ("somebody else uses the key, and no answer is marked", 1, |setup| setup.bounds.key_taken = true),
    ("a request arrives later than arrivalMs (trusted list)", 4, |setup| setup.arrival = 3),
    ("the provider forgets a key before memoryMs", 1, |setup| setup.memory = 1),
    ("a list lags, and is trusted", 4, |setup| setup.lag = true),
    ("the network repeats a request without a key", 3, |setup| {
        setup.repeats_unkeyed = true;
        setup.bounds.repeats = 1;
    }),
    ("an undocumented key is trusted, and not recognized", 6, |setup| setup.policy = TRUSTED_KEY),
    ("the clock steps further than clockStepMs (trusted list)", 4, |setup| setup.bounds.clock_steps = 1),
];

fn setup(kind: &Kind, bounds: Bounds) -> Setup {
    let lag = kind.policy.assumed_list_lag_ms.is_none();
    Setup {
        facts: kind.facts,
        policy: kind.policy,
        bounds,
        arrival: 2,
        memory: 4,
        lag,
        repeats_unkeyed: false,
        repeats_refused: false,
    }
}

/// Whether a model holds: prints the number of states, and the shortest way to what does not hold.
fn holds(name: &str, setup: Setup, limit: Duration) -> bool {
    let start = Instant::now();
    let checker = setup.checker().threads(2).timeout(limit).spawn_bfs().join();
    let states = checker.unique_state_count();
    let is_done = checker.is_done();
    let mut is_right = is_done;
    for (property, path) in checker.discoveries() {
        if property != "it succeeds" {
            is_right = false;
            println!("VIOLATED: {property}");
            for action in path.into_actions() {
                println!("    {action:?}");
            }
        }
    }
    let end = if is_done { "" } else { ", NOT EXHAUSTED" };
    println!("{states:>10} states in {:>6.1} s: {name}{end}", start.elapsed().as_secs_f32());
    is_right
}

/// Whether dropping an assumption breaks a property, as it must; prints the shortest way to it.
fn breaks(name: &str, setup: Setup) -> bool {
    let checker = setup.checker().threads(2).spawn_bfs().join();
    let found = checker.discoveries().into_iter().filter(|(property, _)| *property != "it succeeds");
    let shortest = found.min_by_key(|(_, path)| path.clone().into_actions().len());
    let Some((property, path)) = shortest else {
        println!("NOT BROKEN: {name}");
        return false;
    };
    println!("breaks as it must: {name}");
    println!("    {property}:");
    for action in path.into_actions() {
        println!("    {action:?}");
    }
    true
}

fn main() -> ExitCode {
    let is_deep = std::env::args().any(|argument| argument == "--deep");
    let limit = Duration::from_secs(if is_deep { 1200 } else { 120 });
    let mut wrong = 0_u32;
    let mut checked = 0_u32;
    for (question, bounds) in QUESTIONS {
        for kind in &KINDS {
            if kind.facts.events == Events::None && bounds.events > 0 {
                continue;
            }
            let bounds = if is_deep { deeper(bounds) } else { Bounds { time: bounds.time.min(5), ..bounds } };
            checked += 1;
            wrong += u32::from(!holds(&format!("{question}; {}", kind.name), setup(kind, bounds), limit));
        }
    }
    for kind in &KINDS {
        checked += 1;
        match setup(kind, Bounds { key_taken: true, repeats: 1, time: 4, ..BOUNDS }).reviews_are_needed() {
            Ok(questions) => println!("{questions:>10} questions that only a person can answer; {}", kind.name),
            Err(known) => {
                wrong += 1;
                println!("NOT NEEDED: a question that a program could answer; {}: {known:#?}", kind.name);
            }
        }
    }
    for (name, kind, change) in BROKEN {
        let mut dropped = setup(&KINDS[kind], BOUNDS);
        change(&mut dropped);
        checked += 1;
        wrong += u32::from(!breaks(name, dropped));
    }
    println!("{} passed, {wrong} failed", checked - wrong);
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
