//! The JavaScript surface with values as JavaScript makes them, in Node and in a browser.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use js_sys::{Array, BigInt, Function, JSON, Reflect, Uint8Array};
use refund_signer_js::{Client, Webhooks, catalog, plan, query_for};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

const INPUT: &str = r#"{
    "invoiceNumber": "INV-20210118-0001",
    "originalRequestId": "b266c265-3d61-4708-9860-c0d5b9a98f8c",
    "amount": { "value": "90000", "currency": "IDR" },
    "requestId": "6cc9f8b1-d83d-4c24-b853-a3223f43a744"
}"#;
const SETTINGS: &str = r#"{ "clientId": "MCH-0001-10791114622547", "environment": "sandbox" }"#;
const SECRET: &str = "SK-unit-test-0123456789";
const NOW: f64 = 1_597_225_542_000.0;
const NONCE: &str = "41592653589793238462643383279502";
const BODY: &str = r#"{"order":{"invoice_number":"INV-20210118-0001"},"payment":{"original_request_id":"b266c265-3d61-4708-9860-c0d5b9a98f8c"},"refund":{"amount":90000,"type":"FULL_REFUND","status":"SUCCESS","message":"Approved","approval_code":"12321"}}"#;

fn object(json: &str) -> JsValue {
    JSON::parse(json).unwrap()
}

/// What a JavaScript expression gives.
fn js(expression: &str) -> JsValue {
    Function::new_no_args(&format!("return {expression}")).call0(&JsValue::NULL).unwrap()
}

fn set(object: &JsValue, name: &str, value: impl Into<JsValue>) {
    Reflect::set(object, &name.into(), &value.into()).unwrap();
}

/// A member, by a path such as `refund.amount.value`.
fn at(value: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(value.clone(), |value, name| Reflect::get(&value, &name.into()).unwrap())
}

fn text(value: &JsValue, path: &str) -> String {
    at(value, path).as_string().unwrap_or_default()
}

fn settings(secret: impl Into<JsValue>) -> JsValue {
    let settings = object(SETTINGS);
    set(&settings, "secretKey", secret);
    settings
}

fn doku() -> Client {
    Client::new("doku", &settings(SECRET)).ok().unwrap()
}

fn sample_plan() -> JsValue {
    plan("doku.createRefund", &object(INPUT), None).unwrap()
}

fn refused<T>(result: Result<T, JsValue>) -> JsValue {
    result.err().expect("nothing was thrown")
}

#[wasm_bindgen_test]
fn a_refund_is_planned_signed_and_read() {
    let plan = sample_plan();
    let bytes = Uint8Array::from(SECRET.as_bytes());
    for secret in [JsValue::from(SECRET), bytes.into()] {
        let client = Client::new("doku", &settings(secret)).ok().unwrap();
        let request = client.sign(&plan, NOW, NONCE).unwrap();
        assert_eq!(text(&request, "url"), "https://api-sandbox.doku.com/cancellation/credit-card/refund");
        assert_eq!(text(&request, "headers.Signature"), "HMACSHA256=PbXbORYE8A6TqM+Vyo87ViRTb/TrsS3xEsk2sxeJ4BU=");
        assert_eq!(at(&request, "body"), at(&plan, "body"));
    }

    let headers = r#"{
        "Client-Id": "MCH-0001-10791114622547",
        "Request-Id": "6cc9f8b1-d83d-4c24-b853-a3223f43a744",
        "Response-Timestamp": "2020-08-11T08:45:42Z",
        "Signature": "HMACSHA256=u+WuJVMyU8ccHIzv4tyCWfQayTrQFg+sw7JuC49MnfM="
    }"#;
    let bytes = Uint8Array::from(BODY.as_bytes());
    let bodies = [JsValue::from(BODY), bytes.buffer().into(), bytes.into()];
    let headers = [object(headers), js(&format!("new Headers({headers})")), js(&format!("Object.entries({headers})"))];
    for (body, headers) in bodies.iter().zip(&headers) {
        let response = object(r#"{ "status": 200 }"#);
        set(&response, "headers", headers);
        set(&response, "body", body);
        let verdict = doku().read(&plan, &response).unwrap();
        assert_eq!((text(&verdict, "status"), text(&verdict, "signature")), ("succeeded".into(), "verified".into()));
        assert_eq!(text(&verdict, "refund.amount.value"), "90000.00");
    }
}

