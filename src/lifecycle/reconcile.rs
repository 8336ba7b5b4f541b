//! Reconcile: where the stored records and the provider's own lists disagree.
//!
//! It compares and changes nothing. What it finds is for a person, or a reason to ask the provider about one refund;
//! only an observation changes a record.

use super::heard::{Answer, invalid_observation};
use super::json::under;
use super::life::End;
use super::matching::{Entry, Ours};
use super::policy::Policy;
use super::record::Record;
use crate::encode::decimal;
use crate::encode::json::{Value, Writer, write_list};
use crate::error::RefundError;
use crate::provider::Provider;
use crate::verdict::RefundStatus;
use alloc::string::String;
use alloc::vec::Vec;

/// What a provider lists of one merchant account.
#[derive(Clone, Debug)]
pub struct List {
    /// The provider's name in this crate.
    pub provider: &'static str,
    /// The label of the merchant account, as in the records.
    pub account: String,
    /// The answers, one a page, in their order.
    pub pages: Vec<Answer>,
    /// What the list claims to hold all refunds of; `None` claims nothing, and then no refund is missing in it.
    pub covers: Option<Covers>,
}

/// What a list holds all refunds of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Covers {
    /// Of one payment, by the id that the plans have of it.
    Payment(String),
    /// Of the whole account, made within these times, in milliseconds since 1970.
    Period {
        /// From when on.
        from: u64,
        /// Until before when.
        to: u64,
    },
}

/// How a record and the lists disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// The provider lists a refund that no record is of: made by hand, or by another program.
    MissingHere,
    /// The provider has accepted the refund, as the record tells, and a whole list that covers it lacks it.
    MissingThere,
    /// The listed refund has another amount than the record's plan.
    AmountDiffers,
    /// More than one listed refund carries the id or the reference of one record.
    TwiceThere,
    /// The record ended with money moved and the list says that none did, or the other way round.
    StateDiffers,
    /// A listed refund without a reference could be that of the record, or somebody else's.
    Unclear,
}

/// One disagreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What disagrees.
    pub difference: Difference,
    /// The place of the record, from 0, where there is one.
    pub record: Option<usize>,
    /// The listed refunds.
    pub refunds: Vec<Place>,
}

/// Where a listed refund stands: all from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The list.
    pub list: usize,
    /// The page in it.
    pub page: usize,
    /// The refund on it.
    pub refund: usize,
}

/// What a comparison finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciliation {
    /// All disagreements: those of the records in their order, then the refunds without a record.
    pub findings: Vec<Finding>,
    /// The places of the lists that lack a page, or hold an answer that tells no refunds: nothing is missing in them.
    pub incomplete: Vec<usize>,
}

/// Compares records with what their providers list.
///
/// A record that is still open is compared, but never missing: the lifecycle asks about it. `policy` says how late a
/// request may arrive, for lists that cover a period.
#[must_use]
pub fn reconcile(records: &[Record], lists: &[List], policy: &Policy) -> Reconciliation {
    let mut listed = Listed::of(lists);
    // First all that carry an id or a reference, so that what is left over is known.
    let claimed: Vec<_> = records.iter().map(|record| listed.claim(record, &record.ours())).collect();
    let mut findings = Vec::new();
    for (at, (record, carrying)) in records.iter().zip(&claimed).enumerate() {
        let ours = record.ours();
        let found = match carrying.as_slice() {
            [] => match listed.candidates(record, &ours) {
                nobodys if nobodys.is_empty() => {
                    let is_covered = |list: &List| list.is_whole() && list.covers(record, policy);
                    let is_missing = was_accepted(record) && lists.iter().any(is_covered);
                    is_missing.then_some((Difference::MissingThere, nobodys))
                }
                candidates => Some((Difference::Unclear, candidates)),
            },
            carrying => listed.compare(record, &ours, carrying).map(|difference| (difference, Vec::from(carrying))),
        };
        findings.extend(found.map(|(difference, rows)| Finding {
            difference,
            record: Some(at),
            refunds: listed.places(&rows),
        }));
    }
    findings.extend(listed.without_record());
    let is_incomplete = |(at, list): (usize, &List)| (!list.is_whole()).then_some(at);
    Reconciliation { findings, incomplete: lists.iter().enumerate().filter_map(is_incomplete).collect() }
}

