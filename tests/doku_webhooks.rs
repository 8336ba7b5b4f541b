//! DOKU's notifications: nothing of one is handed out unless all of it is what DOKU signed, for us.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::doku::Webhooks;
use refund_signer::encode::base64;
use refund_signer::sign::{HmacSha256Key, sha256};
use refund_signer::verdict::RefundStatus;
use refund_signer::webhook::{Delivery, Event, Webhooks as _};
use refund_signer::{ErrorCode, RefundError, Settings, Value};

const SECRET: &str = "SK-unit-test-0123456789";
const TIME: &str = "2020-08-11T08:45:42Z";
/// Made by Python's hmac from the documented string.
const KNOWN: &str = "HMACSHA256=ZgXHXt+K5LTzX1tI8LjAC5tlSiQb4/0PWHsOQ+6qZhY=";
const BODY: &str = r#"{"order":{"invoice_number":"INV-1","amount":90000},"transaction":{"status":"REFUNDED","date":"2020-08-11T08:45:42Z"}}"#;

fn reader(secrets: &[&str], extra: &str) -> Webhooks {
    let values = format!(r#"{{"clientId":"MCH-1","path":"/payments/notifications"{extra}}}"#);
    let settings = Settings::new(Value::parse(&values).unwrap());
    Webhooks::new(&secrets.iter().fold(settings, |settings, secret| settings.secret("secrets", *secret))).unwrap()
}

/// The signature of these lines and this body, made as DOKU's documentation says.
fn signature(secret: &str, client_id: &str, request_id: &str, time: &str, body: &str) -> String {
    let digest = base64(&sha256(&[body.as_bytes()]));
    let message = format!(
        "Client-Id:{client_id}\nRequest-Id:{request_id}\nRequest-Timestamp:{time}\nRequest-Target:/payments/notifications\nDigest:{digest}"
    );
    format!("HMACSHA256={}", base64(&HmacSha256Key::new(secret.as_bytes()).unwrap().sign(message.as_bytes())))
}

fn delivery(client_id: &str, request_id: &str, time: &str, signature: &str, body: &str) -> Delivery<'static> {
    let headers =
        [("client-id", client_id), ("request-id", request_id), ("request-timestamp", time), ("signature", signature)];
    let headers = headers.map(|(name, value)| (name.to_owned().into(), value.to_owned().into()));
    Delivery { headers: headers.into(), body: body.as_bytes().to_vec().into() }
}

fn genuine(body: &str) -> Delivery<'static> {
    delivery("MCH-1", "n-1", TIME, &signature(SECRET, "MCH-1", "n-1", TIME, body), body)
}

fn refusal(result: Result<Event<'_>, RefundError>) -> ErrorCode {
    result.unwrap_err().code()
}

#[test]
fn a_genuine_notification_is_read() {
    let delivery = delivery("MCH-1", "n-1", TIME, KNOWN, BODY);
    let event = reader(&[SECRET], "").read(&delivery, None).unwrap();
    assert_eq!((event.provider, &*event.kind, event.dedupe_key.as_str()), ("doku", "REFUNDED", "n-1"));
    let refund = event.refund.unwrap();
    assert_eq!(refund.status, RefundStatus::Succeeded);
    assert_eq!(refund.payment.as_deref(), Some("INV-1"));
    assert_eq!(refund.provider_status.as_deref(), Some("REFUNDED"));
    assert_eq!(event.details.at("order.amount"), Value::parse("90000").as_ref());
}

