//! The state of one refund's life, and how evidence changes it. No policy here: what is stored is what happened.

use crate::facts::{Facts, Repeat};
use alloc::vec::Vec;

/// What the answer to one attempt says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum News {
    /// The host gave up before the request left: the attempt never happened.
    NotSent,
    /// The refund is done.
    Succeeded {
        /// The provider marked it as the answer to an earlier request.
        replayed: bool,
    },
    /// The provider has the refund; it is not final.
    Pending {
        /// As above.
        replayed: bool,
    },
    /// The provider decided against the refund.
    Failed {
        /// As above.
        replayed: bool,
        /// The answer holds the refund itself, in its final state.
        has_refund: bool,
    },
    /// The provider refused the request.
    Refused(Refusal),
    /// Nobody knows.
    Unknown {
        /// The provider says that the same request may be sent again.
        retry: bool,
        /// How long it asks to wait, in milliseconds.
        retry_after_ms: Option<u64>,
    },
}

/// How a provider refused a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// For good: input or set-up have to change.
    Final,
    /// For good, unless an earlier attempt succeeded: its success would cause the same refusal.
    FinalUnlessDone,
    /// For now: the same plan may be signed again, after so many milliseconds if given.
    Later(Option<u64>),
    /// Until the host has a new access token.
    Token,
}

/// The state of our refund, as a query or an event tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sighting {
    /// The question was not answered.
    Unanswered {
        /// How long the provider asks to wait, in milliseconds.
        retry_after_ms: Option<u64>,
    },
    /// The whole list was read, and none of it can be ours.
    Absent,
    /// It may be there or not: another page, an entry without a reference, a state that says nothing.
    Unclear,
    /// It is there, and done.
    Succeeded,
    /// It is there, and not final.
    Pending,
    /// It is there, and no money moved.
    Failed,
}

/// One signed request, from the moment at which it may have been sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Attempt {
    /// The step that began it.
    pub id: u64,
    /// When it was begun, in milliseconds since 1970.
    pub begun_at: u64,
    /// Until when its host has to be done.
    pub before: u64,
    /// It was begun as a repeat under a key that was trusted then.
    pub keyed: bool,
    /// It may have moved money, and may yet.
    pub doubt: bool,
    /// What was heard of it, and when.
    pub heard: Option<(News, u64)>,
}

impl Attempt {
    /// Whether the provider accepted it.
    #[must_use]
    pub const fn is_accepted(&self) -> bool {
        matches!(self.heard, Some((News::Pending { .. }, _)))
    }

    /// Whether it may yet make a refund, or has made one that is not final.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.doubt || self.is_accepted()
    }
}

/// The last question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Query {
    /// The step that began it.
    pub id: u64,
    /// When it was begun.
    pub begun_at: u64,
    /// Until when its host has to be done.
    pub before: u64,
    /// What it told, and when.
    pub heard: Option<(Sighting, u64)>,
}

/// A list that lacked the refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Absence {
    /// The query that showed it.
    pub query: u64,
    /// When that was begun.
    pub begun_at: u64,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// The money moved.
    Succeeded,
    /// The provider decided against it; no money moved.
    Failed,
    /// The provider refused it; no money moved.
    Rejected,
    /// The money moved, and came back.
    Reversed,
}

/// What was heard after the end that does not fit it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Contradiction {
    /// Queries begun after this step speak of it.
    pub since: u64,
}

/// What a person decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// The money moved: seen in the provider's back office.
    Refunded,
    /// No money moved, and none will.
    NotRefunded,
    /// Go on asking, with new patience.
    AskAgain,
    /// Send once more, at the named person's own risk.
    SendAgain,
}

