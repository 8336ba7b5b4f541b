//! SNAP's answers: response codes of seven digits, the table of what they mean, and the standard's members.

use crate::encode::json::Value;
use crate::http::HttpResponse;
use crate::money::{Currency, Money};
use crate::plan::Plan;
use crate::verdict::Next::{Done, Fix, Query, Reauthenticate, Retry, Wait};
use crate::verdict::ProblemCode as Why;
use crate::verdict::Status::{Failed, Pending, Rejected, Succeeded, Unknown};
use crate::verdict::{AccessToken, Answer, Refund, RefundStatus, Rule, Signature, Verdict, contradicts, parse_body};
use alloc::borrow::Cow;
use alloc::vec::Vec;

/// What the codes mean: HTTP status (3 digits), service (2, any), case (2). The HTTP status must be the
/// code's own: where they differ nobody knows which one is true. A case that is not here is `unknown`. One that an
/// earlier attempt of the same plan can have caused by its success is `also_after_success`: what is left, the payment's
/// state, the balance, counts and limits.
///
/// States: `00` to `06` as in `refundStatus` and `latestTransactionStatus`; `answered` for a token or a status; empty for
/// a refusal. Sources: ASPI's tables of response codes (all cases of 400 to 429 are here; 5xx is in `COMMON_RULES`) and of
/// `latestTransactionStatus`: 00 success, 01 initiated, 02 paying, 03 pending, 06 failed. What 04 (refunded), 05
/// (cancelled) and 07 (not found) would say of a refund nobody documents.
pub const RULES: &[Rule] = &[
    Rule::new(["200", "200??00", "answered"], Succeeded, Done),
    Rule::new(["200", "200??00", "00"], Succeeded, Done),
    Rule::new(["200", "200??00", "01"], Pending, Wait),
    Rule::new(["200", "200??00", "02"], Pending, Wait),
    Rule::new(["200", "200??00", "03"], Pending, Wait),
    Rule::new(["200", "200??00", "06"], Failed, Fix).because(Why::Declined),
    Rule::new(["200", "200??00", ""], Unknown, Query).because(Why::IncompleteAnswer),
    Rule::new(["202", "202??00", ""], Pending, Wait),
    Rule::new(["202", "202??00", "03"], Pending, Wait),
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
    Rule::new(["403", "403??02", ""], Rejected, Fix).because(Why::AmountExceeded).also_after_success(),
    // "Suspected Fraud": a repeated refund can look like one.
    Rule::new(["403", "403??03", ""], Rejected, Fix).because(Why::Declined).also_after_success(),
    Rule::new(["403", "403??04", ""], Rejected, Fix).because(Why::LimitReached).also_after_success(),
    // "Feature Not Allowed At This Time": DOKU's cut-off.
    Rule::new(["403", "403??06", ""], Rejected, Retry).because(Why::NotNow),
    Rule::new(["403", "403??0?", ""], Rejected, Fix).because(Why::Declined),
    Rule::new(["403", "403??14", ""], Rejected, Fix).because(Why::InsufficientBalance).also_after_success(),
    Rule::new(["403", "403??15", ""], Rejected, Fix).because(Why::NotRefundable).also_after_success(),
    // "Suspend Transaction"
    Rule::new(["403", "403??16", ""], Rejected, Retry).because(Why::NotNow),
    Rule::new(["403", "403??17", ""], Rejected, Fix).because(Why::LimitReached),
    Rule::new(["403", "403??18", ""], Rejected, Fix).because(Why::Declined),
    Rule::new(["403", "403??1?", ""], Rejected, Fix).because(Why::NotPermitted),
    Rule::new(["403", "403??20", ""], Rejected, Fix).because(Why::LimitReached).also_after_success(),
    Rule::new(["403", "403??21", ""], Rejected, Fix).because(Why::NotPermitted),
    Rule::new(["403", "403??22", ""], Rejected, Fix).because(Why::NotPermitted),
    Rule::new(["403", "403??23", ""], Rejected, Fix).because(Why::LimitReached).also_after_success(),
    Rule::new(["404", "404??00", ""], Rejected, Fix).because(Why::NotRefundable).also_after_success(),
    Rule::new(["404", "404??01", ""], Rejected, Fix).because(Why::PaymentNotFound),
    Rule::new(["404", "404??04", ""], Rejected, Fix).because(Why::NotRefundable).also_after_success(),
    Rule::new(["404", "404??0?", ""], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["404", "404??13", ""], Rejected, Fix).because(Why::InvalidAmount).also_after_success(),
    // "Paid Bill": a state of the payment; what it means for a refund nobody says.
    Rule::new(["404", "404??14", ""], Unknown, Query).because(Why::NotRefundable),
    // "Inconsistent Request": there is a refund of this number, and a plan always sends the same data.
    Rule::new(["404", "404??18", ""], Unknown, Query).because(Why::IdempotencyConflict),
    Rule::new(["404", "404??1?", ""], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["405", "405??00", ""], Rejected, Fix).because(Why::NotPermitted),
    Rule::new(["405", "405??01", ""], Rejected, Fix).because(Why::NotPermitted).also_after_success(),
    // "Conflict": this X-EXTERNAL-ID was used today. Most likely a proxy sent the same bytes twice and the first
    // copy was worked on: where nothing says that the refund's own number is recognized, a new attempt could refund
    // twice.
    Rule::new(["409", "409??00", ""], Unknown, Query).because(Why::DuplicateAttempt),
    Rule::new(["409", "409??01", ""], Unknown, Query).because(Why::DuplicateReference),
    Rule::new(["429", "429????", ""], Rejected, Retry).because(Why::RateLimited),
    // COMMON_RULES would take any other code beside a 429 for a refusal.
    Rule::new(["429", "?*", "*"], Unknown, Query).because(Why::UnrecognizedAnswer),
];

