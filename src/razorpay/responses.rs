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
use crate::verdict::{
    self, Answer, Page, Proof, ProofKind, Refund, RefundStatus, Rule, Signature, Verdict, Wording, parse_body,
};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

const BAD_REQUEST: &str = "BAD_REQUEST_ERROR";
const REVERSAL: &str = "reversal";

/// Sources: api/refunds/*, payments/refunds and errors. The state is the refund's own status, `no status` for a refund
/// without one, or what the error's description says ([`WORDINGS`]), since nearly every refusal has the same code.
///
/// - `in progress`: the first request may still move money. "You may retry the request": safe, because of the key.
/// - `idempotency record`, `unread`: HTTP 500. The first: "Retry the request after some time".
/// - `fully refunded`, `not captured` (any more), `amount left`: perhaps because of an earlier attempt of this very
///   plan, should the key's record have expired; how long it is kept is not documented.
///   `amount exceeded`, more than was ever captured, no earlier attempt can cause.
/// - `refunded before`, `receipt used`: these speak of an earlier refund, and it may be this one: ask.
/// - `other operation`: perhaps this plan's own first attempt. So ask.
/// - `gateway`: the bank, wallet or Razorpay itself failed, whatever the code: it may have moved the money.
/// - `doubtful`: an error beside anything of a refund or a list, or a refund that cannot be read: never believed.
///   Neither is a refusal without a description, or with one that [`WORDINGS`] does not have: it has no row.
pub const RULES: &[Rule] = &[
    Rule::new(["2??", "", "answered"], Succeeded, Done),
    Rule::new(["2??", "", "processed"], Succeeded, Done),
    // api/payments/route/reverse-a-transfer: "If a reversal ID is generated, the reversal was successful."
    Rule::new(["2??", "", "a reversal"], Succeeded, Done),
    Rule::new(["2??", "", "pending"], Pending, Wait),
    // payments/refunds: "the refund is initiated from Razorpay. This state will be displayed only on the Refunds API".
    Rule::new(["2??", "", "created"], Pending, Wait),
    Rule::new(["2??", "", "no status"], Pending, Query),
    Rule::new(["2??", "", "failed"], Failed, Fix).because(Why::Declined),
    Rule::new(["4??", BAD_REQUEST, "doubtful"], Unknown, Query).because(Why::UnrecognizedAnswer),
    Rule::new(["4??", BAD_REQUEST, "in progress"], Unknown, Retry).because(Why::InProgress),
    Rule::new(["4??", BAD_REQUEST, "other payload"], Rejected, Fix).because(Why::IdempotencyConflict),
    Rule::new(["4??", BAD_REQUEST, "refunded before"], Unknown, Query).because(Why::AlreadyRefunded),
    Rule::new(["4??", BAD_REQUEST, "receipt used"], Unknown, Query).because(Why::DuplicateReference),
    Rule::new(["4??", BAD_REQUEST, "fully refunded"], Rejected, Fix).because(Why::AlreadyRefunded).also_after_success(),
    Rule::new(["4??", BAD_REQUEST, "amount left"], Rejected, Fix).because(Why::AmountExceeded).also_after_success(),
    Rule::new(["4??", BAD_REQUEST, "other operation"], Unknown, Query).because(Why::InProgress),
    Rule::new(["4??", BAD_REQUEST, "gateway"], Unknown, Query).because(Why::ProviderError),
    Rule::new(["4??", BAD_REQUEST, "amount exceeded"], Rejected, Fix).because(Why::AmountExceeded),
    Rule::new(["4??", BAD_REQUEST, "amount refused"], Rejected, Fix).because(Why::InvalidAmount),
    Rule::new(["4??", BAD_REQUEST, "not captured"], Rejected, Fix).because(Why::NotRefundable).also_after_success(),
    Rule::new(["4??", BAD_REQUEST, "not refundable"], Rejected, Fix).because(Why::NotRefundable),
    Rule::new(["4??", BAD_REQUEST, "too old"], Rejected, Fix).because(Why::RefundWindowClosed),
    Rule::new(["4??", BAD_REQUEST, "other speed"], Rejected, Fix).because(Why::SpeedNotSupported),
    Rule::new(["4??", BAD_REQUEST, "low balance"], Rejected, Fix).because(Why::InsufficientBalance),
    Rule::new(["4??", BAD_REQUEST, "no such payment"], Rejected, Fix).because(Why::PaymentNotFound),
    Rule::new(["4??", BAD_REQUEST, "no such refund"], Rejected, Fix).because(Why::RefundNotFound),
    Rule::new(["4??", BAD_REQUEST, "no such url"], Rejected, Fix).because(Why::UnknownUrl),
    Rule::new(["4??", BAD_REQUEST, "not permitted"], Rejected, Fix).because(Why::NotPermitted),
    Rule::new(["4??", BAD_REQUEST, "invalid token"], Rejected, Reauthenticate).because(Why::TokenInvalid),
    Rule::new(["4??", BAD_REQUEST, "invalid key"], Rejected, Fix).because(Why::AuthenticationFailed),
    Rule::new(["4??", BAD_REQUEST, "refused"], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["401", BAD_REQUEST, "*"], Rejected, Fix).because(Why::AuthenticationFailed),
    Rule::new(["403", BAD_REQUEST, "*"], Rejected, Fix).because(Why::NotPermitted),
    Rule::new(["500", "?*", "idempotency record"], Unknown, Retry).because(Why::ProviderError),
    // Both fail before the refund is looked at, says api/refunds/normal-refunds-idempotent.
    Rule::new(["500", "?*", "unread"], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["500", "?*", "invalid key"], Rejected, Fix).because(Why::AuthenticationFailed),
    Rule::new(["500", "?*", "invalid token"], Rejected, Reauthenticate).because(Why::TokenInvalid),
    Rule::new(["*", "GATEWAY_ERROR", "*"], Unknown, Query).because(Why::ProviderError),
    Rule::new(["*", "SERVER_ERROR", "*"], Unknown, Query).because(Why::ProviderError),
];

