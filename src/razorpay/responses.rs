//! Razorpay's answers: from bytes to verdict.

use super::{Client, Credentials, requests};
use crate::encode::json::Value;
use crate::http::HttpResponse;
use crate::money::{Currency, Money};
use crate::plan::Plan;
use crate::time;
use crate::verdict::Next::{Done, Fix, Query, Reauthenticate, Retry, Wait};
use crate::verdict::ProblemCode as Why;
use crate::verdict::Status::{Failed, Pending, Rejected, Succeeded, Unknown};
use crate::verdict::{self, Answer, Page, Refund, RefundStatus, Rule, Signature, Verdict, parse_body};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

const BAD_REQUEST: &str = "BAD_REQUEST_ERROR";

/// Sources: api/refunds/* and errors. The state is the refund's own status, `no status` for a refund without
/// one, or what the error's description says (`DESCRIPTIONS`), since nearly every refusal has the same code.
///
/// - `in progress`: the first request may still move money. "You may retry the request": safe, because of the key.
/// - `idempotency record`: HTTP 500, "Retry the request after some time".
/// - `fully refunded`, `not captured` (any more), `amount left`, `other operation`: perhaps because of an earlier
///   attempt of this very plan, should the key's record have expired; how long it is kept is not documented. So ask.
///   `amount exceeded`, more than was ever captured, no earlier attempt can cause.
/// - `receipt`: a refusal of the receipt is not documented, but it is said to be checked for repetition.
/// - `gateway`: the bank, wallet or Razorpay itself failed, whatever the code: it may have moved the money.
/// - `doubtful`: an error beside anything of a refund or a list, a refund that cannot be read, or a refusal without
///   a reason: never believed.
pub const RULES: &[Rule] = &[
    Rule::new(["2??", "", "answered"], Succeeded, Done),
    Rule::new(["2??", "", "processed"], Succeeded, Done),
    Rule::new(["2??", "", "pending"], Pending, Wait),
    Rule::new(["2??", "", "no status"], Pending, Query),
    Rule::new(["2??", "", "failed"], Failed, Fix).because(Why::Declined),
    Rule::new(["4??", BAD_REQUEST, "doubtful"], Unknown, Query).because(Why::UnrecognizedAnswer),
    Rule::new(["4??", BAD_REQUEST, "in progress"], Unknown, Retry).because(Why::InProgress),
    Rule::new(["4??", BAD_REQUEST, "other payload"], Rejected, Fix).because(Why::IdempotencyConflict),
    Rule::new(["4??", BAD_REQUEST, "fully refunded"], Unknown, Query).because(Why::AlreadyRefunded),
    Rule::new(["4??", BAD_REQUEST, "amount left"], Unknown, Query).because(Why::AmountExceeded),
    Rule::new(["4??", BAD_REQUEST, "other operation"], Unknown, Query).because(Why::InProgress),
    Rule::new(["4??", BAD_REQUEST, "gateway"], Unknown, Query).because(Why::ProviderError),
    Rule::new(["4??", BAD_REQUEST, "amount exceeded"], Rejected, Fix).because(Why::AmountExceeded),
    Rule::new(["4??", BAD_REQUEST, "amount too small"], Rejected, Fix).because(Why::InvalidAmount),
    Rule::new(["4??", BAD_REQUEST, "not captured"], Unknown, Query).because(Why::NotRefundable),
    Rule::new(["4??", BAD_REQUEST, "too old"], Rejected, Fix).because(Why::RefundWindowClosed),
    Rule::new(["4??", BAD_REQUEST, "low balance"], Rejected, Fix).because(Why::InsufficientBalance),
    Rule::new(["4??", BAD_REQUEST, "no such payment"], Rejected, Fix).because(Why::PaymentNotFound),
    Rule::new(["4??", BAD_REQUEST, "no such refund"], Rejected, Fix).because(Why::RefundNotFound),
    Rule::new(["4??", BAD_REQUEST, "receipt"], Unknown, Query).because(Why::UnrecognizedAnswer),
    Rule::new(["4??", BAD_REQUEST, "access denied"], Rejected, Fix).because(Why::NotPermitted),
    Rule::new(["4??", BAD_REQUEST, "invalid token"], Rejected, Reauthenticate).because(Why::TokenInvalid),
    Rule::new(["4??", BAD_REQUEST, "invalid key"], Rejected, Fix).because(Why::AuthenticationFailed),
    Rule::new(["401", BAD_REQUEST, "*"], Rejected, Fix).because(Why::AuthenticationFailed),
    Rule::new(["403", BAD_REQUEST, "*"], Rejected, Fix).because(Why::NotPermitted),
    Rule::new(["400", BAD_REQUEST, "*"], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["404", BAD_REQUEST, "*"], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["500", "*", "idempotency record"], Unknown, Retry).because(Why::ProviderError),
    Rule::new(["*", "GATEWAY_ERROR", "*"], Unknown, Query).because(Why::ProviderError),
    Rule::new(["*", "SERVER_ERROR", "*"], Unknown, Query).because(Why::ProviderError),
];

