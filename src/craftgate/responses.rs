//! Craftgate's answers: from bytes to verdict.

use crate::encode::json::Value;
use crate::http::HttpResponse;
use crate::money::{Currency, Money};
use crate::plan::Plan;
use crate::verdict::Next::{Done, Fix, Query, Wait};
use crate::verdict::ProblemCode as Why;
use crate::verdict::Status::{Failed, Pending, Rejected, Succeeded, Unknown};
use crate::verdict::{self, Answer, Page, Refund, RefundStatus, Rule, Signature, Verdict, contradicts, parse_body};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// Sources: "Refund", Refund Status Type; "Error Groups". The code is the error's group where it has one
/// (banks and payment methods), otherwise its number (below 10000: the request was refused). Of several errors the
/// most doubtful one counts: one of the rows for any HTTP status. `MIXED` stands for a refund whose parts ended
/// differently, and for one beside an error that does not fit it.
pub const RULES: &[Rule] = &[
    Rule::new(["2??", "*", "answered"], Succeeded, Done),
    // The bank or payment method gave no answer that says what it did: it may have moved the money.
    Rule::new(["*", "COMMUNICATION_OR_SYSTEM_ERROR", "*"], Unknown, Query).because(Why::ProviderError),
    Rule::new(["*", "NO_RESPONSE", "*"], Unknown, Query).because(Why::ProviderError),
    Rule::new(["*", "REQUEST_TIMEOUT", "*"], Unknown, Query).because(Why::ProviderError),
    Rule::new(["*", "ISSUER_OR_SWITCH_INOPERATIVE", "*"], Unknown, Query).because(Why::ProviderError),
    Rule::new(["*", "APM_ERROR", "*"], Unknown, Query).because(Why::ProviderError),
    Rule::new(["*", "UNKNOWN", "*"], Unknown, Query).because(Why::ProviderError),
    // What was refunded before may have been this plan's own first attempt.
    Rule::new(["*", "MAY_HAVE_ALREADY_REFUNDED", "*"], Unknown, Query).because(Why::AlreadyRefunded),
    Rule::new(["2??", "", "SUCCESS"], Succeeded, Done),
    Rule::new(["2??", "", "WAITING"], Pending, Wait),
    Rule::new(["2??", "*", "FAILURE"], Failed, Fix).because(Why::Declined),
    Rule::new(["2??", "*", "MIXED"], Unknown, Query).because(Why::UnrecognizedAnswer),
    Rule::new(["422", "REQUIRES_DAY_END", ""], Failed, Fix).because(Why::NotRefundable),
    Rule::new(["422", "INVALID_TRANSACTION", ""], Failed, Fix).because(Why::NotRefundable),
    Rule::new(["422", "INVALID_AMOUNT", ""], Failed, Fix).because(Why::InvalidAmount),
    Rule::new(["422", "POS_BALANCE_NOT_SUFFICIENT", ""], Failed, Fix).because(Why::InsufficientBalance),
    Rule::new(["422", "NOT_SUFFICIENT_FUNDS", ""], Failed, Fix).because(Why::Declined),
    Rule::new(["422", "NOT_PERMITTED_TO_TERMINAL", ""], Failed, Fix).because(Why::NotPermitted),
    Rule::new(["422", "REQUEST_BLOCKED_BY_BANK", ""], Failed, Fix).because(Why::Declined),
    Rule::new(["422", "DECLINED", ""], Failed, Fix).because(Why::Declined),
    Rule::new(["401", "????", ""], Rejected, Fix).because(Why::AuthenticationFailed),
    Rule::new(["403", "????", ""], Rejected, Fix).because(Why::NotPermitted),
    Rule::new(["404", "9001", ""], Rejected, Fix).because(Why::PaymentNotFound),
    Rule::new(["404", "????", ""], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["400", "????", ""], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["422", "????", ""], Rejected, Fix).because(Why::InvalidRequest),
];

/// Craftgate does not sign its answers.
pub(super) fn read<'r>(plan: &Plan, response: Option<&'r HttpResponse<'r>>) -> Verdict<'r> {
    let Some(response) = response else { return Verdict::no_response(plan, Signature::NotOffered) };
    let answer = parse_body(response).map(|body| answer(plan, body)).unwrap_or_default();
    Verdict::decide(plan, RULES, response, answer, Signature::NotOffered)
}

