//! The record: what a host stores of one refund. JSON with a version, in anything that has compare-and-swap.

use super::heard::{Answer, Event, cut, invalid_observation};
use super::life::{Decision, End, Life, News, Sighting};
use super::matching::{self, Ours};
use super::policy::Policy;
use super::steps::{self, Move, Question};
use crate::encode::json::Value;
use crate::error::{ErrorCode, RefundError};
use crate::facts::{Asks, Events, Facts, Repeat};
use crate::plan::Plan;
use crate::time;
use alloc::string::String;
use alloc::vec::Vec;

/// The version that this build writes and reads.
pub const VERSION: &str = "1";

/// The longest account label, in characters.
pub(super) const MAX_ACCOUNT: usize = 200;
/// No host takes longer for a step: a day.
pub(super) const MAX_LEASE_MS: u64 = 86_400_000;
/// How many entries the log keeps: the first half and the last half of a longer one.
const MAX_LOG: usize = 64;

/// One refund's record.
#[derive(Clone, Debug)]
pub struct Record {
    pub(super) plan: Plan,
    pub(super) account: String,
    pub(super) life: Life,
    /// The refund as the provider last told it, as JSON.
    pub(super) refund: Option<String>,
    pub(super) history: Vec<(End, u64)>,
    pub(super) log: Vec<Entry>,
}

/// One line of the log, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// The step that it belongs to.
    pub step: u64,
    /// What happened: `opened`, `begun`, `heard`, `event`, `decision`.
    pub what: &'static str,
    /// What it said, in codes: `send`, `succeeded`, `unknown no_response`, the person's name.
    pub says: String,
}

/// One step: what [`Record::next`] gives, and [`Record::begin`] takes back.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its number. Only the next one can begin.
    pub id: u64,
    /// What to do.
    pub action: Move,
    /// What is signed and sent: the record's plan, or the provider's question about it.
    pub plan: Option<Plan>,
}

/// What a host observes.
#[derive(Clone, Debug)]
pub enum Observation<'a> {
    /// The answer to a step.
    Answer {
        /// The step.
        step: u64,
        /// What the verdict says.
        answer: Answer,
    },
    /// The step's request never left.
    NotSent {
        /// The step.
        step: u64,
    },
    /// A verified event.
    Event(Event),
    /// What a person decided.
    Decision {
        /// The review that it answers.
        step: u64,
        /// What.
        decision: Decision,
        /// Who.
        by: &'a str,
    },
}

