//! DOKU's answers: from bytes to verdict.

use super::requests::{is_snap_status, is_token_call};
use super::{Client, signing};
use crate::encode::json::Value;
use crate::http::HttpResponse;
use crate::money::{Currency, Money};
use crate::plan::Plan;
use crate::snap::{self, StateIn};
use crate::verdict::Next::{Done, Fix, Query, Retry, Wait};
use crate::verdict::ProblemCode as Why;
use crate::verdict::Status::{Failed, Pending, Rejected, Succeeded, Unknown};
use crate::verdict::{
    Answer, Proof, ProofKind, Refund, RefundStatus, Rule, Signature, Verdict, Wording, contradicts, fits, join,
    parse_body, state_of,
};
use alloc::borrow::Cow;

/// The table of the non-SNAP API, then that of SNAP.
pub static RULES: &[Rule] = &join::<ROWS>(OWN_RULES, snap::RULES);
const ROWS: usize = OWN_RULES.len().saturating_add(snap::RULES.len());

/// Sources: "Refund", Response Body Explanation; "Idempotency Request" (409); error codes glossary.
/// `MANUAL` after a state means that DOKU's refund operations handle it later, `AMOUNT` that more was asked for than
/// the payment has: DOKU compares the total of all refunds, so that an earlier attempt whose Request-Id it no longer
/// remembers can be the cause. What DOKU may say because of this plan's first attempt comes first, whatever stands
/// beside it; then only documented codes are believed.
const OWN_RULES: &[Rule] = &[
    Rule::new(["*", "DUPLICATE_TRANSACTION", "*"], Unknown, Query).because(Why::DuplicateReference),
    Rule::new(["*", "SERVER_ERROR", "*"], Unknown, Query).because(Why::ProviderError),
    Rule::new(["*", "TIMEOUT", "*"], Unknown, Query).because(Why::ProviderError),
    Rule::new(["2??", "", "answered"], Succeeded, Done),
    Rule::new(["409", "", "answered"], Succeeded, Done).replay(),
    Rule::new(["2??", "", "SUCCESS"], Succeeded, Done),
    Rule::new(["2??", "", "SUCCESS MANUAL"], Pending, Wait),
    Rule::new(["409", "", "SUCCESS"], Succeeded, Done).replay(),
    Rule::new(["409", "", "SUCCESS MANUAL"], Pending, Wait).replay(),
    Rule::new(["2??", "", "NO STATUS"], Unknown, Query).because(Why::IncompleteAnswer),
    Rule::new(["409", "", "NO STATUS"], Unknown, Query).because(Why::IncompleteAnswer),
    Rule::new(["2??", "", "FAILED"], Failed, Fix).because(Why::Declined),
    Rule::new(["2??", "PAYMENT_FAILED", "FAILED"], Failed, Fix).because(Why::Declined),
    Rule::new(["409", "", "FAILED"], Failed, Fix).because(Why::Declined).replay(),
    Rule::new(["409", "PAYMENT_FAILED", "FAILED"], Failed, Fix).because(Why::Declined).replay(),
    Rule::new(["400", "PAYMENT_FAILED", "FAILED"], Failed, Fix).because(Why::Declined),
    Rule::new(["422", "PAYMENT_FAILED", "FAILED"], Failed, Fix).because(Why::Declined),
    Rule::new(["2??", "PAYMENT_FAILED", "FAILED AMOUNT"], Failed, Fix)
        .because(Why::AmountExceeded)
        .also_after_success(),
    Rule::new(["409", "PAYMENT_FAILED", "FAILED AMOUNT"], Failed, Fix).because(Why::AmountExceeded).replay(),
    Rule::new(["400", "PAYMENT_FAILED", "FAILED AMOUNT"], Failed, Fix)
        .because(Why::AmountExceeded)
        .also_after_success(),
    Rule::new(["422", "PAYMENT_FAILED", "FAILED AMOUNT"], Failed, Fix)
        .because(Why::AmountExceeded)
        .also_after_success(),
    Rule::new(["400", "INVALID_SIGNATURE", ""], Rejected, Fix).because(Why::AuthenticationFailed),
    Rule::new(["401", "INVALID_SIGNATURE", ""], Rejected, Fix).because(Why::AuthenticationFailed),
    Rule::new(["401", "INVALID_TOKEN", ""], Rejected, Fix).because(Why::AuthenticationFailed),
    Rule::new(["403", "MERCHANT_NOT_ACTIVE", ""], Rejected, Fix).because(Why::NotPermitted),
    Rule::new(["404", "TRANSACTION_NOT_FOUND", ""], Rejected, Fix).because(Why::PaymentNotFound),
    Rule::new(["400", "INVALID_PARAMETER", ""], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["422", "VALIDATION_ERROR", ""], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["429", "TOO_MANY_REQUESTS", ""], Rejected, Retry).because(Why::RateLimited),
    Rule::new(["503", "MAINTENANCE_MODE", ""], Unknown, Query).because(Why::ProviderError),
];

