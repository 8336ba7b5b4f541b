//! SNAP's answers: response codes of seven digits, the table of what they mean, and the standard's members.

use crate::encode::json::Value;
use crate::http::HttpResponse;
use crate::money::{Currency, Money};
use crate::plan::Plan;
use crate::verdict::Next::{Done, Fix, Query, Reauthenticate, Retry, Wait};
use crate::verdict::ProblemCode as Why;
use crate::verdict::Status::{Failed, Pending, Rejected, Succeeded, Unknown};
use crate::verdict::{AccessToken, Answer, Refund, RefundStatus, Rule, Signature, Verdict, parse_body};
use alloc::borrow::Cow;
use alloc::vec::Vec;

/// What the codes mean: HTTP status (3 digits), service (2, any), case (2). The HTTP status must be the
/// code's own: where they differ nobody knows which one is true. A case that is not here is `unknown`.
///
/// States: `00`, `03`, `06` as in `refundStatus`; `answered` for a token or a status; empty for a refusal.
/// Source: the table of ASPI's response codes.
pub const RULES: &[Rule] = &[
    Rule::new(["200", "200????", "answered"], Succeeded, Done),
    Rule::new(["200", "200????", "00"], Succeeded, Done),
    Rule::new(["200", "200????", "03"], Pending, Wait),
    Rule::new(["200", "200????", "06"], Failed, Fix).because(Why::Declined),
    Rule::new(["202", "202????", ""], Pending, Wait),
    Rule::new(["202", "202????", "03"], Pending, Wait),
    Rule::new(["400", "400??00", ""], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["400", "400??01", ""], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["400", "400??02", ""], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["401", "401??00", ""], Rejected, Fix).because(Why::AuthenticationFailed),
    Rule::new(["401", "401??01", ""], Rejected, Reauthenticate).because(Why::TokenInvalid),
    Rule::new(["401", "401??02", ""], Rejected, Fix).because(Why::TokenInvalid),
    Rule::new(["401", "401??03", ""], Rejected, Reauthenticate).because(Why::TokenInvalid),
    Rule::new(["401", "401??04", ""], Rejected, Fix).because(Why::TokenInvalid),
    Rule::new(["403", "403??00", ""], Rejected, Fix).because(Why::RefundWindowClosed),
    Rule::new(["403", "403??01", ""], Rejected, Fix).because(Why::NotPermitted),
    Rule::new(["403", "403??02", ""], Rejected, Fix).because(Why::AmountExceeded),
    Rule::new(["403", "403??04", ""], Rejected, Retry).because(Why::LimitReached),
    Rule::new(["403", "403??06", ""], Rejected, Retry).because(Why::NotPermitted),
    Rule::new(["403", "403??0?", ""], Rejected, Fix).because(Why::Declined),
    Rule::new(["403", "403??14", ""], Rejected, Fix).because(Why::InsufficientBalance),
    Rule::new(["403", "403??15", ""], Rejected, Fix).because(Why::NotRefundable),
    Rule::new(["403", "403??16", ""], Rejected, Retry).because(Why::NotPermitted),
    Rule::new(["403", "403??17", ""], Rejected, Fix).because(Why::LimitReached),
    Rule::new(["403", "403??18", ""], Rejected, Fix).because(Why::Declined),
    Rule::new(["403", "403??1?", ""], Rejected, Fix).because(Why::NotPermitted),
    Rule::new(["403", "403??20", ""], Rejected, Fix).because(Why::LimitReached),
    Rule::new(["403", "403??21", ""], Rejected, Fix).because(Why::NotPermitted),
    Rule::new(["403", "403??22", ""], Rejected, Fix).because(Why::NotPermitted),
    Rule::new(["403", "403??23", ""], Rejected, Fix).because(Why::LimitReached),
    Rule::new(["404", "404??00", ""], Rejected, Fix).because(Why::NotRefundable),
    Rule::new(["404", "404??01", ""], Rejected, Fix).because(Why::PaymentNotFound),
    Rule::new(["404", "404??04", ""], Rejected, Fix).because(Why::NotRefundable),
    Rule::new(["404", "404??0?", ""], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["404", "404??13", ""], Rejected, Fix).because(Why::InvalidAmount),
    // "Paid Bill": of a refund nobody says what it means.
    Rule::new(["404", "404??14", ""], Unknown, Query).because(Why::UnrecognizedAnswer),
    Rule::new(["404", "404??18", ""], Rejected, Fix).because(Why::IdempotencyConflict),
    Rule::new(["404", "404??1?", ""], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["405", "405??00", ""], Rejected, Fix).because(Why::NotPermitted),
    Rule::new(["405", "405??01", ""], Rejected, Fix).because(Why::NotPermitted),
    // "Conflict": this X-EXTERNAL-ID was used today; the reference of the refund stays the same.
    Rule::new(["409", "409??00", ""], Rejected, Retry).because(Why::DuplicateAttempt),
    Rule::new(["409", "409??01", ""], Unknown, Query).because(Why::DuplicateReference),
];