impl Record {
    /// The record of a refund of which nothing was sent. Keys and references are unique per account: `account` is your
    /// label of the merchant account.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidPlan`] for a plan that moves no money, [`ErrorCode::InvalidRecord`] for the label,
    /// [`ErrorCode::InvalidAttempt`] for the time.
    pub fn open(plan: &Plan, account: &str, now: u64) -> Result<Self, RefundError> {
        if !plan.operation.moves_money {
            return Err(RefundError::new(
                ErrorCode::InvalidPlan,
                "plan",
                "moves no money: there is nothing to follow.",
            ));
        }
        check_account(account)?;
        check_time(now)?;
        let mut record = Record {
            plan: plan.clone(),
            account: String::from(account),
            life: Life::open(now),
            refund: None,
            history: Vec::new(),
            log: Vec::new(),
        };
        record.note(now, 0, "opened", "");
        Ok(record)
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The label of the merchant account.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The state behind it.
    #[must_use]
    pub fn life(&self) -> &Life {
        &self.life
    }

    /// What is known of following this plan.
    #[must_use]
    pub fn facts(&self) -> Facts {
        facts_of(&self.plan)
    }

    /// What comes next. Pure: ask as often as you like.
    #[must_use]
    pub fn next(&self, now: u64, policy: &Policy) -> Step {
        let action = steps::next(&self.life, &self.facts(), now, policy);
        let id = self.life.sequence.saturating_add(1);
        let plan = match action {
            Move::Send { .. } => Some(self.plan.clone()),
            Move::Query { .. } => question(&self.plan),
            _ => None,
        };
        Step { id, action, plan }
    }

    /// The record to store before the step is done: "sent, nothing heard".
    ///
    /// # Errors
    /// [`ErrorCode::InvalidStep`] for any step but the next one, for one that has nothing to begin, and for one whose
    /// time is over: call [`Record::next`] again.
    pub fn begin(&self, id: u64, action: Move, now: u64) -> Result<Self, RefundError> {
        check_time(now)?;
        let refuse = |path: &str, message: &str| Err(RefundError::new(ErrorCode::InvalidStep, path, message));
        if id != self.life.sequence.saturating_add(1) {
            return refuse("step.id", "is not that of the next step: the record has moved on.");
        }
        let life = self.life.at(now);
        let (life, what, before) = match action {
            Move::Send { before, keyed, .. } => {
                if !self.may_send(keyed) {
                    return refuse("step.do", "is send, and this refund may not be sent so now.");
                }
                (life.begin_attempt(now, before, keyed), "send", before)
            }
            Move::Query { before } => {
                if self.facts().asks != Asks::Refund || life.attempts.is_empty() {
                    return refuse("step.do", "is query, and there is nothing to ask about.");
                }
                (life.begin_query(now, before), "query", before)
            }
            Move::Wait { .. } | Move::Finish(_) | Move::Review(_) => {
                return refuse("step.do", "is nothing that begins: only send and query do.");
            }
        };
        if now >= before {
            return refuse("step.before", "is over.");
        }
        if before > now.saturating_add(MAX_LEASE_MS) {
            return refuse("step.before", "is further away than any lease.");
        }
        let mut record = Record { life, ..self.clone() };
        record.note(now, id, "begun", what);
        Ok(record)
    }

    /// Whether a send could be what comes next under some policy: what a policy decides is when.
    fn may_send(&self, keyed: bool) -> bool {
        let life = &self.life;
        if life.send_again {
            return !keyed;
        }
        if life.accepted || life.end.is_some() {
            return false;
        }
        if keyed {
            return life.in_doubt() && !life.foreign_key && self.facts().repeat != Repeat::None;
        }
        let is_absent = |id: u64| life.absent.is_some_and(|absent| absent.query > id);
        life.attempts.iter().all(|attempt| !attempt.doubt || is_absent(attempt.id))
    }

    /// The record to store after a step, an event or a decision. What comes late, twice or out of order is a correction,
    /// or changes nothing.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidObservation`] for a step that never began, an event of another provider, and a decision that
    /// answers no question, or one that the record has moved on from.
    pub fn observe(&self, observation: &Observation<'_>, now: u64, policy: &Policy) -> Result<Self, RefundError> {
        check_time(now)?;
        match observation {
            Observation::Answer { step, answer } => self.heard(*step, answer, now),
            Observation::NotSent { step } => self.heard(*step, &Answer::not_sent(), now),
            Observation::Event(event) => self.event(event, now),
            Observation::Decision { step, decision, by } => self.decided(*step, *decision, by, now, policy),
        }
    }

    fn heard(&self, step: u64, answer: &Answer, now: u64) -> Result<Self, RefundError> {
        if step == 0 || step > self.life.sequence {
            return Err(invalid_observation("step", "never began."));
        }
        let facts = self.facts();
        let is_attempt = self.life.attempts.iter().any(|attempt| attempt.id == step);
        if is_attempt && answer.is_list {
            return Err(invalid_observation("step", "is a send, and the verdict answers a query."));
        }
        let life = if is_attempt {
            self.life.attempt_heard(step, answer.news, &facts, now)
        } else if answer.news == News::NotSent {
            self.life.query_heard(step, Sighting::Unanswered { retry_after_ms: None }, now)
        } else {
            self.life.query_heard(step, answer.sighting(&facts, &self.ours()), now)
        };
        let refund = if is_attempt { answer.refund.clone() } else { answer.refund_of(&self.ours()) };
        Ok(self.with(life, refund, now, step, "heard", &answer.says))
    }

    fn event(&self, event: &Event, now: u64) -> Result<Self, RefundError> {
        if event.provider != self.plan.operation.provider {
            return Err(invalid_observation("event.provider", "is not the provider of this refund."));
        }
        let Some(entry) = event.entry.as_ref().filter(|entry| self.ours().is(entry)) else { return Ok(self.clone()) };
        let facts = self.facts();
        let decides = facts.events == Events::Decide;
        let seen = matching::sighting(core::slice::from_ref(entry), None, &facts, &self.ours());
        let life = self.life.event_heard(seen, decides, now);
        Ok(self.with(life, event.refund.clone().filter(|_| decides), now, self.life.sequence, "event", &event.says))
    }

    fn decided(&self, step: u64, decision: Decision, by: &str, now: u64, policy: &Policy) -> Result<Self, RefundError> {
        if by.trim().is_empty() || by.chars().count() > MAX_ACCOUNT {
            return Err(invalid_observation("by", "must name the person who decides, in 1 to 200 characters."));
        }
        let next = self.next(now, policy);
        if step != next.id {
            return Err(invalid_observation("step", "is not the present question: the record has moved on."));
        }
        if !self.answers(next.action).contains(&decision) {
            return Err(invalid_observation("decision", "answers no question that is open now."));
        }
        if decision == Decision::NotRefunded && now < self.arrived_at(policy) {
            return Err(invalid_observation("decision", "comes too early: a request may still arrive."));
        }
        let life = self.life.decided(decision, now);
        let says = [decision.as_str(), " by ", by].concat();
        Ok(self.with(life, None, now, step, "decision", &says))
    }

    /// What a person may answer.
    #[must_use]
    pub fn answers(&self, action: Move) -> &'static [Decision] {
        use Decision::{AskAgain, NotRefunded, Refunded, SendAgain};
        match action {
            Move::Review(Question::MovedAfterAll) => &[Refunded, NotRefunded],
            Move::Review(Question::StillOpen) if self.life.accepted => &[Refunded, NotRefunded, AskAgain],
            Move::Review(Question::StillOpen) => &[Refunded, NotRefunded, AskAgain, SendAgain],
            Move::Review(Question::Lost | Question::KeyUsedBefore) => &[Refunded, NotRefunded, SendAgain],
            // A set-up fault that was corrected.
            Move::Finish(End::Rejected) if !self.life.in_doubt() => &[SendAgain],
            _ => &[],
        }
    }

