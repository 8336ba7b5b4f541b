//! DOKU: the known answers of its signature, the samples of its page, and what must never be believed.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::encode::base64;
use refund_signer::provider::Client as _;
use refund_signer::sign::HmacSha256Key;
use refund_signer::verdict::Signature;
use refund_signer::{Attempt, HttpResponse, Plan, Settings, Value, doku};

const SECRET: &str = "SK-unit-test-0123456789";
const CLIENT_ID: &str = "MCH-0001-10791114622547";
const REQUEST_ID: &str = "6cc9f8b1-d83d-4c24-b853-a3223f43a744";
/// 2020-08-12T09:45:42Z
const NOW: u64 = 1_597_225_542_000;

fn client() -> doku::Client {
    let values = Value::object([("clientId", CLIENT_ID.into()), ("environment", "sandbox".into())]);
    doku::Client::new(&Settings::new(values).secret("secretKey", SECRET)).unwrap()
}

/// The request of the provider's page.
fn sample_plan() -> Plan {
    let amount = Value::object([("value", "90000".into()), ("currency", "IDR".into())]);
    let input = Value::object([
        ("invoiceNumber", "INV-20210118-0001".into()),
        ("originalRequestId", "b266c265-3d61-4708-9860-c0d5b9a98f8c".into()),
        ("amount", amount),
        ("requestId", REQUEST_ID.into()),
    ]);
    doku::create_refund(&input).unwrap()
}

fn answer<'a>(status: u16, signature: &'a str, body: &'a str) -> HttpResponse<'a> {
    let headers = [
        ("client-id", CLIENT_ID),
        ("request-id", REQUEST_ID),
        ("response-timestamp", "2020-08-11T08:45:42Z"),
        ("signature", signature),
    ];
    let headers = headers.map(|(name, value)| (name.into(), value.into()));
    HttpResponse { status, headers: headers.into(), body: body.as_bytes().into() }
}

#[test]
fn the_sample_request_of_the_page_is_signed_as_known() {
    let attempt = Attempt::new(NOW, "12345678").unwrap();
    let request = client().sign(&sample_plan(), &attempt).unwrap();
    assert_eq!(request.url, "https://api-sandbox.doku.com/cancellation/credit-card/refund");
    assert_eq!(
        request.body.as_deref(),
        Some(
            r#"{"order":{"invoice_number":"INV-20210118-0001"},"payment":{"original_request_id":"b266c265-3d61-4708-9860-c0d5b9a98f8c"},"refund":{"amount":90000}}"#
        )
    );
    let signature = request.headers.iter().find(|(name, _)| *name == "Signature").unwrap();
    assert_eq!(signature.1, "HMACSHA256=PbXbORYE8A6TqM+Vyo87ViRTb/TrsS3xEsk2sxeJ4BU=");
}

const SUCCESS: &str = r#"{"order":{"invoice_number":"INV-20210118-0001"},"payment":{"original_request_id":"b266c265-3d61-4708-9860-c0d5b9a98f8c"},"refund":{"amount":90000,"type":"FULL_REFUND","status":"SUCCESS","message":"Approved","approval_code":"12321"}}"#;
const SUCCESS_SIGNATURE: &str = "HMACSHA256=u+WuJVMyU8ccHIzv4tyCWfQayTrQFg+sw7JuC49MnfM=";

#[test]
fn the_sample_answer_of_the_page_is_a_verified_refund() {
    let response = answer(200, SUCCESS_SIGNATURE, SUCCESS);
    let verdict = client().read(&sample_plan(), Some(&response)).unwrap();
    assert_eq!(
        verdict.to_json(),
        [
            r#"{"status":"succeeded","next":"done","final":true,"httpStatus":200,"refund":{"id":"12321","payment":"INV-20210118-0001","#,
            r#""status":"succeeded","providerStatus":"SUCCESS","kind":"FULL_REFUND","amount":{"value":"90000.00","currency":"IDR"},"#,
            r#""proof":{"kind":"approval_code","value":"12321"}},"signature":"verified","replayed":false,"details":"#,
            SUCCESS,
            "}"
        ]
        .concat()
    );
}