/// Where an answer says in which state a refund is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateIn {
    /// In `additionalInfo.refundStatus`; a code 2xx alone is no success.
    Body,
    /// In the code: 200 is done, 202 is accepted. A `refundStatus` counts where it is given all the same.
    Code,
}

/// A response code in its parts: HTTP status, service, case. `None` for what is not seven digits.
#[must_use]
pub fn split_code(code: &str) -> Option<(&str, &str, &str)> {
    if code.len() != 7 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (http, rest) = code.split_at_checked(3)?;
    let (service, case) = rest.split_at_checked(2)?;
    Some((http, service, case))
}

/// Reads an answer: SNAP's are not signed.
#[must_use]
pub fn read<'r>(
    plan: &Plan,
    response: Option<&'r HttpResponse<'r>>,
    answer: impl FnOnce(Value<'r>) -> Answer<'r>,
) -> Verdict<'r> {
    let Some(response) = response else { return Verdict::no_response(plan, Signature::NotOffered) };
    let mut answer = parse_body(response).map(answer).unwrap_or_default();
    if !answer.code.is_empty() && split_code(&answer.code).is_none() {
        answer.state = Cow::Borrowed(MALFORMED);
    }
    Verdict::decide(plan, RULES, response, answer, Signature::NotOffered)
}

/// The answer to a refund.
#[must_use]
pub fn refund_answer<'r>(plan: &Plan, body: Value<'r>, state_in: StateIn) -> Answer<'r> {
    let code = text(&body, "responseCode").unwrap_or_default();
    let given = text(&body, "additionalInfo.refundStatus").filter(|state| !state.is_empty());
    let done = state_in == StateIn::Code && split_code(&code).is_some_and(|(http, _, _)| http == "200");
    let state = given.clone().unwrap_or(Cow::Borrowed(if done { "00" } else { "" }));
    let accepted = split_code(&code).is_some_and(|(http, _, _)| http == "202");
    let status = if accepted && given.is_none() { RefundStatus::Pending } else { refund_status(&state) };
    let refund = Refund { provider_status: given, ..refund(&body, status) };
    Answer { state, refund: Some(refund), mismatch: mismatch(plan, &body), ..envelope(code, body) }
}

/// The answer to a token call. The token itself is not repeated in the details.
#[must_use]
pub fn token_answer(body: Value<'_>) -> Answer<'_> {
    let code = text(&body, "responseCode").unwrap_or_default();
    let token = text(&body, "accessToken").filter(|token| is_token(token));
    let access_token = token.map(|token| AccessToken {
        token: token.into_owned(),
        // The standard has seconds as text, DOKU as a number; Durianpay prints a date, which is no duration.
        expires_in_seconds: text(&body, "expiresIn").and_then(|seconds| seconds.parse().ok()),
    });
    let state = Cow::Borrowed(if access_token.is_some() { "answered" } else { "" });
    let body = match body {
        Value::Object(members) => {
            Value::Object(members.into_iter().filter(|(name, _)| name != "accessToken").collect())
        }
        body => body,
    };
    Answer { state, access_token, ..envelope(code, body) }
}

/// The answer to a status query: the transaction that was asked about and, where the provider gives it, the
/// refunds made of it (the standard's `refundHistory`).
#[must_use]
pub fn status_answer<'r>(plan: &Plan, body: Value<'r>) -> Answer<'r> {
    let code = text(&body, "responseCode").unwrap_or_default();
    let provider_status = text(&body, "latestTransactionStatus");
    let asked = plan.body_value();
    let service = text(&body, "serviceCode").or_else(|| text(asked.as_ref()?, "serviceCode"));
    let of_refund = service.as_deref() == Some(REFUND_SERVICE);
    let status = match provider_status.as_deref() {
        Some("04") => RefundStatus::Succeeded,
        Some(state) if of_refund => refund_status(state),
        _ => RefundStatus::Unknown,
    };
    let state = Cow::Borrowed(if provider_status.is_some() { "answered" } else { "" });
    let amount = if of_refund { money(&body, "transAmount").or_else(|| money(&body, "amount")) } else { None };
    let refund = Refund { provider_status, amount, ..refund(&body, status) };
    let mismatch = asked.is_some_and(|asked| differs(&asked, &body, "originalPartnerReferenceNo"));
    Answer { state, refund: Some(refund), refunds: history(&body), mismatch, ..envelope(code, body) }
}

