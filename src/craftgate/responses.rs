//! Craftgate's answers: from bytes to verdict.

use crate::encode::json::Value;
use crate::http::HttpResponse;
use crate::money::{Currency, Money};
use crate::plan::Plan;
use crate::verdict::Next::{Done, Fix, Query, Wait};
use crate::verdict::ProblemCode as Why;
use crate::verdict::Status::{Failed, Pending, Rejected, Succeeded, Unknown};
use crate::verdict::{
    Answer, Page, Proof, ProofKind, Refund, RefundStatus, Rule, Signature, Verdict, Wording, contradicts, parse_body,
};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// Sources: "Refund", Refund Status Type; "Error Groups". The code is the error's group where it has one (banks and
/// payment methods), otherwise its number (below 10000: the request was refused). The state is what the group says
/// ([`GROUPS`]), with HTTP 422 and with a refund in state `FAILURE` alike; otherwise the refund's own. Of several errors
/// the most doubtful one counts. `MIXED` stands for a refund whose parts ended differently, for one beside an error that
/// does not fit it, and for a word that Craftgate does not document.
pub const RULES: &[Rule] = &[
    Rule::new(["2??", "*", "answered"], Succeeded, Done),
    // The bank or payment method gave no answer that says what it did: it may have moved the money.
    Rule::new(["*", "*", "no answer"], Unknown, Query).because(Why::ProviderError),
    // "May have already been refunded", perhaps by this plan's own first attempt; so may have the order's number.
    Rule::new(["*", "*", "refunded before"], Failed, Fix).because(Why::AlreadyRefunded).also_after_success(),
    Rule::new(["*", "*", "used before"], Unknown, Query).because(Why::DuplicateReference),
    Rule::new(["2??", "", "SUCCESS"], Succeeded, Done),
    Rule::new(["2??", "", "WAITING"], Pending, Wait),
    Rule::new(["2??", "*", "FAILURE"], Failed, Fix).because(Why::Declined),
    Rule::new(["2??", "*", "MIXED"], Unknown, Query).because(Why::UnrecognizedAnswer),
    Rule::new(["2??", "*", "declined"], Failed, Fix).because(Why::Declined),
    Rule::new(["422", "*", "declined"], Failed, Fix).because(Why::Declined),
    Rule::new(["2??", "*", "not permitted"], Failed, Fix).because(Why::NotPermitted),
    Rule::new(["422", "*", "not permitted"], Failed, Fix).because(Why::NotPermitted),
    Rule::new(["2??", "*", "limit reached"], Failed, Fix).because(Why::LimitReached),
    Rule::new(["422", "*", "limit reached"], Failed, Fix).because(Why::LimitReached),
    Rule::new(["2??", "*", "not refundable"], Failed, Fix).because(Why::NotRefundable),
    Rule::new(["422", "*", "not refundable"], Failed, Fix).because(Why::NotRefundable),
    Rule::new(["2??", "*", "amount refused"], Failed, Fix).because(Why::InvalidAmount),
    Rule::new(["422", "*", "amount refused"], Failed, Fix).because(Why::InvalidAmount),
    Rule::new(["2??", "*", "low balance"], Failed, Fix).because(Why::InsufficientBalance),
    Rule::new(["422", "*", "low balance"], Failed, Fix).because(Why::InsufficientBalance),
    Rule::new(["401", "????", ""], Rejected, Fix).because(Why::AuthenticationFailed),
    Rule::new(["403", "????", ""], Rejected, Fix).because(Why::NotPermitted),
    Rule::new(["404", "9001", ""], Rejected, Fix).because(Why::PaymentNotFound),
    Rule::new(["404", "????", ""], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["400", "????", ""], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["422", "????", ""], Rejected, Fix).because(Why::InvalidRequest),
];