#[test]
fn an_altered_answer_is_unknown_and_shows_nothing() {
    let altered = SUCCESS.replace("90000", "90001");
    for response in [answer(200, SUCCESS_SIGNATURE, &altered), answer(200, "HMACSHA256=", SUCCESS)] {
        let verdict = client().read(&sample_plan(), Some(&response)).unwrap().to_json();
        assert!(verdict.starts_with(
            r#"{"status":"unknown","next":"query","final":false,"httpStatus":200,"problem":{"code":"signature_invalid""#
        ));
        assert!(!verdict.contains("details") && !verdict.contains(r#""refund""#), "{verdict}");
    }
}

#[test]
fn a_plan_survives_storage_and_an_altered_one_is_refused() {
    let json = sample_plan().to_json();
    let again = Plan::parse(&json, refund_signer::PROVIDERS).unwrap();
    assert_eq!(again.to_json(), json);
    for (from, to) in [
        ("\"version\":1", "\"version\":2"),
        ("/cancellation/credit-card/refund", "/cancellation/credit-card/refund/../x"),
        ("\"POST\"", "\"GET\""),
        ("createRefund", "createPayout"),
        ("\"query\":\"\"", "\"query\":\"a=b c\""),
        (REQUEST_ID, "a\\nb"),
    ] {
        assert!(Plan::parse(&json.replacen(from, to, 1), refund_signer::PROVIDERS).is_err(), "{to}");
    }
}

/// The codes and places of the mistakes in an input.
fn mistakes(json: &str) -> Vec<(String, &'static str)> {
    let error = doku::create_refund(&Value::parse(json).unwrap()).unwrap_err();
    error.problems.into_iter().map(|problem| (problem.path, problem.code.as_str())).collect()
}

#[test]
fn bad_input_is_refused_with_its_place() {
    let good = r#"{"invoiceNumber":"INV-1","originalRequestId":"r","amount":{"value":"90000","currency":"IDR"},"requestId":"q"}"#;
    assert!(doku::create_refund(&Value::parse(good).unwrap()).is_ok());
    for (from, to, path, code) in [
        (r#""invoiceNumber":"INV-1","#, "", "invoiceNumber", "missing_field"),
        (r#""INV-1""#, r#""""#, "invoiceNumber", "too_short"),
        (r#""INV-1""#, "7", "invoiceNumber", "wrong_type"),
        (r#""INV-1""#, r#""a\r\nDigest:x""#, "invoiceNumber", "control_character"),
        (r#""INV-1""#, r#""\ud800""#, "invoiceNumber", "invalid_character"),
        (r#""90000""#, "90000", "amount.value", "number_amount"),
        (r#"{"value":"90000","currency":"IDR"}"#, "90000", "amount", "number_amount"),
        (r#""90000""#, r#""90000.5""#, "amount.value", "too_many_decimals"),
        (r#""90000""#, r#""0""#, "amount.value", "not_positive"),
        (r#""90000""#, r#""-1""#, "amount.value", "not_positive"),
        (r#""90000""#, r#""9e4""#, "amount.value", "invalid_amount"),
        ("\"IDR\"", "\"USD\"", "amount.currency", "unsupported_currency"),
        (r#""value":"90000""#, r#""value":"90000","minor":"9000000""#, "amount", "conflict"),
        (r#""requestId":"q""#, r#""requestId":"é""#, "requestId", "invalid_character"),
        (r#""requestId":"q""#, r#""requestId":"a\nb""#, "requestId", "control_character"),
        (r#","requestId":"q""#, "", "requestId", "missing_field"),
        (r#""requestId":"q""#, r#""requestId":"q","speed":"fast""#, "speed", "unknown_field"),
        (r#""requestId":"q""#, r#""requestId":"q","requestId":"p""#, "requestId", "duplicate_field"),
        (r#""requestId":"q""#, r#""requestId":"q","path":"/elsewhere""#, "path", "not_allowed"),
    ] {
        assert!(good.contains(from));
        assert_eq!(mistakes(&good.replacen(from, to, 1)), [(path.to_owned(), code)], "{to}");
    }
    let long = good.replace("\"q\"", &format!("\"{}\"", "q".repeat(129)));
    assert_eq!(mistakes(&long), [("requestId".to_owned(), "too_long")]);
    assert_eq!(mistakes("{}").len(), 4);
}

#[test]
fn a_path_never_carries_more_than_one_segment() {
    let plan = |id: &str| doku::check_status(&Value::object([("invoiceNumber", id.into()), ("requestId", "q".into())]));
    assert_eq!(plan("a/b?c#d%é").unwrap().path, "/orders/v1/status/a%2Fb%3Fc%23d%25%C3%A9");
    assert_eq!(plan("..").unwrap_err().code().as_str(), "invalid_character");
}

#[test]
fn settings_are_checked_and_the_client_shows_no_secret() {
    let make = |json: &str, secret: &str| {
        let value = Value::parse(json).unwrap().clone();
        doku::Client::new(&Settings::new(value).secret("secretKey", secret)).map_err(|error| error.problems)
    };
    for (json, secret, path, code) in [
        ("{}", "s", "clientId", "missing_field"),
        (r#"{"clientId":"a\nb","environment":"sandbox"}"#, "s", "clientId", "control_character"),
        (r#"{"clientId":"a","environment":"test"}"#, "s", "environment", "not_allowed"),
        (r#"{"clientId":"a","environment":"sandbox"}"#, "", "secretKey", "too_short"),
        (r#"{"clientId":"a","environment":"sandbox"}"#, "s\n", "secretKey", "invalid_character"),
        (r#"{"clientId":"a","environment":"sandbox","secretKey":"s"}"#, "s", "secretKey", "wrong_type"),
        (r#"{"clientId":"a","baseUrl":"http://api.doku.com"}"#, "s", "baseUrl", "invalid_base_url"),
        (r#"{"clientId":"a","baseUrl":"https://x.example","environment":"sandbox"}"#, "s", "baseUrl", "conflict"),
    ] {
        let problems = make(json, secret).unwrap_err();
        assert_eq!((problems[0].path.as_str(), problems[0].code.as_str()), (path, code), "{json}");
    }
    assert!(!format!("{:?}", client()).contains("unit-test"));
}

#[test]
fn a_query_never_takes_the_request_id_of_its_refund() {
    let key = |refunds: &str, fresh: Option<&str>| {
        let json = sample_plan().to_json().replace(REQUEST_ID, refunds);
        let plan = Plan::parse(&json, refund_signer::PROVIDERS).unwrap();
        let query = doku::query_for(&plan, fresh).unwrap();
        assert_eq!(query.path, "/orders/v1/status/INV-20210118-0001");
        assert!(doku::query_for(&query, fresh).is_none());
        query.idempotency_key.unwrap()
    };
    assert_eq!(key(REQUEST_ID, None), format!("q-{REQUEST_ID}"));
    assert_eq!(key(REQUEST_ID, Some("fresh-1")), "fresh-1");
    // Ids that leave no room for a prefix stay as distinct as they were.
    assert_eq!(key(&"q".repeat(126), None).len(), 128);
    let long = ["a", "b"].map(|last| key(&format!("{}{last}", "q".repeat(127)), None));
    assert!(long.iter().all(|key| key.starts_with("q-") && key.len() <= 128) && long[0] != long[1], "{long:?}");
}

#[test]
fn a_signature_without_a_digest_vouches_for_no_body() {
    let plan = doku::check_status(&Value::object([
        ("invoiceNumber", "INV-20210118-0001".into()),
        ("requestId", REQUEST_ID.into()),
    ]));
    let plan = plan.unwrap();
    let signed = |over: Option<&[u8]>| {
        let time = "2020-08-11T08:45:42Z";
        let message = doku::response_string_to_sign(CLIENT_ID, REQUEST_ID, time, &plan.path, over);
        let key = HmacSha256Key::new(SECRET.as_bytes()).unwrap();
        format!("HMACSHA256={}", base64(&key.sign(message.as_bytes())))
    };
    let read =
        |signature: &str, body: &str| client().read(&plan, Some(&answer(200, signature, body))).unwrap().signature;
    let [paid, refunded] = ["SUCCESS", "REFUNDED"].map(|state| format!(r#"{{"transaction":{{"status":"{state}"}}}}"#));
    let bare = signed(None);
    assert_eq!([&paid, &refunded].map(|body| read(&bare, body)), [Signature::HeadersOnly; 2]);
    let whole = signed(Some(paid.as_bytes()));
    assert_eq!([&paid, &refunded].map(|body| read(&whole, body)), [Signature::Verified, Signature::Invalid]);
}
