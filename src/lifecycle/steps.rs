//! What comes next: a pure function of what is stored, the facts, the time and the policy.

use super::life::{Attempt, End, Life, News, Query, Refusal, Sighting};
use super::policy::Policy;
use crate::facts::{Asks, Events, Facts, Repeat};

/// What the host does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Move {
    /// Sign the plan and send it.
    Send {
        /// The last moment at which it may leave, in milliseconds since 1970.
        before: u64,
        /// It repeats a request that is in doubt, under a key that is trusted.
        keyed: bool,
        /// The provider wants a new access token.
        renew_token: bool,
    },
    /// Ask the provider about this refund.
    Query {
        /// As above.
        before: u64,
    },
    /// Nothing, until then or until an event.
    Wait {
        /// In milliseconds since 1970.
        until: u64,
    },
    /// Nothing more.
    Finish(End),
    /// Show a person the question.
    Review(Question),
}

/// What a person is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Question {
    /// A request was lost, and nothing that can be asked tells whether it moved money.
    Lost,
    /// The first attempt was answered from the provider's record: somebody else used the key.
    KeyUsedBefore,
    /// It ended without money moved, and now the provider says that money moved.
    MovedAfterAll,
    /// It is open for longer than the policy's patience.
    StillOpen,
}

/// What comes next.
#[must_use]
pub fn next(life: &Life, facts: &Facts, now: u64, policy: &Policy) -> Move {
    // The clock stepped back, and nothing that is stored shows it: no age grows until the clock is where it was. So
    // nothing is waited for, and what begins stores the clock as it is now.
    let stepped_back = now.saturating_add(policy.clock_step_ms) < life.clock;
    let life = &life.at(now);
    let view = View { life, facts, now, policy, stepped_back };
    if let Some(until) = life.leased_until().filter(|_| !stepped_back) {
        // One step at a time: whoever began it has until then.
        return if life.end.is_some() && life.contradiction.is_none() { view.ended() } else { Move::Wait { until } };
    }
    if life.send_again {
        return view.send_unguarded();
    }
    if life.end.is_some() {
        return view.ended();
    }
    if life.attempts.is_empty() {
        return view.send_unguarded();
    }
    let step = view.open();
    let patience_ends = view.patience_ends();
    match step {
        Move::Review(_) | Move::Finish(_) => step,
        _ if now >= patience_ends => Move::Review(Question::StillOpen),
        Move::Wait { until } => Move::Wait { until: until.min(patience_ends) },
        step => step,
    }
}

/// What `next` looks at.
struct View<'a> {
    life: &'a Life,
    facts: &'a Facts,
    now: u64,
    policy: &'a Policy,
    stepped_back: bool,
}

