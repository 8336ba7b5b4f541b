//! The figures that a merchant chooses, and the assumptions that nobody documents.

/// What the merchant decides. Every figure is in milliseconds.
///
/// No provider documents these times. The defaults are cautious; read what the guarantee rests on (`docs/lifecycle.md`)
/// before you change one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    /// How long a host may take for one step before others may go on.
    pub lease_ms: u64,
    /// How long after `begin` a request may still arrive at the provider, whatever the host and the network did.
    pub arrival_ms: u64,
    /// How long the provider is trusted to remember an idempotency key, from the first `begin`.
    pub memory_ms: u64,
    /// How long a refund may stay open before a person is asked.
    pub patience_ms: u64,
    /// The first pause before a step is repeated. It doubles up to `longest_pause_ms`.
    pub pause_ms: u64,
    /// The longest pause.
    pub longest_pause_ms: u64,
    /// The largest step of the clock, either way, that the stored times do not show.
    pub clock_step_ms: u64,
    /// Assumption, off unless chosen: a key of which the provider documents no replay is recognized all the same.
    pub trust_undocumented_keys: bool,
    /// Assumption, off unless chosen: after this time a list that lacks the refund proves that it does not exist.
    pub assumed_list_lag_ms: Option<u64>,
}

impl Policy {
    /// The documented defaults.
    pub const DEFAULT: Policy = Policy {
        lease_ms: 60_000,
        arrival_ms: 3_600_000,
        memory_ms: 24 * 3_600_000,
        patience_ms: 72 * 3_600_000,
        pause_ms: 2_000,
        longest_pause_ms: 900_000,
        clock_step_ms: 60_000,
        trust_undocumented_keys: false,
        assumed_list_lag_ms: None,
    };
}

impl Default for Policy {
    fn default() -> Self {
        Policy::DEFAULT
    }
}
