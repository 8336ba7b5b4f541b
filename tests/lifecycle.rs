//! The lifecycle: what comes next after each kind of answer, and that a stored record is the same record.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

use refund_signer::lifecycle::life::{Decision, End};
use refund_signer::lifecycle::steps::{Move, Question};
use refund_signer::lifecycle::{Observation, Policy, Record, Step};
use refund_signer::{ErrorCode, PROVIDERS, Plan, Value, doku, durianpay, razorpay, time};

const NOW: u64 = 1_790_000_000_000;
const SECOND: u64 = 1000;
const HOUR: u64 = 3_600_000;

fn razorpay_plan() -> Plan {
    razorpay::create_refund(&Value::object([
        ("paymentId", "pay_Lk2Jh4Gf6Ds8Aq".into()),
        ("amount", Value::object([("value", "250.00".into()), ("currency", "INR".into())])),
        ("receipt", "return-2041".into()),
        ("idempotencyKey", "key-return-2041".into()),
    ]))
    .unwrap()
}

fn doku_plan() -> Plan {
    doku::create_refund(&Value::object([
        ("invoiceNumber", "INV-2041".into()),
        ("originalRequestId", "q-2041".into()),
        ("amount", Value::object([("value", "85000".into()), ("currency", "IDR".into())])),
        ("requestId", "return-2041".into()),
    ]))
    .unwrap()
}

fn durianpay_plan() -> Plan {
    durianpay::create_refund(&Value::object([
        ("refId", "return-2041".into()),
        ("paymentId", "pay_Vb6Nm8Qw0Er2Ty".into()),
        ("amount", Value::object([("value", "85000".into()), ("currency", "IDR".into())])),
    ]))
    .unwrap()
}

/// A record and a clock.
struct Host {
    record: Record,
    now: u64,
    policy: Policy,
}

impl Host {
    fn new(plan: &Plan) -> Self {
        Host { record: Record::open(plan, "main", NOW).unwrap(), now: NOW, policy: Policy::DEFAULT }
    }

    /// The next step that is none of waiting; the clock goes on until then.
    fn step(&mut self) -> Step {
        loop {
            let step = self.record.next(self.now, &self.policy);
            let Move::Wait { until } = step.action else { return step };
            assert!(until > self.now, "a wait that does not end");
            self.now = until;
        }
    }

    fn begin(&mut self) -> u64 {
        let step = self.step();
        self.record = self.record.begin(step.id, step.action, self.now).unwrap();
        // What is stored is what goes on.
        let json = self.record.to_json();
        self.record = Record::parse(&json, PROVIDERS).unwrap();
        assert_eq!(self.record.to_json(), json);
        step.id
    }

    fn hears(&mut self, step: u64, verdict: &str) {
        self.now += SECOND;
        let json = format!(r#"{{"step":{step},"verdict":{verdict}}}"#);
        self.observe(&json).unwrap();
    }

    fn observe(&mut self, json: &str) -> Result<(), refund_signer::RefundError> {
        let value = Value::parse(json).unwrap();
        let observation = Observation::from_json(&value)?;
        self.record = self.record.observe(&observation, self.now, &self.policy)?;
        let json = self.record.to_json();
        assert_eq!(Record::parse(&json, PROVIDERS).unwrap().to_json(), json);
        Ok(())
    }

    fn does(&mut self) -> &'static str {
        self.step().action.as_str()
    }
}

const LOST: &str = r#"{"status":"unknown","next":"query","problem":{"code":"no_response"}}"#;
const DONE: &str =
    r#"{"status":"succeeded","next":"done","replayed":false,"refund":{"id":"rfnd_1","status":"succeeded"}}"#;
const REFUSED: &str = r#"{"status":"rejected","next":"fix","problem":{"code":"invalid_request"}}"#;
const EXCEEDED: &str = r#"{"status":"unknown","next":"query","problem":{"code":"amount_exceeded"},"ifFirst":{"status":"rejected","next":"fix"}}"#;
const LIMITED: &str =
    r#"{"status":"rejected","next":"retry","retryAfterMs":7200000,"problem":{"code":"rate_limited"}}"#;