/// The state of one refund's life.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a fact that was heard, and any of them may hold with any other"
)]
pub struct Life {
    /// The latest time that was seen, in milliseconds since 1970.
    pub clock: u64,
    /// When the record was opened, as the clock showed it then. A step back does not age it: an older refund would be
    /// taken for ours.
    pub opened_at: u64,
    /// From when patience counts.
    pub patience_from: u64,
    /// The number of the last change. The next step has the number after it.
    pub sequence: u64,
    /// All attempts.
    pub attempts: Vec<Attempt>,
    /// The last question since the last attempt.
    pub query: Option<Query>,
    /// How many questions were begun since the last attempt.
    pub queries: u32,
    /// The last list that lacked the refund.
    pub absent: Option<Absence>,
    /// The last step before which our refund was seen failed, with other requests in doubt.
    pub failed_before: Option<u64>,
    /// The provider has the refund: it is asked about and never sent again.
    pub accepted: bool,
    /// The first attempt was answered from the provider's record: somebody else used the key.
    pub foreign_key: bool,
    /// Something happened: ask without a pause.
    pub ask_now: bool,
    /// A person wants it sent once more.
    pub send_again: bool,
    /// How it ended.
    pub end: Option<End>,
    /// What does not fit the end.
    pub contradiction: Option<Contradiction>,
}

impl Life {
    /// A refund of which nothing was sent.
    #[must_use]
    pub fn open(now: u64) -> Self {
        Life {
            clock: now,
            opened_at: now,
            patience_from: now,
            sequence: 0,
            attempts: Vec::new(),
            query: None,
            queries: 0,
            absent: None,
            failed_before: None,
            accepted: false,
            foreign_key: false,
            ask_now: false,
            send_again: false,
            end: None,
            contradiction: None,
        }
    }

    /// The life as this clock sees it. A clock that stepped back makes all times that are waited for older by that step, so
    /// that no time that has passed passes once more.
    #[must_use]
    pub fn at(&self, now: u64) -> Self {
        let step = self.clock.saturating_sub(now);
        let mut life = Life { clock: now, ..self.clone() };
        if step > 0 {
            life.shift(step);
        }
        life
    }

    fn shift(&mut self, step: u64) {
        let older = |time: &mut u64| *time = time.saturating_sub(step);
        older(&mut self.patience_from);
        for attempt in &mut self.attempts {
            older(&mut attempt.begun_at);
            older(&mut attempt.before);
            if let Some((_, at)) = &mut attempt.heard {
                older(at);
            }
        }
        if let Some(query) = &mut self.query {
            older(&mut query.begun_at);
            older(&mut query.before);
            if let Some((_, at)) = &mut query.heard {
                older(at);
            }
        }
        if let Some(absent) = &mut self.absent {
            older(&mut absent.begun_at);
        }
    }

    /// Stores that a request goes out now, before it does: "sent, nothing heard".
    #[must_use]
    pub fn begin_attempt(&self, now: u64, before: u64, keyed: bool) -> Self {
        let mut life = self.changed(now);
        let id = life.sequence;
        life.attempts.push(Attempt { id, begun_at: now, before, keyed, doubt: true, heard: None });
        life.query = None;
        life.queries = 0;
        life.ask_now = false;
        life.send_again = false;
        // A person's "send again" reopens what ended.
        life.end = None;
        life.contradiction = None;
        life
    }

    /// Stores that a question goes out now.
    #[must_use]
    pub fn begin_query(&self, now: u64, before: u64) -> Self {
        let mut life = self.changed(now);
        life.query = Some(Query { id: life.sequence, begun_at: now, before, heard: None });
        life.queries = life.queries.saturating_add(1);
        life.ask_now = false;
        life
    }

