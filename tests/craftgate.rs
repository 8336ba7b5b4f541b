//! Craftgate: the known answers of its signature, its page's refund, and what must never be believed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::encode::{base64, percent};
use refund_signer::provider::Client as _;
use refund_signer::sign::HmacSha256Key;
use refund_signer::webhook::{Delivery, Webhooks as _};
use refund_signer::{Attempt, ErrorCode, HttpRequest, PROVIDERS, Plan, RefundError, Settings, Value, craftgate};

/// 2023-04-14T08:27:17Z, the time of the webhook of the portal.
const NOW: u64 = 1_681_460_837_000;
const NONCE: &str = "Xa15Fp11T";
const KEY: &str = "6cc9f8b1-d83d-4c24-b853-a3223f43a744";

fn client_of(settings: &str) -> Result<craftgate::Client, RefundError> {
    let values = Value::parse(settings).unwrap();
    craftgate::Client::new(&Settings::new(values).secret("secretKey", "FooBar123!"))
}

fn client() -> craftgate::Client {
    client_of(r#"{"apiKey":"key-1","environment":"production"}"#).unwrap()
}

fn plan(operation: &str, input: &str) -> Result<Plan, RefundError> {
    let operation = PROVIDERS.iter().find_map(|known| known.operation("craftgate", operation)).unwrap();
    Plan::new(operation, &Value::parse(input).unwrap(), Some(KEY))
}

fn sign(client: &craftgate::Client, plan: &Plan) -> HttpRequest {
    client.sign(plan, &Attempt::new(NOW, NONCE).unwrap()).unwrap()
}

fn codes(error: Option<RefundError>) -> Vec<(String, &'static str)> {
    let problems = error.into_iter().flat_map(|error| error.problems);
    problems.map(|problem| (problem.path, problem.code.as_str())).collect()
}

struct Known {
    url: &'static str,
    keys: [&'static str; 3],
    body: Option<&'static str>,
    signature: &'static str,
}

/// API key, secret key and random key: portal example 1, then the tests of the official PHP, Java and Node
/// clients. (The portal's example 2 is broken: its printed body lacks a member.)
const KNOWN: [Known; 6] = [
    Known {
        url: "https://api.craftgate.io/onboarding/v1/members/1",
        keys: ["key-1", "FooBar123!", "Xa15Fp11T"],
        body: None,
        signature: "y1TtnjNCJEvlkP5ufCkK3H0i2guMB/bKL4Ayw3VlKWA=",
    },
    Known {
        url: "http://localhost:8000/installment/v1/installments",
        keys: ["api-key", "secret-key", "1234"],
        body: None,
        signature: "uK7LkWOEzVH+Px/YOiMuSXvPkHLR4KoA7PuykXcYovQ=",
    },
    Known {
        url: "http://localhost:8000/payment/v1/cards",
        keys: ["api-key", "secret-key", "1234"],
        body: Some(r#"{"cardUserKey":"de050909-39a9-473c-a81a-f186dd55cfef"}"#),
        signature: "kQm62AfjXCw6rS6QBCLXta9tV1GqD/SXsAlYP+cEhG8=",
    },
    Known {
        url: "http://api.craftgate.io/onboarding/v1/members",
        keys: ["api-key", "secret-key", "rand-2010"],
        body: None,
        signature: "lecLrGZXo5u+Oq3V33vIqtbLU2fopbiH78kq6wjWNDQ=",
    },
    Known {
        url: "https://sandbox-api.craftgate.io",
        keys: ["dummy", "dummy", "123"],
        body: None,
        signature: "sgmDw5GY819oFF8SC5OTORgqvKGL/4iTZxCeWTSJP5Y=",
    },
    Known {
        url: "https://sandbox-api.craftgate.io",
        keys: ["dummy", "dummy", "123"],
        body: Some(r#"{"foo": 42}"#),
        signature: "tAse+e0kJf/+XC6yrM+laeTcszYTH8z7uNc5oZAIGPs=",
    },
];

#[test]
fn signatures_are_as_known() {
    for Known { url, keys: [api_key, secret_key, random_key], body, signature } in KNOWN {
        assert_eq!(craftgate::signature(url, api_key, secret_key.as_bytes(), random_key, body), signature, "{url}");
    }
}

/// The page names the members of the request and shows no sample of it; this is each of them once.
#[test]
fn the_whole_request_of_the_page_is_written_and_signed() {
    let input = r#"{"paymentId":"9223372036854775807","conversationId":"sipariş-1","refundDestinationType":"PROVIDER","chargeFromMe":false}"#;
    let request = sign(&client(), &plan("createRefund", input).unwrap());
    let body = r#"{"paymentId":9223372036854775807,"conversationId":"sipariş-1","refundDestinationType":"PROVIDER","chargeFromMe":false}"#;
    assert_eq!(request.url, "https://api.craftgate.io/payment/v1/refunds");
    assert_eq!(request.body.as_deref(), Some(body));
    let headers = [
        ("Content-Type", "application/json"),
        ("x-api-key", "key-1"),
        ("x-rnd-key", NONCE),
        ("x-auth-version", "V1"),
        ("x-idempotency-key", KEY),
        // printf %s "$url$api_key$secret_key$nonce$body" | openssl dgst -sha256 -binary | base64
        ("x-signature", "kOFQOvnBV9LEtcyWYLACuHj52iepGGpXiiNJyMdPJ+o="),
    ];
    assert_eq!(request.headers, headers.map(|(name, value)| (name, String::from(value))));
}

#[test]
fn what_is_optional_changes_no_signature() {
    let plan = plan("createRefund", r#"{"paymentId":1}"#).unwrap();
    let settings = r#"{"apiKey":"key-1","environment":"production","lang":"tr","authVersion":"v1"}"#;
    let [short, other] = [client(), client_of(settings).unwrap()].map(|client| sign(&client, &plan).headers);
    assert_eq!(short.last(), other.last());
    let text = |name, value: &str| (name, String::from(value));
    assert!(other.contains(&text("lang", "tr")) && other.contains(&text("x-auth-version", "v1")));
    assert!(!short.iter().any(|(name, _)| *name == "lang"));
}

/// Operation, input, method and URL, body: every operation of the sheet's table B3.
const REQUESTS: [(&str, &str, &str, Option<&str>); 17] = [
    ("createRefund", r#"{"paymentId":1}"#, "POST /payment/v1/refunds", Some(r#"{"paymentId":1}"#)),
    (
        "refundPaymentTransaction",
        r#"{"paymentTransactionId":"11","conversationId":"c","amount":{"value":"20.50","currency":"TRY"},"refundDestinationType":"WALLET","chargeFromMe":true}"#,
        "POST /payment/v1/refund-transactions",
        Some(
            r#"{"paymentTransactionId":11,"conversationId":"c","refundPrice":20.5,"refundDestinationType":"WALLET","chargeFromMe":true}"#,
        ),
    ),
    (
        "refundPaymentTransaction",
        r#"{"paymentTransactionId":"11"}"#,
        "POST /payment/v1/refund-transactions",
        Some(r#"{"paymentTransactionId":11}"#),
    ),
    ("retrieveRefund", r#"{"id":"9007199254740993"}"#, "GET /payment/v1/refunds/9007199254740993", None),
    ("retrieveTransactionRefund", r#"{"id":31}"#, "GET /payment/v1/refund-transactions/31", None),
    (
        "markAsRefunded",
        r#"{"paymentId":1,"conversationId":"c","refundDestinationType":"CARD","chargeFromMe":false}"#,
        "POST /payment/v1/refunds/mark-as-refunded",
        Some(r#"{"paymentId":1,"conversationId":"c","refundDestinationType":"CARD","chargeFromMe":false}"#),
    ),
    (
        "markTransactionAsRefunded",
        r#"{"paymentTransactionId":11,"amount":{"minor":"1","currency":"KWD"}}"#,
        "POST /payment/v1/refund-transactions/mark-as-refunded",
        Some(r#"{"paymentTransactionId":11,"refundPrice":0.001}"#),
    ),
    (
        "refundWaitingPayment",
        r#"{"paymentId":1}"#,
        "POST /payment/v1/refunds/refund-waiting-payment",
        Some(r#"{"paymentId":1}"#),
    ),
    ("listPaymentRefunds", r#"{"paymentId":1}"#, "GET /payment-reporting/v1/payments/1/refunds", None),
    (
        "listTransactionRefunds",
        r#"{"paymentId":1,"paymentTransactionId":11}"#,
        "GET /payment-reporting/v1/payments/1/transactions/11/refunds",
        None,
    ),
    ("searchRefunds", "{}", "GET /payment-reporting/v1/refunds", None),
    (
        "searchRefunds",
        r#"{"page":0,"size":25,"id":1,"paymentId":2,"buyerMemberId":3,"conversationId":"a+b c&ş","status":"WAITING","currency":"TRY","minRefundPrice":"1.5","maxRefundPrice":"20","minCreatedDate":"2021-11-15T14:07:18","maxCreatedDate":"2021-11-16T00:00:00"}"#,
        "GET /payment-reporting/v1/refunds?page=0&size=25&id=1&paymentId=2&buyerMemberId=3&conversationId=a%2Bb%20c%26%C5%9F&status=WAITING&currency=TRY&minRefundPrice=1.5&maxRefundPrice=20&minCreatedDate=2021-11-15T14%3A07%3A18&maxCreatedDate=2021-11-16T00%3A00%3A00",
        None,
    ),
    (
        "searchTransactionRefunds",
        r#"{"isAfterSettlement":false,"paymentTransactionId":11,"page":1}"#,
        "GET /payment-reporting/v1/refund-transactions?page=1&paymentTransactionId=11&isAfterSettlement=false",
        None,
    ),
    (
        "refundWalletTransaction",
        r#"{"walletTransactionId":61,"amount":{"value":"10.00","currency":"TRY"}}"#,
        "POST /payment/v1/wallet-transactions/61/refunds",
        Some(r#"{"refundPrice":10}"#),
    ),
    (
        "refundWalletTransaction",
        r#"{"walletTransactionId":61,"amount":{"value":"184467440737095516.15","currency":"TRY"}}"#,
        "POST /payment/v1/wallet-transactions/61/refunds",
        Some(r#"{"refundPrice":184467440737095516.15}"#),
    ),
    (
        "walletRefundableAmount",
        r#"{"walletTransactionId":61}"#,
        "GET /payment/v1/wallet-transactions/61/refundable-amount",
        None,
    ),
    ("listWalletRefunds", r#"{"walletTransactionId":61}"#, "GET /payment/v1/wallet-transactions/61/refunds", None),
];

#[test]
fn every_operation_sends_what_the_sheet_says_and_signs_the_url_decoded() {
    for operation in craftgate::PROVIDER.operations {
        assert!(REQUESTS.iter().any(|(name, ..)| *name == operation.name), "{}", operation.name);
    }
    for (operation, input, target, body) in REQUESTS {
        let plan = plan(operation, input).unwrap();
        let request = sign(&client(), &plan);
        let (method, path) = target.split_once(' ').unwrap();
        assert_eq!(request.method.as_str(), method, "{operation}");
        assert_eq!(request.url, format!("https://api.craftgate.io{path}"));
        assert_eq!(request.body.as_deref(), body, "{operation}");
        let keyed = request.headers.iter().any(|(name, _)| *name == "x-idempotency-key");
        assert_eq!(keyed, method == "POST", "{operation}");
        // Decoded here already, the URL must give the same signature.
        let decoded = percent::decode(&request.url).unwrap();
        let text = [decoded.as_bytes(), b"key-1FooBar123!", NONCE.as_bytes(), body.unwrap_or_default().as_bytes()];
        let expected = base64(&refund_signer::sign::sha256(&text));
        assert_eq!(request.headers.last().unwrap(), &("x-signature", expected));
        let json = plan.to_json();
        assert_eq!(Plan::parse(&json, PROVIDERS).unwrap().to_json(), json);
    }
}

/// Computed with openssl from the decoded URL: a space, a plus, an ampersand and a letter outside ASCII.
#[test]
fn a_search_is_signed_as_text_and_sent_encoded() {
    let plan = plan("searchRefunds", r#"{"conversationId":"a+b c&ş"}"#).unwrap();
    let request = sign(&client(), &plan);
    assert_eq!(request.url, "https://api.craftgate.io/payment-reporting/v1/refunds?conversationId=a%2Bb%20c%26%C5%9F");
    assert_eq!(request.headers.last().unwrap().1, "wviAX34eD0dpW7TajjIMv1tT/efQ7nFdqCz571qjVpk=");
}

#[test]
fn bad_input_is_refused() {
    let cases = [
        ("createRefund", "{}", "paymentId", "missing_field"),
        ("createRefund", r#"{"paymentId":"1/2"}"#, "paymentId", "wrong_type"),
        ("createRefund", r#"{"paymentId":"01"}"#, "paymentId", "wrong_type"),
        ("createRefund", r#"{"paymentId":-1}"#, "paymentId", "wrong_type"),
        ("createRefund", r#"{"paymentId":9223372036854776000}"#, "paymentId", "out_of_range"),
        ("createRefund", r#"{"paymentId":"9223372036854775808"}"#, "paymentId", "out_of_range"),
        ("createRefund", r#"{"paymentId":1,"amount":{"value":"1","currency":"TRY"}}"#, "amount", "unknown_field"),
        ("createRefund", r#"{"paymentId":1,"conversationId":"a\nb"}"#, "conversationId", "control_character"),
        ("createRefund", r#"{"paymentId":1,"conversationId":""}"#, "conversationId", "too_short"),
        ("createRefund", r#"{"paymentId":1,"refundDestinationType":"BANK"}"#, "refundDestinationType", "not_allowed"),
        ("createRefund", r#"{"paymentId":1,"chargeFromMe":"true"}"#, "chargeFromMe", "wrong_type"),
        ("createRefund", r#"{"paymentId":1,"idempotencyKey":"a\r\nb"}"#, "idempotencyKey", "control_character"),
        ("createRefund", r#"{"paymentId":1,"idempotencyKey":"ş"}"#, "idempotencyKey", "invalid_character"),
        ("markTransactionAsRefunded", r#"{"paymentTransactionId":1}"#, "amount", "missing_field"),
        ("refundWalletTransaction", r#"{"walletTransactionId":1,"amount":10}"#, "amount", "number_amount"),
        (
            "refundWalletTransaction",
            r#"{"walletTransactionId":1,"amount":{"value":10,"currency":"TRY"}}"#,
            "amount.value",
            "number_amount",
        ),
        (
            "refundWalletTransaction",
            r#"{"walletTransactionId":1,"amount":{"value":"0","currency":"TRY"}}"#,
            "amount.value",
            "not_positive",
        ),
        (
            "refundWalletTransaction",
            r#"{"walletTransactionId":1,"amount":{"value":"-1","currency":"TRY"}}"#,
            "amount.value",
            "not_positive",
        ),
        (
            "refundWalletTransaction",
            r#"{"walletTransactionId":1,"amount":{"value":"1.005","currency":"TRY"}}"#,
            "amount.value",
            "too_many_decimals",
        ),
        (
            "refundWalletTransaction",
            r#"{"walletTransactionId":1,"amount":{"value":"1","currency":"INR"}}"#,
            "amount.currency",
            "unsupported_currency",
        ),
        ("retrieveRefund", r#"{"id":"../1"}"#, "id", "wrong_type"),
        ("retrieveRefund", r#"{"id":"1","idempotencyKey":"k"}"#, "idempotencyKey", "unknown_field"),
        ("searchRefunds", r#"{"page":-1}"#, "page", "wrong_type"),
        ("searchRefunds", r#"{"size":0}"#, "size", "out_of_range"),
        ("searchRefunds", r#"{"status":["SUCCESS"]}"#, "status", "wrong_type"),
        ("searchRefunds", r#"{"status":"ACTIVE"}"#, "status", "not_allowed"),
        ("searchRefunds", r#"{"paymentTransactionId":1}"#, "paymentTransactionId", "unknown_field"),
        ("searchRefunds", r#"{"minRefundPrice":1.5}"#, "minRefundPrice", "number_amount"),
        ("searchRefunds", r#"{"minCreatedDate":"2021-11-15T14:07:18.000Z"}"#, "minCreatedDate", "too_long"),
        ("searchRefunds", r#"{"minCreatedDate":"2021-11-15"}"#, "minCreatedDate", "too_short"),
        ("searchRefunds", r#"{"minCreatedDate":"2021-02-29T14:07:18"}"#, "minCreatedDate", "invalid_character"),
        ("searchRefunds", r#"{"maxCreatedDate":"2021-11-15 14:07:18"}"#, "maxCreatedDate", "invalid_character"),
        ("searchTransactionRefunds", r#"{"isAfterSettlement":"no"}"#, "isAfterSettlement", "wrong_type"),
    ];
    for (operation, input, path, code) in cases {
        assert_eq!(codes(plan(operation, input).err()), [(path.into(), code)], "{operation} {input}");
    }
    let several = codes(plan("createRefund", r#"{"chargeFromMe":1,"reason":"x"}"#).err());
    let expected = [("reason", "unknown_field"), ("paymentId", "missing_field"), ("chargeFromMe", "wrong_type")];
    assert_eq!(several, expected.map(|(path, code)| (path.into(), code)));
}

#[test]
fn bad_settings_are_refused() {
    let cases = [
        (r#"{"environment":"sandbox"}"#, "apiKey", "missing_field"),
        (r#"{"apiKey":"k"}"#, "environment", "missing_field"),
        (r#"{"apiKey":"k","environment":"live"}"#, "environment", "not_allowed"),
        (r#"{"apiKey":"k\nx","environment":"sandbox"}"#, "apiKey", "control_character"),
        (r#"{"apiKey":"anahtarş","environment":"sandbox"}"#, "apiKey", "invalid_character"),
        (r#"{"apiKey":"k","environment":"sandbox","lang":"tr\r\nx: y"}"#, "lang", "invalid_character"),
        (r#"{"apiKey":"k","environment":"sandbox","authVersion":"2"}"#, "authVersion", "not_allowed"),
        (r#"{"apiKey":"k","environment":"sandbox","baseUrl":"https://x.example"}"#, "baseUrl", "conflict"),
        (r#"{"apiKey":"k","baseUrl":"http://api.craftgate.io"}"#, "baseUrl", "invalid_base_url"),
        (r#"{"apiKey":"k","baseUrl":"https://api.craftgate.io/a%2fb"}"#, "baseUrl", "invalid_base_url"),
        (r#"{"apiKey":"k","environment":"sandbox","secretKey":"s"}"#, "secretKey", "wrong_type"),
    ];
    for (settings, path, code) in cases {
        let found = if settings.contains("secretKey") {
            codes(craftgate::Client::new(&Settings::new(Value::parse(settings).unwrap())).err())
        } else {
            codes(client_of(settings).err())
        };
        assert!(found.contains(&(path.into(), code)), "{settings}: {found:?}");
    }
    assert!(!format!("{:?}", client()).contains("FooBar"));
}

#[test]
fn a_hash_over_the_secret_cannot_be_signed_elsewhere_and_other_plans_are_refused() {
    let attempt = Attempt::new(NOW, NONCE).unwrap();
    let plan = plan("createRefund", r#"{"paymentId":1}"#).unwrap();
    assert_eq!(client().prepare(&plan, &attempt).unwrap_err().code(), ErrorCode::NotExternallySignable);
    let other = PROVIDERS.iter().find_map(|known| known.operation("doku", "checkStatus")).unwrap();
    let other = Plan::new(other, &Value::object([("invoiceNumber", "INV-1".into())]), Some(KEY)).unwrap();
    assert_eq!(client().sign(&other, &attempt).unwrap_err().code(), ErrorCode::WrongProvider);
    assert_eq!(client().prepare(&other, &attempt).unwrap_err().code(), ErrorCode::WrongProvider);
    assert_eq!(client().read(&other, None).unwrap_err().code(), ErrorCode::WrongProvider);
}

#[test]
fn an_altered_plan_is_refused() {
    let json =
        plan("refundWalletTransaction", r#"{"walletTransactionId":61,"amount":{"value":"10","currency":"TRY"}}"#);
    let json = json.unwrap().to_json();
    for (from, to) in [
        ("\"POST\"", "\"GET\""),
        ("transactions/61", "transactions/61/62"),
        ("transactions/61", "transactions/.."),
        ("transactions/61", "transactions/a b"),
        ("\"query\":\"\"", "\"query\":\"a=b c\""),
        (KEY, "a\\nb"),
    ] {
        assert!(Plan::parse(&json.replacen(from, to, 1), PROVIDERS).is_err(), "{to}");
    }
}

#[test]
fn each_refund_knows_its_query_and_a_read_has_none() {
    let amount = r#""amount":{"value":"10","currency":"TRY"}"#;
    let search = "/payment-reporting/v1/refund-transactions?page=0&size=25&paymentTransactionId=11";
    for (operation, input, expected) in [
        ("createRefund", r#"{"paymentId":1}"#.to_owned(), "/payment-reporting/v1/payments/1/refunds"),
        ("markAsRefunded", r#"{"paymentId":1}"#.to_owned(), "/payment-reporting/v1/payments/1/refunds"),
        ("refundWaitingPayment", r#"{"paymentId":1}"#.to_owned(), "/payment-reporting/v1/payments/1/refunds"),
        ("refundPaymentTransaction", format!(r#"{{"paymentTransactionId":11,{amount}}}"#), search),
        ("markTransactionAsRefunded", format!(r#"{{"paymentTransactionId":11,{amount}}}"#), search),
        (
            "refundWalletTransaction",
            format!(r#"{{"walletTransactionId":61,{amount}}}"#),
            "/payment/v1/wallet-transactions/61/refunds",
        ),
    ] {
        let query = craftgate::query_for(&plan(operation, &input).unwrap()).unwrap();
        assert!(!query.operation.moves_money);
        let url = sign(&client(), &query).url;
        assert_eq!(url.strip_prefix("https://api.craftgate.io"), Some(expected), "{operation}");
        assert!(craftgate::query_for(&query).is_none());
    }
}

const HOOK_KEY: &str = "Aoh7tReTybO6wOjBmOJFFsOR53SBojEp";
const HOOK: &str = r#"{"eventType":"REFUND","eventTime":"2023-04-14T11:27:17.123456","eventTimestamp":1681460837,"status":"SUCCESS","payloadId":"24"}"#;
const HOOK_SIGNATURE: &str = "s9ZkMksUvX2wV0CdEroKr4Y8s7GWQE0XCiZzP3jnHS4=";

fn webhooks(secrets: &[&str], settings: &str) -> Result<craftgate::Webhooks, RefundError> {
    let settings = Settings::new(Value::parse(settings).unwrap());
    craftgate::Webhooks::new(&secrets.iter().fold(settings, |settings, secret| settings.secret("secrets", *secret)))
}

fn deliver(signatures: &[&str], body: &str, settings: &str, now_ms: Option<u64>) -> Result<String, ErrorCode> {
    let headers = signatures.iter().map(|value| ("X-Cg-Signature-V1".into(), (*value).into())).collect();
    let delivery = Delivery { headers, body: body.as_bytes().into() };
    let event =
        webhooks(&["the next key", HOOK_KEY], settings).unwrap().read(&delivery, now_ms).map(|event| event.to_json());
    event.map_err(|error| error.code())
}

/// The signature of the four members as they stand one after the other.
fn signature(message: &str) -> String {
    base64(&HmacSha256Key::new(HOOK_KEY.as_bytes()).unwrap().sign(message.as_bytes()))
}

#[test]
fn a_refund_event_is_verified_with_either_secret() {
    let event = deliver(&[HOOK_SIGNATURE], HOOK, "{}", None).unwrap();
    let expected = [
        r#"{"provider":"craftgate","kind":"REFUND","dedupeKey":"REFUND:24:1681460837:SUCCESS","#,
        r#""refund":{"id":"24","status":"succeeded","providerStatus":"SUCCESS"},"#,
        r#""signedFields":"eventType, eventTimestamp, status and payloadId; nothing else in the body","details":"#,
        HOOK,
        "}",
    ];
    assert_eq!(event, expected.concat());
    // The known answer of all official clients, an event that is no refund.
    let verify =
        r#"{"eventType":"API_VERIFY_AND_AUTH","eventTimestamp":1661521221,"status":"SUCCESS","payloadId":"584"}"#;
    let event = deliver(&["0wRB5XqWJxwwPbn5Z9TcbHh8EGYFufSYTsRMB74N094="], verify, "{}", None).unwrap();
    assert!(event.contains(r#""kind":"API_VERIFY_AND_AUTH""#) && !event.contains(r#""refund""#), "{event}");
}

#[test]
fn a_failed_refund_event_is_no_success_whatever_its_name() {
    let body = r#"{"eventType":"REFUND_TX","eventTimestamp":1681460837,"status":"FAILURE","payloadId":"31"}"#;
    let event = deliver(&[&signature("REFUND_TX1681460837FAILURE31")], body, "{}", None).unwrap();
    assert!(event.contains(r#""refund":{"id":"31","status":"failed","providerStatus":"FAILURE"}"#), "{event}");
}

#[test]
fn bad_signature_headers_each_have_their_code() {
    let forged = signature("REFUND1681460837SUCCESS24").replacen('s', "t", 1);
    let joined = format!("{HOOK_SIGNATURE}, {HOOK_SIGNATURE}");
    for (signatures, code) in [
        (&[][..], ErrorCode::MissingSignature),
        (&[HOOK_SIGNATURE, HOOK_SIGNATURE][..], ErrorCode::DuplicateSignature),
        (&[joined.as_str()][..], ErrorCode::DuplicateSignature),
        (&[""][..], ErrorCode::EmptySignature),
        (&["s9ZkMksUvX2wV0CdEroKr4Y8s7GWQE0XCiZzP3jnHS4"][..], ErrorCode::MalformedSignature),
        (&["b3666432"][..], ErrorCode::MalformedSignature),
        (&[forged.as_str()][..], ErrorCode::SignatureMismatch),
    ] {
        assert_eq!(deliver(signatures, HOOK, "{}", None), Err(code), "{signatures:?}");
    }
}

#[test]
fn an_event_that_was_altered_or_split_in_another_way_is_refused() {
    let with = |event: &str, time: &str, status: &str, id: &str| {
        format!(r#"{{"eventType":{event},"eventTimestamp":{time},"status":{status},"payloadId":{id}}}"#)
    };
    let good = with(r#""REFUND""#, "1681460837", r#""SUCCESS""#, r#""24""#);
    assert!(deliver(&[HOOK_SIGNATURE], &good, "{}", None).is_ok());
    for body in [
        // Another event.
        with(r#""REFUND_TX""#, "1681460837", r#""SUCCESS""#, r#""24""#),
        with(r#""REFUND""#, "1681460838", r#""SUCCESS""#, r#""24""#),
        with(r#""REFUND""#, "1681460837", r#""FAILURE""#, r#""24""#),
        with(r#""REFUND""#, "1681460837", r#""SUCCESS""#, r#""25""#),
        // The same signed text, split in another way.
        with(r#""REFUND1""#, "681460837", r#""SUCCESS""#, r#""24""#),
        with(r#""REFUN""#, r#""D1681460837""#, r#""SUCCESS""#, r#""24""#),
        with(r#""REFUND""#, "168146083", r#""7SUCCESS""#, r#""24""#),
        with(r#""REFUND""#, "1681460837", r#""SUCCES""#, r#""S24""#),
        with(r#""REFUND""#, "1681460837", r#""SUCCESS2""#, r#""4""#),
        with(r#""REFUND1681460837SUCCESS24""#, r#""""#, r#""""#, r#""""#),
        // The same text in another type or form.
        with(r#""REFUND""#, r#""1681460837""#, r#""SUCCESS""#, r#""24""#),
        with(r#""REFUND""#, "1681460837", r#""SUCCESS""#, "24"),
        with(r#""REFUND""#, "1681460837", r#"["SUCCESS"]"#, r#""24""#),
        with(r#""REFUND""#, "1681460837.0", r#""SUCCESS""#, r#""24""#),
        good.replace('}', r#","payloadId":"24"}"#),
        // No event at all.
        with("null", "1681460837", r#""SUCCESS""#, r#""24""#),
        good.replace(r#""eventType":"REFUND","#, ""),
        good.replace('}', ""),
        format!("[{good}]"),
        String::new(),
    ] {
        assert_eq!(deliver(&[HOOK_SIGNATURE], &body, "{}", None), Err(ErrorCode::SignatureMismatch), "{body}");
    }
    // Rightly signed, but no whole number of seconds.
    for time in ["1681460837.0", "-1681460837", "1681460837e0"] {
        let signed = signature(&format!("REFUND{time}SUCCESS24"));
        let body = with(r#""REFUND""#, time, r#""SUCCESS""#, r#""24""#);
        assert_eq!(deliver(&[&signed], &body, "{}", None), Err(ErrorCode::SignatureMismatch), "{time}");
    }
    // What the official Node client would verify: a missing member as the word undefined.
    let body = r#"{"eventType":"REFUND","eventTimestamp":1681460837,"status":"SUCCESS"}"#;
    let undefined = signature("REFUND1681460837SUCCESSundefined");
    assert_eq!(deliver(&[&undefined], body, "{}", None), Err(ErrorCode::SignatureMismatch));
    let not_utf8 =
        Delivery { headers: vec![("x-cg-signature-v1".into(), HOOK_SIGNATURE.into())], body: b"\xff"[..].into() };
    assert!(webhooks(&[HOOK_KEY], "{}").unwrap().read(&not_utf8, None).is_err());
}

/// Rightly signed, so that nothing but its length is wrong: the signature stands for the four members alone, and a body
/// is parsed before it is verified.
#[test]
fn a_body_beyond_64_kib_is_not_parsed() {
    let padded = |length: usize| HOOK.replacen('{', &format!("{{{}", " ".repeat(length - HOOK.len())), 1);
    assert!(deliver(&[HOOK_SIGNATURE], &padded(65_536), "{}", None).is_ok());
    assert_eq!(deliver(&[HOOK_SIGNATURE], &padded(65_537), "{}", None), Err(ErrorCode::BodyTooLarge));
}

/// What is signed is what `fetch` calls: it leaves out the port of the scheme.
#[test]
fn the_port_of_https_is_not_signed() {
    let plan = plan("createRefund", r#"{"paymentId":1}"#).unwrap();
    let [with, without] = ["https://h.example:443", "https://h.example"]
        .map(|base| sign(&client_of(&format!(r#"{{"apiKey":"key-1","baseUrl":"{base}"}}"#)).unwrap(), &plan));
    assert_eq!(with, without);
}

#[test]
fn the_window_is_two_sided_and_needs_a_clock() {
    let window = r#"{"windowSeconds":300}"#;
    let read = |now| deliver(&[HOOK_SIGNATURE], HOOK, window, now);
    assert!(read(Some(NOW)).is_ok() && read(Some(NOW + 300_000)).is_ok() && read(Some(NOW - 300_000)).is_ok());
    assert_eq!(read(Some(NOW + 300_001)), Err(ErrorCode::NotFresh));
    assert_eq!(read(Some(NOW - 300_001)), Err(ErrorCode::NotFresh));
    assert_eq!(read(None), Err(ErrorCode::InvalidAttempt));
    let huge = r#"{"eventType":"REFUND","eventTimestamp":99999999999999999999,"status":"SUCCESS","payloadId":"24"}"#;
    let signed = signature("REFUND99999999999999999999SUCCESS24");
    assert_eq!(deliver(&[&signed], huge, window, Some(NOW)), Err(ErrorCode::NotFresh));
}

#[test]
fn a_reader_without_a_secret_is_refused() {
    assert_eq!(codes(webhooks(&[], "{}").err()), [("secrets".into(), "missing_field")]);
    assert_eq!(codes(webhooks(&[""], "{}").err()), [("secrets".into(), "too_short")]);
    assert_eq!(codes(webhooks(&[HOOK_KEY, ""], "{}").err()), [("secrets".into(), "too_short")]);
    let error = deliver(&[HOOK_SIGNATURE], "{}", "{}", None).unwrap_err();
    assert_eq!(error, ErrorCode::SignatureMismatch);
    assert!(!format!("{:?}", webhooks(&[HOOK_KEY], "{}")).contains(HOOK_KEY));
}