/// Every group of "Error Groups" (developer.craftgate.io/en/error-groups), and what it says of a refund. That page is
/// about payments: what the issuer says of the card is a refusal of the bank. The most doubtful come first.
pub const GROUPS: &[Wording] = &[
    ("COMMUNICATION_OR_SYSTEM_ERROR", "no answer"),
    ("NO_RESPONSE", "no answer"),
    ("REQUEST_TIMEOUT", "no answer"),
    ("ISSUER_OR_SWITCH_INOPERATIVE", "no answer"),
    ("APM_ERROR", "no answer"),
    ("UNKNOWN", "no answer"),
    // An error that says "approved, completed".
    ("APPROVED_COMPLETED", "no answer"),
    ("MAY_HAVE_ALREADY_REFUNDED", "refunded before"),
    ("ORDER_ID_ALREADY_USED", "used before"),
    ("REQUIRES_DAY_END", "not refundable"),
    ("INVALID_TRANSACTION", "not refundable"),
    ("INVALID_AMOUNT", "amount refused"),
    ("POS_BALANCE_NOT_SUFFICIENT", "low balance"),
    ("EXCEEDS_WITHDRAWAL_AMOUNT_LIMIT", "limit reached"),
    ("NOT_PERMITTED_TO_TERMINAL", "not permitted"),
    ("NOT_PERMITTED_TO_INSTALLMENT", "not permitted"),
    ("NOT_PERMITTED_TO_FOREIGN_CARD", "not permitted"),
    ("INVALID_MERCHANT_OR_SP", "not permitted"),
    ("INVALID_IP", "not permitted"),
    ("DECLINED", "declined"),
    ("DO_NOT_HONOUR", "declined"),
    ("REQUEST_BLOCKED_BY_BANK", "declined"),
    ("REFER_TO_CARD_ISSUER", "declined"),
    ("NO_SUCH_ISSUER", "declined"),
    ("NOT_SUFFICIENT_FUNDS", "declined"),
    ("NOT_SUFFICIENT_AWARD", "declined"),
    ("SALES_AMOUNT_LESS_THAN_AWARD", "declined"),
    ("NOT_PERMITTED_TO_CARDHOLDER", "declined"),
    ("CARD_NOT_PERMITTED", "declined"),
    ("RESTRICTED_BY_LAW", "declined"),
    ("RESTRICTED_CARD", "declined"),
    ("BLOCKED_CARD", "declined"),
    ("LOST_CARD", "declined"),
    ("STOLEN_CARD", "declined"),
    ("PICKUP_CARD", "declined"),
    ("EXPIRED_CARD", "declined"),
    ("FRAUD_SUSPECT", "declined"),
    ("FRAUD_CHECK_BLOCK", "declined"),
    ("INVALID_CARD_NUMBER", "declined"),
    ("INVALID_CARD_TYPE", "declined"),
    ("INVALID_EXPIRE_YEAR_MONTH", "declined"),
    ("BIN_NOT_FOUND", "declined"),
    ("INVALID_CVC2", "declined"),
    ("INVALID_CVC2_LENGTH", "declined"),
    ("CVC2_MAX_ATTEMPT", "declined"),
    ("CVC_REQUIRED", "declined"),
    ("INVALID_PIN", "declined"),
    ("EXCEEDS_ALLOWABLE_PIN_TRIES", "declined"),
    ("INVALID_CAVV", "declined"),
    ("INVALID_ECI", "declined"),
    ("THREEDS_INIT_ERROR", "declined"),
    ("DEBIT_CARDS_REQUIRES_3DS", "declined"),
    ("DEBIT_CARDS_INSTALLMENT_NOT_ALLOWED", "declined"),
    ("AMEX_CAN_USE_ONLY_MR", "declined"),
    ("INVALID_CHARS_IN_EMAIL", "declined"),
];

/// What those say who do not know whether money moved; they count whatever stands beside them.
const DOUBTS: &[&str] = &["no answer", "refunded before", "used before"];