/// `{"data":…}` or `{"errors":{…}}`; a failed refund, or its failed parts, may carry errors inside `data`.
fn answer<'r>(plan: &Plan, body: Value<'r>) -> Answer<'r> {
    let nothing = Value::Null;
    let data = body.get("data").unwrap_or(&nothing);
    let refused = present(&body, "errors");
    let mut errors = Vec::from_iter(refused);
    add_errors(&mut errors, data);
    let error = errors.iter().copied().min_by_key(|error| certainty(error)).unwrap_or(&nothing);
    let found = if plan.operation.moves_money { refunded(data, &errors) } else { answered(plan, data, refused) };
    Answer {
        code: code(error).unwrap_or_default(),
        message: text(error, "errorDescription"),
        mismatch: mismatch(plan, data),
        details: Some(body),
        ..found
    }
}

/// The member of that name, unless it is null.
fn present<'v, 'a>(value: &'v Value<'a>, name: &str) -> Option<&'v Value<'a>> {
    value.get(name).filter(|member| **member != Value::Null)
}

/// Adds every error of a refund and of its parts, whatever its form.
fn add_errors<'v, 'a>(errors: &mut Vec<&'v Value<'a>>, data: &'v Value<'a>) {
    errors.extend(["error", "paymentError"].iter().filter_map(|name| present(data, name)));
    parts(data).for_each(|part| add_errors(errors, part));
}

/// An error's group, or its number where it has no group; `None` where it cannot be read.
fn code<'r>(error: &Value<'_>) -> Option<Cow<'r, str>> {
    let grouped = present(error, "errorGroup").is_some_and(|group| group.scalar() != Some(""));
    if grouped {
        return text(error, "errorGroup");
    }
    // "errorCode: a numeric string": four letters are no code that says that nothing happened.
    text(error, "errorCode").filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()))
}

/// How sure an error makes that no money moved; least sure are those with a row for any HTTP status.
fn certainty(error: &Value<'_>) -> u8 {
    let doubtful = |code: &str| RULES.iter().any(|rule| rule.http == "*" && verdict::fits(rule.code, code));
    code(error).map_or(2, |code| u8::from(!doubtful(&code)))
}

/// What an operation that moves money tells: one refund and its state.
fn refunded<'r>(data: &Value<'_>, errors: &[&Value<'_>]) -> Answer<'r> {
    let refund = data.is_object().then(|| refund(data));
    let state = state(data);
    // An error explains a failure when it says which; beside anything else that is told of a refund it is a contradiction.
    let explained = state == "FAILURE" && errors.iter().all(|error| code(error).is_some());
    let fits = *data == Value::Null || (refund.is_some() && (errors.is_empty() || explained));
    Answer { state: if fits { state } else { Cow::Borrowed("MIXED") }, refund, ..Answer::default() }
}

/// What a read tells: one refund or a list of them. A list that is none must never look like an empty one.
fn answered<'r>(plan: &Plan, data: &Value<'_>, refused: Option<&Value<'_>>) -> Answer<'r> {
    let items = data.get("items").and_then(Value::list);
    let refund = text(data, "id").map(|_| refund(data));
    let is_answered = match plan.operation.name {
        "retrieveRefund" | "retrieveTransactionRefund" => refund.is_some(),
        "walletRefundableAmount" => text(data, "refundableAmount").is_some(),
        _ => items.is_some(),
    };
    Answer {
        state: Cow::Borrowed(if is_answered && refused.is_none() { "answered" } else { "" }),
        refund,
        refunds: items.map(|items| items.iter().map(self::refund).collect()),
        page: items.and_then(|_| page(data)),
        ..Answer::default()
    }
}

/// The refunds that a refund consists of. What stands in their place and is no list is a part that nobody can read.
fn parts<'v, 'a>(data: &'v Value<'a>) -> impl Iterator<Item = &'v Value<'a>> {
    let lists = ["paymentTransactionRefunds", "items"].into_iter().filter_map(|name| present(data, name));
    lists.flat_map(|list| list.list().unwrap_or(core::slice::from_ref(list)))
}

/// A refund of a payment, of a payment transaction or of a wallet transaction, which name the same things
/// alike but for the state; or the transaction refunds that a marked payment consists of.
fn refund<'r>(data: &Value<'_>) -> Refund<'r> {
    let parts: Vec<Refund<'r>> = parts(data).map(refund).collect();
    let currency = text(data, "currency").and_then(|code| Currency::of(&code));
    let amount = text(data, "refundPrice").zip(currency);
    Refund {
        id: text(data, "id"),
        reference: text(data, "conversationId"),
        payment: text(data, "paymentId").or_else(|| parts.first()?.payment.clone()),
        provider_status: word(data),
        kind: text(data, "refundType"),
        amount: amount.and_then(|(amount, currency)| Money::read_major(&amount, currency)),
        created_at: text(data, "createdDate"),
        parts,
        ..Refund::in_state(status_of_all(data).unwrap_or(RefundStatus::Unknown))
    }
}