const EMPTY: &str = r#"{"status":"succeeded","next":"done","refunds":[]}"#;

fn listed(reference: &str, value: &str, status: &str) -> String {
    format!(
        r#"{{"status":"succeeded","next":"done","refunds":[{{"id":"rfnd_1","reference":"{reference}","status":"{status}","amount":{{"value":"{value}","currency":"INR"}}}}]}}"#
    )
}

#[test]
fn a_plain_success_ends_it() {
    let mut host = Host::new(&razorpay_plan());
    let step = host.begin();
    host.hears(step, DONE);
    assert_eq!(host.step().action, Move::Finish(End::Succeeded));
    assert_eq!(host.record.ours().id.as_deref(), Some("rfnd_1"));
}

#[test]
fn what_is_stored_before_a_step_is_true_if_the_host_dies_in_it() {
    let mut host = Host::new(&razorpay_plan());
    let step = host.begin();
    let Move::Wait { until } = host.record.next(host.now, &host.policy).action else { panic!("not leased") };
    assert_eq!(until, NOW + 60 * SECOND);
    // Nobody else can begin the same step.
    let error = host.record.begin(step, Move::Query { before: until }, host.now).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidStep);
    assert_eq!(host.does(), "query");
}

#[test]
fn a_lost_answer_is_asked_about_and_then_sent_again_under_its_key() {
    let mut host = Host::new(&razorpay_plan());
    let step = host.begin();
    host.hears(step, LOST);
    assert_eq!(host.does(), "query");
    let step = host.begin();
    host.hears(step, EMPTY);
    let Move::Send { keyed, .. } = host.step().action else { panic!("not sent again") };
    assert!(keyed);
}

#[test]
fn a_key_is_trusted_only_while_a_late_request_would_still_meet_it() {
    let mut host = Host::new(&razorpay_plan());
    let step = host.begin();
    host.hears(step, LOST);
    host.now = NOW + 23 * HOUR;
    let step = host.begin();
    assert_eq!(host.record.life().attempts.len(), 1, "a query, and no request");
    host.hears(step, EMPTY);
    assert_eq!(host.does(), "query");
}

#[test]
fn without_a_key_nothing_is_sent_twice() {
    let mut host = Host::new(&durianpay_plan());
    let step = host.begin();
    host.hears(step, LOST);
    while host.now < NOW + 72 * HOUR {
        if host.does() != "query" {
            break;
        }
        let step = host.begin();
        host.hears(step, EMPTY);
    }
    assert_eq!(host.step().action, Move::Review(Question::StillOpen));
}

#[test]
fn an_empty_list_frees_the_plan_where_the_policy_says_when_lists_are_complete() {
    let mut host = Host::new(&durianpay_plan());
    host.policy.assumed_list_lag_ms = Some(0);
    let step = host.begin();
    host.hears(step, LOST);
    let early = host.begin();
    host.hears(early, EMPTY);
    assert_eq!(host.does(), "query", "a request may still arrive");
    host.now = NOW + 2 * HOUR;
    let step = host.begin();
    host.hears(step, EMPTY);
    assert_eq!(host.does(), "send");
}

