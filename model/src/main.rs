//! The model checker of the refund's lifecycle: `npm run model`.

mod machine;
mod world;

use machine::{Bounds, Setup};
use refund_signer::facts::{Asks, Events, Facts, Repeat};
use refund_signer::lifecycle::policy::Policy;
use stateright::{Checker, Model};
use std::time::Instant;

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

const BOUNDS: Bounds = Bounds {
    sends: 3,
    queries: 2,
    repeats: 0,
    events: 1,
    foreign: false,
    key_taken: false,
    bounces: 0,
    clock_steps: 0,
    decisions: 0,
    time: 5,
};

fn facts(repeat: Repeat, asks: Asks, events: Events) -> Facts {
    Facts { repeat, asks, events, list_has_amounts: true, ..Facts::NONE }
}

fn main() {
    let setups = [
        ("marked replay, payment only (DOKU)", facts(Repeat::MarkedReplay, Asks::Payment, Events::Hint), POLICY),
        ("silent replay, events decide (Razorpay)", facts(Repeat::SilentReplay, Asks::Refund, Events::Decide), POLICY),
        ("silent replay, hints (Craftgate)", facts(Repeat::SilentReplay, Asks::Refund, Events::Hint), POLICY),
        ("no key, a list (Durianpay)", facts(Repeat::None, Asks::Refund, Events::None), POLICY),
        (
            "no key, a list that is trusted",
            facts(Repeat::None, Asks::Refund, Events::None),
            Policy { assumed_list_lag_ms: Some(0), ..POLICY },
        ),
        (
            "undocumented key, events decide (PayerMax)",
            facts(Repeat::Undocumented, Asks::Refund, Events::Decide),
            POLICY,
        ),
        ("nothing to ask (SNAP)", facts(Repeat::Undocumented, Asks::Nothing, Events::None), POLICY),
    ];
    for (name, facts, policy) in setups {
        let lag = policy.assumed_list_lag_ms.is_none();
        let setup = Setup { facts, policy, bounds: BOUNDS, arrival: 2, memory: 4, lag, repeats_unkeyed: false };
        let start = Instant::now();
        let checker = setup.checker().threads(2).spawn_bfs().join();
        println!("{name}: {} states in {:.1?}", checker.unique_state_count(), start.elapsed());
        for (property, path) in checker.discoveries() {
            if property == "it succeeds" {
                continue;
            }
            println!("  VIOLATED {property}");
            for action in path.into_actions() {
                println!("    {action:?}");
            }
        }
    }
}