/// The provider's own word for a refund's state.
fn word<'r>(data: &Value<'_>) -> Option<Cow<'r, str>> {
    text(data, "status").or_else(|| text(data, "refundStatus"))
}

pub(super) fn status(word: &str) -> RefundStatus {
    let words =
        [("SUCCESS", RefundStatus::Succeeded), ("WAITING", RefundStatus::Pending), ("FAILURE", RefundStatus::Failed)];
    let known = words.iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
    known.map_or(RefundStatus::Unknown, |(_, status)| *status)
}

/// The state that the whole and its parts agree on; pending while some are; otherwise unknown, since money
/// may have moved for one part and not for another. A part without a state shares that of the whole, but a
/// failure is believed only when all parts tell it. `None` when nothing tells a state.
fn status_of_all(data: &Value<'_>) -> Option<RefundStatus> {
    use RefundStatus::{Pending, Succeeded, Unknown};
    let agree = |one, other| match (one, other) {
        _ if one == other => one,
        (Succeeded | Pending, Succeeded | Pending) => Pending,
        _ => Unknown,
    };
    let words = ["status", "refundStatus"].into_iter().filter_map(|name| present(data, name));
    let own = words.map(|word| word.scalar().map_or(Unknown, status)).reduce(agree);
    let silent = if matches!(own, Some(Succeeded | Pending)) { None } else { Some(Unknown) };
    own.into_iter().chain(parts(data).filter_map(|part| status_of_all(part).or(silent))).reduce(agree)
}

/// The word of the table for a refund's state; empty when nothing tells one.
fn state<'r>(data: &Value<'_>) -> Cow<'r, str> {
    let new = |word: &Cow<'_, str>| parts(data).next().is_none() && status(word) == RefundStatus::Unknown;
    match status_of_all(data) {
        None => Cow::Borrowed(""),
        Some(RefundStatus::Succeeded) => Cow::Borrowed("SUCCESS"),
        Some(RefundStatus::Pending) => Cow::Borrowed("WAITING"),
        Some(RefundStatus::Failed) => Cow::Borrowed("FAILURE"),
        Some(RefundStatus::Unknown) => word(data).filter(new).unwrap_or(Cow::Borrowed("MIXED")),
    }
}

fn page(data: &Value<'_>) -> Option<Page> {
    let number = |name: &str| data.get(name)?.scalar()?.parse().ok();
    let page = Page { total: number("totalSize"), number: number("page"), size: number("size") };
    (page != Page::default()).then_some(page)
}

/// The text of a string or number that is there and not empty.
fn text<'r>(value: &Value<'_>, name: &str) -> Option<Cow<'r, str>> {
    let text = value.get(name)?.scalar().filter(|text| !text.is_empty())?;
    Some(Cow::Owned(String::from(text)))
}

/// Whether an id or amount of the request stands in the answer with another value. `conversationId` is not
/// compared: the page calls it that of the refund in one place and that of the payment in another.
fn mismatch(plan: &Plan, data: &Value<'_>) -> bool {
    let sent = plan.body_value().unwrap_or(Value::Null);
    let asked = |name: &str| {
        let queried = plan.query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        text(&sent, name).or_else(|| plan.path_field(name).map(Cow::Owned)).or_else(|| Some(queried?.into()))
    };
    let other = |entry: &Value<'_>, name: &str| {
        asked(name).is_some_and(|asked| contradicts(entry, name, |found| found == asked))
    };
    let other_owner = |entry: &Value<'_>| {
        ["paymentId", "paymentTransactionId", "walletTransactionId"].iter().any(|name| other(entry, name))
    };
    let price = text(&sent, "refundPrice");
    other(data, "id")
        || price.is_some_and(|sent| {
            contradicts(data, "refundPrice", |found| plain(found).is_some_and(|found| plain(&sent) == Some(found)))
        })
        || plan.currency.is_some_and(|meant| contradicts(data, "currency", |found| found == meant.code()))
        || other_owner(data)
        || parts(data).any(other_owner)
}

/// A decimal number without the zeros that mean nothing; `None` for a sign or an exponent, which is no exact amount.
fn plain(number: &str) -> Option<&str> {
    let is_plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let shortest = if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number };
    is_plain.then_some(shortest)
}