/// Part of a description, in lower case, and what it says. Sources: the error lists of api/refunds/*,
/// payments/refunds/errors and api/payments/route; captured and balance from SDK issues and connectors. The first
/// that fits counts. The wide ones at the end are for wordings that nobody documents.
const DESCRIPTIONS: &[(&str, &str)] = &[
    ("same idempotency key is still in progress", "in progress"),
    ("different request with the same idempotency key", "other payload"),
    ("failed to fetch idempotency record", "idempotency record"),
    ("fully refunded already", "fully refunded"),
    ("greater than amount captured", "amount exceeded"),
    ("the amount must be at least", "amount too small"),
    ("payment status should be captured", "not captured"),
    ("more than 6 months old", "too old"),
    ("does not have enough balance", "low balance"),
    ("the id provided does not exist", "no such id"),
    ("the api key provided is invalid", "invalid key"),
    ("the api secret provided is invalid", "invalid key"),
    ("access denied", "access denied"),
    ("receipt", "receipt"),
    ("refunded already", "fully refunded"),
    ("already refunded", "fully refunded"),
    ("already been", "fully refunded"),
    ("fully refunded", "fully refunded"),
    ("is greater than", "amount left"),
    ("amount exceeds", "amount left"),
    ("unrefunded", "amount left"),
    ("in progress", "other operation"),
    ("gateway", "gateway"),
];

/// Who caused an error, where it is the request: the documented sources of refusals. Others are banks, wallets and
/// Razorpay itself.
const SOURCES_OF_REFUSALS: &[&str] = &["business", "customer", "na", ""];

/// Razorpay does not sign its answers.
pub(super) fn read<'r>(client: &Client, plan: &Plan, response: Option<&'r HttpResponse<'r>>) -> Verdict<'r> {
    let Some(response) = response else { return Verdict::no_response(plan, Signature::NotOffered) };
    let body = parse_body(response);
    let answer = body.map(|body| answer(client, plan, response.status, body)).unwrap_or_default();
    Verdict::decide(plan, RULES, response, answer, Signature::NotOffered)
}

fn answer<'r>(client: &Client, plan: &Plan, http: u16, body: Value<'r>) -> Answer<'r> {
    let present = |name: &str| body.get(name).filter(|member| **member != Value::Null);
    let error = |name: &str| body.get("error").and_then(|error| error.get(name)).and_then(Value::text);
    let items = body.get("items").and_then(Value::list);
    let state = if let Some(error) = present("error") {
        let both = ["id", "entity", "status", "items"].iter().any(|name| present(name).is_some());
        if both { "doubtful" } else { described(client, plan, http, error) }
    } else if is_list(plan) {
        items.map_or("", |_| "answered")
    } else if !is_refund(&body) {
        if present("entity").and_then(Value::text) == Some("refund") { "doubtful" } else { "" }
    } else if plan.operation.moves_money {
        present("status").map_or("no status", |status| status.text().unwrap_or("doubtful"))
    } else {
        "answered"
    };
    let refunds = items.filter(|_| is_list(plan));
    Answer {
        code: Cow::Owned(String::from(error("code").unwrap_or_default())),
        message: error("description").map(|text| Cow::Owned(String::from(text))),
        state: Cow::Owned(String::from(state)),
        refund: Some(&body).filter(|body| is_refund(body)).map(refund),
        refunds: refunds.map(|items| items.iter().map(refund).collect::<Vec<_>>()),
        page: refunds.map(|_| Page { size: Some(requests::page_size(plan)), ..Page::default() }),
        mismatch: refunds.unwrap_or(core::slice::from_ref(&body)).iter().any(|found| contradicts(plan, found)),
        details: Some(body),
        ..Answer::default()
    }
}