/// Craftgate does not sign its answers.
pub(super) fn read<'r>(plan: &Plan, response: Option<&'r HttpResponse<'r>>) -> Verdict<'r> {
    let Some(response) = response else { return Verdict::no_response(plan, Signature::NotOffered) };
    let answer = parse_body(response).map(|body| answer(plan, response.status, body)).unwrap_or_default();
    Verdict::decide(plan, RULES, response, answer, Signature::NotOffered)
}

/// `{"data":…}` or `{"errors":{…}}`; a failed refund, or its failed parts, may carry errors inside `data`.
fn answer<'r>(plan: &Plan, http: u16, body: Value<'r>) -> Answer<'r> {
    let nothing = Value::Null;
    let data = body.get("data").unwrap_or(&nothing);
    let refused = present(&body, "errors");
    let mut errors = Vec::from_iter(refused);
    add_errors(&mut errors, data);
    let error = errors.iter().copied().min_by_key(|error| certainty(error)).unwrap_or(&nothing);
    let found = if plan.operation.moves_money { refunded(data, &errors) } else { answered(plan, data, refused) };
    let code = code(error).unwrap_or_default();
    let state = match group(&code) {
        Some(group) if DOUBTS.contains(&group) => Cow::Borrowed(group),
        // "In case of business validation error http code 422 is returned"; a refund that failed comes with 200.
        Some(group) if found.state == "FAILURE" || (found.state.is_empty() && http == 422) => Cow::Borrowed(group),
        _ => found.state,
    };
    Answer {
        code,
        state,
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

/// What an error's group says.
fn group(code: &str) -> Option<&'static str> {
    GROUPS.iter().find(|(group, _)| group.eq_ignore_ascii_case(code)).map(|(_, says)| *says)
}

/// How sure an error makes that no money moved.
fn certainty(error: &Value<'_>) -> u8 {
    code(error).map_or(2, |code| u8::from(!group(&code).is_some_and(|says| DOUBTS.contains(&says))))
}

/// What an operation that moves money tells: one refund and its state.
fn refunded<'r>(data: &Value<'_>, errors: &[&Value<'_>]) -> Answer<'r> {
    let refund = data.is_object().then(|| refund(data));
    let state = state(data);
    // An error explains a failure when it says which; beside anything else that is told of a refund it is a contradiction.
    let explained = state == "FAILURE" && errors.iter().all(|error| code(error).is_some());
    let fits = *data == Value::Null || (refund.is_some() && (errors.is_empty() || explained));
    Answer { state: Cow::Borrowed(if fits { state } else { "MIXED" }), refund, ..Answer::default() }
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
    let status = status_of_all(data).unwrap_or(RefundStatus::Unknown);
    Refund {
        id: text(data, "id"),
        reference: text(data, "conversationId"),
        payment: text(data, "paymentId").or_else(|| parts.first()?.payment.clone()),
        provider_status: word(data),
        kind: text(data, "refundType"),
        amount: amount.and_then(|(amount, currency)| Money::parse_major(&amount, currency).ok()),
        created_at: text(data, "createdDate"),
        proof: Proof::first(data, PROOFS).filter(|_| status == RefundStatus::Succeeded),
        reason: ["error", "paymentError"].iter().find_map(|name| text(data.get(name)?, "errorDescription")),
        parts,
        ..Refund::in_state(status_of_all(data).unwrap_or(RefundStatus::Unknown))
    }
}

/// "Refund": what the bank gave for the refund. The host's reference names it; the authorization code only beside others.
const PROOFS: &[(&str, ProofKind)] = &[("hostReference", ProofKind::HostReference), ("authCode", ProofKind::AuthCode)];

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
fn state(data: &Value<'_>) -> &'static str {
    match status_of_all(data) {
        None => "",
        Some(RefundStatus::Succeeded) => "SUCCESS",
        Some(RefundStatus::Pending) => "WAITING",
        Some(RefundStatus::Failed) => "FAILURE",
        Some(RefundStatus::Unknown) => "MIXED",
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
