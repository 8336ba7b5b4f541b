//! Craftgate: the known answers of its signature, its page's refund, and what must never be believed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::encode::percent;
use refund_signer::provider::Client as _;
use refund_signer::{Attempt, ErrorCode, HttpRequest, HttpResponse, PROVIDERS, Plan, Settings, Value, craftgate};

const NOW: u64 = 1_700_000_000_000;
const NONCE: &str = "Xa15Fp11T";
const KEY: &str = "6cc9f8b1-d83d-4c24-b853-a3223f43a744";

fn client_of(settings: &str) -> Result<craftgate::Client, refund_signer::RefundError> {
    let values = Value::parse(settings).unwrap();
    craftgate::Client::new(&Settings::new(values).secret("secretKey", "FooBar123!"))
}

fn client() -> craftgate::Client {
    client_of(r#"{"apiKey":"key-1","environment":"production"}"#).unwrap()
}

fn plan(operation: &str, input: &str) -> Result<Plan, refund_signer::RefundError> {
    let operation = PROVIDERS.iter().find_map(|known| known.operation("craftgate", operation)).unwrap();
    Plan::new(operation, &Value::parse(input).unwrap(), Some(KEY))
}

fn sign(plan: &Plan) -> HttpRequest {
    client().sign(plan, &Attempt::new(NOW, NONCE).unwrap()).unwrap()
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value.as_str())
}

fn read(plan: &Plan, status: u16, body: &str) -> String {
    let response = HttpResponse { status, headers: Vec::new(), body: body.as_bytes().into() };
    client().read(plan, Some(&response)).unwrap().to_json()
}

/// The URL as sent, API key, secret key, random key, body, signature: portal example 1, then the tests of the
/// official PHP, Java and Node clients.
const KNOWN: [(&str, &str, &str, &str, Option<&str>, &str); 6] = [
    (
        "https://api.craftgate.io/onboarding/v1/members/1",
        "key-1",
        "FooBar123!",
        "Xa15Fp11T",
        None,
        "y1TtnjNCJEvlkP5ufCkK3H0i2guMB/bKL4Ayw3VlKWA=",
    ),
    (
        "http://localhost:8000/installment/v1/installments",
        "api-key",
        "secret-key",
        "1234",
        None,
        "uK7LkWOEzVH+Px/YOiMuSXvPkHLR4KoA7PuykXcYovQ=",
    ),
    (
        "http://localhost:8000/payment/v1/cards",
        "api-key",
        "secret-key",
        "1234",
        Some(r#"{"cardUserKey":"de050909-39a9-473c-a81a-f186dd55cfef"}"#),
        "kQm62AfjXCw6rS6QBCLXta9tV1GqD/SXsAlYP+cEhG8=",
    ),
    (
        "http://api.craftgate.io/onboarding/v1/members",
        "api-key",
        "secret-key",
        "rand-2010",
        None,
        "lecLrGZXo5u+Oq3V33vIqtbLU2fopbiH78kq6wjWNDQ=",
    ),
    ("https://sandbox-api.craftgate.io", "dummy", "dummy", "123", None, "sgmDw5GY819oFF8SC5OTORgqvKGL/4iTZxCeWTSJP5Y="),
    (
        "https://sandbox-api.craftgate.io",
        "dummy",
        "dummy",
        "123",
        Some(r#"{"foo": 42}"#),
        "tAse+e0kJf/+XC6yrM+laeTcszYTH8z7uNc5oZAIGPs=",
    ),
];

#[test]
fn signatures_are_as_known() {
    for (url, api_key, secret_key, random_key, body, expected) in KNOWN {
        assert_eq!(craftgate::signature(url, api_key, secret_key.as_bytes(), random_key, body), expected, "{url}");
    }
}

/// The page names the members of the request and shows no sample of it; this is each of them once.
#[test]
fn the_whole_request_of_the_page_is_written_and_signed() {
    let input = r#"{"paymentId":"9223372036854775807","conversationId":"order-1","refundDestinationType":"PROVIDER","chargeFromMe":false}"#;
    let request = sign(&plan("createRefund", input).unwrap());
    let body = r#"{"paymentId":9223372036854775807,"conversationId":"order-1","refundDestinationType":"PROVIDER","chargeFromMe":false}"#;
    assert_eq!(request.url, "https://api.craftgate.io/payment/v1/refunds");
    assert_eq!(request.body.as_deref(), Some(body));
    let signature = craftgate::signature(&request.url, "key-1", b"FooBar123!", NONCE, Some(body));
    let headers = [
        ("Content-Type", "application/json"),
        ("x-api-key", "key-1"),
        ("x-rnd-key", NONCE),
        ("x-auth-version", "V1"),
        ("x-idempotency-key", KEY),
        ("x-signature", &signature),
    ];
    assert_eq!(request.headers, headers.map(|(name, value)| (name, String::from(value))));
}
