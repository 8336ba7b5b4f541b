//! The provider: what it may do with a request, and what it may answer. It shares no rule with the machine that it audits.

use refund_signer::facts::{Asks, Facts, Repeat};
use refund_signer::lifecycle::life::{News, Refusal, Sighting};

/// A refund that the provider has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    Pending,
    Done,
    Failed,
    /// Done, and the money came back.
    Bounced,
}

/// The provider's side of one refund.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct World {
    /// All refunds under our reference.
    pub entities: Vec<Entity>,
    /// How often money left for our reference.
    pub moved: u8,
    /// Since when the idempotency key is remembered, and the refund under it.
    pub key: Option<(u64, usize)>,
    /// Whether the provider recognizes the key, where nothing documents it.
    pub recognizes: bool,
    /// A refund of somebody else's, of the same amount: with or without a reference of its own.
    pub foreign: Option<bool>,
    /// Somebody else used our key before: the provider's record of it is theirs.
    pub key_taken: bool,
}

/// What the provider does with a request that it does not recognize.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Choice {
    Done,
    Pending,
    Failed,
    Refuse(Refusal),
    /// It fails inside before it did anything.
    ErrorBefore,
    /// It fails inside after the money left.
    ErrorAfter,
}

pub const CHOICES: &[Choice] = &[
    Choice::Done,
    Choice::Pending,
    Choice::Failed,
    Choice::Refuse(Refusal::Final),
    Choice::Refuse(Refusal::FinalUnlessDone),
    Choice::Refuse(Refusal::Later(None)),
    Choice::ErrorBefore,
    Choice::ErrorAfter,
];

const ERROR: News = News::Unknown { retry: false, retry_after_ms: None };

impl World {
    /// Whether money is with the customer now.
    pub fn has_moved(&self) -> bool {
        self.entities.contains(&Entity::Done)
    }

    /// The answer to a request that the provider recognizes, if it does.
    pub fn replay(&self, facts: &Facts, memory: u64, now: u64) -> Option<News> {
        let marks = facts.repeat == Repeat::MarkedReplay;
        let recognizes = match facts.repeat {
            Repeat::MarkedReplay | Repeat::SilentReplay => true,
            Repeat::Undocumented => self.recognizes,
            Repeat::None => false,
        };
        if recognizes && self.key_taken {
            return Some(News::Succeeded { replayed: marks });
        }
        let (since, entity) = self.key.filter(|(since, _)| recognizes && now <= since.saturating_add(memory))?;
        let _ = since;
        Some(match self.entities.get(entity)? {
            Entity::Done => News::Succeeded { replayed: marks },
            Entity::Pending => News::Pending { replayed: marks },
            Entity::Failed | Entity::Bounced => News::Failed { replayed: marks, has_refund: true },
        })
    }

    /// What the provider does with a request that it takes for a new one.
    pub fn process(&mut self, choice: Choice, now: u64) -> News {
        let mut make = |entity: Entity| {
            self.moved += u8::from(entity == Entity::Done);
            self.entities.push(entity);
            self.key = Some((now, self.entities.len() - 1));
        };
        match choice {
            Choice::Done => {
                make(Entity::Done);
                News::Succeeded { replayed: false }
            }
            Choice::Pending => {
                make(Entity::Pending);
                News::Pending { replayed: false }
            }
            Choice::Failed => {
                make(Entity::Failed);
                News::Failed { replayed: false, has_refund: true }
            }
            Choice::Refuse(refusal) => News::Refused(refusal),
            Choice::ErrorBefore => ERROR,
            Choice::ErrorAfter => {
                make(Entity::Done);
                ERROR
            }
        }
    }

    /// What the provider's query may show: everything, or a list that lags behind.
    pub fn sightings(&self, facts: &Facts, lag: bool) -> Vec<Sighting> {
        if facts.asks != Asks::Refund {
            return Vec::new();
        }
        let shown = match self.entities.as_slice() {
            [] if self.foreign == Some(false) => Sighting::Unclear,
            [] => Sighting::Absent,
            [Entity::Pending] => Sighting::Pending,
            [Entity::Done] => Sighting::Succeeded,
            [Entity::Failed | Entity::Bounced] => Sighting::Failed,
            // Two under one reference.
            _ => Sighting::Unclear,
        };
        let mut all = vec![shown, Sighting::Unanswered { retry_after_ms: None }];
        if lag && !self.entities.is_empty() {
            all.push(Sighting::Absent);
        }
        all
    }
}
