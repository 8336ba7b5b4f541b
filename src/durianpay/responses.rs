//! Durianpay's answers: from bytes to verdict.

use super::requests::{is_snap, is_token_call, snap_service};
use crate::encode::json::Value;
use crate::http::HttpResponse;
use crate::money::{Currency, Money};
use crate::plan::Plan;
use crate::snap::{self, StateIn};
use crate::verdict::Next::{Done, Fix, Query, Retry, Wait};
use crate::verdict::ProblemCode as Why;
use crate::verdict::Status::{Pending, Rejected, Succeeded, Unknown};
use crate::verdict::{
    Answer, Page, Refund, RefundStatus, Rule, Signature, Verdict, Wording, contradicts, fits, join, parse_body,
    state_of,
};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::slice::from_ref;

/// The table of the v1 API, then that of SNAP.
pub static RULES: &[Rule] = &join::<ROWS>(V1_RULES, snap::RULES);
const ROWS: usize = V1_RULES.len().saturating_add(snap::RULES.len());

/// Sources: the page, "Step 2" (completed); samples of the reference (approved); answers captured in 2023
/// (done); the errors of the reference; "Handling errors". States that are none of Durianpay's words: `answered`
/// and `refused` for a read, `no status` of a refund without one, `unread` where Durianpay could not read the body,
/// `repeated` and `refunded` where an error speaks of an earlier request ([`WORDINGS`]), `contradiction` where an answer
/// holds both a refund and an error.
const V1_RULES: &[Rule] = &[
    Rule::new(["*", "*", "contradiction"], Unknown, Query).because(Why::UnrecognizedAnswer),
    Rule::new(["2??", "", "answered"], Succeeded, Done),
    Rule::new(["2??", "", "completed"], Succeeded, Done),
    Rule::new(["2??", "", "done"], Succeeded, Done),
    Rule::new(["2??", "", "approved"], Pending, Wait),
    Rule::new(["2??", "", "no status"], Unknown, Query).because(Why::IncompleteAnswer),
    Rule::new(["429", "*", "refused"], Rejected, Retry).because(Why::RateLimited),
    Rule::new(["401", "?*", "*"], Rejected, Fix).because(Why::AuthenticationFailed),
    Rule::new(["4??", "*", "repeated"], Unknown, Query).because(Why::DuplicateReference),
    Rule::new(["4??", "*", "refunded"], Unknown, Query).because(Why::AlreadyRefunded),
    Rule::new(["409", "?*", ""], Unknown, Query).because(Why::DuplicateReference),
    Rule::new(["400", "DPAY_INTERNAL_ERROR", "unread"], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["4??", "DPAY_INTERNAL_ERROR", "*"], Unknown, Query).because(Why::ProviderError),
    // An earlier attempt may have refunded what is missing now: no idempotency is documented.
    Rule::new(["4??", "DPAY_REFUND_AMOUNT_EXCEEDED", ""], Rejected, Fix)
        .because(Why::AmountExceeded)
        .also_after_success(),
    Rule::new(["4??", "DPAY_INVALID_PAYMENT_ID", ""], Rejected, Fix).because(Why::PaymentNotFound),
    Rule::new(["4??", "DPAY_INVALID_REQUEST", ""], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["404", "?*", ""], Rejected, Fix).because(Why::PaymentNotFound),
    Rule::new(["404", "?*", "refused"], Rejected, Fix).because(Why::RefundNotFound),
    Rule::new(["40?", "?*", "refused"], Rejected, Fix).because(Why::InvalidRequest),
];

/// Words of an error that speak of an earlier request. How Durianpay answers a repeated `ref_id` is not documented; a
/// disbursement that is approved twice gets HTTP 409 and "request already submitted" (captured in abmid/dpay-sdk-go).
pub const WORDINGS: &[Wording] = &[
    ("already refunded", "refunded"),
    ("already been refunded", "refunded"),
    ("already", "repeated"),
    ("duplicate", "repeated"),
    ("exists", "repeated"),
];

/// Reads an answer; Durianpay signs none.
pub(super) fn read<'r>(plan: &Plan, response: Option<&'r HttpResponse<'r>>) -> Verdict<'r> {
    if is_token_call(plan) {
        snap::read(plan, snap::RULES, response, snap::token_answer)
    } else if is_snap(plan) {
        // "HTTP 200 done, 202 accepted/in progress": the state is in the code.
        let service = Some(snap_service(plan));
        snap::read(plan, snap::RULES, response, |body| snap::refund_answer(plan, body, service, StateIn::Code))
    } else {
        read_v1(plan, response)
    }
}

fn read_v1<'r>(plan: &Plan, response: Option<&'r HttpResponse<'r>>) -> Verdict<'r> {
    let Some(response) = response else { return Verdict::no_response(plan, Signature::NotOffered) };
    let answer = parse_body(response).map(|body| answer(plan, response.status, body)).unwrap_or_default();
    Verdict::decide(plan, V1_RULES, response, answer, Signature::NotOffered)
}

fn answer<'r>(plan: &Plan, http: u16, body: Value<'r>) -> Answer<'r> {
    let found = match plan.path_field("refundId") {
        _ if plan.operation.moves_money => created(plan, &body),
        Some(refund_id) => fetched(&refund_id, &body),
        None => listed(plan, &body),
    };
    let text = |name: &str| body.get(name).and_then(Value::scalar).filter(|text| !text.is_empty()).map(owned);
    let (code, message) = (text("error_code").unwrap_or_default(), text("error").or_else(|| text("message")));
    let has = |name: &str| body.get(name).is_some_and(|value| !is_nothing(value));
    let refused = http >= 400 || ["error", "errors", "error_code"].into_iter().any(has);
    let words = message.as_deref().filter(|_| refused && plan.operation.moves_money).unwrap_or_default();
    let state = match &*found.state {
        "" if refused && plan.operation.moves_money && has("data") => Cow::Borrowed("contradiction"),
        "" if words == "error reading request body" && !code.is_empty() => Cow::Borrowed("unread"),
        "" if plan.operation.moves_money || code.is_empty() => {
            Cow::Borrowed(state_of(WORDINGS, words).unwrap_or_default())
        }
        "" => Cow::Borrowed("refused"),
        _ if refused => Cow::Borrowed("contradiction"),
        _ => found.state,
    };
    Answer { code, message, state, details: Some(body), ..found }
}

