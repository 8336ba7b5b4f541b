//! Which refund in an answer is ours, and what its state says.

use super::life::Sighting;
use crate::encode::json::Value;
use crate::facts::Facts;
use crate::money::{Currency, Money};
use crate::plan::Plan;
use crate::time;
use crate::verdict::{Page, Refund, RefundStatus};
use alloc::string::String;
use alloc::vec::Vec;

/// Providers' clocks and ours differ, and some give whole seconds: a refund that is older by less is not older.
const CLOCK_DIFFERENCE_MS: u64 = 300_000;

/// What our refund is known by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ours {
    /// The provider's id, once it was heard.
    pub id: Option<String>,
    /// The merchant reference, as lists and events give it back.
    pub reference: Option<String>,
    /// The amount; `None` for all that is left.
    pub amount: Option<Money>,
    /// The payment, where lists and events name it by the plan's own id.
    pub payment: Option<String>,
    /// Whether every refund in a list or an event has an amount: one without is then not recognized as ours.
    pub amounts_are_told: bool,
    /// When the record was opened, in milliseconds since 1970: no refund of ours is older.
    pub opened_at: u64,
}

/// What counts of one refund in an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The provider's id.
    pub id: Option<String>,
    /// The merchant reference.
    pub reference: Option<String>,
    /// The payment.
    pub payment: Option<String>,
    /// Its state.
    pub status: RefundStatus,
    /// How much.
    pub amount: Option<Money>,
    /// When it was made, in milliseconds since 1970, where the provider says so with a time zone.
    pub created_at: Option<u64>,
}

impl Entry {
    /// Of a refund in a verdict or an event.
    #[must_use]
    pub fn of(refund: &Refund<'_>) -> Self {
        Entry {
            id: refund.id.as_deref().map(String::from),
            reference: refund.reference.as_deref().map(String::from),
            payment: refund.payment.as_deref().map(String::from),
            status: refund.status,
            amount: refund.amount,
            created_at: refund.created_at.as_deref().and_then(time::parse_rfc3339),
        }
    }

    /// Of a refund in a verdict or an event as JSON. `None` when it is none.
    #[must_use]
    pub fn from_json(value: &Value<'_>) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::text);
        let status = match text("status")? {
            "succeeded" => RefundStatus::Succeeded,
            "pending" => RefundStatus::Pending,
            "failed" => RefundStatus::Failed,
            "unknown" => RefundStatus::Unknown,
            _ => return None,
        };
        let amount = match value.get("amount") {
            None => None,
            Some(amount) => {
                let currency = Currency::of(amount.get("currency")?.text()?)?;
                Some(Money::parse_major(amount.get("value")?.text()?, currency).ok()?)
            }
        };
        Some(Entry {
            id: text("id").map(String::from),
            reference: text("reference").map(String::from),
            payment: text("payment").map(String::from),
            status,
            amount,
            created_at: text("createdAt").and_then(time::parse_rfc3339),
        })
    }
}

impl Ours {
    /// Whether the entry is our refund: by the provider's id, or by reference and amount, and not older than the record.
    #[must_use]
    pub fn is(&self, entry: &Entry) -> bool {
        if !self.can_carry(entry) {
            return false;
        }
        let same = |ours: &Option<String>, theirs: &Option<String>| ours.is_some() && ours == theirs;
        let lacks_amount = self.amounts_are_told && self.amount.is_some() && entry.amount.is_none();
        same(&self.id, &entry.id)
            || (same(&self.reference, &entry.reference) && self.has_amount_of(entry) && !lacks_amount)
    }

    /// Whether the entry cannot be our refund: it carries another reference, or another amount.
    fn is_not(&self, entry: &Entry) -> bool {
        let other_reference = match (&self.reference, &entry.reference) {
            (Some(ours), Some(theirs)) => ours != theirs,
            _ => false,
        };
        other_reference || !self.has_amount_of(entry)
    }

