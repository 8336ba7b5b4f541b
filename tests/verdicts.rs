//! How an answer becomes a verdict: which row decides, what of the answer is believed, and how it is written.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::http::HttpResponse;
use refund_signer::money::{Currency, Money};
use refund_signer::verdict::{
    AccessToken, Answer, Next, Page, ProblemCode, Proof, ProofKind, Refund, RefundStatus, Rule, Signature, Status,
    Verdict, contradicts, fits, refund_json, script_safe,
};
use refund_signer::{Plan, Value, doku, razorpay};
use std::collections::HashSet;

static RULES: &[Rule] = &[
    Rule::new(["200", "", "DONE"], Status::Succeeded, Next::Done),
    Rule::new(["200", "", "answered"], Status::Succeeded, Next::Done),
    Rule::new(["200", "AGAIN", "DONE"], Status::Succeeded, Next::Done).replay(),
    Rule::new(["200", "", "ON ITS WAY"], Status::Pending, Next::Wait),
    Rule::new(["4??", "NO", ""], Status::Rejected, Next::Fix).because(ProblemCode::InvalidRequest),
    Rule::new(["409", "BUSY", ""], Status::Rejected, Next::Retry).because(ProblemCode::InProgress),
    Rule::new(["200", "", "LOST"], Status::Unknown, Next::Query).because(ProblemCode::ProviderError),
    Rule::new(["200", "", "DECLINED"], Status::Failed, Next::Fix).because(ProblemCode::Declined),
    Rule::new(["403", "LEFT", ""], Status::Rejected, Next::Fix)
        .because(ProblemCode::AmountExceeded)
        .also_after_success(),
];

/// A plan that moves money.
fn refund() -> Plan {
    let input =
        r#"{"invoiceNumber":"I","originalRequestId":"r","amount":{"value":"1","currency":"IDR"},"requestId":"q"}"#;
    doku::create_refund(&Value::parse(input).unwrap()).unwrap()
}

/// A plan that only asks.
fn question() -> Plan {
    razorpay::fetch_refund(&Value::object([("refundId", "rfnd_1".into())])).unwrap()
}

fn answer(code: &'static str, state: &'static str) -> Answer<'static> {
    Answer {
        code: code.into(),
        message: Some("words".into()),
        state: state.into(),
        refund: Some(Refund::in_state(RefundStatus::Succeeded)),
        refunds: Some(vec![Refund::in_state(RefundStatus::Failed)]),
        page: Some(Page { total: Some(1), number: None, size: None }),
        access_token: Some(AccessToken { token: "marker".into(), expires_in_seconds: None }),
        details: Some(Value::object([("a", 1.into())])),
        mismatch: false,
    }
}

fn response(status: u16) -> HttpResponse<'static> {
    HttpResponse { status, headers: vec![("Retry-After".into(), "2".into())], body: [].as_slice().into() }
}