/// How an answer writes that it has no such member.
fn is_nothing(value: &Value<'_>) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Text(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// What "Create Refund" gives. A word of the table that is none of Durianpay's gets nowhere as a state: `answered`
/// counts for reads only, the others for errors.
fn created<'r>(plan: &Plan, body: &Value<'_>) -> Answer<'r> {
    let Some(data) = data_object(body) else { return Answer::default() };
    let refund = refund(data);
    let state = refund.provider_status.clone().unwrap_or(Cow::Borrowed("no status"));
    Answer { state, refund: Some(refund), mismatch: is_other_refund(plan, data), ..Answer::default() }
}

/// What "Fetch Refund by ID" gives: the same object.
fn fetched<'r>(refund_id: &str, body: &Value<'_>) -> Answer<'r> {
    let Some(refund) = data_object(body).map(refund).filter(|refund| refund.id.is_some()) else {
        return Answer::default();
    };
    Answer { mismatch: refund.id.as_deref() != Some(refund_id), ..answered(Some(refund), None, None) }
}

/// What the lists give: `data.refund` and `data.total_data`. The body of "Refund Fetch by Payment ID" is not
/// documented, so there a bare array and a single refund are taken too.
fn listed<'r>(plan: &Plan, body: &Value<'_>) -> Answer<'r> {
    let payment_id = plan.path_field("paymentId");
    let Some(data) = body.get("data") else { return Answer::default() };
    let total = data.get("total_data").and_then(Value::scalar).and_then(|total| total.parse().ok());
    let items: &[Value<'_>] = match (data.get("refund"), data) {
        (Some(Value::List(items)), _) => items,
        // How a server in Go writes an empty list. Without its total it does not say that there is no refund.
        (Some(Value::Null), _) if total == Some(0) => &[],
        (None, Value::List(items)) if payment_id.is_some() => items,
        (None, Value::Object(_)) if payment_id.is_some() && data.get("id").is_some() => from_ref(data),
        _ => return Answer::default(),
    };
    let mismatch = payment_id.is_some_and(|payment_id| {
        items.iter().any(|item| contradicts(item, "payment_id", |found| found.is_empty() || found == payment_id))
    });
    let page = total.map(|total| Page { total: Some(total), ..Page::default() });
    Answer { mismatch, ..answered(None, Some(items.iter().map(refund).collect()), page) }
}

fn answered<'r>(refund: Option<Refund<'r>>, refunds: Option<Vec<Refund<'r>>>, page: Option<Page>) -> Answer<'r> {
    Answer { state: Cow::Borrowed("answered"), refund, refunds, page, ..Answer::default() }
}

fn data_object<'b, 'r>(body: &'b Value<'r>) -> Option<&'b Value<'r>> {
    body.get("data").filter(|data| data.is_object())
}

/// One refund. The single object and the entry of a list name the same things differently.
fn refund<'r>(object: &Value<'_>) -> Refund<'r> {
    let text = |names: &[&str]| {
        let mut texts = names.iter().filter_map(|name| object.get(name).and_then(Value::scalar));
        texts.find(|text| !text.is_empty()).map(owned)
    };
    let provider_status = text(&["status"]);
    let status = provider_status.as_deref().map_or(RefundStatus::Unknown, status);
    Refund {
        id: text(&["id"]),
        reference: text(&["ref_id", "refund_ref_id"]),
        payment: text(&["payment_id"]),
        provider_status,
        kind: text(&["refund_type", "refund_partial"]),
        amount: text(&["amount", "total_amount"]).and_then(|amount| rupiah(&amount)),
        created_at: text(&["created_at"]),
        // In answers captured in 2023, single and in lists. No number of a bank or wallet is documented.
        reason: text(&["failure_reason"]),
        ..Refund::in_state(status)
    }
}

/// The states that were seen; Durianpay publishes no list of them.
fn status(word: &str) -> RefundStatus {
    const KNOWN: [(&str, RefundStatus); 3] = [
        ("completed", RefundStatus::Succeeded),
        ("done", RefundStatus::Succeeded),
        ("approved", RefundStatus::Pending),
    ];
    KNOWN.iter().find(|(known, _)| fits(known, word)).map_or(RefundStatus::Unknown, |(_, status)| *status)
}

/// Whether the answer names another reference, payment or amount than the plan; `"20000.00"` is 20000.
fn is_other_refund(plan: &Plan, data: &Value<'_>) -> bool {
    let Some(sent) = plan.body_value() else { return false };
    ["ref_id", "payment_id", "amount"].iter().any(|name| {
        let Some(sent) = sent.get(name).and_then(Value::scalar) else { return false };
        contradicts(data, name, |found| match *name {
            "amount" => rupiah(found).is_some_and(|amount| rupiah(sent) == Some(amount)),
            _ => found.is_empty() || found == sent,
        })
    })
}

fn rupiah(text: &str) -> Option<Money> {
    Currency::of("IDR").and_then(|rupiah| Money::parse_major(text, rupiah).ok())
}

fn owned<'r>(text: &str) -> Cow<'r, str> {
    Cow::Owned(String::from(text))
}