/// Whether the provider has the refund, by what the record heard.
fn was_accepted(record: &Record) -> bool {
    match record.life.end {
        Some(end) => end == End::Succeeded,
        None => record.life.accepted,
    }
}

impl List {
    /// Whether every page was read, as far as the provider counts them.
    fn is_whole(&self) -> bool {
        let sizes = self.pages.iter().map(|page| page.listed().map(<[_]>::len));
        let Some(sizes) = sizes.collect::<Option<Vec<_>>>() else { return false };
        let count = u64::try_from(sizes.iter().sum::<usize>()).unwrap_or(u64::MAX);
        let (Some(last), Some(left)) = (self.pages.last(), sizes.last()) else { return false };
        let Some(page) = last.page else { return true };
        match (page.total, page.size) {
            (Some(total), _) => total <= count,
            // A full page may not be the last one.
            (None, Some(size)) => u64::try_from(*left).is_ok_and(|left| left < size),
            (None, None) => true,
        }
    }

    fn covers(&self, record: &Record, policy: &Policy) -> bool {
        if !is_account(self, record) {
            return false;
        }
        match &self.covers {
            None => false,
            Some(Covers::Payment(payment)) => {
                record.plan.describe().is_ok_and(|said| said.payment.as_ref() == Some(payment))
            }
            Some(Covers::Period { from, to }) => record.life.opened_at >= *from && record.arrived_at(policy) < *to,
        }
    }
}

fn is_account(list: &List, record: &Record) -> bool {
    list.provider == record.plan.operation.provider && list.account == record.account
}

/// A refund in the lists, each once, and whether a record is of it.
struct Row<'l> {
    list: &'l List,
    entry: &'l Entry,
    place: Place,
    is_claimed: bool,
}

/// All listed refunds, found by id and by reference: both are sorted.
struct Listed<'l> {
    rows: Vec<Row<'l>>,
    ids: Vec<(&'l str, usize)>,
    references: Vec<(&'l str, usize)>,
}

impl<'l> Listed<'l> {
    fn of(lists: &'l [List]) -> Self {
        let mut rows = Vec::new();
        for (list_at, list) in lists.iter().enumerate() {
            for (page, answer) in list.pages.iter().enumerate() {
                for (refund, (entry, _)) in answer.listed().unwrap_or_default().iter().enumerate() {
                    rows.push(Row { list, entry, place: Place { list: list_at, page, refund }, is_claimed: false });
                }
            }
        }
        let ids = sorted(&rows, |entry| entry.id.as_deref());
        // Lists overlap, and pages shift while they are read: one id is one refund, in the state that was read last.
        for (at, (id, row)) in ids.iter().enumerate() {
            let later = ids.iter().skip(at.saturating_add(1)).take_while(|(other, _)| other == id);
            let account = rows.get(*row).map(|row| row.list);
            let is_read_again = |(_, later): &(&str, usize)| {
                rows.get(*later).zip(account).is_some_and(|(later, list)| is_same_account(later.list, list))
            };
            if later.clone().any(is_read_again)
                && let Some(row) = rows.get_mut(*row)
            {
                row.is_claimed = true;
            }
        }
        let references = sorted(&rows, |entry| entry.reference.as_deref());
        Listed { rows, ids, references }
    }

    /// The refunds that carry the record's id or reference, which no other record can be of from now on.
    fn claim(&mut self, record: &Record, ours: &Ours) -> Vec<usize> {
        let mut found = Vec::new();
        for (names, name) in [(&self.ids, &ours.id), (&self.references, &ours.reference)] {
            let Some(name) = name.as_deref() else { continue };
            let first = names.partition_point(|(known, _)| *known < name);
            for (_, at) in names.iter().skip(first).take_while(|(known, _)| *known == name) {
                let Some(row) = self.rows.get_mut(*at).filter(|row| !row.is_claimed) else { continue };
                if is_account(row.list, record) && ours.can_carry(row.entry) {
                    row.is_claimed = true;
                    found.push(*at);
                }
            }
        }
        found
    }

    fn compare(&self, record: &Record, ours: &Ours, carrying: &[usize]) -> Option<Difference> {
        let entries: Vec<&Entry> = carrying.iter().filter_map(|at| self.rows.get(*at)).map(|row| row.entry).collect();
        // Craftgate lists one entry a transaction of the payment, and its plan does not know how much they are together.
        if !record.facts().in_parts {
            if entries.len() > 1 {
                return Some(Difference::TwiceThere);
            }
            if entries.iter().any(|entry| !ours.has_amount_of(entry)) {
                return Some(Difference::AmountDiffers);
            }
        }
        let has = |wanted: fn(RefundStatus) -> bool| entries.iter().any(|entry| wanted(entry.status));
        let differs = match record.life.end {
            Some(End::Succeeded) => !has(|status| status != RefundStatus::Failed),
            Some(End::Failed | End::Rejected) => {
                has(|status| matches!(status, RefundStatus::Succeeded | RefundStatus::Pending))
            }
            Some(End::Reversed) | None => false,
        };
        differs.then_some(Difference::StateDiffers)
    }

    /// The unclaimed refunds without a reference that could be the record's: of its payment, and of its amount.
    fn candidates(&mut self, record: &Record, ours: &Ours) -> Vec<usize> {
        let mut found = Vec::new();
        if record.life.attempts.is_empty() || ours.payment.is_none() || ours.amount.is_none() {
            return found;
        }
        for (at, row) in self.rows.iter_mut().enumerate() {
            let is_nameless = !row.is_claimed && row.entry.reference.is_none();
            let is_alike = row.entry.payment == ours.payment && row.entry.amount == ours.amount;
            if is_nameless && is_alike && is_account(row.list, record) && ours.can_carry(row.entry) {
                row.is_claimed = true;
                found.push(at);
            }
        }
        found
    }

    fn places(&self, rows: &[usize]) -> Vec<Place> {
        rows.iter().filter_map(|at| self.rows.get(*at)).map(|row| row.place).collect()
    }

    fn without_record(&self) -> impl Iterator<Item = Finding> {
        self.rows.iter().filter(|row| !row.is_claimed).map(|row| Finding {
            difference: Difference::MissingHere,
            record: None,
            refunds: Vec::from([row.place]),
        })
    }
}

/// The refunds by one of their names, in order.
fn sorted<'l>(rows: &[Row<'l>], name: fn(&'l Entry) -> Option<&'l str>) -> Vec<(&'l str, usize)> {
    let mut names = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let Some(name) = name(row.entry) else { continue };
        // A sort of the standard library would be 5 kB in the module.
        names.insert(names.partition_point(|(known, _)| *known <= name), (name, at));
    }
    names
}

