//! DOKU's SNAP operations: the known answer of their signature, channels and their limits, and the settings that
//! only they need.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::provider::Client as _;
use refund_signer::sign::Algorithm;
use refund_signer::{Attempt, ErrorCode, HttpRequest, Plan, RefundError, Settings, Value, doku};

/// 2024-01-01T09:09:00+07:00
const NOW: u64 = 1_704_074_940_000;
const NONCE: &str = "41592653589793238462643383279502";
const SETTINGS: &str = r#"{"clientId":"MCH-0001-10791114622547","environment":"sandbox"}"#;
const SAMPLE: &str = r#"{"originalPartnerReferenceNo":"INV-0001","originalExternalId":"REQ-0001","amount":{"value":"10000","currency":"IDR"},
    "reason":"Request by Customer","partnerRefundNo":"INV-REF-0001","channel":"EMONEY_OVO_SNAP"}"#;

fn client_with(extra: &str, token: Option<&str>) -> Result<doku::Client, RefundError> {
    let text = SETTINGS.replace('}', &format!("{extra}}}"));
    let mut settings = Settings::new(Value::parse(&text).unwrap()).secret("secretKey", "SK-unit-test-0123456789");
    if let Some(token) = token {
        settings = settings.secret("accessToken", token);
    }
    doku::Client::new(&settings)
}

fn plan_of(input: &str) -> Result<Plan, RefundError> {
    doku::create_snap_refund(&Value::parse(input).unwrap())
}

fn sign(client: &doku::Client) -> HttpRequest {
    client.sign(&plan_of(SAMPLE).unwrap(), &Attempt::new(NOW, NONCE).unwrap()).unwrap()
}

#[test]
fn a_refund_is_signed_as_known() {
    let request = sign(&client_with("", Some("b2b-token-123")).unwrap());
    assert_eq!(request.url, "https://api-sandbox.doku.com/direct-debit/core/v1/debit/refund");
    assert_eq!(
        request.body.as_deref(),
        Some(
            r#"{"originalPartnerReferenceNo":"INV-0001","originalExternalId":"REQ-0001","refundAmount":{"value":"10000.00","currency":"IDR"},"reason":"Request by Customer","partnerRefundNo":"INV-REF-0001","additionalInfo":{"channel":"EMONEY_OVO_SNAP"}}"#
        )
    );
    let expected = [
        ("Content-Type", "application/json"),
        ("X-TIMESTAMP", "2024-01-01T09:09:00+07:00"),
        ("X-PARTNER-ID", "MCH-0001-10791114622547"),
        ("X-EXTERNAL-ID", NONCE),
        ("Authorization", "Bearer b2b-token-123"),
        // `doku-snap-refund-sign` of known-answers.json.
        ("X-SIGNATURE", "KnGlN8QLIo1LUVHJCiy3XBLwR28ZUXnG/6v2AxzlMUR035GANqL//mFRf2VQwafi0jw4o478gwqm7/cVOFRGQw=="),
    ];
    assert_eq!(request.headers, expected.map(|(name, value)| (name, value.to_owned())));
}