impl View<'_> {
    /// After the end there is nothing to do, but to ask about what does not fit it.
    fn ended(&self) -> Move {
        let Some(end) = self.life.end else { return Move::Review(Question::StillOpen) };
        match (self.life.contradiction, end) {
            (None, _) => Move::Finish(end),
            (Some(_), End::Succeeded) if self.facts.asks == Asks::Refund && self.now < self.patience_ends() => {
                self.ask()
            }
            // The signed event is all that can be known.
            (Some(_), End::Succeeded | End::Reversed) => Move::Finish(End::Reversed),
            (Some(_), End::Failed | End::Rejected) => Move::Review(Question::MovedAfterAll),
        }
    }

    fn open(&self) -> Move {
        if self.life.is_failed(|attempt| self.is_doubtful(attempt) || attempt.is_accepted()) {
            return Move::Finish(End::Failed);
        }
        // What was accepted is asked about and never sent again.
        if self.life.accepted {
            return self.ask_or(|| self.wait_for_event());
        }
        if !self.life.attempts.iter().any(|attempt| self.is_doubtful(attempt)) {
            return match self.last_attempt().and_then(|attempt| attempt.heard) {
                // A refusal stored while another attempt was in doubt that has gone since.
                Some((News::Refused(Refusal::Final | Refusal::FinalUnlessDone), _)) => Move::Finish(End::Rejected),
                Some((News::Failed { .. }, _)) => Move::Finish(End::Failed),
                _ => self.send_after_pause(None),
            };
        }
        if self.life.foreign_key {
            return self.ask_or(|| Move::Review(Question::KeyUsedBefore));
        }
        let trusted_until = self.trusted_until().filter(|until| self.now < *until);
        match (trusted_until, self.was_asked()) {
            (Some(until), true) => self.send_after_pause(Some(until)),
            (Some(until), false) if self.facts.asks != Asks::Refund || self.may_retry() => {
                self.send_after_pause(Some(until))
            }
            _ => self.ask_or(|| self.wait_for_event()),
        }
    }

    /// Whether the attempt may have moved money, or may yet: neither its answer nor a list tells that it did not.
    fn is_doubtful(&self, attempt: &Attempt) -> bool {
        attempt.doubt && !self.is_absent(attempt)
    }

    /// A list that was read after the attempt could no longer arrive lacked the refund, and lists are trusted by then.
    fn is_absent(&self, attempt: &Attempt) -> bool {
        let Some(lag) = self.facts.list_lag_ms.or(self.policy.assumed_list_lag_ms) else { return false };
        let margin = [self.policy.arrival_ms, self.policy.clock_step_ms, lag].into_iter().fold(0, u64::saturating_add);
        self.life.absent.is_some_and(|absent| {
            absent.query > attempt.id && absent.begun_at > attempt.begun_at.saturating_add(margin)
        })
    }

    /// Until when a repeat is recognized, however late it arrives.
    fn trusted_until(&self) -> Option<u64> {
        let is_trusted = match self.facts.repeat {
            Repeat::MarkedReplay | Repeat::SilentReplay => true,
            Repeat::Undocumented => self.policy.trust_undocumented_keys,
            Repeat::None => false,
        };
        let first = self.life.first_begun_at().filter(|_| is_trusted)?;
        let late = self.policy.arrival_ms.saturating_add(self.policy.clock_step_ms);
        first.saturating_add(self.policy.memory_ms).checked_sub(late)
    }

    /// Whether the last answer itself says that the same request may be sent again.
    fn may_retry(&self) -> bool {
        matches!(self.last_attempt().and_then(|attempt| attempt.heard), Some((News::Unknown { retry: true, .. }, _)))
    }

    /// Whether a question was answered since the last attempt and did not tell, or the second one was not answered, either.
    fn was_asked(&self) -> bool {
        let heard = self.life.query.and_then(|query| query.heard);
        let is_answered = heard.is_some_and(|(sighting, _)| !matches!(sighting, Sighting::Unanswered { .. }));
        is_answered || self.life.queries >= 2
    }

    fn last_attempt(&self) -> Option<&Attempt> {
        self.life.attempts.last()
    }

    fn patience_ends(&self) -> u64 {
        self.life.patience_from.saturating_add(self.policy.patience_ms)
    }

    fn send_unguarded(&self) -> Move {
        let before = self.now.saturating_add(self.policy.lease_ms);
        Move::Send { before, keyed: false, renew_token: self.renews_token() }
    }

    fn renews_token(&self) -> bool {
        matches!(self.last_attempt().and_then(|attempt| attempt.heard), Some((News::Refused(Refusal::Token), _)))
    }

    /// Sends again after a pause; `trusted_until` where an attempt is in doubt.
    fn send_after_pause(&self, trusted_until: Option<u64>) -> Move {
        let due = self.send_due();
        if self.now < due && !self.stepped_back {
            return Move::Wait { until: trusted_until.map_or(due, |until| due.min(until)) };
        }
        let lease = self.now.saturating_add(self.policy.lease_ms);
        let before = trusted_until.map_or(lease, |until| until.min(lease));
        Move::Send { before, keyed: trusted_until.is_some(), renew_token: self.renews_token() }
    }

    fn send_due(&self) -> u64 {
        let Some(attempt) = self.last_attempt() else { return self.now };
        let (since, wanted) = match attempt.heard {
            // Nothing left, or a new token: the next one need not wait.
            Some((News::NotSent | News::Refused(Refusal::Token), at)) if self.life.attempts.len() == 1 => return at,
            Some((News::Refused(Refusal::Later(wanted)), at)) => (at, wanted),
            Some((News::Unknown { retry_after_ms, .. }, at)) => (at, retry_after_ms),
            Some((_, at)) => (at, None),
            None => (attempt.begun_at, None),
        };
        since.saturating_add(self.pause(self.life.attempts.len().saturating_sub(1), wanted))
    }

    /// Asks, where the provider's query tells of refunds; otherwise something else.
    fn ask_or(&self, otherwise: impl Fn() -> Move) -> Move {
        if self.facts.asks == Asks::Refund { self.ask() } else { otherwise() }
    }

    fn ask(&self) -> Move {
        let due = if self.life.ask_now { self.now } else { self.query_due() };
        if self.now < due && !self.stepped_back {
            return Move::Wait { until: due };
        }
        Move::Query { before: self.now.saturating_add(self.policy.lease_ms) }
    }

    fn query_due(&self) -> u64 {
        let asked = usize::try_from(self.life.queries).unwrap_or(usize::MAX);
        let (since, wanted) = match (self.life.query, self.last_attempt()) {
            (Some(Query { heard: Some((Sighting::Unanswered { retry_after_ms }, at)), .. }), _) => (at, retry_after_ms),
            (Some(Query { heard: Some((_, at)), .. }), _) => (at, None),
            (Some(Query { begun_at, .. }), _) => (begun_at, None),
            (None, Some(Attempt { heard: Some((_, at)), .. })) => (*at, None),
            (None, Some(Attempt { begun_at, .. })) => (*begun_at, None),
            (None, None) => return self.now,
        };
        since.saturating_add(self.pause(asked, wanted))
    }

    /// What the provider asks for, or a pause that doubles.
    fn pause(&self, times: usize, wanted: Option<u64>) -> u64 {
        let doublings = u32::try_from(times).unwrap_or(u32::MAX).min(30);
        let doubled = self.policy.pause_ms.saturating_mul(1_u64 << doublings).min(self.policy.longest_pause_ms);
        wanted.map_or(doubled, |wanted| wanted.max(self.policy.pause_ms))
    }

    /// Nothing can be asked: an event may still come, otherwise a person has to look.
    fn wait_for_event(&self) -> Move {
        if self.facts.events != Events::Decide && !self.life.accepted {
            return Move::Review(Question::Lost);
        }
        if self.now >= self.patience_ends() {
            let question = if self.life.accepted { Question::StillOpen } else { Question::Lost };
            return Move::Review(question);
        }
        Move::Wait { until: self.patience_ends() }
    }
}