/// "Total Refund amount is Bigger than Original Transaction": the page's sample of a failed refund.
pub const WORDINGS: &[Wording] = &[("bigger than original transaction", "FAILED AMOUNT")];

/// The state where DOKU's word for it is none that it documents, or stands beside what contradicts it or cannot be
/// read. Its own words never reach the table, so none of them can pass for one of ours.
const UNDOCUMENTED: &str = "undocumented";

/// Checks the signature over the raw bytes, then reads.
pub(super) fn read<'r>(client: &Client, plan: &Plan, response: Option<&'r HttpResponse<'r>>) -> Verdict<'r> {
    let Some(response) = response else { return Verdict::no_response(plan, Signature::Absent) };
    let signature = signing::verify(client, plan, response);
    let http = Some(response.status);
    if signature == Signature::Invalid {
        // A wrong key is refused with 401, and the refusal is signed with the right one.
        let why = if response.status == 401 { Why::AuthenticationFailed } else { Why::SignatureInvalid };
        return Verdict::unknown(plan, why, http, signature);
    }
    let answer = parse_body(response).map(|body| answer(plan, body)).unwrap_or_default();
    // DOKU does not say whether it signs refusals, so an unsigned one may only refuse: it can never tell
    // that money moved, or that it did not after DOKU took the request on.
    if signature == Signature::Absent && !answer.state.is_empty() {
        return Verdict::unknown(plan, Why::SignatureAbsent, http, signature);
    }
    Verdict::decide(plan, OWN_RULES, response, answer, signature)
}

/// Reads an answer to a SNAP operation: its codes are SNAP's ([`snap::RULES`]), and it is not signed. Its samples'
/// service codes differ (2000700, 2005400), so only the HTTP part and the case count; the state stands in
/// `additionalInfo.latestTransactionStatus`, which one sample has (apidog, "Refund") and the others lack.
pub(super) fn read_snap<'r>(plan: &Plan, response: Option<&'r HttpResponse<'r>>) -> Verdict<'r> {
    snap::read(plan, snap::RULES, response, |body| {
        if is_token_call(plan) {
            snap::token_answer(body)
        } else if is_snap_status(plan) {
            snap::status_answer(plan, body)
        } else {
            snap::refund_answer(plan, body, None, StateIn::Code)
        }
    })
}

fn answer<'r>(plan: &Plan, body: Value<'r>) -> Answer<'r> {
    let (refund, state, mismatch) = if plan.operation.moves_money {
        let refund = refund(&body);
        let state = refund_state(&body, refund.status);
        (refund, state, refund_mismatch(plan, &body))
    } else {
        let payment = payment(&body);
        let state = payment_state(&body, &payment);
        (payment, state, payment_mismatch(plan, &body))
    };
    Answer {
        code: text(&body, "error.code").or_else(|| text(&body, "response_code")).unwrap_or_default(),
        message: text(&body, "error.message").or_else(|| text(&body, "refund.message")),
        state: Cow::Borrowed(state),
        mismatch,
        refund: Some(refund),
        details: Some(body),
        ..Answer::default()
    }
}