/// Where an answer says in which state a refund is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateIn {
    /// In `additionalInfo.refundStatus`; a code 2xx alone is no success.
    Body,
    /// In the code: 200 is done, 202 is accepted. A state that is given all the same counts more.
    Code,
}

/// Where an answer to a refund may name its state. Sources: PayerMax's page; DOKU's sample of a SNAP refund; the
/// standard's status query.
const STATES: [&str; 3] =
    ["additionalInfo.refundStatus", "additionalInfo.latestTransactionStatus", "latestTransactionStatus"];

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

/// Reads an answer by a table that ends with [`RULES`]: SNAP's answers are not signed.
#[must_use]
pub fn read<'r>(
    plan: &Plan,
    rules: &'static [Rule],
    response: Option<&'r HttpResponse<'r>>,
    answer: impl FnOnce(Value<'r>) -> Answer<'r>,
) -> Verdict<'r> {
    let verdict = match response {
        Some(response) => decide(plan, rules, response, answer),
        None => Verdict::no_response(plan, Signature::NotOffered),
    };
    // No page of SNAP's or its providers' says what a second refund with the same partnerRefundNo does.
    Verdict { repeatable: !plan.operation.moves_money, ..verdict }
}

fn decide<'r>(
    plan: &Plan,
    rules: &'static [Rule],
    response: &'r HttpResponse<'r>,
    answer: impl FnOnce(Value<'r>) -> Answer<'r>,
) -> Verdict<'r> {
    let mut answer = parse_body(response).map(answer).unwrap_or_default();
    let is_code = |code: &str| code.is_empty() || split_code(code).is_some();
    if answer.details.as_ref().is_some_and(|body| contradicts(body, "responseCode", is_code)) {
        answer.state = Cow::Borrowed(UNHEARD_OF);
    }
    Verdict::decide(plan, rules, response, answer, Signature::NotOffered)
}

/// The answer to a refund. `service` is the refund's service code, where the provider documents it: a success of
/// another service is none of this refund.
#[must_use]
pub fn refund_answer<'r>(plan: &Plan, body: Value<'r>, service: Option<&str>, state_in: StateIn) -> Answer<'r> {
    let code = text(&body, "responseCode").unwrap_or_default();
    let (http, of_service, _) = split_code(&code).unwrap_or_default();
    // Where the code says nothing, only the documented place counts; the others may contradict it.
    let places = if state_in == StateIn::Body { 1 } else { STATES.len() };
    let given = STATES.iter().take(places).find_map(|path| text(&body, path).filter(|state| !state.is_empty()));
    let (done, accepted) = (state_in == StateIn::Code && http == "200", http == "202");
    let other_service = http.starts_with('2') && service.is_some_and(|service| service != of_service);
    // Two places that differ, and a state that is no text, say nothing certain.
    let is_given = |state: &str| state.is_empty() || given.as_deref() == Some(state);
    let state = if other_service || STATES.iter().any(|path| contradicts(&body, path, is_given)) {
        Cow::Borrowed(UNHEARD_OF)
    } else {
        given.clone().unwrap_or(Cow::Borrowed(if done { "00" } else { "" }))
    };
    let status = if accepted && given.is_none() { RefundStatus::Pending } else { refund_status(&state) };
    let refund = Refund { provider_status: given, ..refund(&body, status) };
    Answer { state, refund: Some(refund), mismatch: mismatch(plan, &body), ..envelope(code, body) }
}