fn is_same_account(one: &List, other: &List) -> bool {
    one.provider == other.provider && one.account == other.account
}

impl Difference {
    /// The stable code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Difference::MissingHere => "missing_here",
            Difference::MissingThere => "missing_there",
            Difference::AmountDiffers => "amount_differs",
            Difference::TwiceThere => "twice_there",
            Difference::StateDiffers => "state_differs",
            Difference::Unclear => "unclear",
        }
    }

    /// What it means, and what to do now.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Difference::MissingHere => {
                "The provider lists a refund that no record is of. Find out who made it; send nothing for it."
            }
            Difference::MissingThere => {
                "The record says that the provider has this refund, and the list lacks it. \
                 Look it up in the provider's dashboard by its id; do not send it again."
            }
            Difference::AmountDiffers => {
                "The provider lists this refund with another amount. Compare both in the provider's dashboard."
            }
            Difference::TwiceThere => {
                "The provider lists more than one refund under this record's id or reference. \
                 Compare their amounts in the provider's dashboard: money may have moved twice."
            }
            Difference::StateDiffers => {
                "The record and the list disagree whether money moved. Look it up in the provider's dashboard."
            }
            Difference::Unclear => {
                "A listed refund without a reference has this record's payment and amount. \
                 Look it up in the provider's dashboard: is it this one?"
            }
        }
    }
}

