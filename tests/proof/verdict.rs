//! What holds for every verdict of every provider, whatever arrived. A program may rely on each line of this.

use super::cases::Case;
use refund_signer::encode::json::Value;
use refund_signer::verdict::Next::{Done, Fix, Query, Reauthenticate, Retry, Wait};
use refund_signer::verdict::Status::{Failed, Pending, Rejected, Succeeded, Unknown};
use refund_signer::verdict::{ProblemCode, Signature};
use refund_signer::{HttpResponse, Plan, Verdict};

/// Panics where a verdict breaks a rule.
pub fn check(case: &Case, response: Option<&HttpResponse<'_>>, verdict: &Verdict<'_>) {
    let plan = &case.plan;
    let Some(response) = response else { return check_no_answer(plan, verdict) };
    check_pair(plan, verdict);
    check_first(plan, verdict);
    check_garbage(response, verdict);
    check_http(response, verdict);
    check_what_is_told(verdict);
    check_signature(verdict);
    check_amount(case, verdict);
    check_json(verdict);
}

/// No answer: nobody knows.
fn check_no_answer(plan: &Plan, verdict: &Verdict<'_>) {
    let next = if plan.operation.moves_money { Query } else { Retry };
    assert_eq!((verdict.status, verdict.next), (Unknown, next));
    assert_eq!(verdict.problem.as_ref().map(|problem| problem.code), Some(ProblemCode::NoResponse));
    assert_eq!(verdict.http_status, None);
}

/// What to do fits what happened. `unknown` never says to go on: it says to ask, or to send the very same plan again,
/// and that only where the provider recognizes it or no money can move.
fn check_pair(plan: &Plan, verdict: &Verdict<'_>) {
    let fits = match verdict.status {
        Succeeded => verdict.next == Done,
        Pending => matches!(verdict.next, Wait | Query),
        Failed => verdict.next == Fix,
        Rejected => matches!(verdict.next, Fix | Retry | Reauthenticate),
        Unknown if plan.operation.moves_money => {
            verdict.next == Query || (verdict.next == Retry && plan.idempotency_key.is_some())
        }
        Unknown => verdict.next == Retry,
    };
    assert!(fits, "{}: {:?} and {:?}", plan.operation.name, verdict.status, verdict.next);
}

/// What is meant for a first attempt is a refusal, and of this answer alone nothing but `unknown`. Final is what neither
/// time nor another attempt changes.
fn check_first(plan: &Plan, verdict: &Verdict<'_>) {
    if let Some((status, next)) = verdict.if_first() {
        assert!(plan.operation.moves_money && matches!(status, Rejected | Failed) && next == Fix);
        assert_eq!((verdict.status, verdict.next), (Unknown, Query));
    }
    assert_eq!(verdict.is_final(), matches!((verdict.status, verdict.next), (_, Done) | (Rejected | Failed, Fix)));
}

/// A body that is no JSON object says nothing. The one thing that is believed then is HTTP's own 429.
fn check_garbage(response: &HttpResponse<'_>, verdict: &Verdict<'_>) {
    let text = std::str::from_utf8(&response.body).ok();
    if text.and_then(Value::parse).is_some_and(|value| value.is_object()) {
        return;
    }
    let rate_limited = response.status == 429 && (verdict.status, verdict.next) == (Rejected, Retry);
    assert!(verdict.status == Unknown || rate_limited, "garbage at {} gave {:?}", response.status, verdict.status);
}

/// A redirect or a server's error never says that a refund is done.
fn check_http(response: &HttpResponse<'_>, verdict: &Verdict<'_>) {
    assert_eq!(verdict.http_status, Some(response.status));
    match response.status / 100 {
        3 => assert_eq!(verdict.status, Unknown, "a redirect"),
        5 => assert!(!matches!(verdict.status, Succeeded | Pending), "{:?} at {}", verdict.status, response.status),
        _ => {}
    }
}

/// Nothing of a refund is told where the answer is not believed, and the reason is told where it is not plainly good.
fn check_what_is_told(verdict: &Verdict<'_>) {
    if matches!(verdict.status, Unknown | Rejected) {
        assert!(verdict.refund.is_none() && verdict.refunds.is_none());
        assert!(verdict.page.is_none() && verdict.access_token.is_none());
    }
    let good = matches!(verdict.status, Succeeded | Pending);
    assert!(verdict.problem.is_some() || good, "no reason for {:?}", verdict.status);
    assert!(verdict.retry_after_ms.is_none() || verdict.next == Retry);
    assert!(verdict.rule.is_some() || verdict.status == Unknown, "no row of a table decided");
}

/// A wrong signature: nothing is believed and nothing is told. A missing one: nothing that ends the matter well.
fn check_signature(verdict: &Verdict<'_>) {
    match verdict.signature {
        Signature::Invalid => assert!(verdict.status == Unknown && verdict.details.is_none()),
        Signature::Absent => {
            assert!(!matches!(verdict.status, Succeeded | Pending), "unsigned and {:?}", verdict.status);
        }
        Signature::Verified | Signature::HeadersOnly | Signature::NotOffered => {}
    }
}

/// A believed refund is of the amount that was asked for, to the minor unit.
fn check_amount(case: &Case, verdict: &Verdict<'_>) {
    if !case.plan.operation.moves_money {
        return;
    }
    let told = verdict.refund.as_ref().and_then(|refund| refund.amount);
    let asked = case.amount.as_ref();
    if let (Some(told), Some((minor, currency))) = (told, asked) {
        assert_eq!((told.minor(), told.currency().code()), (*minor, currency.as_str()));
    }
}

/// The JSON of a verdict is JSON, says the same, and holds every number that it has as JavaScript can hold it.
fn check_json(verdict: &Verdict<'_>) {
    let text = verdict.to_json();
    let value = Value::parse(&text).unwrap_or_else(|| panic!("no JSON: {text}"));
    let told = |name: &str| value.get(name).and_then(Value::text).map(str::to_owned);
    assert_eq!(told("status").as_deref(), Some(verdict.status.as_str()));
    assert_eq!(told("next").as_deref(), Some(verdict.next.as_str()));
    assert_eq!(told("signature").as_deref(), Some(verdict.signature.as_str()));
}