/// The answer to a token call. No token is repeated in the details.
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
    Answer { state, access_token, ..envelope(code, without_tokens(body)) }
}

/// The value without the members called accessToken, however they are written and wherever they stand.
fn without_tokens(value: Value<'_>) -> Value<'_> {
    let is_token = |name: &str| {
        let letters = name.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
        letters.map(|byte| byte.to_ascii_lowercase()).eq(*b"accesstoken")
    };
    match value {
        Value::List(items) => Value::List(items.into_iter().map(without_tokens).collect()),
        Value::Object(members) => {
            let kept = members.into_iter().filter(|(name, _)| !is_token(name));
            Value::Object(kept.map(|(name, member)| (name, without_tokens(member))).collect())
        }
        plain => plain,
    }
}

/// The answer to a status query: the transaction that was asked about and, where the provider gives it, the
/// refunds made of it (the standard's `refundHistory`). The state is a refund's only where the answer says that
/// the transaction is one: `04` of a payment may be an older refund's.
#[must_use]
pub fn status_answer<'r>(plan: &Plan, body: Value<'r>) -> Answer<'r> {
    let code = text(&body, "responseCode").unwrap_or_default();
    let provider_status = text(&body, "latestTransactionStatus");
    let of_refund = text(&body, "serviceCode").as_deref() == Some(REFUND_SERVICE);
    let status = match provider_status.as_deref() {
        Some(state) if of_refund => refund_status(state),
        _ => RefundStatus::Unknown,
    };
    let state = Cow::Borrowed(if provider_status.is_some() { "answered" } else { "" });
    let amount = if of_refund { money(&body, "transAmount").or_else(|| money(&body, "amount")) } else { None };
    let refund = Refund { provider_status, amount, ..refund(&body, status) };
    let (refunds, mismatch) = (history(&body), mismatch(plan, &body));
    Answer { state, refund: Some(refund), refunds, mismatch, ..envelope(code, body) }
}

/// The service code of a debit refund.
pub const REFUND_SERVICE: &str = "58";

/// The standard's `refundHistory`, which stands beside the transaction or in `additionalInfo`.
#[must_use]
pub fn history<'r>(body: &Value<'r>) -> Option<Vec<Refund<'r>>> {
    let entries = body.get("refundHistory").or_else(|| body.at("additionalInfo.refundHistory"))?.list()?;
    let refund = |entry: &Value<'r>| {
        let provider_status = text(entry, "refundStatus");
        let status = provider_status.as_deref().map_or(RefundStatus::Unknown, refund_status);
        // Where it is the payment's number again, the entry does not say whose refund it is.
        let reference = text(entry, "partnerRefundNo")
            .or_else(|| text(entry, "partnerReferenceNo"))
            .filter(|reference| !reference.is_empty() && Some(reference) != payment(body).as_ref());
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
    Money::parse_major(amount.get("value")?.scalar()?, currency).ok()
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

/// The state of an answer whose code is not seven digits or another service's, or whose state is no text: no row
/// of a table has it, whatever else the answer looks like.
const UNHEARD_OF: &str = "unheard of";

/// Code and words.
fn envelope<'r>(code: Cow<'r, str>, body: Value<'r>) -> Answer<'r> {
    Answer { code, message: text(&body, "responseMessage"), details: Some(body), ..Answer::default() }
}

/// What a plan names and its answer may repeat.
const REPEATED: [&str; 7] = [
    "partnerRefundNo",
    "originalPartnerReferenceNo",
    "originalReferenceNo",
    "originalExternalId",
    "serviceCode",
    "refundAmount.value",
    "refundAmount.currency",
];

/// The answer names another refund, payment, service or amount than the plan. An empty text names nothing.
fn mismatch(plan: &Plan, body: &Value<'_>) -> bool {
    let Some(sent) = plan.body_value() else { return false };
    REPEATED.iter().any(|name| {
        let Some(value) = text(&sent, name).filter(|value| !value.is_empty()) else { return false };
        contradicts(body, name, |repeated| match money(&sent, "refundAmount") {
            Some(amount) if *name == "refundAmount.value" => {
                Money::parse_major(repeated, amount.currency()) == Ok(amount)
            }
            _ => repeated.is_empty() || repeated == value,
        })
    })
}

/// It will stand in a header.
fn is_token(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())
}