#[wasm_bindgen_test]
fn no_answer_is_unknown_and_there_is_a_plan_that_asks() {
    let plan = sample_plan();
    for nothing in [JsValue::NULL, JsValue::UNDEFINED] {
        let verdict = doku().read(&plan, &nothing).unwrap();
        assert_eq!((text(&verdict, "status"), text(&verdict, "next")), ("unknown".into(), "query".into()));
    }
    let query = query_for(&plan, Some("request-2".into())).unwrap();
    assert_eq!(text(&query, "operation"), "checkStatus");
    assert!(doku().sign(&query, NOW, NONCE).is_ok());
}

#[wasm_bindgen_test]
fn mistakes_are_thrown_as_errors_with_all_their_problems() {
    let error = refused(plan("doku.createRefund", &object(r#"{ "amount": 1, "extra": 1 }"#), None));
    assert!(error.is_instance_of::<js_sys::Error>());
    assert_eq!(text(&error, "name"), "RefundError");
    let problems = Array::from(&at(&error, "problems"));
    assert_eq!(text(&error, "code"), text(&problems.get(0), "code"));
    let codes: Vec<_> = problems.iter().map(|problem| text(&problem, "code")).collect();
    for code in ["missing_field", "number_amount", "unknown_field"] {
        assert!(codes.iter().any(|found| found == code), "{code} in {codes:?}");
    }
}

#[wasm_bindgen_test]
fn inputs_that_are_no_plain_objects_are_refused() {
    for input in ["undefined", "null", "1", "[]", "Symbol()", "() => 1", "{ get amount() { throw 1 } }"] {
        let error = refused(plan("doku.createRefund", &js(&format!("({input})")), None));
        assert_eq!(text(&error, "code"), "wrong_type", "{input}");
    }
    let cyclic = js("(() => { const cyclic = {}; cyclic.cyclic = cyclic; return cyclic })()");
    assert_eq!(text(&refused(plan("doku.createRefund", &cyclic, None)), "code"), "wrong_type");
    assert_eq!(text(&refused(plan("doku.create", &object(INPUT), None)), "code"), "unknown_operation");
}

#[wasm_bindgen_test]
fn amounts_in_minor_units_are_big_ints() {
    let input = object(INPUT);
    let amount = object(r#"{ "currency": "IDR" }"#);
    set(&amount, "minor", BigInt::from(9_000_000));
    set(&input, "amount", &amount);
    let plan = plan("doku.createRefund", &input, None).unwrap();
    assert_eq!(at(&plan, "body"), at(&sample_plan(), "body"));
}

#[wasm_bindgen_test]
fn a_reference_that_is_left_out_is_the_fresh_one() {
    let input = object(INPUT);
    Reflect::delete_property(&input.clone().into(), &"requestId".into()).unwrap();
    let plan = plan("doku.createRefund", &input, Some("fresh-1".into())).unwrap();
    assert_eq!(text(&plan, "idempotencyKey"), "fresh-1");
}

#[wasm_bindgen_test]
fn no_error_repeats_a_secret() {
    let settings = settings("TOP\nSECRET");
    set(&settings, "environment", "TOP SECRET");
    let error = refused(Client::new("doku", &settings).map(drop));
    let shown = [text(&error, "message"), JSON::stringify(&at(&error, "problems")).unwrap().into()].concat();
    assert!(!shown.contains("SECRET"), "{shown}");
}

#[wasm_bindgen_test]
fn webhooks_are_events_only_when_they_are_signed() {
    let webhooks =
        Webhooks::new("razorpay", &js("({ secrets: ['whsec_1', new Uint8Array([1, 2, 3])] })")).ok().unwrap();
    let delivery = |signature: &str| {
        let delivery = object(r#"{ "body": "{\"event\":\"refund.processed\"}" }"#);
        set(&delivery, "headers", js(&format!("({{ 'X-Razorpay-Signature': '{signature}' }})")));
        delivery
    };
    let forged = refused(webhooks.read(&delivery(&"0".repeat(64)), None));
    assert_eq!(text(&forged, "code"), "signature_mismatch");
    // HMAC-SHA256 of the body under whsec_1.
    let event =
        webhooks.read(&delivery("9e02c613576497cac8b70888424e96791ed6dcf8d75f3495077b7c08f91d6eb0"), None).unwrap();
    assert_eq!(text(&event, "kind"), "refund.processed");
    assert_eq!(text(&refused(Webhooks::new("durianpay", &object("{}")).map(drop)), "code"), "unknown_operation");
}

#[wasm_bindgen_test]
fn the_catalog_names_every_provider() {
    let names: Vec<_> = Array::from(&catalog().unwrap()).iter().map(|provider| text(&provider, "name")).collect();
    assert_eq!(names, ["craftgate", "doku", "durianpay", "payermax", "razorpay"]);
}
