//! What a person is told never contradicts the verdict: every row of every provider's table, and every problem with
//! every status and next that can occur, against a small grammar of what may be advised.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::verdict::Next::{Fix, Query, Reauthenticate, Retry, Wait};
use refund_signer::verdict::Status::{Failed, Pending, Rejected, Unknown};
use refund_signer::verdict::{COMMON_RULES, Next, ProblemCode, Rule, Status};
use refund_signer::{HttpResponse, PROVIDERS, Plan, Secret, Settings, Value, doku};

/// What an advice may tell somebody to do, by words that only this advice has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Ask,
    SendAgain,
    Wait,
    RenewToken,
    PlanAnew,
    PayOtherwise,
    TopUp,
    Correct,
    Enable,
    RefundRest,
}

const WORDS: &[(Act, &[&str])] = &[
    (Act::Ask, &["ask for the"]),
    (Act::SendAgain, &["send it again", "sign the same plan again", "send the same plan again", "sign again"]),
    (Act::Wait, &["wait for", "later", "wait until"]),
    (Act::RenewToken, &["new access token", "new token"]),
    (Act::PlanAnew, &["plan a ", "plan the ", "plan with", "and plan again"]),
    (Act::PayOtherwise, &["another way"]),
    (Act::TopUp, &["top the"]),
    (Act::Correct, &["correct the", "decimals"]),
    (Act::Enable, &["enable"]),
    (Act::RefundRest, &["the rest", "nothing more"]),
];

fn acts(advice: &str) -> Vec<Act> {
    let advice = advice.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| advice.contains(word));
    WORDS.iter().filter(|(_, words)| has(words)).map(|(act, _)| *act).collect()
}

/// What must be advised, and what may be besides.
fn grammar(status: Status, next: Next) -> (&'static [Act], &'static [Act]) {
    use Act::{Ask, Correct, Enable, PayOtherwise, PlanAnew, RefundRest, RenewToken, SendAgain, TopUp};
    match (status, next) {
        (Unknown | Pending, Query) => (&[Ask], &[Act::Wait]),
        (Pending, Wait) => (&[Act::Wait], &[Ask]),
        (Unknown, Retry) => (&[SendAgain], &[Act::Wait]),
        (Rejected, Retry) => (&[SendAgain, Act::Wait], &[]),
        (Rejected, Reauthenticate) => (&[RenewToken, SendAgain], &[]),
        (Failed | Rejected, Fix) => (&[], &[PlanAnew, PayOtherwise, TopUp, Correct, Enable, RefundRest, Act::Wait]),
        other => panic!("no verdict says {other:?}"),
    }
}

fn contradictions(status: Status, next: Next, problem: ProblemCode) -> Vec<String> {
    let advice = problem.user_action(status, next);
    let (must, may) = grammar(status, next);
    let found = acts(advice);
    let missing = must.iter().filter(|act| !found.contains(act)).map(|act| format!("lacks {act:?}"));
    let wrong = found.iter().filter(|act| !must.contains(act) && !may.contains(act)).map(|act| format!("{act:?}"));
    let told = format!("{status:?} {next:?} {problem:?}: {advice}");
    let mut all: Vec<_> = missing.chain(wrong).map(|what| format!("{what}: {told}")).collect();
    // The message is what the provider says; while money may have moved it is not taken for the truth.
    let message = problem.message(status);
    if !(advice.ends_with('.') && message.ends_with('.')) || acts(message).iter().any(|act| *act != Act::Wait) {
        all.push(format!("{told} / {message}"));
    }
    if status == Unknown && message.contains("was refunded") {
        all.push(format!("{told} / {message}"));
    }
    all
}

/// What a row can say: of a read, of a refund, and of a refund that was the first attempt.
fn outcomes(rule: &Rule) -> Vec<(Status, Next)> {
    let mut all = vec![(rule.status, rule.next)];
    if rule.may_follow_success {
        all.push((Unknown, Query));
    }
    if rule.next == Query {
        all.push((rule.status, Retry));
    }
    all
}

#[test]
fn no_row_of_any_table_advises_against_its_own_verdict() {
    let tables = PROVIDERS.iter().map(|provider| provider.rules).chain([COMMON_RULES]);
    let mut seen = 0;
    let mut found = Vec::new();
    for rule in tables.flatten() {
        let Some(problem) = rule.problem else { continue };
        for (status, next) in outcomes(rule).into_iter().filter(|outcome| *outcome != (Pending, Retry)) {
            seen += 1;
            found.extend(contradictions(status, next, problem));
        }
    }
    assert!(seen > 150, "{seen}");
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn no_problem_advises_against_any_status_and_next() {
    use ProblemCode::{NoResponse, ResponseMismatch, SignatureAbsent, SignatureInvalid, UnreadableResponse};
    let rows = PROVIDERS.iter().flat_map(|provider| provider.rules).chain(COMMON_RULES);
    let mut problems: Vec<_> = rows.filter_map(|rule| rule.problem).collect();
    problems.extend([NoResponse, ResponseMismatch, SignatureAbsent, SignatureInvalid, UnreadableResponse]);
    let pairs = [
        (Unknown, Query),
        (Unknown, Retry),
        (Pending, Query),
        (Pending, Wait),
        (Rejected, Retry),
        (Rejected, Reauthenticate),
        (Rejected, Fix),
        (Failed, Fix),
    ];
    let mut found = Vec::new();
    for problem in problems {
        for (status, next) in pairs {
            found.extend(contradictions(status, next, problem));
        }
    }
    found.sort();
    found.dedup();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn an_advice_that_contradicts_is_found() {
    for (advice, expected) in [
        ("Top the balance up, then sign the same plan again.", vec![Act::SendAgain, Act::TopUp]),
        ("Ask the provider to enable it.", vec![Act::Enable]),
        ("Pay the customer back another way.", vec![Act::PayOtherwise]),
        ("Read the provider's message, correct the input and plan again.", vec![Act::PlanAnew, Act::Correct]),
    ] {
        assert_eq!(acts(advice), expected, "{advice}");
    }
}

/// A wrong key is refused with 401, and the refusal is signed with the right one: it stays unknown, and the key comes first.
#[test]
fn a_wrong_key_at_doku_is_the_first_thing_that_is_told() {
    let input =
        r#"{"invoiceNumber":"I","originalRequestId":"r","amount":{"value":"1","currency":"IDR"},"requestId":"q"}"#;
    let plan: Plan = doku::create_refund(&Value::parse(input).unwrap()).unwrap();
    let settings = Settings::new(Value::object([("clientId", "c".into()), ("environment", "sandbox".into())]));
    let client = (doku::PROVIDER.client)(&settings.secret("secretKey", Secret::from("wrong"))).unwrap();
    let header = |name: &'static str, value: &'static str| (name.into(), value.into());
    let headers = vec![
        header("Client-Id", "c"),
        header("Request-Id", "q"),
        header("Response-Timestamp", "2026-03-02T03:11:12Z"),
        header("Signature", "HMACSHA256=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    ];
    let body = br#"{"error":{"code":"INVALID_SIGNATURE","message":"Invalid Header Signature"}}"#;
    let response = HttpResponse { status: 401, headers, body: body.as_slice().into() };
    let verdict = client.read(&plan, Some(&response)).unwrap();
    let problem = verdict.problem.as_ref().unwrap().code;
    assert_eq!((verdict.status, verdict.next), (Unknown, Query));
    for words in [problem.message(verdict.status), problem.user_action(verdict.status, verdict.next)] {
        assert!(words.starts_with("Check your key and environment"), "{words}");
    }
}