/// The answer to a refund in the normal form. DOKU's amounts are rupiah.
fn refund<'r>(body: &Value<'r>) -> Refund<'r> {
    let (provider_status, kind) = (text(body, "refund.status"), text(body, "refund.type"));
    let is = |word: &str| provider_status.as_deref().is_some_and(|status| fits(word, status));
    let manual = kind.as_deref().is_some_and(|kind| fits("MANUAL*", kind));
    let status = match (is("SUCCESS"), is("FAILED")) {
        (true, _) if manual => RefundStatus::Pending,
        (true, _) => RefundStatus::Succeeded,
        (_, true) => RefundStatus::Failed,
        _ => RefundStatus::Unknown,
    };
    let done = Some(body).filter(|_| status == RefundStatus::Succeeded);
    Refund {
        id: text(body, "refund.approval_code"),
        reference: text(body, "refund.merchant_unique_reference"),
        payment: text(body, "order.invoice_number"),
        provider_status,
        kind,
        amount: text(body, "refund.amount").as_deref().and_then(rupiah),
        // "Acquiring approval code for the refund transaction if the refund.status = SUCCESS."
        proof: done.and_then(|body| Proof::first(body.get("refund")?, PROOFS)),
        // refund.reason is the merchant's own, given back; why it failed stands in the error.
        reason: text(body, "error.message").filter(|_| status == RefundStatus::Failed),
        ..Refund::in_state(status)
    }
}

const PROOFS: &[(&str, ProofKind)] = &[("approval_code", ProofKind::ApprovalCode)];

/// The payment of a status query or a notification in the normal form. Its state is that of no single refund: who
/// reads it has to know which one is meant.
pub(super) fn payment<'r>(body: &Value<'r>) -> Refund<'r> {
    Refund {
        payment: text(body, "order.invoice_number"),
        provider_status: text(body, "transaction.status"),
        created_at: text(body, "transaction.date"),
        ..Refund::in_state(RefundStatus::Unknown)
    }
}

/// The refund's own state, in the table's words. That of the transaction is the payment's, and says nothing of it.
fn refund_state(body: &Value<'_>, status: RefundStatus) -> &'static str {
    let speaks = |path: &str| contradicts(body, path, str::is_empty);
    let coded = speaks("error.code") || speaks("response_code");
    match status {
        _ if !speaks("refund.status") && !coded && body.get("refund").is_some_and(Value::is_object) => "NO STATUS",
        _ if !speaks("refund.status") => "",
        _ if unreadable(body, &["error.code", "response_code", "refund.type"]) => UNDOCUMENTED,
        RefundStatus::Succeeded | RefundStatus::Pending if speaks("error.message") => UNDOCUMENTED,
        RefundStatus::Succeeded => "SUCCESS",
        RefundStatus::Pending => "SUCCESS MANUAL",
        RefundStatus::Failed => {
            let message = text(body, "error.message").unwrap_or_default();
            state_of(WORDINGS, &message).unwrap_or("FAILED")
        }
        RefundStatus::Unknown => UNDOCUMENTED,
    }
}

fn payment_state(body: &Value<'_>, payment: &Refund<'_>) -> &'static str {
    let answered = payment.provider_status.is_some() && !unreadable(body, &["error.code", "response_code"]);
    if answered { "answered" } else { "" }
}

/// Whether any of these is there and neither text nor number.
fn unreadable(body: &Value<'_>, paths: &[&str]) -> bool {
    paths.iter().any(|path| contradicts(body, path, |_| true))
}

/// "order.invoice_number, payment.original_request_id, refund.amount: same as the request."
fn refund_mismatch(plan: &Plan, body: &Value<'_>) -> bool {
    const ECHOED: [&str; 5] = [
        "order.invoice_number",
        "payment.original_request_id",
        "payment.merchant_unique_reference",
        "refund.merchant_unique_reference",
        "refund.amount",
    ];
    let Some(plan) = plan.body_value() else { return false };
    ECHOED.into_iter().any(|path| {
        let Some(sent) = plan.at(path).and_then(Value::scalar) else { return false };
        let is_amount = path == "refund.amount";
        contradicts(body, path, |found| if is_amount { rupiah(found) == rupiah(sent) } else { found == sent })
    })
}

/// The path of a status query holds the invoice number or the Request-Id of the payment: one of them is the answer's.
fn payment_mismatch(plan: &Plan, body: &Value<'_>) -> bool {
    let names = ["order.invoice_number", "transaction.original_request_id"];
    let Some(asked) = plan.path_field("invoiceNumber") else { return false };
    names.into_iter().any(|name| contradicts(body, name, |found| found == asked))
        && !names.into_iter().any(|name| text(body, name).is_some_and(|found| found == asked))
}

fn rupiah(amount: &str) -> Option<Money> {
    Money::parse_major(amount, Currency::of("IDR")?).ok()
}

/// A text or number that is not empty.
fn text<'r>(body: &Value<'r>, path: &str) -> Option<Cow<'r, str>> {
    snap::text(body, path).filter(|text| !text.is_empty())
}
