//! What holds for every input, not only for examples: proptest looks for one for which it does not.
//!
//! Plans, signing, money and the encodings against the plain references of tests/proof; answers and deliveries changed
//! in every single bit. `PROPTEST_CASES=100000 cargo test --release --test properties` looks longer.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

mod proof;

use proof::cases::{self, Answer, Case, settings};
use proof::inputs::{self, CURRENCIES, Choices};
use proof::reference;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use refund_signer::encode::json::{Value, minify};
use refund_signer::encode::{base64, hex, percent};
use refund_signer::money::{Currency, Money};
use refund_signer::plan::Operation;
use refund_signer::sign::{HmacSha256Key, sha256};
use refund_signer::verdict::Signature;
use refund_signer::webhook::{Delivery, Event};
use refund_signer::{Attempt, Client, HttpRequest, PROVIDERS, Plan, RefundError};
use std::cell::RefCell;
use std::collections::HashMap;

/// What may differ between two attempts of one plan, and nothing else: times, nonces and signatures.
const OF_AN_ATTEMPT: [&str; 8] = [
    "Request-Timestamp",
    "Signature",
    "X-TIMESTAMP",
    "X-EXTERNAL-ID",
    "X-SIGNATURE",
    "sign",
    "x-rnd-key",
    "x-signature",
];

fn operations() -> Vec<&'static Operation> {
    PROVIDERS.iter().flat_map(|known| known.operations).copied().collect()
}

/// A plan of any operation, from random choices; what several fields forbid together is tried again.
fn plans() -> impl Strategy<Value = Plan> {
    let choices = (0..operations().len(), vec(any::<u8>(), 0..400));
    choices.prop_filter_map("refused", |(at, bytes)| {
        let operation = operations()[at];
        Plan::new(operation, &inputs::input(operation, &mut Choices(&bytes)), None).ok()
    })
}

fn client(provider: &str) -> Box<dyn Client> {
    let file =
        if provider == "doku" { "proof/doku-client.json".into() } else { format!("answers/{provider}/_client.json") };
    let text = std::fs::read_to_string(cases::root().join("tests").join(file)).unwrap();
    (cases::provider(provider).client)(&settings(&Value::parse(&text).unwrap())).unwrap()
}

fn signed(client: &dyn Client, plan: &Plan, now: u64, nonce: &str) -> HttpRequest {
    let attempt = Attempt::new(now, nonce).unwrap();
    client.sign(plan, &attempt).unwrap_or_else(|_| client.prepare(plan, &attempt).unwrap().finish(&[7; 256]))
}

#[test]
fn the_inputs_reach_every_operation() {
    let mut taken: HashMap<&str, u32> = HashMap::new();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..6_000 {
        let plan = plans().new_tree(&mut runner).unwrap().current();
        *taken.entry(plan.operation.path).or_default() += 1;
    }
    for operation in operations() {
        let count = taken.get(operation.path).copied().unwrap_or_default();
        assert!(count >= 20, "{} {}: {count} plans", operation.provider, operation.name);
    }
}