/// What descriptions say. The first that fits counts; the wide ones at the end are for wordings that nobody documents.
pub const WORDINGS: &[Wording] = &[
    // api/refunds/normal-refunds-idempotent and instant-refunds-idempotent.
    ("same idempotency key is still in progress", "in progress"),
    ("different request with the same idempotency key", "other payload"),
    ("failed to fetch idempotency record", "idempotency record"),
    ("failed to parse request body", "unread"),
    ("merchant id not found in authentication", "invalid key"),
    ("the idempotency key must be at least", "refused"),
    ("the idempotency key must only contain", "refused"),
    // api/refunds/create-normal and create-instant, api/payments/route/refund-payments-and-reverse-transfer.
    ("the api key provided is invalid", "invalid key"),
    ("the api secret provided is invalid", "invalid key"),
    ("the api key secret provided is invalid", "invalid key"),
    ("is not a valid id", "refused"),
    ("the requested url was not found", "no such url"),
    ("not required and should not be sent", "refused"),
    ("greater than amount captured", "amount exceeded"),
    ("greater than the available amount", "amount left"),
    ("the amount must be at least", "amount refused"),
    ("the payment has been fully refunded already", "fully refunded"),
    // api/refunds/create-instant as of 2026 (razorpay.com/docs/build/llm-docs).
    ("does not have enough balance", "low balance"),
    ("payment status should be captured", "not captured"),
    ("amount cannot be blank", "amount refused"),
    ("instant refund not supported", "other speed"),
    ("partial refund is currently not supported", "amount refused"),
    ("refund is currently not supported for this payment method", "not refundable"),
    ("refunds cannot be created on your account", "not permitted"),
    ("refund has already been processed", "refunded before"),
    ("blocked due to ongoing dispute", "not refundable"),
    ("duplicate receipt found", "receipt used"),
    ("notes validation failed", "refused"),
    ("another payment operation is in progress", "other operation"),
    ("void is not supported for partial refunds", "not refundable"),
    // payments/refunds/errors; the second also names the age, so it comes first.
    ("only instant refund is supported", "other speed"),
    ("more than 6 months old", "too old"),
    // api/payments/capture.
    ("the amount must be an integer", "amount refused"),
    // api/refunds/fetch-*, update: "The id provided does not exist", "The payment id field is required".
    ("the id provided does not exist", "no such payment"),
    ("field is required", "refused"),
    // api/authentication, for a list of allowed addresses.
    ("access denied", "not permitted"),
    // Not documented. Issues 414, 438 and 454 of razorpay-node: the second is all that is said of a low balance there.
    ("insufficient balance", "low balance"),
    ("invalid request sent", "low balance"),
    // Not documented: what merchants and connectors report.
    ("no db records found", "no such payment"),
    ("receipt may not be greater than", "refused"),
    ("receipt has already been", "receipt used"),
    ("dispute", "not refundable"),
    ("refunded state", "refunded before"),
    ("refunded already", "refunded before"),
    ("already refunded", "refunded before"),
    ("already been", "refunded before"),
    ("fully refunded", "refunded before"),
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
        // "Fetch all refunds": a list is a collection. What has lost its envelope may have lost refunds, too.
        items.filter(|_| present("entity").and_then(Value::text) == Some("collection")).map_or("", |_| "answered")
    } else if !is_whole(plan, &body) {
        if present("entity").and_then(Value::text) == Some(entity_of(plan)) { "doubtful" } else { "" }
    } else if plan.operation.name == "createReversal" {
        "a reversal"
    } else if plan.operation.moves_money {
        // The table's words that are none of Razorpay's have a space.
        present("status")
            .map_or("no status", |status| status.text().filter(|word| !word.contains(' ')).unwrap_or("doubtful"))
    } else {
        "answered"
    };
    let refunds = items.filter(|_| is_list(plan));
    Answer {
        code: Cow::Owned(String::from(error("code").unwrap_or_default())),
        message: error("description").map(|text| Cow::Owned(String::from(text))),
        state: Cow::Owned(String::from(state)),
        refund: Some(&body).filter(|body| is_whole(plan, body)).map(refund),
        refunds: refunds.map(|items| items.iter().map(refund).collect::<Vec<_>>()),
        page: refunds.map(|refunds| page(plan, &body, refunds.len())),
        mismatch: refunds.unwrap_or(core::slice::from_ref(&body)).iter().any(|found| contradicts(plan, found)),
        details: Some(body),
        ..Answer::default()
    }
}