/// The service code of a debit refund.
const REFUND_SERVICE: &str = "58";

/// The standard's `refundHistory`, which stands beside the transaction or in `additionalInfo`.
#[must_use]
pub fn history<'r>(body: &Value<'r>) -> Option<Vec<Refund<'r>>> {
    let entries = body.get("refundHistory").or_else(|| body.at("additionalInfo.refundHistory"))?.list()?;
    let refund = |entry: &Value<'r>| {
        let provider_status = text(entry, "refundStatus");
        let status = provider_status.as_deref().map_or(RefundStatus::Unknown, refund_status);
        let reference = text(entry, "partnerRefundNo").or_else(|| text(entry, "partnerReferenceNo"));
        let created_at = text(entry, "refundDate").or_else(|| text(entry, "refundTime"));
        Refund { provider_status, reference, created_at, payment: payment(body), ..refund(entry, status) }
    };
    Some(entries.iter().filter(|entry| entry.is_object()).map(refund).collect())
}

/// The standard's members of a refund in the normal form.
#[must_use]
pub fn refund<'r>(body: &Value<'r>, status: RefundStatus) -> Refund<'r> {
    Refund {
        id: text(body, "refundNo"),
        reference: text(body, "partnerRefundNo"),
        payment: payment(body),
        amount: money(body, "refundAmount"),
        created_at: text(body, "refundTime"),
        ..Refund::in_state(status)
    }
}

/// `00` success, `03` pending, `06` failed; `01` initiated and `02` paying are on their way as well.
#[must_use]
pub fn refund_status(state: &str) -> RefundStatus {
    match state {
        "00" => RefundStatus::Succeeded,
        "01" | "02" | "03" => RefundStatus::Pending,
        "06" => RefundStatus::Failed,
        _ => RefundStatus::Unknown,
    }
}

/// An amount object `{ value, currency }`, the value as text or number.
#[must_use]
pub fn money(body: &Value<'_>, name: &str) -> Option<Money> {
    let amount = body.get(name)?;
    let currency = Currency::of(amount.get("currency")?.text()?)?;
    Money::read_major(amount.get("value")?.scalar()?, currency)
}

/// A text or number at a dotted path.
#[must_use]
pub fn text<'r>(body: &Value<'r>, path: &str) -> Option<Cow<'r, str>> {
    match body.at(path)? {
        Value::Text(text) | Value::Number(text) => Some(text.clone()),
        _ => None,
    }
}

/// SNAP works with the merchant's number of the payment; the provider's is only where that one is missing.
fn payment<'r>(body: &Value<'r>) -> Option<Cow<'r, str>> {
    let named = |name| text(body, name).filter(|text| !text.is_empty());
    named("originalPartnerReferenceNo").or_else(|| named("originalReferenceNo"))
}

/// The state of an answer whose code is not seven digits: no row has it, whatever the code looks like.
const MALFORMED: &str = "malformed code";

/// Code and words.
fn envelope<'r>(code: Cow<'r, str>, body: Value<'r>) -> Answer<'r> {
    Answer { code, message: text(&body, "responseMessage"), details: Some(body), ..Answer::default() }
}

/// The answer names another refund, payment or amount than the plan.
fn mismatch(plan: &Plan, body: &Value<'_>) -> bool {
    let Some(sent) = plan.body_value() else { return false };
    let references = ["partnerRefundNo", "originalPartnerReferenceNo", "originalReferenceNo", "refundAmount.currency"];
    let echoed = text(body, "refundAmount.value").filter(|value| !value.is_empty());
    let amount = money(&sent, "refundAmount").zip(echoed);
    amount.is_some_and(|(sent, echoed)| Money::read_major(&echoed, sent.currency()) != Some(sent))
        || references.iter().any(|name| differs(&sent, body, name))
}

/// Both name it, and differently. An empty text names nothing.
fn differs(sent: &Value<'_>, body: &Value<'_>, name: &str) -> bool {
    let (sent, echoed) = (text(sent, name), text(body, name));
    sent.zip(echoed).is_some_and(|(sent, echoed)| !sent.is_empty() && !echoed.is_empty() && sent != echoed)
}

/// It will stand in a header.
fn is_token(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())
}
