//! What is known of an operation that somebody has to follow: how a repeat is treated, what can be asked, what an
//! event decides.
//!
//! Each operation's table has one. The lifecycle, the documentation and the forms read it; none of them knows more.

/// How a provider treats a second request with the same idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Repeat {
    /// It answers with the first result, and marks the answer as a repeat.
    MarkedReplay,
    /// It answers with the first result; nothing tells that from a first answer.
    SilentReplay,
    /// There is a reference that should be unique, and nothing documents what a second request with it does.
    Undocumented,
    /// It has no idempotency key: a second request may be a second refund.
    None,
}

impl Repeat {
    /// Whether the provider documents that a second request with the key makes no second refund.
    #[must_use]
    pub const fn is_documented(self) -> bool {
        matches!(self, Repeat::MarkedReplay | Repeat::SilentReplay)
    }

    /// As JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Repeat::MarkedReplay => "marked-replay",
            Repeat::SilentReplay => "silent-replay",
            Repeat::Undocumented => "undocumented",
            Repeat::None => "none",
        }
    }
}

/// What the provider's query for this operation tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asks {
    /// The refunds themselves, each with the merchant's reference or the provider's id.
    Refund,
    /// The state of the payment only: a refund in it may be an older one.
    Payment,
    /// There is no query.
    Nothing,
}

impl Asks {
    /// As JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Asks::Refund => "refund",
            Asks::Payment => "payment",
            Asks::Nothing => "nothing",
        }
    }
}

/// What a verified event about a refund is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Events {
    /// Its signature covers the refund's state: it decides.
    Decide,
    /// Its signature covers less, or it does not name the refund: a reason to ask.
    Hint,
    /// None is documented.
    None,
}

impl Events {
    /// As JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Events::Decide => "decide",
            Events::Hint => "hint",
            Events::None => "none",
        }
    }
}

/// What is known of following one operation's refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Facts {
    /// What a second request with the same key does.
    pub repeat: Repeat,
    /// What can be asked.
    pub asks: Asks,
    /// How long a list may lack a refund that exists, in milliseconds, where that is documented.
    pub list_lag_ms: Option<u64>,
    /// How many entries a full page of the list has, where the list has no total: a full page may not be all.
    pub page_size: Option<usize>,
    /// Whether the list's entries have amounts.
    pub list_has_amounts: bool,
    /// Whether a refund in lists and events names its payment by the id that the plan has of it.
    pub names_payment: bool,
    /// Whether a refund of a whole payment is listed in parts.
    pub in_parts: bool,
    /// What a verified event is worth.
    pub events: Events,
}

impl Facts {
    /// What holds where nothing is documented: no key, no query, no event.
    pub const NONE: Facts = Facts {
        repeat: Repeat::None,
        asks: Asks::Nothing,
        list_lag_ms: None,
        page_size: None,
        list_has_amounts: false,
        names_payment: false,
        in_parts: false,
        events: Events::None,
    };
}