impl List {
    /// `{ provider, account, covers? }`, where `covers` is `{ payment }` or `{ from, to }`: a list without its pages.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidObservation`](crate::ErrorCode::InvalidObservation).
    pub fn from_json(value: &Value<'_>, providers: &[&'static Provider]) -> Result<Self, RefundError> {
        let refuse = |path: &str, message: &str| Err(invalid_observation(path, message));
        let Value::Object(members) = value else { return refuse("", "must be an object.") };
        if let Some((name, _)) = members.iter().find(|(name, _)| !MEMBERS.contains(&&**name)) {
            return refuse(&name.chars().take(40).collect::<String>(), "is not a member of a list.");
        }
        let text = |name: &str| value.get(name).and_then(Value::text).unwrap_or_default();
        let Some(provider) = providers.iter().find(|provider| provider.name == text("provider")) else {
            return refuse("provider", "must be the name of a provider, like razorpay.");
        };
        if text("account").is_empty() {
            return refuse("account", "must be the label of the merchant account, as in the records.");
        }
        Ok(List {
            provider: provider.name,
            account: String::from(text("account")),
            pages: Vec::new(),
            covers: value.get("covers").map(Covers::from_json).transpose()?,
        })
    }
}

const MEMBERS: [&str; 3] = ["provider", "account", "covers"];

impl Covers {
    fn from_json(value: &Value<'_>) -> Result<Self, RefundError> {
        let number = |name: &str| match value.get(name) {
            Some(Value::Number(digits)) => digits.parse().ok(),
            _ => None,
        };
        let covers = match value {
            Value::Object(members) if members.len() == 1 => {
                value.get("payment").and_then(Value::text).map(|payment| Covers::Payment(String::from(payment)))
            }
            Value::Object(members) if members.len() == 2 => number("from")
                .zip(number("to"))
                .filter(|(from, to)| from < to)
                .map(|(from, to)| Covers::Period { from, to }),
            _ => None,
        };
        covers.ok_or_else(|| {
            invalid_observation("covers", "must be { payment } or { from, to } in milliseconds since 1970.")
        })
    }
}

/// The path of one item, for errors.
fn item(name: &str, at: usize) -> String {
    [name, "[", &decimal(at), "]"].concat()
}

impl Reconciliation {
    /// `{"findings":[{"code","message","record"?,"at":[[list,page,refund]]}],"incomplete":[]}`
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut findings = String::new();
        write_list(&mut findings, &self.findings, |out, finding| out.push_str(&finding.to_json()));
        let mut incomplete = String::new();
        write_list(&mut incomplete, &self.incomplete, |out, at| out.push_str(&decimal(*at)));
        let mut json = Writer::object();
        json.raw("findings", &findings).raw("incomplete", &incomplete);
        json.finish()
    }
}

impl Finding {
    fn to_json(&self) -> String {
        let mut places = String::new();
        write_list(&mut places, &self.refunds, |out, place| {
            write_list(out, &[place.list, place.page, place.refund], |out, at| out.push_str(&decimal(*at)));
        });
        let mut json = Writer::object();
        json.text("code", self.difference.as_str()).text("message", self.difference.message());
        if let Some(record) = self.record {
            json.raw("record", &decimal(record));
        }
        json.raw("at", &places);
        json.finish()
    }
}

/// Records and lists as lines: `record `, `list ` and `page `, each with its JSON. The pages of a list follow it.
///
/// # Errors
/// Those of [`Record::parse`], [`List::from_json`] and [`Answer::from_json`], each with the place of its record or list.
pub fn parse_accounts(text: &str, providers: &[&'static Provider]) -> Result<(Vec<Record>, Vec<List>), RefundError> {
    let (mut records, mut lists) = (Vec::new(), Vec::<List>::new());
    for line in text.lines() {
        match line.split_once(' ') {
            Some(("record", json)) => {
                let record = Record::parse(json, providers);
                records.push(record.map_err(|error| under(&item("records", records.len()), error))?);
            }
            Some(("list", json)) => {
                let list = List::from_json(&read(json), providers);
                lists.push(list.map_err(|error| under(&item("lists", lists.len()), error))?);
            }
            Some(("page", json)) => {
                let before = lists.len().saturating_sub(1);
                let Some(list) = lists.last_mut() else { return Err(invalid_observation("lists", "must come first.")) };
                let page = Answer::from_json(&read(json))
                    .map_err(|error| under(&item("verdicts", list.pages.len()), error))
                    .map_err(|error| under(&item("lists", before), error));
                list.pages.push(page?);
            }
            _ => return Err(invalid_observation("", "must be a record, a list or a page.")),
        }
    }
    Ok((records, lists))
}

/// What is no JSON is nothing: the reader of the value says what it should be.
fn read(json: &str) -> Value<'_> {
    Value::parse(json).unwrap_or(Value::Null)
}
