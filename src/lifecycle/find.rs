//! Which refund of an answer or an event is a plan's, for who keeps no record.

use super::heard::{Answer, Event};
use super::life::Sighting;
use super::matching::{self, Entry, Ours};
use super::record::facts_of;
use crate::encode::decimal;
use crate::encode::json::{Value, Writer, write_list};
use crate::error::{ErrorCode, RefundError};
use crate::facts::{Asks, Events, Facts};
use crate::plan::Plan;
use crate::verdict::RefundStatus;
use alloc::string::String;
use alloc::vec::Vec;

/// What an answer or an event says of a plan's refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The state of the refund, or that nothing certain can be said.
    pub state: FoundState,
    /// The places of the refunds that carry the plan's reference, from 0: in the list, or 0 for the only one.
    pub at: Vec<usize>,
}

/// The state of a plan's refund, as far as an answer or an event tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundState {
    /// It is there, and done.
    Succeeded,
    /// It is there, and not final.
    Pending,
    /// It is there, and no money moved.
    Failed,
    /// The list is whole, and no refund in it can be this one. A request that still travels is in no list.
    NotListed,
    /// Nothing certain can be said.
    Unclear(Doubt),
}

/// Why nothing certain can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The verdict is `rejected` or `unknown`: nothing of such an answer counts.
    NotAnswered,
    /// There is no refund in it, and no list.
    NoRefund,
    /// It speaks of another refund, and not of all.
    OtherRefund,
    /// A refund without a reference, or without an amount, could be this one.
    CouldBe,
    /// The list has more pages.
    MorePages,
    /// What carries the reference does not add up to this refund: several, another amount, or ends that differ.
    DoesNotAddUp,
    /// It is there, and the provider's word for its state says nothing.
    UnknownState,
    /// The event's signature does not cover the refund's state: a reason to ask.
    Hint,
}

impl Answer {
    /// Which refund of an answer is the plan's, by reference and amount. [`FoundState::NotListed`] holds only of the
    /// answer to the provider's `query_for` of this plan.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidPlan`] for a plan that moves no money.
    pub fn find(&self, plan: &Plan) -> Result<Found, RefundError> {
        let (facts, ours) = known(plan)?;
        if !self.is_believed {
            return Ok(Found::unclear(Doubt::NotAnswered));
        }
        let Some(entries) = self.entries() else { return Ok(Found::unclear(Doubt::NoRefund)) };
        let found = Found::among(&entries, &facts, &ours);
        let is_whole = matching::is_whole(&entries, self.page, &facts);
        Ok(match matching::sighting(&entries, self.page, &facts, &ours) {
            Sighting::Absent if self.is_list && facts.asks == Asks::Refund => found.in_state(FoundState::NotListed),
            Sighting::Absent => found.in_state(FoundState::Unclear(Doubt::OtherRefund)),
            Sighting::Unclear if found.at.is_empty() && !is_whole => {
                found.in_state(FoundState::Unclear(Doubt::MorePages))
            }
            sighting => found.seen(sighting, &entries),
        })
    }
}

impl Event {
    /// Whether an event speaks of the plan's refund, and what it says.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidPlan`] for a plan that moves no money.
    pub fn find(&self, plan: &Plan) -> Result<Found, RefundError> {
        let (facts, ours) = known(plan)?;
        if self.provider != plan.operation.provider {
            return Ok(Found::unclear(Doubt::OtherRefund));
        }
        let Some(entry) = &self.entry else { return Ok(Found::unclear(Doubt::NoRefund)) };
        let entries = core::slice::from_ref(entry);
        let found = Found::among(entries, &facts, &ours);
        Ok(match matching::sighting(entries, None, &facts, &ours) {
            Sighting::Absent => found.in_state(FoundState::Unclear(Doubt::OtherRefund)),
            _ if !found.at.is_empty() && facts.events != Events::Decide => {
                found.in_state(FoundState::Unclear(Doubt::Hint))
            }
            sighting => found.seen(sighting, entries),
        })
    }
}

/// Which refund of a verdict or an event, as JSON, is the plan's.
///
/// # Errors
/// [`ErrorCode::InvalidPlan`] for a plan that moves no money, and
/// [`ErrorCode::InvalidObservation`] for what is neither a verdict nor a verified event.
pub fn find_refund(plan: &Plan, told: &Value<'_>) -> Result<Found, RefundError> {
    match told.get("dedupeKey") {
        Some(_) => Event::from_json(told)?.find(plan),
        None => Answer::from_json(told)?.find(plan),
    }
}

fn known(plan: &Plan) -> Result<(Facts, Ours), RefundError> {
    if !plan.operation.moves_money {
        return Err(RefundError::new(ErrorCode::InvalidPlan, "plan", "moves no money: there is no refund to find."));
    }
    let facts = facts_of(plan);
    let ours = Ours::of(plan, &facts, None, 0);
    Ok((facts, ours))
}

impl Found {
    fn unclear(doubt: Doubt) -> Self {
        Found { state: FoundState::Unclear(doubt), at: Vec::new() }
    }

    /// The refunds that are the plan's, or a part of it; their state is not looked at yet.
    fn among(entries: &[Entry], facts: &Facts, ours: &Ours) -> Self {
        let is_found = |entry: &Entry| ours.is(entry) || facts.in_parts && ours.is_part(entry);
        let found = entries.iter().enumerate().filter(|(_, entry)| is_found(entry));
        Found { at: found.map(|(at, _)| at).collect(), ..Found::unclear(Doubt::CouldBe) }
    }

    fn in_state(self, state: FoundState) -> Self {
        Found { state, ..self }
    }

    fn seen(self, sighting: Sighting, entries: &[Entry]) -> Self {
        let mut found = self.at.iter().filter_map(|at| entries.get(*at));
        let state = match sighting {
            Sighting::Succeeded => FoundState::Succeeded,
            Sighting::Pending => FoundState::Pending,
            Sighting::Failed => FoundState::Failed,
            _ if self.at.is_empty() => FoundState::Unclear(Doubt::CouldBe),
            _ if found.any(|entry| entry.status == RefundStatus::Unknown) => FoundState::Unclear(Doubt::UnknownState),
            _ => FoundState::Unclear(Doubt::DoesNotAddUp),
        };
        self.in_state(state)
    }

    /// `{"status","why"?,"at":[]}`
    #[must_use]
    pub fn to_json(&self) -> String {
        let (status, why) = match self.state {
            FoundState::Succeeded => ("succeeded", None),
            FoundState::Pending => ("pending", None),
            FoundState::Failed => ("failed", None),
            FoundState::NotListed => ("not_listed", None),
            FoundState::Unclear(doubt) => ("unclear", Some(doubt.as_str())),
        };
        let mut places = String::new();
        write_list(&mut places, &self.at, |out, at| out.push_str(&decimal(*at)));
        let mut json = Writer::object();
        json.text("status", status).optional_text("why", why).raw("at", &places);
        json.finish()
    }
}

impl Doubt {
    /// The stable code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Doubt::NotAnswered => "not_answered",
            Doubt::NoRefund => "no_refund",
            Doubt::OtherRefund => "other_refund",
            Doubt::CouldBe => "could_be",
            Doubt::MorePages => "more_pages",
            Doubt::DoesNotAddUp => "does_not_add_up",
            Doubt::UnknownState => "unknown_state",
            Doubt::Hint => "hint",
        }
    }
}