    /// The answer to an attempt, however late, or however often.
    #[must_use]
    pub fn attempt_heard(&self, id: u64, news: News, facts: &Facts, now: u64) -> Self {
        let Some(known) = self.attempts.iter().find(|attempt| attempt.id == id).copied() else { return self.clone() };
        // A host that gave up says nothing of what was heard: another one has sent the request, or it has itself.
        if news == News::NotSent && known.heard.is_some() {
            return self.clone();
        }
        let moved = matches!(news, News::Succeeded { .. } | News::Pending { .. });
        // "Nobody knows" waits for a later answer, and "not sent" was wrong where one comes; what was settled is
        // corrected by evidence of money only.
        let is_open = |heard| matches!(heard, News::Unknown { .. } | News::NotSent);
        let was_settled = known.heard.is_some_and(|(heard, _)| !is_open(heard));
        if was_settled && (!moved || known.heard.is_some_and(|(heard, _)| heard == news)) {
            return self.clone();
        }
        let mut life = self.changed(now);
        for attempt in life.attempts.iter_mut().filter(|attempt| attempt.id == id) {
            attempt.heard = Some((news, now));
            attempt.doubt = matches!(news, News::Unknown { .. });
        }
        let only_one_sent = self.attempts.iter().all(|attempt| attempt.id == id || never_left(attempt));
        match news {
            // What ended without this request did not know that it had left.
            News::Unknown { .. } if matches!(life.end, Some(End::Failed | End::Rejected)) && never_left(&known) => {
                life.end = None;
                life.patience_from = now;
            }
            News::NotSent | News::Unknown { .. } | News::Refused(Refusal::Later(_) | Refusal::Token) => {}
            // No request of ours had the key before: this is what somebody else asked for.
            News::Succeeded { replayed: true } | News::Pending { replayed: true } if only_one_sent => {
                life.foreign_key = true;
                life.doubt_again(id);
            }
            News::Succeeded { .. } => life.ends(End::Succeeded),
            News::Pending { .. } => life.accepted = true,
            News::Failed { replayed, has_refund } => {
                if replayed || life.is_nothing_open() || (has_refund && life.is_one_refund(&known, facts)) {
                    life.ends(End::Failed);
                }
            }
            // Where no key is recognized, a repeat on the way may have had the success that causes this refusal. Under a
            // key that repeat would have been answered with the success.
            News::Refused(Refusal::FinalUnlessDone) if !facts.repeat.is_documented() => life.doubt_again(id),
            News::Refused(Refusal::Final | Refusal::FinalUnlessDone) => {
                if life.is_nothing_open() {
                    life.ends(End::Rejected);
                }
            }
        }
        life
    }

    /// The answer to a question. One that comes after a later step began still tells what it saw, but proves no absence.
    #[must_use]
    pub fn query_heard(&self, id: u64, sighting: Sighting, now: u64) -> Self {
        let mut life = self.changed(now);
        let mut begun_at = None;
        if let Some(query) = life.query.as_mut().filter(|query| query.id == id && query.heard.is_none()) {
            query.heard = Some((sighting, now));
            begun_at = Some(query.begun_at);
        }
        match (sighting, begun_at) {
            (Sighting::Absent, Some(begun_at)) => life.absent = Some(Absence { query: id, begun_at }),
            (Sighting::Absent | Sighting::Unanswered { .. } | Sighting::Unclear, _) => {}
            (seen, _) => life.seen(seen, id),
        }
        life
    }

    /// A verified event about our refund. `decides` where its signature covers the state.
    #[must_use]
    pub fn event_heard(&self, sighting: Sighting, decides: bool, now: u64) -> Self {
        let mut life = self.changed(now);
        life.ask_now = true;
        if !decides {
            return life;
        }
        match (life.end, sighting) {
            // Asked about by the refund's id first, where that is possible: `next` does it.
            (Some(End::Succeeded), Sighting::Failed) => {
                // One that is delivered again is no news: it would keep the refund open for as long as it comes.
                if life.contradiction.is_none() {
                    life.patience_from = now;
                }
                life.contradiction = Some(Contradiction { since: life.sequence });
            }
            // Whether a success is older or younger than the doubt about it, nobody knows.
            (Some(End::Succeeded), Sighting::Succeeded)
            | (_, Sighting::Unanswered { .. } | Sighting::Absent | Sighting::Unclear) => {}
            (_, seen) => {
                let after_all_steps = life.sequence;
                life.seen(seen, after_all_steps);
            }
        }
        life
    }

    /// What a person decided. The caller has checked that it answers the present question.
    #[must_use]
    pub fn decided(&self, decision: Decision, now: u64) -> Self {
        let mut life = self.changed(now);
        match decision {
            Decision::Refunded => {
                life.contradiction = None;
                life.end = Some(End::Succeeded);
            }
            Decision::NotRefunded => {
                for attempt in &mut life.attempts {
                    attempt.doubt = false;
                }
                life.contradiction = None;
                life.end = Some(End::Failed);
            }
            Decision::AskAgain => {
                life.patience_from = now;
                life.ask_now = true;
            }
            Decision::SendAgain => {
                life.patience_from = now;
                life.send_again = true;
            }
        }
        life
    }

    /// Whether an attempt may have moved money, or may yet.
    #[must_use]
    pub fn in_doubt(&self) -> bool {
        self.attempts.iter().any(|attempt| attempt.doubt)
    }