    /// From when no request of this record can arrive any more, in milliseconds since 1970.
    #[must_use]
    pub fn arrived_at(&self, policy: &Policy) -> u64 {
        let last = self.life.attempts.iter().map(|attempt| attempt.begun_at).max().unwrap_or(0);
        last.saturating_add(policy.arrival_ms).saturating_add(policy.clock_step_ms)
    }

    /// What our refund is known by.
    #[must_use]
    pub fn ours(&self) -> Ours {
        let id = self.refund.as_deref().and_then(Value::parse);
        let id = id.as_ref().and_then(|refund| refund.get("id")).and_then(Value::text).map(String::from);
        Ours::of(&self.plan, &self.facts(), id, self.life.opened_at)
    }

    fn with(&self, life: Life, refund: Option<String>, now: u64, step: u64, what: &'static str, says: &str) -> Self {
        // An observation that changes nothing leaves the record as it was, so that a repeated one is harmless.
        let same = Life { clock: self.life.clock, sequence: self.life.sequence, ..life.clone() };
        if same == self.life && refund.is_none() {
            return self.clone();
        }
        let mut record = Record { life, ..self.clone() };
        let is_over = self.life.end.is_some() && self.life.end == record.life.end;
        record.refund = refund.filter(|refund| !is_over || self.tells_end(refund)).or(record.refund);
        if let Some(end) = record.life.end.filter(|end| record.history.last().map(|(last, _)| *last) != Some(*end)) {
            record.history.push((end, now));
        }
        record.note(now, step, what, says);
        record
    }

    /// Whether a refund that is heard of after the end is in the state in which it ended: older news replaces nothing.
    fn tells_end(&self, refund: &str) -> bool {
        let status = match self.life.end {
            Some(End::Succeeded) => "succeeded",
            Some(End::Failed | End::Rejected) => "failed",
            Some(End::Reversed) | None => return true,
        };
        Value::parse(refund).is_some_and(|refund| refund.get("status").and_then(Value::text) == Some(status))
    }

    fn note(&mut self, at: u64, step: u64, what: &'static str, says: &str) {
        if self.log.len() >= MAX_LOG {
            self.log.remove(MAX_LOG / 2);
        }
        self.log.push(Entry { at, step, what, says: cut(says) });
    }
}

/// What is known of following a plan's refund.
pub(super) fn facts_of(plan: &Plan) -> Facts {
    let facts = plan.operation.follow.unwrap_or(Facts::NONE);
    // Facts may depend on the plan: PayerMax's status query needs the merchantId.
    let asks = if question(plan).is_some() { facts.asks } else { Asks::Nothing };
    Facts { asks, ..facts }
}

/// The plan that asks the provider about a plan's refund, where there is one.
fn question(plan: &Plan) -> Option<Plan> {
    let provider = crate::PROVIDERS.iter().find(|provider| provider.name == plan.operation.provider)?;
    (provider.query_for)(plan, None)
}

impl Decision {
    /// As JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Decision::Refunded => "refunded",
            Decision::NotRefunded => "not-refunded",
            Decision::AskAgain => "ask-again",
            Decision::SendAgain => "send-again",
        }
    }
}

pub(super) fn check_account(account: &str) -> Result<(), RefundError> {
    let length = account.chars().count();
    if account.is_empty() || length > MAX_ACCOUNT || account.chars().any(char::is_control) {
        let message = "must be a label of 1 to 200 characters without control characters.";
        return Err(RefundError::new(ErrorCode::InvalidRecord, "account", message));
    }
    Ok(())
}

/// Refuses what cannot be the present time.
///
/// # Errors
/// [`ErrorCode::InvalidAttempt`].
pub fn check_time(now: u64) -> Result<(), RefundError> {
    if time::is_sane(now) {
        return Ok(());
    }
    Err(RefundError::new(ErrorCode::InvalidAttempt, "now", "must be the present time in milliseconds since 1970."))
}
