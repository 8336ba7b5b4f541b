//! The model checker of the refund's lifecycle. `npm run model` looks as deep as an hour allows, `npm test` less deep.
//!
//! Each model asks one question of each kind of provider; all of them are exhaustive within their bounds. Then every
//! assumption that the guarantee rests on is dropped, and the checker has to find what breaks.

mod machine;
mod picture;
mod rules;
mod world;

use machine::{Action, Bounds, ENDS, START, Setup, State};
use refund_signer::facts::{Asks, Events, Facts, Repeat};
use refund_signer::lifecycle::policy::Policy;
use rules::Rule;
use stateright::{Checker, Expectation, Model};
use std::collections::HashSet;
use std::fmt::Write as _;
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
    ("a proxy's repeat reaches the key before it is refused", 0, |setup| {
        setup.repeats_refused = true;
        setup.bounds.repeats = 1;
    }),
    ("nobody else uses the key", 1, |setup| setup.bounds.key_taken = true),
    ("a request arrives within arrivalMs, or never", 4, |setup| setup.arrival = 3),
    ("the provider remembers a key for memoryMs", 1, |setup| setup.memory = 1),
    ("a list lags no longer than assumedListLagMs says", 4, |setup| setup.lag = true),
    ("where no key is recognized, nothing repeats a request", 3, |setup| {
        setup.repeats_unkeyed = true;
        setup.bounds.repeats = 1;
    }),
    ("a key that is trusted is recognized", 6, |setup| setup.policy = TRUSTED_KEY),
    ("the clock steps by less than clockStepMs", 4, |setup| setup.bounds.clock_steps = 1),
];

/// A rule that is left out, and for which kind of provider that must break something.
const RULES: [(&str, usize, Change); 10] = [
    ("a request is stored before it is sent", 3, |setup| setup.without = Some(Rule::WriteAhead)),
    ("an answer that leaves the result open leaves the attempt in doubt", 3, |setup| setup.without = Some(Rule::Doubt)),
    ("a request without a trusted key is not repeated while one is in doubt", 3, |setup| {
        setup.facts.repeat = Repeat::Undocumented;
        setup.policy = TRUSTED_KEY;
    }),
    ("a repeat leaves so early that the key is remembered when it arrives", 1, |setup| {
        setup.policy.memory_ms = START;
    }),
    ("a list proves nothing while a request may still arrive", 4, |setup| setup.policy.arrival_ms = 0),
    ("a list proves an absence for the time at which it was asked for", 4, |setup| {
        setup.without = Some(Rule::OldAbsence);
    }),
    ("a refusal speaks of its own attempt", 1, |setup| setup.without = Some(Rule::OwnRefusal)),
    ("a failure speaks of its own attempt, unless one key ties the requests together", 3, |setup| {
        setup.without = Some(Rule::OwnFailure);
        setup.bounds.decisions = 1;
    }),
    ("what the provider accepted is not sent again", 3, |setup| setup.without = Some(Rule::Accepted)),
    ("a first request that is answered as a repeat is somebody else's", 0, |setup| {
        setup.without = Some(Rule::ForeignKey);
        setup.bounds.key_taken = true;
    }),
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
        without: None,
    }
}

/// Whether a model holds: prints the number of states, and a way to what does not hold.
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

/// States, each with the action that leaves it.
type Way = Vec<(State, Option<Action>)>;

