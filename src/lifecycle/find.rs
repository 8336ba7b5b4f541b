//! Which refund of an answer or an event is a plan's, for who keeps no record.

use super::heard::{Answer, Event};
use super::json::under;
use super::life::Sighting;
use super::matching::{self, Entry, Ours};
use super::record::facts_of;
use crate::encode::decimal;
use crate::encode::json::{Value, Writer, write_list};
use crate::error::{ErrorCode, RefundError};
use crate::facts::{Asks, Events, Facts};
use crate::plan::Plan;
use crate::verdict::{Page, RefundStatus};
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
        if !self.is_believed {
            return refund_of(plan).map(|_| Found::unclear(Doubt::NotAnswered));
        }
        find(plan, self.entries().as_deref(), self.page, Source { is_list: self.is_list, is_event: false })
    }
}

impl Event {
    /// Whether an event speaks of the plan's refund, and what it says.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidPlan`] for a plan that moves no money.
    pub fn find(&self, plan: &Plan) -> Result<Found, RefundError> {
        if self.provider != plan.operation.provider {
            return refund_of(plan).map(|_| Found::unclear(Doubt::OtherRefund));
        }
        let entries = self.entry.as_ref().map(core::slice::from_ref);
        find(plan, entries, None, Source { is_list: false, is_event: true })
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
        None => Answer::from_json(told).map_err(|error| under("verdict", error))?.find(plan),
    }
}

/// What speaks of the refunds: a list can lack one, and an event's signature may not cover the state.
#[derive(Clone, Copy)]
struct Source {
    is_list: bool,
    is_event: bool,
}

fn find(plan: &Plan, entries: Option<&[Entry]>, page: Option<Page>, source: Source) -> Result<Found, RefundError> {
    let (facts, ours) = refund_of(plan)?;
    let Some(entries) = entries else { return Ok(Found::unclear(Doubt::NoRefund)) };
    let is_found = |entry: &Entry| ours.is(entry) || facts.in_parts && ours.is_part(entry);
    let found: Vec<(usize, &Entry)> = entries.iter().enumerate().filter(|(_, entry)| is_found(entry)).collect();
    let state = match matching::sighting(entries, page, &facts, &ours) {
        // The query of some providers tells of the payment only.
        Sighting::Absent if source.is_list && facts.asks == Asks::Refund => FoundState::NotListed,
        Sighting::Absent => FoundState::Unclear(Doubt::OtherRefund),
        _ if source.is_event && !found.is_empty() && facts.events != Events::Decide => FoundState::Unclear(Doubt::Hint),
        Sighting::Succeeded => FoundState::Succeeded,
        Sighting::Pending => FoundState::Pending,
        Sighting::Failed => FoundState::Failed,
        _ if found.iter().any(|(_, entry)| entry.status == RefundStatus::Unknown) => {
            FoundState::Unclear(Doubt::UnknownState)
        }
        _ if !found.is_empty() => FoundState::Unclear(Doubt::DoesNotAddUp),
        _ if !matching::is_whole(entries, page, &facts) => FoundState::Unclear(Doubt::MorePages),
        _ => FoundState::Unclear(Doubt::CouldBe),
    };
    Ok(Found { state, at: found.into_iter().map(|(at, _)| at).collect() })
}

/// What a plan's refund is known by, as long as the provider's id of it was not heard.
fn refund_of(plan: &Plan) -> Result<(Facts, Ours), RefundError> {
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