#[test]
fn what_is_no_refund_holds_none() {
    for (body, kind) in [
        (r#"{"transaction":{"status":"SUCCESS"}}"#, "SUCCESS"),
        (r#"{"transaction":{"status":"NOT_REFUNDED"}}"#, "NOT_REFUNDED"),
        ("{}", "notification"),
    ] {
        let delivery = genuine(body);
        let event = reader(&[SECRET], "").read(&delivery, None).unwrap();
        assert_eq!(&*event.kind, kind);
        assert!(event.refund.is_none(), "{kind}");
    }
}

#[test]
fn any_of_the_secrets_may_have_signed_and_no_other() {
    assert!(reader(&["another", SECRET], "").read(&genuine(BODY), None).is_ok());
    assert_eq!(refusal(reader(&["another"], "").read(&genuine(BODY), None)), ErrorCode::SignatureMismatch);
}

#[test]
fn a_notification_for_another_client_is_refused_though_its_signature_is_right() {
    let signature = signature(SECRET, "MCH-2", "n-1", TIME, BODY);
    let delivery = delivery("MCH-2", "n-1", TIME, &signature, BODY);
    assert_eq!(refusal(reader(&[SECRET], "").read(&delivery, None)), ErrorCode::SignatureMismatch);
}

#[test]
fn another_path_another_line_or_a_missing_one_is_refused() {
    let values = r#"{"clientId":"MCH-1","path":"/payments/other"}"#;
    let elsewhere = Webhooks::new(&Settings::new(Value::parse(values).unwrap()).secret("secrets", SECRET)).unwrap();
    assert_eq!(refusal(elsewhere.read(&genuine(BODY), None)), ErrorCode::SignatureMismatch);
    let reader = reader(&[SECRET], "");
    for place in 0..3 {
        let mut changed = genuine(BODY);
        changed.headers[place].1.to_mut().push('0');
        assert_eq!(refusal(reader.read(&changed, None)), ErrorCode::SignatureMismatch, "{place}");
        let mut missing = genuine(BODY);
        missing.headers.remove(place);
        assert_eq!(refusal(reader.read(&missing, None)), ErrorCode::SignatureMismatch, "{place}");
        let mut twice = genuine(BODY);
        twice.headers.push(twice.headers[place].clone());
        assert_eq!(refusal(reader.read(&twice, None)), ErrorCode::SignatureMismatch, "{place}");
    }
}

#[test]
fn a_line_break_in_a_line_is_refused_though_its_signature_is_right() {
    let time = format!("{TIME}\nRequest-Target:/elsewhere");
    let signature = signature(SECRET, "MCH-1", "n-1", &time, BODY);
    let delivery = delivery("MCH-1", "n-1", &time, &signature, BODY);
    assert_eq!(refusal(reader(&[SECRET], "").read(&delivery, None)), ErrorCode::SignatureMismatch);
}

#[test]
fn no_bit_of_the_body_or_the_signature_can_be_changed() {
    let reader = reader(&[SECRET], "");
    for at in 0..BODY.len() {
        for bit in 0..8 {
            let mut changed = genuine(BODY);
            changed.body.to_mut()[at] ^= 1 << bit;
            assert_eq!(refusal(reader.read(&changed, None)), ErrorCode::SignatureMismatch, "byte {at}, bit {bit}");
        }
    }
    let mac = HmacSha256Key::new(SECRET.as_bytes()).unwrap();
    for at in 0..32 {
        for bit in 0..8 {
            let mut bytes = mac.sign(b"something else");
            bytes[at] ^= 1 << bit;
            let forged = delivery("MCH-1", "n-1", TIME, &format!("HMACSHA256={}", base64(&bytes)), BODY);
            assert_eq!(refusal(reader.read(&forged, None)), ErrorCode::SignatureMismatch);
        }
    }
}

#[test]
fn what_has_not_the_form_of_a_signature_is_named_so() {
    let right = KNOWN.strip_prefix("HMACSHA256=").unwrap();
    for (given, code) in [
        ("", ErrorCode::EmptySignature),
        (right, ErrorCode::MalformedSignature),
        ("HMACSHA256=", ErrorCode::MalformedSignature),
        ("HMACSHA256=!!!!", ErrorCode::MalformedSignature),
        ("HMACSHA256=AAAA", ErrorCode::MalformedSignature),
        (&format!("{KNOWN},{KNOWN}"), ErrorCode::DuplicateSignature),
    ] {
        let delivery = delivery("MCH-1", "n-1", TIME, given, BODY);
        assert_eq!(refusal(reader(&[SECRET], "").read(&delivery, None)), code, "{given}");
    }
}

#[test]
fn outside_of_the_window_it_is_not_fresh() {
    const SIGNED: u64 = 1_597_135_542_000;
    let reader = reader(&[SECRET], r#","windowSeconds":"300""#);
    for now in [SIGNED - 300_000, SIGNED, SIGNED + 300_000] {
        assert!(reader.read(&genuine(BODY), Some(now)).is_ok(), "{now}");
    }
    for now in [SIGNED - 300_001, SIGNED + 300_001] {
        assert_eq!(refusal(reader.read(&genuine(BODY), Some(now))), ErrorCode::NotFresh, "{now}");
    }
    assert_eq!(refusal(reader.read(&genuine(BODY), None)), ErrorCode::InvalidAttempt);
}