proptest! {
    #[test]
    fn a_plan_comes_back_from_json_as_it_was(plan in plans()) {
        let json = plan.to_json();
        let again = Plan::parse(&json, PROVIDERS).unwrap_or_else(|error| panic!("{json}: {error}"));
        prop_assert_eq!(again.to_json(), json);
        prop_assert_eq!(again.operation.name, plan.operation.name);
        prop_assert_eq!((again.path, again.query, again.body), (plan.path, plan.query, plan.body));
        prop_assert_eq!((again.idempotency_key, again.currency), (plan.idempotency_key, plan.currency));
    }

    #[test]
    fn signing_again_changes_what_an_attempt_may_change(
        plan in plans(),
        first in 1_000_000_000_000..4_000_000_000_000_u64,
        second in 1_000_000_000_000..4_000_000_000_000_u64,
        nonces in ("[0-9]{8,32}", "[0-9]{8,32}"),
    ) {
        let client = client(plan.operation.provider);
        let one = signed(&*client, &plan, first, &nonces.0);
        let other = signed(&*client, &plan, second, &nonces.1);
        prop_assert!(one == signed(&*client, &plan, first, &nonces.0), "not deterministic");
        prop_assert_eq!((one.method, &one.url, &one.body), (other.method, &other.url, &other.body));
        prop_assert_eq!(&one.body, &plan.body);
        prop_assert_eq!(one.headers.len(), other.headers.len());
        for ((name, value), (other_name, other_value)) in one.headers.iter().zip(&other.headers) {
            prop_assert_eq!(name, other_name);
            prop_assert!(value == other_value || OF_AN_ATTEMPT.contains(name), "{} changed", name);
        }
    }

    #[test]
    fn minify_agrees_with_a_slow_one(text in prop_oneof![vec(any::<u8>(), 0..300), "[ \t\r\n\"\\\\{}:,a1é]{0,200}".prop_map(String::into_bytes)]) {
        let minified = minify(&text).into_owned();
        prop_assert_eq!(&minified, &reference::minify(&text));
        prop_assert_eq!(&*minify(&minified), &minified[..], "not idempotent");
        prop_assert_eq!(reference::strings(&minified), reference::strings(&text), "a string was touched");
    }

    #[test]
    fn percent_encoding_comes_back(text in any::<String>()) {
        let mut encoded = String::new();
        percent::encode(&mut encoded, &text);
        prop_assert_eq!(&encoded, &reference::percent_encode(&text));
        prop_assert_eq!(percent::decode(&encoded), Some(text));
    }

    #[test]
    fn money_neither_loses_nor_gains(minor in any::<u64>(), at in 0..CURRENCIES.len()) {
        let (code, currency) = (&CURRENCIES[at], Currency::of(&CURRENCIES[at]).unwrap());
        let money = Money::from_minor(minor, currency);
        prop_assert_eq!(money.major(), reference::major(minor, code));
        for text in [money.major(), money.major_trimmed()] {
            prop_assert_eq!(Money::parse_major(&text, currency), Ok(money));
            prop_assert_eq!(reference::minor(&text, code), Some(minor));
        }
        prop_assert_eq!(Money::parse_minor(&minor.to_string(), currency), Ok(money));
    }

    #[test]
    fn amounts_are_read_as_by_long_arithmetic(text in "-?[0-9]{0,21}[.]?[0-9]{0,3}0{0,4}", at in 0..CURRENCIES.len()) {
        let currency = Currency::of(&CURRENCIES[at]).unwrap();
        let found = Money::parse_major(&text, currency).ok().map(|money| money.minor());
        prop_assert_eq!(found, reference::minor(&text, &CURRENCIES[at]));
    }

    #[test]
    fn any_answer_gives_a_verdict_that_keeps_to_the_rules(
        case in any::<prop::sample::Index>(),
        status in 100..1000_u16,
        headers in vec(("[A-Za-z-]{1,20}", any::<String>()), 0..4),
        body in vec(any::<u8>(), 0..200),
        sign in any::<bool>(),
    ) {
        CASES.with_borrow(|cases| {
            let case = case.get(cases);
            case.read(Some(&case.response(&Answer { status, headers, body, sign })));
            case.read(None);
        });
    }

    #[test]
    fn an_answer_that_was_changed_gives_a_verdict_that_keeps_to_the_rules(
        case in any::<prop::sample::Index>(),
        status in prop_oneof![Just(None), (100..600_u16).prop_map(Some)],
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cut in any::<prop::sample::Index>(),
    ) {
        CASES.with_borrow(|cases| {
            let case = case.get(cases);
            let Some(mut answer) = case.answer.clone() else { return };
            answer.status = status.unwrap_or(answer.status);
            let length = answer.body.len();
            for (at, byte) in changes.iter().filter(|_| length > 0) {
                answer.body[at.index(length)] = *byte;
            }
            case.read(Some(&case.response(&answer)));
            answer.body.truncate(cut.index(answer.body.len() + 1));
            case.read(Some(&case.response(&answer)));
        });
    }
}

thread_local! {
    static CASES: RefCell<Vec<Case>> = RefCell::new(PROVIDERS.iter().flat_map(|provider| cases::of(provider)).collect());
}