fn decide(plan: &Plan, http: u16, answer: Answer<'static>) -> Verdict<'static> {
    Verdict::decide(plan, RULES, &response(http), answer, Signature::NotOffered)
}

fn told(verdict: &Verdict<'_>) -> (Status, Next, Option<ProblemCode>) {
    (verdict.status, verdict.next, verdict.problem.as_ref().map(|problem| problem.code))
}

#[test]
fn a_row_decides_only_when_status_code_and_state_fit() {
    for (http, code, state, expected) in [
        (200, "", "DONE", (Status::Succeeded, Next::Done, None)),
        (200, "", "ON ITS WAY", (Status::Pending, Next::Wait, None)),
        (200, "", "DECLINED", (Status::Failed, Next::Fix, Some(ProblemCode::Declined))),
        (404, "NO", "", (Status::Rejected, Next::Fix, Some(ProblemCode::InvalidRequest))),
        (409, "BUSY", "", (Status::Rejected, Next::Retry, Some(ProblemCode::InProgress))),
        // One of the three is another: no row of the provider's.
        (201, "", "DONE", (Status::Unknown, Next::Query, Some(ProblemCode::UnrecognizedAnswer))),
        (200, "X", "DONE", (Status::Unknown, Next::Query, Some(ProblemCode::UnrecognizedAnswer))),
        (200, "", "DONE?", (Status::Unknown, Next::Query, Some(ProblemCode::UnrecognizedAnswer))),
        (404, "NO", "DONE", (Status::Unknown, Next::Query, Some(ProblemCode::UnrecognizedAnswer))),
        (200, "", "", (Status::Unknown, Next::Query, Some(ProblemCode::UnreadableResponse))),
        (302, "", "DONE", (Status::Unknown, Next::Query, Some(ProblemCode::UnexpectedRedirect))),
        (503, "NO", "", (Status::Unknown, Next::Query, Some(ProblemCode::ProviderError))),
        (429, "", "", (Status::Rejected, Next::Retry, Some(ProblemCode::RateLimited))),
        (429, "X", "DONE", (Status::Unknown, Next::Query, Some(ProblemCode::UnrecognizedAnswer))),
    ] {
        assert_eq!(told(&decide(&refund(), http, answer(code, state))), expected, "{http} {code} {state}");
    }
}

#[test]
fn the_row_that_decided_is_named_and_says_whether_it_was_a_replay() {
    let first = decide(&refund(), 200, answer("", "DONE"));
    assert_eq!((first.rule, first.replayed), (Some(&RULES[0]), false));
    let again = decide(&refund(), 200, answer("AGAIN", "DONE"));
    assert_eq!((again.rule, again.replayed), (Some(&RULES[2]), true));
    assert_eq!(Verdict::no_response(&refund(), Signature::Absent).rule, None);
}

#[test]
fn a_refusal_that_a_success_could_cause_is_unknown_and_keeps_what_it_means_for_a_first_attempt() {
    let verdict = decide(&refund(), 403, answer("LEFT", ""));
    assert_eq!(told(&verdict), (Status::Unknown, Next::Query, Some(ProblemCode::AmountExceeded)));
    assert_eq!(verdict.if_first(), Some((Status::Rejected, Next::Fix)));
    assert!(verdict.refund.is_none());
    let json = verdict.to_json();
    assert!(
        json.contains(r#""ifFirst":{"status":"rejected","next":"fix","problem":{"code":"amount_exceeded","#),
        "{json}"
    );
    // No read moves money, so no earlier one can have caused its refusal.
    let verdict = decide(&question(), 403, answer("LEFT", ""));
    assert_eq!((told(&verdict).0, verdict.if_first()), (Status::Rejected, None));
    for (http, code, state) in [(404, "NO", ""), (200, "", "LOST"), (200, "", "DONE")] {
        assert_eq!(decide(&refund(), http, answer(code, state)).if_first(), None, "{http}");
    }
}

#[test]
fn an_outcome_is_final_when_nothing_can_change_it() {
    for (http, code, state, expected) in [
        (200, "", "DONE", true),
        (200, "", "DECLINED", true),
        (404, "NO", "", true),
        (409, "BUSY", "", false),
        (429, "", "", false),
        (200, "", "ON ITS WAY", false),
        (200, "", "LOST", false),
        (403, "LEFT", "", false),
    ] {
        let verdict = decide(&refund(), http, answer(code, state));
        assert_eq!(verdict.is_final(), expected, "{http} {code} {state}");
        assert!(verdict.to_json().contains(&format!(r#""final":{expected},"#)));
    }
}

#[test]
fn only_an_answer_to_a_question_is_answered() {
    assert_eq!(told(&decide(&question(), 200, answer("", "answered"))), (Status::Succeeded, Next::Done, None));
    let verdict = decide(&refund(), 200, answer("", "answered"));
    assert_eq!(told(&verdict), (Status::Unknown, Next::Query, Some(ProblemCode::UnrecognizedAnswer)));
}

#[test]
fn a_question_without_an_answer_is_asked_again() {
    for http in [500, 302, 418] {
        let (status, next, _) = told(&decide(&question(), http, answer("", "")));
        assert_eq!((status, next), (Status::Unknown, Next::Retry), "{http}");
    }
    assert_eq!(told(&decide(&question(), 200, answer("", "ON ITS WAY"))).1, Next::Wait);
    assert_eq!(told(&decide(&question(), 404, answer("NO", ""))).1, Next::Fix);
    for (plan, next) in [(question(), Next::Retry), (refund(), Next::Query)] {
        let verdict = Verdict::no_response(&plan, Signature::NotOffered);
        assert_eq!(told(&verdict), (Status::Unknown, next, Some(ProblemCode::NoResponse)));
        assert_eq!((verdict.http_status, verdict.retry_after_ms), (None, None));
    }
}

#[test]
fn a_wait_is_passed_on_only_with_a_retry() {
    for (plan, http, code, state, wait) in [
        (refund(), 429, "", "", Some(2000)),
        (refund(), 409, "BUSY", "", Some(2000)),
        (question(), 503, "", "", Some(2000)),
        (refund(), 503, "", "", None),
        (refund(), 200, "", "ON ITS WAY", None),
        (refund(), 200, "", "DONE", None),
    ] {
        assert_eq!(decide(&plan, http, answer(code, state)).retry_after_ms, wait, "{http}");
    }
}

#[test]
fn only_what_is_decided_shows_a_refund() {
    for (http, code, state, believed) in [
        (200, "", "DONE", true),
        (200, "", "ON ITS WAY", true),
        (200, "", "DECLINED", true),
        (404, "NO", "", false),
        (200, "", "LOST", false),
        (500, "", "", false),
    ] {
        let verdict = decide(&refund(), http, answer(code, state));
        let shown = [
            verdict.refund.is_some(),
            verdict.refunds.is_some(),
            verdict.page.is_some(),
            verdict.access_token.is_some(),
        ];
        assert_eq!(shown, [believed; 4], "{http} {state}");
        assert!(verdict.details.is_some(), "what the provider said is shown in any case");
    }
}

#[test]
fn an_answer_about_another_refund_is_not_believed_but_shown() {
    for state in ["DONE", "ON ITS WAY", "DECLINED"] {
        let verdict = decide(&refund(), 200, Answer { mismatch: true, ..answer("", state) });
        assert_eq!(told(&verdict), (Status::Unknown, Next::Query, Some(ProblemCode::ResponseMismatch)), "{state}");
        assert!(verdict.refund.is_none() && verdict.refunds.is_none() && verdict.access_token.is_none());
        assert_eq!(verdict.details, Some(Value::object([("a", 1.into())])));
        assert_eq!(verdict.http_status, Some(200));
    }
    // A refusal stays one, whatever it names.
    let refused = decide(&refund(), 404, Answer { mismatch: true, ..answer("NO", "") });
    assert_eq!(told(&refused), (Status::Rejected, Next::Fix, Some(ProblemCode::InvalidRequest)));
    let lost = decide(&refund(), 200, Answer { mismatch: true, ..answer("", "LOST") });
    assert_eq!(told(&lost), (Status::Unknown, Next::Query, Some(ProblemCode::ProviderError)));
}

#[test]
fn a_problem_holds_the_providers_own_code_and_words() {
    let problem = decide(&refund(), 404, answer("NO", "")).problem.unwrap();
    assert_eq!((problem.provider_code.as_deref(), problem.provider_message.as_deref()), (Some("NO"), Some("words")));
    let problem = decide(&refund(), 500, answer("", "")).problem.unwrap();
    assert_eq!((problem.provider_code, problem.provider_message.as_deref()), (None, Some("words")));
}

#[test]
fn a_verdict_is_json_with_everything_in_its_place() {
    let money = Money::from_minor(1230, Currency::of("INR").unwrap());
    let part = Refund { id: Some("p".into()), ..Refund::in_state(RefundStatus::Pending) };
    let full = Refund {
        id: Some("i".into()),
        reference: Some("r".into()),
        payment: Some("y".into()),
        provider_status: Some("S".into()),
        kind: Some("K".into()),
        amount: Some(money),
        created_at: Some("2020".into()),
        proof: Some(Proof { kind: ProofKind::Arn, value: "7".into() }),
        reason: Some("why".into()),
        parts: vec![part],
        ..Refund::in_state(RefundStatus::Succeeded)
    };
    assert_eq!(
        refund_json(&full),
        concat!(
            r#"{"id":"i","reference":"r","payment":"y","status":"succeeded","providerStatus":"S","kind":"K","#,
            r#""amount":{"value":"12.30","currency":"INR"},"createdAt":"2020","proof":{"kind":"arn","value":"7"},"#,
            r#""reason":"why","parts":[{"id":"p","status":"pending"}]}"#
        )
    );
    assert_eq!(refund_json(&Refund::in_state(RefundStatus::Unknown)), r#"{"status":"unknown"}"#);
    let mut verdict = decide(&refund(), 200, answer("", "DONE"));
    verdict.page = Some(Page { total: Some(7), number: Some(0), size: Some(25) });
    verdict.access_token = Some(AccessToken { token: "T".into(), expires_in_seconds: Some(900) });
    assert_eq!(
        verdict.to_json(),
        concat!(
            r#"{"status":"succeeded","next":"done","final":true,"httpStatus":200,"refund":{"status":"succeeded"},"refunds":[{"status":"failed"}],"#,
            r#""page":{"total":7,"number":0,"size":25},"accessToken":{"token":"T","expiresInSeconds":900},"#,
            r#""signature":"not-offered","replayed":false,"details":{"a":1}}"#
        )
    );
    assert_eq!(
        decide(&refund(), 429, Answer::default()).to_json(),
        concat!(
            r#"{"status":"rejected","next":"retry","final":false,"retryAfterMs":2000,"httpStatus":429,"problem":{"code":"rate_limited","#,
            r#""message":"Too many requests.","userAction":"Sign the same plan again later."},"signature":"not-offered","replayed":false}"#
        )
    );
}

#[test]
fn every_problem_has_a_code_and_a_message_of_its_own() {
    use ProblemCode as P;
    let codes = [
        (P::NoResponse, "no_response"),
        (P::UnreadableResponse, "unreadable_response"),
        (P::UnrecognizedAnswer, "unrecognized_answer"),
        (P::IncompleteAnswer, "incomplete_answer"),
        (P::SignatureInvalid, "signature_invalid"),
        (P::SignatureAbsent, "signature_absent"),
        (P::ResponseMismatch, "response_mismatch"),
        (P::UnexpectedRedirect, "unexpected_redirect"),
        (P::ProviderError, "provider_error"),
        (P::RateLimited, "rate_limited"),
        (P::AuthenticationFailed, "authentication_failed"),
        (P::TokenInvalid, "token_invalid"),
        (P::NotPermitted, "not_permitted"),
        (P::NotNow, "not_now"),
        (P::InvalidRequest, "invalid_request"),
        (P::UnknownUrl, "unknown_url"),
        (P::PaymentNotFound, "payment_not_found"),
        (P::RefundNotFound, "refund_not_found"),
        (P::NotRefundable, "not_refundable"),
        (P::AmountExceeded, "amount_exceeded"),
        (P::InvalidAmount, "invalid_amount"),
        (P::AlreadyRefunded, "already_refunded"),
        (P::RefundWindowClosed, "refund_window_closed"),
        (P::SpeedNotSupported, "speed_not_supported"),
        (P::InsufficientBalance, "insufficient_balance"),
        (P::Declined, "declined"),
        (P::IdempotencyConflict, "idempotency_conflict"),
        (P::InProgress, "in_progress"),
        (P::DuplicateReference, "duplicate_reference"),
        (P::DuplicateAttempt, "duplicate_attempt"),
        (P::LimitReached, "limit_reached"),
    ];
    let mut messages = HashSet::new();
    for (code, name) in codes {
        assert_eq!(code.as_str(), name);
        assert!(messages.insert(code.message(Status::Rejected)), "{name}: its message is another's, too");
    }
}

#[test]
fn patterns_fit_to_the_last_character() {
    for (pattern, text, expected) in [
        ("a*", "a", true),
        ("a*", "ab", true),
        ("a*", "", false),
        ("a*", "b", false),
        ("?", "", false),
        ("?", "x", true),
        ("?", "xy", false),
        ("ab", "a", false),
        ("ab", "abc", false),
        ("aB", "Ab", true),
        ("??", "é€", true),
        ("é", "É", false),
        ("*", "anything", true),
    ] {
        assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
    }
}

#[test]
fn a_member_contradicts_when_it_is_there_and_another() {
    let answer =
        Value::parse(r#"{"a":{"b":"sent","n":7,"z":null,"o":{},"l":["sent"],"f":true},"t":"text","z":null}"#).unwrap();
    for (path, expected) in [
        ("a.b", false),
        ("a.n", true),
        ("a.z", false),
        ("a.missing", false),
        ("missing", false),
        ("missing.b", false),
        ("z.b", false),
        // Not to be compared, so not as sent.
        ("a.o", true),
        ("a.l", true),
        ("a.f", true),
        ("a", true),
        ("t.b", true),
        ("a.l.b", true),
    ] {
        assert_eq!(contradicts(&answer, path, |text| text == "sent"), expected, "{path}");
    }
    assert!(!contradicts(&answer, "a.n", |text| text == "7"), "a number is compared by its digits");
}

#[test]
fn numbers_that_javascript_could_change_become_texts() {
    for (number, safe) in [
        ("0", true),
        ("-1", true),
        ("999999999999999", true),
        ("-999999999999999", true),
        ("1000000000000000", false),
        ("-1000000000000000", false),
        ("1.5", false),
        ("100.00", false),
        ("1e3", false),
        ("9007199254740993", false),
    ] {
        let text = format!(r#"{{"a":[{number}],"s":"x","b":true,"z":null}}"#);
        let expected = if safe { text.clone() } else { text.replace(number, &format!("\"{number}\"")) };
        assert_eq!(script_safe(&Value::parse(&text).unwrap()), Value::parse(&expected).unwrap(), "{number}");
    }
}

#[test]
fn an_access_token_is_not_shown() {
    let token = AccessToken { token: "marker".into(), expires_in_seconds: Some(1) };
    assert_eq!(format!("{token:?}"), "AccessToken(hidden)");
}
