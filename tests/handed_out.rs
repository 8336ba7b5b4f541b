//! What is handed out for others to sign, to show or to log: the whole of it where it must be, and nothing secret.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::http::{HttpRequest, Method};
use refund_signer::provider::Client as _;
use refund_signer::sign::{HmacSha256Key, HmacSha512Key};
use refund_signer::{Attempt, Plan, Settings, Value, doku, payermax};

const NONCE: &str = "41592653589793238462643383279502";
/// 2024-03-02T14:20:00.123+07:00
const NOW: u64 = 1_709_364_000_123;

fn payermax_client(extra: &str, secrets: &[(&str, &'static str)]) -> payermax::Client {
    let text = format!(r#"{{"partnerId":"P","channelId":"95221","baseUrl":"https://pay.example"{extra}}}"#);
    let settings = Settings::new(Value::parse(&text).unwrap());
    let settings = secrets.iter().fold(settings, |settings, (name, secret)| settings.secret(name, *secret));
    payermax::Client::new(&settings).unwrap()
}

fn payermax_refund() -> Plan {
    let input = r#"{"originalPartnerReferenceNo":"O","partnerRefundNo":"R","amount":{"value":"1","currency":"IDR"}}"#;
    payermax::create_refund(&Value::parse(input).unwrap()).unwrap()
}

fn attempt() -> Attempt<'static> {
    Attempt::new(NOW, NONCE).unwrap()
}

#[test]
fn a_prepared_attempt_is_json_with_all_that_a_signer_elsewhere_needs() {
    let values = Value::object([("clientId", "MCH-1".into()), ("environment", "sandbox".into())]);
    let client = doku::Client::new(&Settings::new(values).secret("secretKey", "s")).unwrap();
    let input = Value::object([("invoiceNumber", "INV-1".into()), ("requestId", "q".into())]);
    let prepared = client.prepare(&doku::check_status(&input).unwrap(), &attempt()).unwrap();
    assert_eq!(
        prepared.to_json(),
        concat!(
            r#"{"algorithm":"HMAC-SHA256","message":"Client-Id:MCH-1\nRequest-Id:q\nRequest-Timestamp:2024-03-02T07:20:00Z\n"#,
            r#"Request-Target:/orders/v1/status/INV-1","header":"Signature","prefix":"HMACSHA256=","encoding":"base64","#,
            r#""request":{"method":"GET","url":"https://api-sandbox.doku.com/orders/v1/status/INV-1","headers":{"#,
            r#""Client-Id":"MCH-1","Request-Id":"q","Request-Timestamp":"2024-03-02T07:20:00Z"}}}"#
        )
    );
}

#[test]
fn the_encoding_is_named_as_it_is() {
    for (extra, encoding, formula) in [
        ("", r#""encoding":"base64""#, "base64(HMAC-SHA512(<clientSecret>, string)); "),
        (r#","signatureEncoding":"hex""#, r#""encoding":"hex""#, "lower-hex(HMAC-SHA512(<clientSecret>, string)); "),
    ] {
        let client = payermax_client(extra, &[("clientSecret", "marker-secret"), ("accessToken", "marker-token")]);
        let prepared = client.prepare(&payermax_refund(), &attempt()).unwrap();
        assert!(prepared.to_json().contains(encoding), "{}", prepared.to_json());
        let shown = client.explain(&payermax_refund(), &attempt()).unwrap();
        assert!(shown.formula.starts_with(formula), "{}", shown.formula);
    }
}

#[test]
fn an_explanation_names_the_key_that_signs() {
    let token = payermax::request_access_token(&Value::object([])).unwrap();
    let with_secret = payermax_client(r#","clientKey":"K""#, &[("clientSecret", "s"), ("accessToken", "t")]);
    let without = payermax_client(r#","clientKey":"K","signatureMethod":"asymmetric""#, &[("accessToken", "t")]);
    for (client, plan, key) in [
        (&with_secret, &payermax_refund(), "(<clientSecret>, string)"),
        (&with_secret, &token, "(<private key>, string)"),
        (&without, &payermax_refund(), "(<private key>, string)"),
        (&without, &token, "(<private key>, string)"),
    ] {
        let formula = client.explain(plan, &attempt()).unwrap().formula;
        assert!(formula.contains(key), "{}: {formula}", plan.path);
    }
}

#[test]
fn an_explanation_is_json_with_its_parts_in_order() {
    let client = payermax_client(r#","clientKey":"K""#, &[("clientSecret", "s"), ("accessToken", "t")]);
    let token = payermax::request_access_token(&Value::object([])).unwrap();
    assert_eq!(
        client.explain(&token, &attempt()).unwrap().to_json(),
        concat!(
            r#"{"formula":"base64(RSASSA-PKCS1-v1_5-SHA256(<private key>, string)); body hash = lower-hex(SHA-256(minify(body)))","#,
            r#""components":[{"label":"X-CLIENT-KEY","value":"K","secret":false},"#,
            r#"{"label":"X-TIMESTAMP","value":"2024-03-02T14:20:00.123+07:00","secret":false}],"#,
            r#""stringToSign":"K|2024-03-02T14:20:00.123+07:00","header":"X-SIGNATURE","#,
            r#""headers":[{"label":"Content-Type","value":"application/json","secret":false},"#,
            r#"{"label":"X-CLIENT-KEY","value":"K","secret":false},"#,
            r#"{"label":"X-TIMESTAMP","value":"2024-03-02T14:20:00.123+07:00","secret":false},"#,
            r#"{"label":"X-SIGNATURE","value":"<signature>","secret":true}]}"#
        )
    );
}

#[test]
fn debug_shows_what_helps_and_no_secret() {
    assert_eq!(format!("{:?}", HmacSha256Key::new(b"marker").unwrap()), "HmacSha256Key(hidden)");
    assert_eq!(format!("{:?}", HmacSha512Key::new(b"marker").unwrap()), "HmacSha512Key(hidden)");
    let client = payermax_client("", &[("clientSecret", "marker-secret"), ("accessToken", "marker-token")]);
    let prepared = client.prepare(&payermax_refund(), &attempt()).unwrap();
    assert!(prepared.message.contains("marker-token"), "the message holds the token");
    let shown = format!("{prepared:?}");
    assert!(shown.contains("HmacSha512") && shown.contains("https://pay.example/v1.0/debit/refund"), "{shown}");
    assert!(!shown.contains("marker"), "{shown}");
    let request = HttpRequest {
        method: Method::Post,
        url: "https://x.example/".into(),
        headers: vec![("Authorization", "marker".into())],
        body: Some("{}".into()),
    };
    assert_eq!(
        format!("{request:?}"),
        r#"HttpRequest { method: Post, url: "https://x.example/", headers: ["Authorization"], body: Some("{}") }"#
    );
}

#[test]
fn a_method_is_shown_as_it_is_sent() {
    assert_eq!([Method::Get, Method::Post, Method::Patch].map(|method| method.to_string()), ["GET", "POST", "PATCH"]);
}