    /// Whether the amounts are the same, as far as both are known. Of a whole payment's refund ours is not known.
    pub(super) fn has_amount_of(&self, entry: &Entry) -> bool {
        match (self.amount, entry.amount) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => true,
        }
    }

    /// Whether the entry may be ours at all: it is not older, and of no other payment.
    pub(super) fn can_carry(&self, entry: &Entry) -> bool {
        !self.is_older(entry) && !self.is_of_another_payment(entry)
    }

    fn is_of_another_payment(&self, entry: &Entry) -> bool {
        matches!((&self.payment, &entry.payment), (Some(ours), Some(theirs)) if ours != theirs)
    }

    fn is_older(&self, entry: &Entry) -> bool {
        entry.created_at.is_some_and(|made| made.saturating_add(CLOCK_DIFFERENCE_MS) < self.opened_at)
    }

    /// What a plan's refund is known by: the provider's id where it was heard, and since when the refund can exist.
    #[must_use]
    pub fn of(plan: &Plan, facts: &Facts, id: Option<String>, opened_at: u64) -> Self {
        let said = plan.describe().ok();
        Ours {
            id,
            amount: said.as_ref().and_then(|said| said.amount),
            payment: said.as_ref().and_then(|said| said.payment.clone()).filter(|_| facts.names_payment),
            reference: said.and_then(|said| said.reference),
            amounts_are_told: facts.list_has_amounts,
            opened_at,
        }
    }

    /// The entries that are ours.
    pub fn find<'e>(&self, entries: &'e [Entry]) -> impl Iterator<Item = &'e Entry> {
        entries.iter().filter(|entry| self.is(entry))
    }

    /// Whether an entry with our reference may be ours only in part: Craftgate lists one entry a transaction.
    pub(super) fn is_part(&self, entry: &Entry) -> bool {
        self.reference.is_some() && entry.reference == self.reference && !self.is_older(entry)
    }
}

/// What a whole answer says of our refund.
#[must_use]
pub fn sighting(entries: &[Entry], page: Option<Page>, facts: &Facts, ours: &Ours) -> Sighting {
    if facts.in_parts {
        let parts: Vec<_> = entries.iter().filter(|entry| ours.is_part(entry)).collect();
        if !parts.is_empty() {
            return parts_sighting(&parts, ours);
        }
    }
    let mut mine = ours.find(entries);
    match (mine.next(), mine.next()) {
        (Some(one), None) => state_sighting(one.status),
        (None, _) if is_whole(entries, page, facts) && entries.iter().all(|entry| ours.is_not(entry)) => {
            Sighting::Absent
        }
        // Another page, an entry that could be ours, or two refunds under one reference: one of them is not ours.
        _ => Sighting::Unclear,
    }
}

fn state_sighting(status: RefundStatus) -> Sighting {
    match status {
        RefundStatus::Succeeded => Sighting::Succeeded,
        RefundStatus::Pending => Sighting::Pending,
        RefundStatus::Failed => Sighting::Failed,
        RefundStatus::Unknown => Sighting::Unclear,
    }
}

/// Parts succeed only when their sum is known to be all of it. Parts that ended differently are for a person.
fn parts_sighting(parts: &[&Entry], ours: &Ours) -> Sighting {
    let all = |status: RefundStatus| parts.iter().all(|part| part.status == status);
    let is_hopeful = |part: &&Entry| matches!(part.status, RefundStatus::Succeeded | RefundStatus::Pending);
    let sum = parts.iter().try_fold(0_u64, |sum, part| sum.checked_add(part.amount?.minor()));
    let is_complete = ours.amount.is_some_and(|amount| sum == Some(amount.minor()));
    match parts {
        [one] if ours.is(one) && (ours.amount.is_some() || one.id == ours.id && ours.id.is_some()) => {
            state_sighting(one.status)
        }
        _ if all(RefundStatus::Succeeded) && is_complete => Sighting::Succeeded,
        _ if all(RefundStatus::Failed) && is_complete => Sighting::Failed,
        _ if parts.iter().any(|part| part.status == RefundStatus::Pending) && parts.iter().all(is_hopeful) => {
            Sighting::Pending
        }
        _ => Sighting::Unclear,
    }
}

/// Whether the answer holds all there is: every page was read.
pub(super) fn is_whole(entries: &[Entry], page: Option<Page>, facts: &Facts) -> bool {
    let count = u64::try_from(entries.len()).unwrap_or(u64::MAX);
    match page.and_then(|page| page.total) {
        Some(total) => total <= count,
        None => facts.page_size.is_none_or(|size| entries.len() < size),
    }
}