/// "Fetch all refunds": `count` is the number of refunds in the answer. Where it is larger, some are missing.
fn page(plan: &Plan, body: &Value<'_>, found: usize) -> Page {
    let count = body.get("count").and_then(Value::scalar).and_then(|count| count.parse().ok());
    let total = count.filter(|count| u64::try_from(found).is_ok_and(|found| *count > found));
    Page { size: Some(requests::page_size(plan)), total, ..Page::default() }
}

fn is_list(plan: &Plan) -> bool {
    matches!(plan.operation.name, "listRefunds" | "listPaymentRefunds" | "listReversals")
}

/// Whether it is the entity that the plan is answered with, and has an id.
fn is_whole(plan: &Plan, body: &Value<'_>) -> bool {
    let entity = body.get("entity").and_then(Value::text);
    entity == Some(entity_of(plan)) && body.get("id").is_some_and(|id| id.text().is_some())
}

fn entity_of(plan: &Plan) -> &'static str {
    if matches!(plan.operation.name, "createReversal" | "listReversals") { REVERSAL } else { "refund" }
}

/// What an error's description says, as one of the states of [`RULES`].
fn described(client: &Client, plan: &Plan, http: u16, error: &Value<'_>) -> &'static str {
    let description = error.get("description").and_then(Value::text).unwrap_or_default();
    let source = error.get("source").filter(|source| **source != Value::Null);
    let is_refusal = |source: &str| SOURCES_OF_REFUSALS.iter().any(|known| known.eq_ignore_ascii_case(source));
    let refused = source.is_none_or(|source| source.text().is_some_and(is_refusal));
    let by_token = matches!(client.credentials, Credentials::OAuth(_));
    match verdict::state_of(WORDINGS, description) {
        _ if plan.operation.moves_money && names_a_refund(error) => "refunded before",
        Some("no such payment") if plan.path_field("refundId").is_some() => "no such refund",
        // With a Bearer token, a refused authentication most often means that it has expired.
        Some("invalid key") if by_token => "invalid token",
        Some(state) => state,
        None if by_token && http == 401 => "invalid token",
        None if !refused => "gateway",
        // What is not known may be the trace of an earlier attempt. A read leaves none.
        None if !plan.operation.moves_money && !description.is_empty() && matches!(http, 400 | 404) => "refused",
        None => "",
    }
}

/// Whether an error's metadata, which documents the ids of payment and order, holds that of a refund.
fn names_a_refund(error: &Value<'_>) -> bool {
    let Some(Value::Object(members)) = error.get("metadata") else { return false };
    members.iter().any(|(_, member)| member.text().is_some_and(|id| id.starts_with("rfnd_")))
}

/// A refund entity in the normal form. Everything in it may be missing: Razorpay's own fixtures have no more
/// than id, amount, currency, payment and time.
pub(super) fn refund<'r>(entity: &Value<'_>) -> Refund<'r> {
    let scalar = |name: &str| entity.get(name).and_then(Value::scalar);
    let text = |name: &str| scalar(name).map(|text| Cow::<str>::Owned(String::from(text)));
    let status = match scalar("status") {
        Some("processed") => RefundStatus::Succeeded,
        Some("created" | "pending") => RefundStatus::Pending,
        Some("failed") => RefundStatus::Failed,
        // It has no status: "If a reversal ID is generated, the reversal was successful."
        None if scalar("entity") == Some(REVERSAL) && text("id").is_some() => RefundStatus::Succeeded,
        _ => RefundStatus::Unknown,
    };
    let currency = scalar("currency").and_then(Currency::of);
    let acquirer_data = entity.get("acquirer_data").filter(|_| status == RefundStatus::Succeeded);
    Refund {
        id: text("id"),
        reference: text("receipt"),
        payment: text("payment_id").or_else(|| text("transfer_id")),
        provider_status: text("status"),
        // instant or normal; some samples have optimum.
        kind: text("speed_processed"),
        amount: scalar("amount").zip(currency).and_then(|(minor, currency)| Money::parse_minor(minor, currency).ok()),
        created_at: scalar("created_at").and_then(iso_8601),
        // A sample of a failed refund has an ARN, too: it proves nothing.
        proof: acquirer_data.and_then(|data| Proof::first(data, PROOFS)),
        ..Refund::in_state(status)
    }
}

/// api/refunds/entity, `acquirer_data`: "either RRN, ARN or UTR", by which the customer can ask the bank.
const PROOFS: &[(&str, ProofKind)] = &[("arn", ProofKind::Arn), ("rrn", ProofKind::Rrn), ("utr", ProofKind::Utr)];

/// Unix seconds as ISO 8601.
fn iso_8601<'r>(seconds: &str) -> Option<Cow<'r, str>> {
    let ms = seconds.parse::<u64>().ok()?.checked_mul(1000).filter(|ms| time::is_sane(*ms))?;
    Some(Cow::Owned(time::utc_seconds(ms)))
}

/// Whether a refund entity names another payment, refund, amount, receipt or currency than the plan.
fn contradicts(plan: &Plan, entity: &Value<'_>) -> bool {
    let [payment, refund, transfer] = ["paymentId", "refundId", "transferId"].map(|name| plan.path_field(name));
    let sent = plan.body_value();
    let sent = |name: &str| sent.as_ref().and_then(|sent| sent.get(name)).and_then(Value::scalar);
    let expected = [
        ("payment_id", payment.as_deref().or_else(|| sent("payment_id"))),
        ("id", refund.as_deref()),
        ("transfer_id", transfer.as_deref()),
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
