//! Follow: a refund's life from its plan to its end. What to store before a step, what an answer, a query, an event or
//! a person's decision changes, and what comes next.
//!
//! [`life`] is the state and how evidence changes it, [`steps`] is what comes next, [`policy`] has the figures that a
//! merchant chooses. All of it is pure: time is a parameter, and the host owns sockets, clocks and storage.
//!
//! # What the guarantee rests on
//!
//! 1. A request arrives within `arrival_ms` of its `begin`, or never.
//! 2. A proxy that sends a request again answers with the last answer, and the provider looks at that request's key
//!    before it refuses it. Where the provider recognizes no key, nothing between sends a request twice.
//! 3. A key is remembered for `memory_ms` from the first `begin`.
//! 4. The store is linearizable, and durable before `begin` is acknowledged.
//! 5. The clock steps by less than `clock_step_ms`, either way, without a record showing it.
//! 6. One record per key and reference, and nobody else uses them.
//! 7. The operation's [`Facts`](crate::facts::Facts) are true.
//!
//! Then a refund happens at most once, and once more for each time that a person decided to send again.

mod find;
mod heard;
mod json;
pub mod life;
pub mod matching;
pub mod policy;
pub mod reconcile;
pub mod record;
pub mod steps;

pub use find::{Doubt, Found, FoundState, find_refund};
pub use heard::{Answer, Event};
pub use policy::Policy;
pub use reconcile::{Reconciliation, reconcile};
pub use record::{Observation, Record, Step, check_time};
