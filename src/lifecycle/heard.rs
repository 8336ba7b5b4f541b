//! What of a verdict, or of an event, the lifecycle goes by.

use super::life::{News, Refusal, Sighting};
use super::matching::{self, Entry, Ours};
use crate::encode::json::{Value, write_value};
use crate::error::{ErrorCode, RefundError};
use crate::facts::Facts;
use crate::verdict::{Next, Page, Status, Verdict, refund_json};
use crate::webhook;
use alloc::string::String;
use alloc::vec::Vec;

/// A refund as JSON that is longer is not kept: what counts of it is.
const MAX_REFUND: usize = 4096;
/// The longest text in the log, in characters.
const MAX_SAYS: usize = 120;

/// What a verdict says.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Of an attempt.
    pub news: News,
    /// The refund, as JSON, that an attempt's answer holds.
    pub refund: Option<String>,
    /// For the log.
    pub says: String,
    /// It answers a question with a list: no attempt is answered so.
    pub(super) is_list: bool,
    /// A question was answered.
    is_answered: bool,
    /// What the answer holds counts: it is neither `rejected` nor `unknown`.
    pub(super) is_believed: bool,
    /// The refunds that an answer holds, as [`Entry`] and as JSON; `None` where it holds none at all.
    entries: Option<Vec<(Entry, Option<String>)>>,
    pub(super) page: Option<Page>,
    retry_after_ms: Option<u64>,
}

/// What a verified event says.
#[derive(Clone, Debug)]
pub struct Event {
    /// The provider's name in this crate.
    pub provider: String,
    /// The refund that it speaks of.
    pub entry: Option<Entry>,
    /// The same as JSON.
    pub refund: Option<String>,
    /// For the log.
    pub says: String,
}

/// The members of a verdict that count, from wherever it comes.
struct Parts<'a> {
    status: Status,
    next: Next,
    replayed: bool,
    retry_after_ms: Option<u64>,
    if_first: Option<(Status, Next)>,
    problem: &'a str,
}

impl Answer {
    /// Of a verdict.
    #[must_use]
    pub fn of(verdict: &Verdict<'_>) -> Self {
        let problem = verdict.problem.as_ref().map_or("", |problem| problem.code.as_str());
        let parts = Parts {
            status: verdict.status,
            next: verdict.next,
            replayed: verdict.replayed,
            retry_after_ms: verdict.retry_after_ms,
            if_first: verdict.if_first(),
            problem,
        };
        let one = verdict.refund.as_ref();
        let refunds = verdict.refunds.as_deref();
        let entry = |refund| (Entry::of(refund), kept(refund_json(refund)));
        let entries = refunds.or(one.map(core::slice::from_ref)).map(|refunds| refunds.iter().map(entry).collect());
        let is_list = refunds.is_some() || verdict.page.is_some();
        Answer::new(&parts, one.and_then(|refund| kept(refund_json(refund))), entries, verdict.page, is_list)
    }

    /// Of a verdict as JSON, as [`Verdict::to_json`] writes it.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidObservation`](crate::ErrorCode::InvalidObservation) when it is none.
    pub fn from_json(value: &Value<'_>) -> Result<Self, RefundError> {
        let refuse = || invalid_observation("", "is not a verdict as read or send gave it.");
        let status_in = |value: &Value<'_>| value.get("status")?.text().and_then(status_of);
        let next_in = |value: &Value<'_>| value.get("next")?.text().and_then(next_of);
        let (Some(status), Some(next)) = (status_in(value), next_in(value)) else { return Err(refuse()) };
        if !can_follow(status, next) {
            return Err(invalid_observation("next", "contradicts the verdict's status."));
        }
        let if_first = match value.get("ifFirst") {
            None => None,
            Some(first) => Some(status_in(first).zip(next_in(first)).ok_or_else(refuse)?),
        };
        let problem = value.at("problem.code").and_then(Value::text).unwrap_or_default();
        let replayed = value.get("replayed") == Some(&Value::Bool(true));
        let retry_after_ms = number(value.get("retryAfterMs"));
        let parts = Parts { status, next, replayed, retry_after_ms, if_first, problem };
        let one = value.get("refund");
        let refunds = match value.get("refunds") {
            None => None,
            Some(refunds) => Some(refunds.list().ok_or_else(refuse)?),
        };
        let entry = |refund| Some((Entry::from_json(refund)?, kept(json(refund))));
        let entries = match refunds.or(one.map(core::slice::from_ref)) {
            None => None,
            Some(refunds) => Some(refunds.iter().map(entry).collect::<Option<Vec<_>>>().ok_or_else(refuse)?),
        };
        let page = value.get("page").map(|page| Page {
            total: number(page.get("total")),
            number: number(page.get("number")),
            size: number(page.get("size")),
        });
        let is_list = refunds.is_some() || page.is_some();
        Ok(Answer::new(&parts, one.and_then(|refund| kept(json(refund))), entries, page, is_list))
    }

    /// Of a request that never left.
    #[must_use]
    pub fn not_sent() -> Self {
        Answer {
            news: News::NotSent,
            refund: None,
            says: String::from("not sent"),
            is_list: false,
            is_answered: false,
            is_believed: false,
            entries: None,
            page: None,
            retry_after_ms: None,
        }
    }

    fn new(
        parts: &Parts<'_>,
        refund: Option<String>,
        entries: Option<Vec<(Entry, Option<String>)>>,
        page: Option<Page>,
        is_list: bool,
    ) -> Self {
        let separator = if parts.problem.is_empty() { "" } else { " " };
        Answer {
            news: news(parts, refund.is_some()),
            refund,
            says: cut(&[parts.status.as_str(), separator, parts.problem].concat()),
            is_list,
            is_answered: parts.status == Status::Succeeded,
            is_believed: matches!(parts.status, Status::Succeeded | Status::Pending | Status::Failed),
            entries,
            page,
            retry_after_ms: parts.retry_after_ms,
        }
    }