#[test]
fn doku_is_asked_by_sending_the_same_request_again() {
    let mut host = Host::new(&doku_plan());
    let step = host.begin();
    host.hears(step, LOST);
    assert_eq!(host.does(), "send");
    let step = host.begin();
    // Not marked as a replay: DOKU took it for a first request, and the first one may still arrive.
    host.hears(step, r#"{"status":"failed","next":"fix","replayed":false,"refund":{"status":"failed"}}"#);
    assert_eq!(host.does(), "send");
    let step = host.begin();
    host.hears(step, r#"{"status":"failed","next":"fix","replayed":true,"refund":{"status":"failed"}}"#);
    assert_eq!(host.step().action, Move::Finish(End::Failed));
}

#[test]
fn a_refusal_ends_nothing_while_another_attempt_is_in_doubt() {
    let mut host = Host::new(&razorpay_plan());
    let step = host.begin();
    host.hears(step, LOST);
    let query = host.begin();
    host.hears(query, r#"{"status":"succeeded","next":"done","refunds":[{"id":"rfnd_9","status":"succeeded"}]}"#);
    let step = host.begin();
    host.hears(step, REFUSED);
    assert_eq!(host.does(), "query");
}

#[test]
fn a_refusal_that_a_success_would_cause_ends_a_first_attempt_only() {
    let mut host = Host::new(&razorpay_plan());
    let step = host.begin();
    host.hears(step, EXCEEDED);
    assert_eq!(host.step().action, Move::Finish(End::Rejected));

    let mut host = Host::new(&durianpay_plan());
    let step = host.begin();
    host.hears(step, EXCEEDED);
    assert_eq!(host.does(), "query", "no key: a repeat on the way may have succeeded");
}

#[test]
fn retry_after_counts() {
    let mut host = Host::new(&razorpay_plan());
    let step = host.begin();
    host.hears(step, LIMITED);
    let heard_at = host.now;
    assert_eq!(host.does(), "send");
    assert_eq!(host.now, heard_at + 2 * HOUR);
}

#[test]
fn what_was_accepted_is_asked_about_and_never_sent_again() {
    let mut host = Host::new(&razorpay_plan());
    let step = host.begin();
    host.hears(step, r#"{"status":"pending","next":"wait","refund":{"id":"rfnd_1","status":"pending"}}"#);
    let step = host.begin();
    host.hears(step, EMPTY);
    assert_eq!(host.does(), "query");
    let next = host.step();
    let error =
        host.record.begin(next.id, Move::Send { before: host.now + 1, keyed: true, renew_token: false }, host.now);
    assert_eq!(error.unwrap_err().code(), ErrorCode::InvalidStep);
}

#[test]
fn a_refund_is_ours_by_reference_and_amount_and_never_by_amount_alone() {
    for (reference, value, ends) in
        [("return-2041", "250.00", true), ("return-2041", "25.00", false), ("other", "250.00", false)]
    {
        let mut host = Host::new(&razorpay_plan());
        let step = host.begin();
        host.hears(step, LOST);
        let step = host.begin();
        host.hears(step, &listed(reference, value, "succeeded"));
        assert_eq!(host.step().action == Move::Finish(End::Succeeded), ends, "{reference} {value}");
    }
}

#[test]
fn a_late_success_is_heard_after_everything_else() {
    let mut host = Host::new(&razorpay_plan());
    let first = host.begin();
    host.now += 2 * 60 * SECOND;
    let query = host.begin();
    host.hears(query, EMPTY);
    let second = host.begin();
    host.hears(first, DONE);
    assert_eq!(host.record.next(host.now, &host.policy).action, Move::Finish(End::Succeeded));
    let before = host.record.to_json();
    // Twice, and out of order: nothing changes.
    host.hears(first, DONE);
    host.hears(second, LOST);
    host.hears(query, EMPTY);
    assert_eq!(host.record.life().end, Some(End::Succeeded));
    assert!(before.contains(r#""end":"succeeded""#));
}

#[test]
fn money_that_moved_after_all_is_for_a_person() {
    let mut host = Host::new(&razorpay_plan());
    let step = host.begin();
    host.hears(step, REFUSED);
    assert_eq!(host.step().action, Move::Finish(End::Rejected));
    host.observe(&event("succeeded")).unwrap();
    let step = host.step();
    assert_eq!(step.action, Move::Review(Question::MovedAfterAll));
    let decision = format!(r#"{{"step":{},"decision":"refunded","by":"Ayu"}}"#, step.id);
    host.observe(&decision).unwrap();
    assert_eq!(host.step().action, Move::Finish(End::Succeeded));
}

#[test]
fn a_success_that_an_event_contradicts_is_asked_about_and_then_reversed() {
    let mut host = Host::new(&razorpay_plan());
    let step = host.begin();
    host.hears(step, DONE);
    host.observe(&event("failed")).unwrap();
    let step = host.begin();
    host.hears(step, &listed("return-2041", "250.00", "failed"));
    assert_eq!(host.step().action, Move::Finish(End::Reversed));
}

#[test]
fn an_event_that_is_delivered_again_does_not_begin_the_patience_anew() {
    let mut host = Host::new(&razorpay_plan());
    let step = host.begin();
    host.hears(step, DONE);
    let first = host.now;
    for _ in 0..8 {
        host.observe(&event("failed")).unwrap();
        let delivered = host.now;
        while host.now < delivered + 12 * HOUR {
            if let Move::Finish(_) = host.step().action {
                break;
            }
            // A list that is full of others' refunds never tells.
            let step = host.begin();
            host.hears(step, r#"{"status":"unknown","next":"retry","problem":{"code":"provider_error"}}"#);
        }
    }
    assert_eq!(host.step().action, Move::Finish(End::Reversed));
    assert!(host.now <= first + Policy::DEFAULT.patience_ms + Policy::DEFAULT.longest_pause_ms + 12 * HOUR);
}

fn event(status: &str) -> String {
    format!(
        r#"{{"event":{{"provider":"razorpay","kind":"refund.{status}","dedupeKey":"1","signedFields":"the whole body","details":{{}},"refund":{{"id":"rfnd_1","reference":"return-2041","status":"{status}","amount":{{"value":"250.00","currency":"INR"}}}}}}}}"#
    )
}

#[test]
fn a_decision_answers_the_present_question_and_no_other() {
    let mut host = Host::new(&durianpay_plan());
    let step = host.begin();
    host.hears(step, LOST);
    host.now = NOW + 73 * HOUR;
    let step = host.step();
    assert_eq!(step.action, Move::Review(Question::StillOpen));
    for (decision, by, path) in [
        (format!(r#"{{"step":{},"decision":"refunded","by":"Ayu"}}"#, step.id - 1), "", "step"),
        (format!(r#"{{"step":{},"decision":"refunded","by":" "}}"#, step.id), "", "by"),
        (format!(r#"{{"step":{},"decision":"maybe","by":"Ayu"}}"#, step.id), "", "decision"),
    ] {
        let _ = by;
        let error = host.observe(&decision).unwrap_err();
        assert_eq!((error.code(), error.problems[0].path.as_str()), (ErrorCode::InvalidObservation, path));
    }
    host.observe(&format!(r#"{{"step":{},"decision":"send-again","by":"Ayu"}}"#, step.id)).unwrap();
    assert_eq!(host.does(), "send");
}

#[test]
fn not_refunded_is_refused_while_a_request_may_still_arrive() {
    let plan = refund_signer::payermax::create_refund(&Value::object([
        ("originalPartnerReferenceNo", "ORD-2041".into()),
        ("partnerRefundNo", "RETURN-2041".into()),
        ("amount", Value::object([("value", "85000".into()), ("currency", "IDR".into())])),
    ]))
    .unwrap();
    let mut host = Host::new(&plan);
    host.policy.patience_ms = 10 * 60 * SECOND;
    let step = host.begin();
    host.hears(step, LOST);
    let step = host.step();
    assert!(matches!(step.action, Move::Review(_)), "{:?}", step.action);
    let decision = format!(r#"{{"step":{},"decision":"not-refunded","by":"Ayu"}}"#, step.id);
    assert_eq!(host.observe(&decision).unwrap_err().problems[0].path, "decision");
    host.now = NOW + 2 * HOUR;
    let step = host.step();
    let decision = format!(r#"{{"step":{},"decision":"not-refunded","by":"Ayu"}}"#, step.id);
    host.observe(&decision).unwrap();
    assert_eq!(host.record.answers(Move::Review(Question::Lost))[1], Decision::NotRefunded);
    assert_eq!(host.step().action, Move::Finish(End::Failed));
}

#[test]
fn a_clock_that_stepped_back_ages_what_is_stored() {
    let mut host = Host::new(&razorpay_plan());
    let step = host.begin();
    host.hears(step, LOST);
    let back = NOW - 48 * HOUR;
    let life = host.record.life().at(back);
    assert_eq!(life.clock, back);
    assert_eq!(life.attempts[0].begun_at, back - SECOND);
}

#[test]
fn an_older_refund_is_not_ours_after_a_clock_stepped_back_either() {
    let mut host = Host::new(&durianpay_plan());
    let step = host.begin();
    host.hears(step, LOST);
    let query = host.begin();
    host.now -= 2 * HOUR;
    host.hears(query, LOST);
    let query = host.begin();
    // The same reference and amount, made an hour before the record was opened.
    let created = format!(r#"[{{"createdAt":"{}","#, time::utc_seconds(NOW - HOUR));
    let list = listed("return-2041", "85000.00", "succeeded").replace("INR", "IDR");
    host.hears(query, &list.replace("[{", &created));
    assert_eq!(host.does(), "query");
}

#[test]
fn a_record_that_the_lifecycle_did_not_write_is_refused() {
    let mut host = Host::new(&razorpay_plan());
    let step = host.begin();
    host.hears(step, LOST);
    let json = host.record.to_json();
    for (from, to, code) in [
        (r#"{"version":1"#, r#"{"version":2"#, ErrorCode::UnsupportedRecordVersion),
        (r#"{"version":1"#, r#"{"version":"1""#, ErrorCode::InvalidRecord),
        (r#""account":"main""#, r#""account":"""#, ErrorCode::InvalidRecord),
        (r#""doubt":true"#, r#""doubt":false"#, ErrorCode::InvalidRecord),
        (r#""sequence":2"#, r#""sequence":0"#, ErrorCode::InvalidRecord),
        (r#""accepted":false"#, r#""accepted":"no""#, ErrorCode::InvalidRecord),
        (r#""accepted":false"#, r#""accepted":false,"accepted":true"#, ErrorCode::InvalidRecord),
        (r#""what":"unknown""#, r#""what":"fine""#, ErrorCode::InvalidRecord),
        (r#"\"amount\":25000"#, r#"\"amount\":99"#, ErrorCode::InvalidRecord),
        (r#""history":[]"#, r#""history":[],"more":1"#, ErrorCode::InvalidRecord),
    ] {
        assert!(json.contains(from), "{from} in {json}");
        let changed = json.replacen(from, to, 1);
        match Record::parse(&changed, PROVIDERS) {
            Err(error) => assert_eq!(error.code(), code, "{to}: {error}"),
            // Another amount is another plan, which the operation could have made: the store's owner guards that.
            Ok(_) => assert!(to.contains("99"), "taken: {to}"),
        }
    }
}

#[test]
fn a_policy_with_nonsense_is_refused() {
    for (json, path) in [
        (r#"{"leaseMs":0}"#, "policy.leaseMs"),
        (r#"{"leaseMs":-1}"#, "policy.leaseMs"),
        (r#"{"arrivalMs":1}"#, "policy.arrivalMs"),
        (r#"{"memory":1}"#, "policy.memory"),
        (r#"{"trustUndocumentedKeys":1}"#, "policy.trustUndocumentedKeys"),
        (r#"{"patienceMs":1e9}"#, "policy.patienceMs"),
    ] {
        let error = Policy::from_json(&Value::parse(json).unwrap()).unwrap_err();
        assert_eq!((error.code(), error.problems[0].path.as_str()), (ErrorCode::InvalidPolicy, path), "{json}");
    }
}

#[test]
fn an_observation_of_a_step_that_never_began_is_refused() {
    let mut host = Host::new(&razorpay_plan());
    for json in [
        format!(r#"{{"step":1,"verdict":{DONE}}}"#),
        format!(r#"{{"step":0,"verdict":{DONE}}}"#),
        r#"{"step":1,"verdict":{"status":"fine"}}"#.into(),
        r#"{"event":{"event":"refund.processed","payload":{}}}"#.into(),
        event("succeeded").replace("razorpay", "doku"),
        r#"{"step":1}"#.into(),
    ] {
        assert_eq!(host.observe(&json).unwrap_err().code(), ErrorCode::InvalidObservation, "{json}");
    }
    assert_eq!(host.record.life().sequence, 0);
}

#[test]
fn a_clock_that_stepped_back_far_is_stored_by_the_next_step_and_stretches_no_wait() {
    let mut host = Host::new(&razorpay_plan());
    let step = host.begin();
    host.hears(step, LOST);
    host.now -= 20 * HOUR;
    // Nothing that is stored shows the step yet: no age would grow for 20 hours.
    let step = host.record.next(host.now, &host.policy);
    assert!(matches!(step.action, Move::Query { .. }), "{:?}", step.action);
    let step = host.begin();
    host.hears(step, EMPTY);
    // From here on the stored clock is this one, and pauses are pauses.
    let Move::Wait { until } = host.record.next(host.now, &host.policy).action else { panic!("no pause") };
    assert!(until < host.now + HOUR);
}

#[test]
fn a_host_that_died_before_the_clock_stepped_back_holds_nobody_up() {
    let mut host = Host::new(&doku_plan());
    host.begin();
    host.now -= 20 * HOUR;
    let step = host.record.next(host.now, &host.policy);
    assert!(matches!(step.action, Move::Send { keyed: true, .. } | Move::Query { .. }), "{:?}", step.action);
}

#[test]
fn not_sent_takes_nothing_back_that_was_heard() {
    let mut host = Host::new(&razorpay_plan());
    let step = host.begin();
    host.hears(step, LOST);
    let before = host.record.to_json();
    host.observe(&format!(r#"{{"step":{step},"notSent":true}}"#)).unwrap();
    assert_eq!(host.record.to_json(), before);
    assert_eq!(host.does(), "query");
}

#[test]
fn a_request_that_was_sent_after_all_is_in_doubt_again() {
    let mut host = Host::new(&durianpay_plan());
    let step = host.begin();
    host.observe(&format!(r#"{{"step":{step},"notSent":true}}"#)).unwrap();
    host.hears(step, LOST);
    assert!(host.record.life().in_doubt());
    assert_eq!(host.does(), "query");

    // And where another attempt ended it meanwhile, it is open again.
    let mut host = Host::new(&razorpay_plan());
    let first = host.begin();
    host.observe(&format!(r#"{{"step":{first},"notSent":true}}"#)).unwrap();
    let second = host.begin();
    host.hears(second, REFUSED);
    assert_eq!(host.does(), "finish");
    host.hears(first, LOST);
    assert_eq!(host.does(), "query");
}

#[test]
fn an_answer_without_a_list_is_not_an_empty_list() {
    let mut host = Host::new(&durianpay_plan());
    host.policy.assumed_list_lag_ms = Some(HOUR);
    let step = host.begin();
    host.hears(step, LOST);
    for _ in 0..4 {
        let Step { id, action: Move::Query { .. }, .. } = host.step() else { break };
        host.begin();
        host.now += 2 * HOUR;
        host.hears(id, r#"{"status":"succeeded","next":"done"}"#);
    }
    assert!(host.record.life().absent.is_none());
    assert!(matches!(host.step().action, Move::Query { .. } | Move::Review(_)));
}

#[test]
fn the_answer_to_a_question_answers_no_send() {
    for verdict in [EMPTY, r#"{"status":"succeeded","next":"done","page":{"total":0}}"#] {
        let mut host = Host::new(&razorpay_plan());
        let step = host.begin();
        let error = host.observe(&format!(r#"{{"step":{step},"verdict":{verdict}}}"#)).unwrap_err();
        assert_eq!((error.code(), error.problems[0].path.as_str()), (ErrorCode::InvalidObservation, "step"));
    }
}

#[test]
fn a_verdict_that_contradicts_itself_is_refused() {
    for verdict in [
        r#"{"status":"succeeded","next":"retry"}"#,
        r#"{"status":"unknown","next":"done"}"#,
        r#"{"status":"failed","next":"done"}"#,
        r#"{"status":"rejected","next":"query"}"#,
        r#"{"status":"pending","next":"fix"}"#,
    ] {
        let mut host = Host::new(&razorpay_plan());
        let step = host.begin();
        let error = host.observe(&format!(r#"{{"step":{step},"verdict":{verdict}}}"#)).unwrap_err();
        assert_eq!(error.problems[0].path, "verdict.next", "{verdict}");
    }
}

#[test]
fn a_refund_without_its_amount_or_of_another_payment_is_not_ours() {
    let others = [
        r#"{"id":"rfnd_9","reference":"return-2041","status":"succeeded"}"#,
        r#"{"id":"rfnd_9","reference":"return-2041","payment":"pay_other","status":"succeeded","amount":{"value":"250.00","currency":"INR"}}"#,
    ];
    for other in others {
        let mut host = Host::new(&razorpay_plan());
        let step = host.begin();
        host.hears(step, LOST);
        let step = host.begin();
        host.hears(step, &format!(r#"{{"status":"succeeded","next":"done","refunds":[{other}]}}"#));
        assert_eq!(host.record.life().end, None, "{other}");
        host.observe(&event("succeeded").replace(r#""refund":{"#, &format!(r#""refund":{other},"x":{{"#))).unwrap();
        assert_eq!(host.record.life().end, None, "{other}");
    }
}

#[test]
fn only_what_could_come_next_begins() {
    let mut host = Host::new(&razorpay_plan());
    let refuses = |host: &Host, action: Move, path: &str| {
        let id = host.record.life().sequence + 1;
        let error = host.record.begin(id, action, host.now).unwrap_err();
        assert_eq!((error.code(), error.problems[0].path.as_str()), (ErrorCode::InvalidStep, path), "{action:?}");
    };
    let before = host.now + HOUR;
    let send = |keyed| Move::Send { before, keyed, renew_token: false };
    refuses(&host, Move::Query { before }, "step.do");
    refuses(&host, send(true), "step.do");
    refuses(&host, Move::Send { before: u64::MAX, keyed: false, renew_token: false }, "step.before");
    let step = host.begin();
    host.hears(step, LOST);
    refuses(&host, send(false), "step.do");
    refuses(&host, Move::Query { before: host.now + 25 * HOUR }, "step.before");
    host.hears(step, DONE);
    refuses(&host, send(true), "step.do");

    let mut host = Host::new(&durianpay_plan());
    let step = host.begin();
    host.hears(step, LOST);
    refuses(&host, send(true), "step.do");
    refuses(&host, send(false), "step.do");
}

#[test]
fn older_news_of_the_refund_replace_nothing_after_the_end() {
    let mut host = Host::new(&razorpay_plan());
    let step = host.begin();
    host.hears(step, DONE);
    host.observe(&event("pending")).unwrap();
    let json = host.record.to_json();
    assert!(json.contains(r#""refund":{"id":"rfnd_1","status":"succeeded"}"#), "{json}");
    // What tells the same end may tell more of it.
    host.observe(&event("succeeded")).unwrap();
    assert!(host.record.to_json().contains("250.00\",\"currency") || host.record.to_json().contains("250.00"));
}

#[test]
fn a_record_that_lost_its_attempts_is_refused() {
    let mut host = Host::new(&razorpay_plan());
    let step = host.begin();
    host.hears(step, LOST);
    let json = host.record.to_json();
    let (start, end) = (json.find(r#""attempts":["#).unwrap(), json.find(r#","queries""#).unwrap());
    let cut = format!(r#"{}"attempts":[]{}"#, &json[..start], &json[end..]);
    assert_eq!(Record::parse(&cut, PROVIDERS).unwrap_err().problems[0].path, "attempts");
    // Without its log, too: something was asked.
    let asked = json[..json.find(r#""log":"#).unwrap()].to_owned() + r#""log":[]}"#;
    let asked = asked.replace(r#""queries":0"#, r#""queries":1"#);
    let cut = format!(r#"{}"attempts":[]{}"#, &asked[..start], &asked[asked.find(r#","queries""#).unwrap()..]);
    assert_eq!(Record::parse(&cut, PROVIDERS).unwrap_err().problems[0].path, "attempts");
    let clock = json.replace(&format!(r#""openedAt":{NOW}"#), r#""openedAt":5"#);
    assert_eq!(Record::parse(&clock, PROVIDERS).unwrap_err().problems[0].path, "clock");
    let sequence = json.replace(r#""sequence":2"#, r#""sequence":18446744073709551615"#);
    assert!(Record::parse(&sequence, PROVIDERS).is_err());
}
