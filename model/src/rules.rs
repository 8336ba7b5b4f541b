//! Rules of the lifecycle that a model can leave out, to see what each of them is for.

use refund_signer::facts::Facts;
use refund_signer::lifecycle::life::{Absence, End, Life, News, Refusal, Sighting};

/// A rule that is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A request is stored before it is sent.
    WriteAhead,
    /// An answer that leaves the result open leaves the attempt in doubt.
    Doubt,
    /// A refusal speaks of its own attempt.
    OwnRefusal,
    /// A failure speaks of its own attempt, unless one key ties the requests together.
    OwnFailure,
    /// What the provider accepted is not sent again.
    Accepted,
    /// A list proves an absence for the time at which it was asked for.
    OldAbsence,
    /// A first request that is answered as a repeat is somebody else's.
    ForeignKey,
}

impl Rule {
    /// What the machine takes for its state.
    pub fn seen(self, life: &Life) -> Life {
        let accepted = life.accepted && self != Rule::Accepted;
        Life { accepted, ..life.clone() }
    }

    /// What is stored when a request begins: `begun` with the rule.
    pub fn begun(self, before: &Life, begun: Life) -> Life {
        if self == Rule::WriteAhead { before.clone() } else { begun }
    }

    /// What becomes of the answer to an attempt.
    pub fn attempt_heard(self, life: &Life, id: u64, news: News, facts: &Facts, now: u64) -> Life {
        let taken_for = match (self, news) {
            (Rule::Doubt, News::Unknown { .. }) => News::Refused(Refusal::Later(None)),
            (Rule::ForeignKey, News::Succeeded { .. }) => News::Succeeded { replayed: false },
            _ => news,
        };
        let mut life = life.attempt_heard(id, taken_for, facts, now);
        let end = match (self, news) {
            (Rule::OwnRefusal, News::Refused(Refusal::Final | Refusal::FinalUnlessDone)) => Some(End::Rejected),
            (Rule::OwnFailure, News::Failed { .. }) => Some(End::Failed),
            _ => None,
        };
        life.end = life.end.or(end);
        life
    }

    /// What becomes of the answer to a question.
    pub fn query_heard(self, life: &Life, id: u64, seen: Sighting, now: u64) -> Life {
        let mut life = life.query_heard(id, seen, now);
        if self == Rule::OldAbsence && seen == Sighting::Absent {
            life.absent = Some(Absence { query: life.sequence, begun_at: now });
        }
        life
    }
}
