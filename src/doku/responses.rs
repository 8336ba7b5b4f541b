//! DOKU's answers: from bytes to verdict.

use super::requests::is_token_call;
use super::{Client, signing};
use crate::encode::json::Value;
use crate::http::HttpResponse;
use crate::money::{Currency, Money};
use crate::plan::Plan;
use crate::snap::{self, StateIn};
use crate::verdict::Next::{Done, Fix, Query, Wait};
use crate::verdict::ProblemCode as Why;
use crate::verdict::Status::{Failed, Pending, Rejected, Succeeded, Unknown};
use crate::verdict::{Answer, Refund, RefundStatus, Rule, Signature, Verdict, join, parse_body};
use alloc::borrow::Cow;
use alloc::string::String;

/// The table of the non-SNAP API, then that of SNAP.
pub static RULES: &[Rule] = &join::<ROWS>(OWN_RULES, snap::RULES);
const ROWS: usize = OWN_RULES.len().saturating_add(snap::RULES.len());

/// Sources: "Refund", Response Body Explanation; "Idempotency Request" (409); error codes glossary.
/// `MANUAL` after a state means that DOKU's refund operations handle it later.
const OWN_RULES: &[Rule] = &[
    Rule::new(["2??", "*", "answered"], Succeeded, Done),
    Rule::new(["2??", "*", "SUCCESS"], Succeeded, Done),
    Rule::new(["2??", "*", "SUCCESS MANUAL"], Pending, Wait),
    Rule::new(["409", "*", "SUCCESS"], Succeeded, Done).replay(),
    Rule::new(["409", "*", "SUCCESS MANUAL"], Pending, Wait).replay(),
    Rule::new(["409", "*", "FAILED*"], Failed, Fix).because(Why::Declined).replay(),
    Rule::new(["*", "*", "FAILED*"], Failed, Fix).because(Why::Declined),
    Rule::new(["409", "DUPLICATE_TRANSACTION", ""], Unknown, Query).because(Why::DuplicateReference),
    Rule::new(["4??", "INVALID_SIGNATURE", ""], Rejected, Fix).because(Why::AuthenticationFailed),
    Rule::new(["401", "?*", ""], Rejected, Fix).because(Why::AuthenticationFailed),
    Rule::new(["403", "?*", ""], Rejected, Fix).because(Why::NotPermitted),
    Rule::new(["404", "?*", ""], Rejected, Fix).because(Why::PaymentNotFound),
    Rule::new(["400", "?*", ""], Rejected, Fix).because(Why::InvalidRequest),
    Rule::new(["422", "?*", ""], Rejected, Fix).because(Why::InvalidRequest),
];

/// Checks the signature over the raw bytes, then reads.
pub(super) fn read<'r>(client: &Client, plan: &Plan, response: Option<&'r HttpResponse<'r>>) -> Verdict<'r> {
    let Some(response) = response else { return Verdict::no_response(plan, Signature::Absent) };
    let signature = signing::verify(client, plan, response);
    let http = Some(response.status);
    if signature == Signature::Invalid {
        return Verdict::unknown(plan, Why::SignatureInvalid, http, signature);
    }
    let answer = parse_body(response).map(|body| answer(plan, body)).unwrap_or_default();
    // DOKU does not say whether it signs refusals, so an unsigned one may only refuse: it can never tell
    // that money moved, or that it did not after DOKU took the request on.
    if signature == Signature::Absent && !answer.state.is_empty() {
        return Verdict::unknown(plan, Why::SignatureAbsent, http, signature);
    }
    Verdict::decide(plan, OWN_RULES, response, answer, signature)
}

/// Reads an answer to a SNAP operation: its codes are SNAP's ([`snap::RULES`]), and it is not signed. DOKU gives no
/// `refundStatus`; its samples' service codes differ (2000700, 2005400), so only the HTTP part and the case count.
pub(super) fn read_snap<'r>(plan: &Plan, response: Option<&'r HttpResponse<'r>>) -> Verdict<'r> {
    snap::read(plan, snap::RULES, response, |body| {
        if is_token_call(plan) {
            snap::token_answer(body)
        } else {
            snap::refund_answer(plan, body, None, StateIn::Code)
        }
    })
}

fn answer<'r>(plan: &Plan, body: Value<'r>) -> Answer<'r> {
    let refund = refund(&body);
    let text = |path: &str| body.at(path).and_then(Value::text).map(|text| Cow::<str>::Owned(String::from(text)));
    let state = if !plan.operation.moves_money && body.at("transaction.status").is_some() {
        Cow::Borrowed("answered")
    } else {
        state(&body, &refund)
    };
    Answer {
        code: text("error.code").or_else(|| text("response_code")).unwrap_or_default(),
        message: text("error.message").or_else(|| text("refund.message")),
        state,
        mismatch: plan.operation.moves_money && mismatch(plan, &body),
        refund: Some(refund),
        details: Some(body),
        ..Answer::default()
    }
}

/// Refund and, for a status query, the transaction in the normal form. DOKU's amounts are rupiah.
pub(super) fn refund<'r>(body: &Value<'r>) -> Refund<'r> {
    let text = |path: &str| body.at(path).and_then(Value::scalar).map(|text| Cow::<str>::Owned(String::from(text)));
    let provider_status = text("refund.status").or_else(|| text("transaction.status"));
    let kind = text("refund.type");
    let manual = kind.as_deref().is_some_and(|kind| kind.starts_with("MANUAL_"));
    let status = match provider_status.as_deref() {
        Some("SUCCESS") if manual => RefundStatus::Pending,
        Some("SUCCESS") if body.get("refund").is_some() => RefundStatus::Succeeded,
        Some("REFUNDED") => RefundStatus::Succeeded,
        Some("FAILED") if body.get("refund").is_some() => RefundStatus::Failed,
        _ => RefundStatus::Unknown,
    };
    let rupiah = Currency::of("IDR");
    let amount = text("refund.amount").zip(rupiah).and_then(|(amount, rupiah)| Money::read_major(&amount, rupiah));
    Refund {
        id: text("refund.approval_code"),
        reference: text("refund.merchant_unique_reference"),
        payment: text("order.invoice_number"),
        provider_status,
        kind,
        amount,
        created_at: text("transaction.date"),
        ..Refund::in_state(status)
    }
}

/// The refund's own status. That of the transaction is the payment's, and says nothing of a refund.
fn state<'r>(body: &Value<'_>, refund: &Refund<'_>) -> Cow<'r, str> {
    let mut state = String::from(body.at("refund.status").and_then(Value::text).unwrap_or_default());
    if refund.status == RefundStatus::Pending {
        state.push_str(" MANUAL");
    }
    Cow::Owned(state)
}

/// "order.invoice_number, payment.original_request_id, refund.amount: same as the request."
fn mismatch(plan: &Plan, body: &Value<'_>) -> bool {
    let Some(sent) = plan.body_value() else { return false };
    ["order.invoice_number", "payment.original_request_id", "refund.amount"].iter().any(|path| {
        let echoed = body.at(path).and_then(Value::scalar);
        let amounts = |text: &str| Currency::of("IDR").and_then(|rupiah| Money::read_major(text, rupiah));
        let sent = sent.at(path).and_then(Value::scalar);
        match (sent, echoed) {
            (Some(sent), Some(echoed)) if *path == "refund.amount" => amounts(sent) != amounts(echoed),
            (Some(sent), Some(echoed)) => sent != echoed,
            _ => false,
        }
    })
}