/// An answer to a refund as each provider writes amounts, and the operation and input that it answers.
fn wire_forms(minor: u64, code: &str) -> Vec<(&'static str, &'static str, String, String)> {
    let major = reference::major(minor, code);
    let money = format!(r#"{{"minor":"{minor}","currency":"{code}"}}"#);
    let number = if major.contains('.') { major.trim_end_matches('0').trim_end_matches('.') } else { &major };
    vec![
        (
            "razorpay",
            "createRefund",
            format!(r#"{{"paymentId":"pay_1","idempotencyKey":"0123456789","amount":{money}}}"#),
            format!(r#"{{"id":"rfnd_1","entity":"refund","amount":{minor},"currency":"{code}","payment_id":"pay_1","status":"processed"}}"#),
        ),
        (
            "craftgate",
            "refundPaymentTransaction",
            format!(r#"{{"paymentTransactionId":"11","idempotencyKey":"0123456789","amount":{money}}}"#),
            format!(r#"{{"data":{{"id":1,"status":"SUCCESS","refundPrice":{number}00000,"currency":"{code}","paymentTransactionId":11}}}}"#)
                .replace("00000,", if major.contains('.') { "," } else { ".00000," }),
        ),
        (
            "doku",
            "createRefund",
            format!(r#"{{"invoiceNumber":"I","originalRequestId":"r","requestId":"q","amount":{money}}}"#),
            format!(r#"{{"order":{{"invoice_number":"I"}},"payment":{{"original_request_id":"r"}},"refund":{{"amount":{number},"type":"PARTIAL_REFUND","status":"SUCCESS"}}}}"#),
        ),
        (
            "durianpay",
            "createRefund",
            format!(r#"{{"paymentId":"pay_1","refId":"abc","amount":{money}}}"#),
            format!(r#"{{"data":{{"id":"ref_1","ref_id":"abc","payment_id":"pay_1","amount":"{major}","currency":"{code}","status":"completed"}}}}"#),
        ),
        (
            "payermax",
            "createRefund",
            format!(r#"{{"merchantId":"P","partnerRefundNo":"R1","originalPartnerReferenceNo":"O1","amount":{money}}}"#),
            format!(r#"{{"responseCode":"2005800","responseMessage":"ok","partnerRefundNo":"R1","originalPartnerReferenceNo":"O1","refundAmount":{{"value":"{major}","currency":"{code}"}},"additionalInfo":{{"refundStatus":"00"}}}}"#),
        ),
    ]
}

/// The amount that a refund's own body holds, read without the core: the number or text after the amount's name.
fn amount_on_the_wire(provider: &str, body: &str, code: &str) -> Option<u64> {
    let name = if provider == "craftgate" { "refundPrice" } else { "amount" };
    let start = match provider {
        "payermax" => body.find(r#""refundAmount":{"value":"#)? + 24,
        _ => body.find(&format!("\"{name}\":"))? + name.len() + 3,
    };
    let text: String = body[start..]
        .chars()
        .skip_while(|first| *first == '"')
        .take_while(|next| next.is_ascii_digit() || *next == '.')
        .collect();
    if provider == "razorpay" { text.parse().ok() } else { reference::minor(&text, code) }
}

/// Minor units: small ones, fractions of every kind, whole ones, and beyond what a float holds.
const AMOUNTS: [u64; 18] = [
    1,
    5,
    10,
    99,
    100,
    101,
    1_000,
    12_345,
    100_000,
    1_234_500,
    9_000_000,
    10_000_100,
    1_234_567_800,
    9_007_199_254_740_900,
    9_007_199_254_740_993,
    9_007_199_254_740_993_000,
    u64::MAX / 1000 * 1000,
    u64::MAX,
];

#[test]
fn an_amount_is_the_same_on_the_wire_and_back_for_every_currency_and_provider() {
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for code in CURRENCIES.iter() {
        for minor in AMOUNTS {
            let (asked, others) = (wire_forms(minor, code), wire_forms(minor - 1, code));
            for ((name, operation, input, body), (.., other)) in asked.into_iter().zip(others) {
                let operation = cases::provider(name).operation(name, operation).unwrap();
                // Refused where the provider does not take the currency, or so many decimals.
                let input = Value::parse(&input).unwrap();
                let Ok(plan) = Plan::new(operation, &input, None) else { continue };
                let sent = plan.body.clone().unwrap();
                assert_eq!(amount_on_the_wire(name, &sent, code), Some(minor), "{code}: {sent}");
                check_read_back(name, plan, [body, other], minor, code);
                *counts.entry(name).or_default() += 1;
            }
        }
    }
    assert!(counts.len() == 5 && counts.values().all(|count| *count >= 8), "{counts:?}");
}

/// The answer that echoes the amount is believed; the one that is off by one minor unit is not.
fn check_read_back(name: &str, plan: Plan, bodies: [String; 2], minor: u64, code: &str) {
    let (client, amount) = (client(name), Some((minor, code.into())));
    let secret = "SK-unit-test-0123456789".into();
    let case = Case { name: name.into(), client, plan, amount, secret, answer: None };
    let headers =
        [("Client-Id", "MCH-0001-10791114622547"), ("Request-Id", "q"), ("Response-Timestamp", "2020-08-11T08:45:42Z")];
    let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let [response, other] = bodies.map(|body| {
        case.response(&Answer { status: 200, headers: headers.clone(), body: body.into(), sign: name == "doku" })
    });
    let verdict = case.read(Some(&response));
    assert_eq!(verdict.status.as_str(), "succeeded", "{name} {code}: {}", verdict.to_json());
    let told = verdict.refund.unwrap().amount.unwrap();
    assert_eq!((told.minor(), told.currency().code()), (minor, code), "{name}");
    assert_eq!(case.read(Some(&other)).status.as_str(), "unknown", "{name} {code}: off by one was believed");
}

/// Every text that differs from this one in one bit and is still text.
fn with_one_bit_flipped(text: &str) -> Vec<String> {
    let flipped = bits(text.as_bytes());
    flipped.filter_map(|bytes| String::from_utf8(bytes).ok()).collect()
}

fn bits(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut changed = bytes.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        changed
    })
}

#[test]
fn a_signed_answer_with_one_bit_changed_is_never_verified() {
    let cases = cases::of(cases::provider("doku"));
    let mut checked = 0;
    for case in cases.iter().filter(|case| case.answer.as_ref().is_some_and(|answer| answer.sign)) {
        let signed = case.response(case.answer.as_ref().unwrap());
        let before = case.read(Some(&signed)).signature;
        if before != Signature::Verified {
            continue;
        }
        for body in bits(&signed.body) {
            let mut changed = signed.clone();
            changed.body = body.into();
            assert_eq!(case.read(Some(&changed)).signature, Signature::Invalid, "{}: body", case.name);
            checked += 1;
        }
        for (at, (name, value)) in signed.headers.iter().enumerate() {
            for value in with_one_bit_flipped(value) {
                let mut changed = signed.clone();
                changed.headers[at].1 = value.into();
                assert_eq!(case.read(Some(&changed)).signature, Signature::Invalid, "{}: {name}", case.name);
                checked += 1;
            }
        }
    }
    assert!(checked > 50_000, "{checked}");
}

const SECRET: &str = "whsec_0123456789";

fn mac(message: &[u8]) -> [u8; 32] {
    HmacSha256Key::new(SECRET.as_bytes()).unwrap().sign(message)
}

/// A delivery that is rightly signed, and the settings of its reader.
struct Signed {
    provider: &'static str,
    settings: &'static str,
    headers: Vec<(&'static str, String)>,
    body: &'static str,
}

/// One of each provider that signs with a shared secret.
fn deliveries() -> [Signed; 3] {
    let secret_only = r#"{"settings":{},"secrets":{"secrets":["whsec_0123456789"]}}"#;
    let razorpay = r#"{"entity":"event","event":"refund.processed","payload":{"refund":{"entity":{"id":"rfnd_1","amount":100,"currency":"INR","payment_id":"pay_1","status":"processed"}}},"created_at":1597734071}"#;
    let craftgate = r#"{"eventType":"REFUND","eventTime":"2023-04-14T11:27:17.123456","eventTimestamp":1681460837,"status":"SUCCESS","payloadId":"24"}"#;
    let doku = r#"{"order":{"invoice_number":"INV-1","amount":90000.00},"transaction":{"type":"SALE","status":"REFUNDED","date":"2023-01-06T06:27:14Z"}}"#;
    let lines = format!(
        "Client-Id:C\nRequest-Id:r\nRequest-Timestamp:2020-08-11T08:45:42Z\nRequest-Target:/n\nDigest:{}",
        base64(&sha256(&[doku.as_bytes()]))
    );
    [
        Signed {
            provider: "razorpay",
            settings: secret_only,
            headers: vec![("X-Razorpay-Signature", hex(&mac(razorpay.as_bytes())))],
            body: razorpay,
        },
        Signed {
            provider: "doku",
            settings: r#"{"settings":{"clientId":"C","path":"/n"},"secrets":{"secrets":["whsec_0123456789"]}}"#,
            headers: vec![
                ("Client-Id", "C".into()),
                ("Request-Id", "r".into()),
                ("Request-Timestamp", "2020-08-11T08:45:42Z".into()),
                ("Signature", format!("HMACSHA256={}", base64(&mac(lines.as_bytes())))),
            ],
            body: doku,
        },
        Signed {
            provider: "craftgate",
            settings: secret_only,
            headers: vec![("x-cg-signature-v1", base64(&mac(b"REFUND1681460837SUCCESS24")))],
            body: craftgate,
        },
    ]
}

/// What a program acts on: kind, dedupe key and refund.
type Trusted = (String, String, String);

fn trusted(event: &Event<'_>) -> Trusted {
    let refund = event.refund.as_ref().map(refund_signer::verdict::refund_json).unwrap_or_default();
    (event.kind.to_string(), event.dedupe_key.clone(), refund)
}

#[test]
fn no_bit_of_a_verified_event_can_be_changed() {
    for Signed { provider, settings: given, headers, body } in deliveries() {
        let table = cases::provider(provider).webhooks.as_ref().unwrap();
        let reader = (table.reader)(&settings(&Value::parse(given).unwrap())).unwrap();
        let read = |headers: &[(&'static str, String)], body: &[u8]| -> Result<Trusted, RefundError> {
            let headers = headers.iter().map(|(name, value)| ((*name).into(), value.clone().into())).collect();
            reader.read(&Delivery { headers, body: body.to_vec().into() }, None).map(|event| trusted(&event))
        };
        let genuine = read(&headers, body.as_bytes()).unwrap();
        for changed in bits(body.as_bytes()) {
            // Craftgate signs four members, says so, and what is not signed is not handed out as certain.
            let same = read(&headers, &changed).is_ok_and(|event| provider == "craftgate" && event == genuine);
            let refused = read(&headers, &changed).is_err();
            assert!(refused || same, "{provider}: {}", String::from_utf8_lossy(&changed));
        }
        for at in 0..headers.len() {
            for value in with_one_bit_flipped(&headers[at].1) {
                let mut changed = headers.clone();
                changed[at].1 = value;
                assert!(read(&changed, body.as_bytes()).is_err(), "{provider}: {:?}", changed[at]);
            }
        }
    }
}

#[test]
fn every_bit_of_a_delivery_changes_what_the_host_verifies() {
    let settings_text = r#"{"settings":{"merchantId":"P1","path":"/n"}}"#;
    let body = r#"{"merchantId":"P1","latestTransactionStatus":"00","amount":{"value":"1.00","currency":"IDR"},"additionalInfo":{"notifyType":"REFUND"}}"#;
    let table = cases::provider("payermax").webhooks.as_ref().unwrap();
    let reader = (table.reader)(&settings(&Value::parse(settings_text).unwrap())).unwrap();
    let prepare = |timestamp: &str, signature: &str, body: &[u8]| {
        let headers = vec![
            ("X-TIMESTAMP".into(), timestamp.to_owned().into()),
            ("X-SIGNATURE".into(), signature.to_owned().into()),
        ];
        let unverified = reader.prepare(&Delivery { headers, body: body.to_vec().into() }, None);
        unverified.ok().map(|unverified| (unverified.messages, unverified.signature))
    };
    let (timestamp, signature) = ("2024-03-02T14:20:00.123+07:00", base64(&[7; 256]));
    let genuine = prepare(timestamp, &signature, body.as_bytes());
    assert!(genuine.is_some());
    for changed in bits(body.as_bytes()) {
        assert_ne!(prepare(timestamp, &signature, &changed), genuine, "{}", String::from_utf8_lossy(&changed));
    }
    for changed in with_one_bit_flipped(timestamp) {
        assert_ne!(prepare(&changed, &signature, body.as_bytes()), genuine, "{changed}");
    }
    for changed in with_one_bit_flipped(&signature) {
        assert_ne!(prepare(timestamp, &changed, body.as_bytes()), genuine, "{changed}");
    }
}
