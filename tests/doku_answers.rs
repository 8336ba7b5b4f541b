//! DOKU's answers are bound to their request: a signature that is right over these bytes is not enough.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::encode::base64;
use refund_signer::provider::Client as _;
use refund_signer::sign::HmacSha256Key;
use refund_signer::verdict::{Signature, Status};
use refund_signer::{HttpResponse, Plan, Settings, Value, doku};

const SECRET: &str = "SK-unit-test-0123456789";
const TIME: &str = "2020-08-11T08:45:42Z";
const BODY: &str = r#"{"order":{"invoice_number":"I"},"refund":{"amount":1,"status":"SUCCESS"}}"#;

fn plan() -> Plan {
    let input =
        r#"{"invoiceNumber":"I","originalRequestId":"r","amount":{"value":"1","currency":"IDR"},"requestId":"q"}"#;
    doku::create_refund(&Value::parse(input).unwrap()).unwrap()
}

/// What is read of an answer with these headers, and a signature that is right for these lines.
fn read(headers: &[(&'static str, &str)], signed: (&str, &str, &str)) -> (Status, Signature) {
    let values = Value::object([("clientId", "MCH-1".into()), ("environment", "sandbox".into())]);
    let client = doku::Client::new(&Settings::new(values).secret("secretKey", SECRET)).unwrap();
    let (client_id, request_id, time) = signed;
    let message = doku::response_string_to_sign(client_id, request_id, time, &plan().path, Some(BODY.as_bytes()));
    let mac = HmacSha256Key::new(SECRET.as_bytes()).unwrap().sign(message.as_bytes());
    let mut headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    headers.push(("Signature".into(), format!("HMACSHA256={}", base64(&mac)).into()));
    let response = HttpResponse { status: 200, headers, body: BODY.as_bytes().into() };
    let verdict = client.read(&plan(), Some(&response)).unwrap();
    (verdict.status, verdict.signature)
}

const BELIEVED: (Status, Signature) = (Status::Succeeded, Signature::Verified);
const REFUSED: (Status, Signature) = (Status::Unknown, Signature::Invalid);

#[test]
fn an_answer_to_this_request_is_believed() {
    let headers = [("Client-Id", "MCH-1"), ("Request-Id", "q"), ("Response-Timestamp", TIME)];
    assert_eq!(read(&headers, ("MCH-1", "q", TIME)), BELIEVED);
}

#[test]
fn an_answer_to_another_client_or_request_is_not_whatever_its_signature_covers() {
    for (client_id, request_id) in [("MCH-2", "q"), ("MCH-1", "p"), ("MCH-2", "p"), ("mch-1", "q"), ("MCH-1", "")] {
        let headers = [("Client-Id", client_id), ("Request-Id", request_id), ("Response-Timestamp", TIME)];
        // Signed as the headers say, and signed as if they were ours.
        for signed in [(client_id, request_id, TIME), ("MCH-1", "q", TIME)] {
            assert_eq!(read(&headers, signed), REFUSED, "{client_id} {request_id}");
        }
    }
}

#[test]
fn an_answer_that_leaves_out_whom_it_is_for_is_not_believed() {
    let all = [("Client-Id", "MCH-1"), ("Request-Id", "q"), ("Response-Timestamp", TIME)];
    for place in 0..all.len() {
        let mut missing = all.to_vec();
        missing.remove(place);
        assert_eq!(read(&missing, ("MCH-1", "q", TIME)), REFUSED, "without {}", all[place].0);
        let mut twice = all.to_vec();
        twice.push(all[place]);
        assert_eq!(read(&twice, ("MCH-1", "q", TIME)), REFUSED, "{} twice", all[place].0);
    }
}

#[test]
fn a_line_break_in_the_time_is_not_believed_though_its_signature_is_right() {
    let time = format!("{TIME}\nRequest-Target:/elsewhere");
    let headers = [("Client-Id", "MCH-1"), ("Request-Id", "q"), ("Response-Timestamp", time.as_str())];
    assert_eq!(read(&headers, ("MCH-1", "q", &time)), REFUSED);
}