    /// What a question's answer says of our refund.
    #[must_use]
    pub fn sighting(&self, facts: &Facts, ours: &Ours) -> Sighting {
        if !self.is_answered {
            return Sighting::Unanswered { retry_after_ms: self.retry_after_ms };
        }
        // An answer without a refund and without a list says nothing of ours: it is not an empty list.
        let Some(entries) = self.entries() else { return Sighting::Unclear };
        matching::sighting(&entries, self.page, facts, ours)
    }

    /// The refunds that the answer holds; `None` where it holds none at all.
    pub(super) fn entries(&self) -> Option<Vec<Entry>> {
        Some(self.entries.as_ref()?.iter().map(|(entry, _)| entry.clone()).collect())
    }

    /// The refunds of a list that counts, each as [`Entry`] and as JSON; `None` for every other answer.
    pub(super) fn listed(&self) -> Option<&[(Entry, Option<String>)]> {
        self.entries.as_deref().filter(|_| self.is_list && self.is_believed)
    }

    /// Our refund in a question's answer, as JSON.
    #[must_use]
    pub fn refund_of(&self, ours: &Ours) -> Option<String> {
        let entries = self.entries.as_ref().filter(|_| self.is_answered)?;
        let mut mine = entries.iter().filter(|(entry, _)| ours.is(entry));
        mine.next().and_then(|(_, json)| json.clone())
    }
}

impl Event {
    /// Of a verified event.
    #[must_use]
    pub fn of(event: &webhook::Event<'_>) -> Self {
        Event {
            provider: String::from(event.provider),
            entry: event.refund.as_ref().map(Entry::of),
            refund: event.refund.as_ref().and_then(|refund| kept(refund_json(refund))),
            says: cut(&event.kind),
        }
    }

    /// Of an event as JSON, as [`webhook::Event::to_json`] writes it.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidObservation`](crate::ErrorCode::InvalidObservation) when it is none: a body that was parsed
    /// without `Webhooks` is not verified.
    pub fn from_json(value: &Value<'_>) -> Result<Self, RefundError> {
        let refuse = || invalid_observation("event", "is not a verified event as Webhooks.read gave it.");
        let text = |name: &str| value.get(name).and_then(Value::text).filter(|text| !text.is_empty());
        let (Some(provider), Some(kind)) = (text("provider"), text("kind")) else { return Err(refuse()) };
        if text("dedupeKey").is_none() || text("signedFields").is_none() {
            return Err(refuse());
        }
        let refund = value.get("refund");
        let entry = match refund {
            None => None,
            Some(refund) => Some(Entry::from_json(refund).ok_or_else(refuse)?),
        };
        let refund = refund.and_then(|refund| kept(json(refund)));
        Ok(Event { provider: String::from(provider), entry, refund, says: cut(kind) })
    }
}

fn news(parts: &Parts<'_>, has_refund: bool) -> News {
    let Parts { replayed, retry_after_ms, .. } = *parts;
    match (parts.status, parts.next, parts.if_first) {
        (Status::Succeeded, ..) => News::Succeeded { replayed },
        (Status::Pending, ..) => News::Pending { replayed },
        (Status::Failed, ..) => News::Failed { replayed, has_refund },
        (Status::Rejected, Next::Retry, _) => News::Refused(Refusal::Later(retry_after_ms)),
        (Status::Rejected, Next::Reauthenticate, _) => News::Refused(Refusal::Token),
        (Status::Rejected, ..) => News::Refused(Refusal::Final),
        (Status::Unknown, _, Some((Status::Rejected | Status::Failed, Next::Fix))) => {
            News::Refused(Refusal::FinalUnlessDone)
        }
        (Status::Unknown, next, _) => News::Unknown { retry: next == Next::Retry, retry_after_ms },
    }
}

/// Whether a verdict of this status can say so: what it says of a refund has to fit.
fn can_follow(status: Status, next: Next) -> bool {
    match status {
        Status::Succeeded => next == Next::Done,
        Status::Pending => matches!(next, Next::Wait | Next::Query),
        Status::Failed => next == Next::Fix,
        Status::Rejected => matches!(next, Next::Fix | Next::Retry | Next::Reauthenticate),
        Status::Unknown => matches!(next, Next::Query | Next::Retry),
    }
}

fn status_of(text: &str) -> Option<Status> {
    let all = [Status::Succeeded, Status::Pending, Status::Failed, Status::Rejected, Status::Unknown];
    all.into_iter().find(|status| status.as_str() == text)
}

fn next_of(text: &str) -> Option<Next> {
    let all = [Next::Done, Next::Wait, Next::Query, Next::Retry, Next::Reauthenticate, Next::Fix];
    all.into_iter().find(|next| next.as_str() == text)
}

fn number(value: Option<&Value<'_>>) -> Option<u64> {
    match value? {
        Value::Number(digits) => digits.parse().ok(),
        _ => None,
    }
}

fn json(value: &Value<'_>) -> String {
    let mut text = String::new();
    write_value(&mut text, value);
    text
}

fn kept(refund: String) -> Option<String> {
    Some(refund).filter(|refund| refund.len() <= MAX_REFUND)
}

pub(super) fn cut(text: &str) -> String {
    text.chars().take(MAX_SAYS).collect()
}

pub(super) fn invalid_observation(path: &str, message: &str) -> RefundError {
    RefundError::new(ErrorCode::InvalidObservation, path, message)
}