fn is_list(plan: &Plan) -> bool {
    matches!(plan.operation.name, "listRefunds" | "listPaymentRefunds")
}

fn is_refund(body: &Value<'_>) -> bool {
    let entity = body.get("entity").and_then(Value::text);
    entity == Some("refund") && body.get("id").is_some_and(|id| id.text().is_some())
}

/// What an error's description says, as one of the states of [`RULES`].
fn described(client: &Client, plan: &Plan, http: u16, error: &Value<'_>) -> &'static str {
    let description = error.get("description").and_then(Value::text).unwrap_or_default().to_ascii_lowercase();
    let source = error.get("source").filter(|source| **source != Value::Null);
    let is_refusal = |source: &str| SOURCES_OF_REFUSALS.iter().any(|known| known.eq_ignore_ascii_case(source));
    let refused = source.is_none_or(|source| source.text().is_some_and(is_refusal));
    let known = DESCRIPTIONS.iter().find(|(part, _)| description.contains(part)).map(|(_, state)| *state);
    let by_token = matches!(client.credentials, Credentials::OAuth(_));
    match known {
        Some("no such id") if plan.path_field("refundId").is_some() => "no such refund",
        Some("no such id") => "no such payment",
        // With a Bearer token, a refused authentication most often means that it has expired.
        Some("invalid key") if by_token => "invalid token",
        None if by_token && http == 401 => "invalid token",
        None if !refused => "gateway",
        // The code alone does not tell a refusal from the trace of an earlier attempt.
        None if description.is_empty() && http == 400 => "doubtful",
        known => known.unwrap_or_default(),
    }
}

/// A refund entity in the normal form. Everything in it may be missing: Razorpay's own fixtures have no more
/// than id, amount, currency, payment and time.
pub(super) fn refund<'r>(entity: &Value<'_>) -> Refund<'r> {
    let scalar = |name: &str| entity.get(name).and_then(Value::scalar);
    let text = |name: &str| scalar(name).map(|text| Cow::<str>::Owned(String::from(text)));
    let status = match scalar("status") {
        Some("processed") => RefundStatus::Succeeded,
        Some("pending") => RefundStatus::Pending,
        Some("failed") => RefundStatus::Failed,
        _ => RefundStatus::Unknown,
    };
    let currency = scalar("currency").and_then(Currency::of);
    Refund {
        id: text("id"),
        reference: text("receipt"),
        payment: text("payment_id"),
        provider_status: text("status"),
        // instant or normal; some samples have optimum.
        kind: text("speed_processed"),
        amount: scalar("amount").zip(currency).and_then(|(minor, currency)| Money::parse_minor(minor, currency).ok()),
        created_at: scalar("created_at").and_then(iso_8601),
        ..Refund::in_state(status)
    }
}

/// Unix seconds as ISO 8601.
fn iso_8601<'r>(seconds: &str) -> Option<Cow<'r, str>> {
    let ms = seconds.parse::<u64>().ok()?.checked_mul(1000).filter(|ms| time::is_sane(*ms))?;
    Some(Cow::Owned(time::utc_seconds(ms)))
}

/// Whether a refund entity names another payment, refund, amount, receipt or currency than the plan.
fn contradicts(plan: &Plan, entity: &Value<'_>) -> bool {
    let (payment, refund) = (plan.path_field("paymentId"), plan.path_field("refundId"));
    let sent = plan.body_value();
    let sent = |name: &str| sent.as_ref().and_then(|sent| sent.get(name)).and_then(Value::scalar);
    let expected = [
        ("payment_id", payment.as_deref()),
        ("id", refund.as_deref()),
        ("amount", sent("amount")),
        ("receipt", sent("receipt")),
        // The currency is not sent: what was meant in another one was refunded in the payment's. (A sample has "".)
        ("currency", plan.currency.map(|currency| currency.code())),
    ];
    expected.iter().any(|(name, expected)| {
        expected.is_some_and(|expected| {
            verdict::contradicts(entity, name, |found| found == expected || (*name == "currency" && found.is_empty()))
        })
    })
}