    /// Whether no attempt is in doubt, and the provider has accepted none.
    fn is_nothing_open(&self) -> bool {
        !self.in_doubt() && !self.accepted
    }

    /// The step that is under way: begun, nothing heard. Its end, while that is ahead.
    #[must_use]
    pub fn leased_until(&self) -> Option<u64> {
        let attempts = self.attempts.iter().filter(|attempt| attempt.heard.is_none()).map(|attempt| attempt.before);
        let query = self.query.iter().filter(|query| query.heard.is_none()).map(|query| query.before);
        attempts.chain(query).filter(|before| *before > self.clock).max()
    }

    /// When the first request left that may have arrived.
    #[must_use]
    pub fn first_begun_at(&self) -> Option<u64> {
        self.attempts.iter().filter(|attempt| !never_left(attempt)).map(|attempt| attempt.begun_at).min()
    }

    fn changed(&self, now: u64) -> Self {
        let mut life = self.at(now);
        life.sequence = life.sequence.saturating_add(1);
        life
    }

    fn doubt_again(&mut self, id: u64) {
        for attempt in &mut self.attempts {
            attempt.doubt |= attempt.id == id;
        }
    }

    /// Whether what became of this attempt's refund became of every other request in doubt: the provider has one refund
    /// under their key, and its record of it is what it answered with.
    fn is_one_refund(&self, answered: &Attempt, facts: &Facts) -> bool {
        let mut all = self.attempts.iter().filter(|attempt| attempt.is_open() || attempt.id == answered.id);
        let first = all.next();
        let tied = all.all(|attempt| attempt.keyed);
        let is_first = first.is_some_and(|first| first.id == answered.id);
        match facts.repeat {
            Repeat::SilentReplay => tied,
            // Unmarked, it was taken for a first request: only the first one can be that.
            Repeat::MarkedReplay => tied && is_first,
            Repeat::Undocumented | Repeat::None => false,
        }
    }

    /// Our refund was seen in this state by a query (or event) that speaks of attempts begun before that step.
    fn seen(&mut self, sighting: Sighting, step: u64) {
        match sighting {
            Sighting::Succeeded => {
                // The event that spoke against the success was wrong.
                if self.end == Some(End::Succeeded) && self.contradiction.is_some_and(|doubt| doubt.since < step) {
                    self.contradiction = None;
                }
                self.ends(End::Succeeded);
            }
            Sighting::Pending => self.accepted = true,
            Sighting::Failed => self.seen_failed(step),
            Sighting::Unanswered { .. } | Sighting::Absent | Sighting::Unclear => {}
        }
    }

    fn seen_failed(&mut self, step: u64) {
        if self.end == Some(End::Succeeded) {
            if self.contradiction.is_some_and(|contradiction| contradiction.since < step) {
                self.end = Some(End::Reversed);
                self.contradiction = None;
            }
            return;
        }
        self.failed_before = Some(step);
        if self.is_failed(Attempt::is_open) {
            self.ends(End::Failed);
        }
    }

    /// Whether the failed refund that was seen is what became of every request that is open.
    #[must_use]
    pub fn is_failed(&self, is_open: impl Fn(&Attempt) -> bool) -> bool {
        let Some(step) = self.failed_before else { return false };
        let open = || self.attempts.iter().filter(|attempt| is_open(attempt));
        // Requests that no key ties together may have made two refunds, and one was seen.
        open().all(|attempt| attempt.id < step) && open().skip(1).all(|attempt| attempt.keyed)
    }

    /// Ends the life, or notes that the end does not fit.
    fn ends(&mut self, end: End) {
        match (self.end, end) {
            (None, _) => {
                self.end = Some(end);
                // What a person wanted before this was known.
                self.send_again = false;
                for attempt in &mut self.attempts {
                    attempt.doubt &= end == End::Succeeded;
                }
            }
            // The provider denied it before: now it says that the money moved.
            (Some(End::Failed | End::Rejected), End::Succeeded) => {
                self.contradiction = Some(Contradiction { since: self.sequence });
            }
            _ => {}
        }
    }
}

fn never_left(attempt: &Attempt) -> bool {
    matches!(attempt.heard, Some((News::NotSent, _)))
}