/// The shortest way to a state that breaks a property about money, and the property. The checker itself keeps the last way that it
/// finds, not the shortest.
fn shortest(setup: &Setup) -> Option<(&'static str, Way)> {
    let properties = setup.properties();
    let always =
        || properties.iter().filter(|property| property.expectation == Expectation::Always && property.name != ENDS);
    let mut reached: Vec<(State, Option<(usize, Action)>)> = Vec::new();
    let mut seen = HashSet::new();
    reached.extend(setup.init_states().into_iter().map(|state| (state, None)));
    seen.extend(reached.iter().map(|(state, _)| state.clone()));
    let mut actions = Vec::new();
    for at in 0.. {
        let (state, _) = reached.get(at)?.clone();
        if let Some(property) = always().find(|property| !(property.condition)(setup, &state)) {
            return Some((property.name, way(&reached, at)));
        }
        setup.actions(&state, &mut actions);
        for action in actions.drain(..) {
            let Some(next) = setup.next_state(&state, action) else { continue };
            if seen.insert(next.clone()) {
                reached.push((next, Some((at, action))));
            }
        }
    }
    None
}

/// The states on the way to the one at `end`, each with the action that leaves it.
fn way(reached: &[(State, Option<(usize, Action)>)], end: usize) -> Way {
    let mut way = vec![(reached[end].0.clone(), None)];
    let mut at = end;
    while let Some((before, action)) = reached[at].1 {
        way.push((reached[before].0.clone(), Some(action)));
        at = before;
    }
    way.reverse();
    way
}

/// Drops each of these, and gives the page's part about what that breaks, and how many broke nothing.
fn dropped(what: &str, changes: &[(&str, usize, Change)]) -> (String, u32) {
    let mut page = String::new();
    let mut wrong = 0;
    for (name, kind, change) in changes.iter().copied() {
        let kind = &KINDS[kind];
        let mut setup = setup(kind, BOUNDS);
        change(&mut setup);
        let Some((property, way)) = shortest(&setup) else {
            println!("NOT BROKEN without {what}: {name}");
            wrong += 1;
            continue;
        };
        println!("breaks as it must without {what}, in {} actions: {name}", way.len() - 1);
        let picture = picture::picture(&setup, &way);
        let _ = write!(
            page,
            "### {}{}\n\nProvider: {}. Broken: {property}.\n\n```mermaid\n{picture}```\n\n",
            name[..1].to_uppercase(),
            &name[1..],
            kind.name
        );
    }
    (page, wrong)
}

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/counterexamples.md");

/// Writes the page of counterexamples, or sees whether it is as it would be written.
fn page_is_current(assumptions: &str, rules: &str, write: bool) -> bool {
    let page =
        [INTRODUCTION, "\n## Without an assumption\n\n", assumptions, "## Without a rule\n\n", rules.trim_end(), "\n"]
            .concat();
    if write {
        return std::fs::write(PAGE, page).is_ok();
    }
    let is_current = std::fs::read_to_string(PAGE).is_ok_and(|present| present == page);
    if !is_current {
        println!("docs/counterexamples.md is not what the checker finds: npm run model -- --write");
    }
    is_current
}

const INTRODUCTION: &str = "\
# What breaks without an assumption, or without a rule

Written by the model checker (`npm run model -- --write`), and compared by `npm run test:model`.

[The lifecycle](lifecycle.md) promises at most one refund, and one more for each decision of a person to send again. The \
promise rests on assumptions about the world, and on the rules that the lifecycle keeps. The checker leaves out one at a \
time, and finds the shortest way to a broken promise. Each picture is such a way.

Time is counted in steps. A host may take 1 for what it began, a request arrives within 2, a key is remembered for 4, and \
a person is asked after 6.
";

fn main() -> ExitCode {
    let (assumptions, unbroken) = dropped("the assumption", &BROKEN);
    let (rules, unneeded) = dropped("the rule", &RULES);
    let has = |option: &str| std::env::args().any(|argument| argument == option);
    let is_current = page_is_current(&assumptions, &rules, has("--write"));
    let mut wrong = unbroken + unneeded + u32::from(!is_current);
    let mut checked = u32::try_from(BROKEN.len() + RULES.len()).unwrap_or(u32::MAX) + 1;
    if has("--write") {
        return if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let is_deep = has("--deep");
    let limit = Duration::from_secs(if is_deep { 1200 } else { 120 });
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
    println!("{} passed, {wrong} failed", checked - wrong);
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