#[test]
fn optional_settings_become_headers() {
    let extra = r#","ipAddress":"203.0.113.7","deviceId":"device-1","snapTimeZone":"utc""#;
    let text = SETTINGS.replace('}', &format!("{extra}}}"));
    let settings = Settings::new(Value::parse(&text).unwrap()).secret("secretKey", "SK").secret("accessToken", "b2b");
    let request = sign(&doku::Client::new(&settings.secret("customerToken", "b2b2c")).unwrap());
    for expected in [
        ("X-IP-ADDRESS", "203.0.113.7"),
        ("X-DEVICE-ID", "device-1"),
        ("Authorization-Customer", "Bearer b2b2c"),
        ("X-TIMESTAMP", "2024-01-01T02:09:00Z"),
    ] {
        assert!(request.headers.contains(&(expected.0, expected.1.to_owned())), "{}", expected.0);
    }
    assert_eq!(client_with(r#","ipAddress":"1.1.1.1""#, None).unwrap_err().code(), ErrorCode::TooShort);
}

#[test]
fn a_refund_needs_a_token_and_an_id_of_digits() {
    let (plan, attempt) = (plan_of(SAMPLE).unwrap(), Attempt::new(NOW, NONCE).unwrap());
    let error = client_with("", None).unwrap().sign(&plan, &attempt).unwrap_err();
    assert_eq!((error.code(), error.problems[0].path.as_str()), (ErrorCode::MissingSetting, "accessToken"));
    let letters = Attempt::new(NOW, "4159265358979323846264338327950a").unwrap();
    let error = client_with("", Some("b2b")).unwrap().sign(&plan, &letters).unwrap_err();
    assert_eq!((error.code(), error.problems[0].path.as_str()), (ErrorCode::InvalidAttempt, "nonce"));
    let error = client_with("", Some("b2b\r\nX: 1")).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidCharacter);
    // Cards need neither.
    let card =
        r#"{"invoiceNumber":"I","originalRequestId":"R","amount":{"value":"1","currency":"IDR"},"requestId":"x"}"#;
    let card = doku::create_refund(&Value::parse(card).unwrap()).unwrap();
    assert!(client_with("", None).unwrap().sign(&card, &letters).is_ok());
}

#[test]
fn the_token_call_is_prepared_for_the_merchants_key() {
    let plan = doku::request_access_token(&Value::parse("{}").unwrap()).unwrap();
    let (client, attempt) = (client_with("", None).unwrap(), Attempt::new(NOW, NONCE).unwrap());
    assert_eq!(client.sign(&plan, &attempt).unwrap_err().code(), ErrorCode::SignedOutside);
    let prepared = client.prepare(&plan, &attempt).unwrap();
    assert_eq!(prepared.algorithm, Algorithm::RsaPkcs1Sha256);
    assert_eq!(prepared.message, "MCH-0001-10791114622547|2024-01-01T09:09:00+07:00");
    let request = prepared.finish(&[1, 2, 3]);
    assert_eq!(request.url, "https://api-sandbox.doku.com/authorization/v1/access-token/b2b");
    assert_eq!(request.headers.last(), Some(&("X-SIGNATURE", "AQID".to_owned())));
    assert_eq!(Plan::parse(&plan.to_json(), refund_signer::PROVIDERS).unwrap().to_json(), plan.to_json());
}

#[test]
fn channels_have_their_own_limits() {
    let refused = |channel: &str, original: usize, refund_no: usize| {
        let (original, refund_no) = ("x".repeat(original), "x".repeat(refund_no));
        let input = format!(
            r#"{{"originalPartnerReferenceNo":"{original}","amount":{{"value":"1.50","currency":"IDR"}},"partnerRefundNo":"{refund_no}","channel":"{channel}"}}"#
        );
        let problems = plan_of(&input).err().map(|error| error.problems).unwrap_or_default();
        let codes: Vec<_> = problems.into_iter().map(|problem| (problem.path, problem.code)).collect();
        codes
    };
    for (channel, original, (shortest, longest)) in [
        ("EMONEY_OVO_SNAP", 32, (1, 64)),
        ("EMONEY_DANA_SNAP", 64, (1, 64)),
        ("EMONEY_SHOPEE_PAY_SNAP", 64, (1, 64)),
        ("DIRECT_DEBIT_ALLO_SNAP", 64, (32, 64)),
        ("DIRECT_DEBIT_CIMB_SNAP", 12, (1, 12)),
        ("DIRECT_DEBIT_BRI_SNAP", 12, (1, 12)),
    ] {
        assert_eq!(refused(channel, original, shortest), [], "{channel}");
        assert_eq!(refused(channel, original, longest), [], "{channel}");
        assert_eq!(
            refused(channel, original + 1, longest),
            [("originalPartnerReferenceNo".into(), ErrorCode::TooLong)],
            "{channel}"
        );
        assert_eq!(
            refused(channel, original, longest + 1),
            [("partnerRefundNo".into(), ErrorCode::TooLong)],
            "{channel}"
        );
        assert_eq!(
            refused(channel, original, shortest - 1),
            [("partnerRefundNo".into(), ErrorCode::TooShort)],
            "{channel}"
        );
    }
    assert_eq!(refused("EMONEY_GOPAY_SNAP", 1, 1), [("channel".into(), ErrorCode::NotAllowed)]);
}

#[test]
fn the_older_paths_are_signed_as_they_are_called() {
    let input = SAMPLE
        .replace(r#""channel""#, r#""path":"/direct-debit/ovo/v1.0/debit/refund","bankCardToken":"card","channel""#);
    let plan = plan_of(&input).unwrap();
    assert!(plan.body.as_deref().unwrap().ends_with(r#"{"channel":"EMONEY_OVO_SNAP","bankCardToken":"card"}}"#));
    let prepared = client_with("", Some("b2b")).unwrap().prepare(&plan, &Attempt::new(NOW, NONCE).unwrap()).unwrap();
    assert_eq!(prepared.algorithm, Algorithm::HmacSha512);
    assert!(prepared.message.starts_with("POST:/direct-debit/ovo/v1.0/debit/refund:b2b:"));
    assert_eq!(Plan::parse(&plan.to_json(), refund_signer::PROVIDERS).unwrap().to_json(), plan.to_json());
    let query = doku::query_for(&plan, None).unwrap();
    assert_eq!((query.operation.name, query.path.as_str()), ("checkSnapStatus", "/orders/v1.0/debit/status"));
    let asked = r#"{"originalPartnerReferenceNo":"INV-0001","originalExternalId":"REQ-0001","serviceCode":"55","additionalInfo":{"channel":"EMONEY_OVO_SNAP"}}"#;
    assert_eq!(query.body.as_deref(), Some(asked));
    assert_eq!(Plan::parse(&query.to_json(), refund_signer::PROVIDERS).unwrap().to_json(), query.to_json());
}
