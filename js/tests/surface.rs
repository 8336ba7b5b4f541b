//! The JavaScript surface as its one caller uses it, in Node and in a browser: what is given is written into the
//! memory of the module, and what is answered is read there.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use js_sys::{Reflect, Uint8Array};
use refund_signer_js::{RawClient, answered, check_plan, client, fields, plan, plan_all, query_for, room, webhooks};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

const INPUT: &str = r#"{"invoiceNumber":"INV-20210118-0001","originalRequestId":"b266c265-3d61-4708-9860-c0d5b9a98f8c","amount":{"value":"90000","currency":"IDR"},"requestId":"6cc9f8b1-d83d-4c24-b853-a3223f43a744"}"#;
const SETTINGS: &str = r#"{"clientId":"MCH-0001-10791114622547","environment":"sandbox"}"#;
const SECRET: &str = "SK-unit-test-0123456789";
const NOW: f64 = 1_597_225_542_000.0;
const NONCE: &str = "41592653589793238462643383279502";
const HEADERS: [&str; 8] = [
    "Client-Id",
    "MCH-0001-10791114622547",
    "Request-Id",
    "6cc9f8b1-d83d-4c24-b853-a3223f43a744",
    "Response-Timestamp",
    "2020-08-11T08:45:42Z",
    "Signature",
    "HMACSHA256=u+WuJVMyU8ccHIzv4tyCWfQayTrQFg+sw7JuC49MnfM=",
];
const BODY: &str = r#"{"order":{"invoice_number":"INV-20210118-0001"},"payment":{"original_request_id":"b266c265-3d61-4708-9860-c0d5b9a98f8c"},"refund":{"amount":90000,"type":"FULL_REFUND","status":"SUCCESS","message":"Approved","approval_code":"12321"}}"#;

/// The bytes at a place of the module's memory.
fn memory(place: *const u8, length: usize) -> Uint8Array {
    let buffer = Reflect::get(&wasm_bindgen::memory(), &JsValue::from("buffer")).unwrap();
    Uint8Array::new_with_byte_offset_and_length(&buffer, place as u32, u32::try_from(length).unwrap())
}

/// Writes what a call takes, and gives its length.
fn give(text: &str) -> usize {
    memory(room(text.len()), text.len()).copy_from(text.as_bytes());
    text.len()
}

/// The text of an answer, or of a refusal.
fn text(length: i32) -> Result<String, String> {
    let size = usize::try_from(length.unsigned_abs()).unwrap();
    let text = String::from_utf8(memory(room(0), size).to_vec()).unwrap();
    if length < 0 { Err(text) } else { Ok(text) }
}

fn planned(input: &str) -> Result<String, String> {
    text(plan(give(&format!("doku.createRefund\nfresh-1\n{input}"))))
}

fn doku(secret: &str) -> Option<RawClient> {
    let settings = format!("doku\nsecretKey {}\n\n{SETTINGS}", secret.len());
    give(&format!("{settings}{secret}"));
    client(settings.len(), secret.len())
}

#[wasm_bindgen_test]
fn a_refund_is_planned_signed_and_read() {
    let plan = planned(INPUT).unwrap();
    let client = doku(SECRET).unwrap();
    let request = text(client.sign(give(&format!("{NONCE}\n{plan}")), NOW)).unwrap();
    let lines: Vec<_> = request.lines().collect();
    assert_eq!(lines.get(1), Some(&"https://api-sandbox.doku.com/cancellation/credit-card/refund"));
    assert!(lines.contains(&"HMACSHA256=PbXbORYE8A6TqM+Vyo87ViRTb/TrsS3xEsk2sxeJ4BU="));

    let head = format!("4\n{}\n{plan}", HEADERS.join("\n"));
    give(&format!("{head}{BODY}"));
    let verdict = text(client.read(head.len(), BODY.len(), 200)).unwrap();
    assert!(verdict.starts_with(r#"{"status":"succeeded","next":"done""#), "{verdict}");
    assert!(verdict.contains(r#""signature":"verified""#), "{verdict}");
}

#[wasm_bindgen_test]
fn no_answer_is_unknown_and_there_is_a_plan_that_asks() {
    let plan = planned(INPUT).unwrap();
    let verdict = text(doku(SECRET).unwrap().read(give(&format!("0\n{plan}")), 0, 0)).unwrap();
    assert!(verdict.starts_with(r#"{"status":"unknown","next":"query""#), "{verdict}");
    let query = text(query_for(give(&format!("fresh-2\n{plan}")))).unwrap();
    assert!(query.starts_with("doku\ncheckStatus\nGET\n"), "{query}");
}

#[wasm_bindgen_test]
fn a_refusal_names_all_problems_and_no_secret() {
    let refusal = planned(r#"{"amount":1,"extra":1}"#).unwrap_err();
    for code in ["missing_field", "number_amount", "unknown_field"] {
        assert!(refusal.contains(code), "{code} in {refusal}");
    }
    assert!(doku("TOP\nSECRET ").is_none());
    let refusal = text(answered()).unwrap_err();
    assert!(refusal.contains("invalid_character") && !refusal.contains("SECRET"), "{refusal}");
}

#[wasm_bindgen_test]
fn many_are_planned_and_signed_in_one_go_or_refused_by_their_number() {
    let rows = format!("doku.createRefund\n10\nfresh-1 fresh-2\n[{INPUT},{INPUT}]");
    let plans = text(plan_all(give(&rows))).unwrap();
    // The Request-Id, which no two rows may share, stands before the lines of each plan.
    let lines = plans.split_terminator('\0').map(|row| row.split_once('\n').unwrap().1);
    let texts = lines.map(|plan| [NONCE, "\n", plan, "\0"].concat()).collect::<String>();
    let requests = text(doku(SECRET).unwrap().sign_all(give(&format!("10\n{texts}")), NOW)).unwrap();
    assert_eq!(requests.matches("HMACSHA256=PbXbORYE8A6TqM+Vyo87ViRTb/TrsS3xEsk2sxeJ4BU=\0").count(), 2);

    let refusal = text(plan_all(give(&rows.replace(&format!(",{INPUT}"), ",{}")))).unwrap_err();
    assert!(refusal.contains(r#""path":"11.amount""#) && !refusal.contains(r#""path":"10"#), "{refusal}");
}

#[wasm_bindgen_test]
fn a_stored_plan_is_checked_and_fields_are_named() {
    let refusal = text(check_plan(give(r#"{"version":2}"#))).unwrap_err();
    assert!(refusal.contains("unsupported_plan_version"), "{refusal}");
    let names = text(fields(give("doku.createRefund"))).unwrap();
    assert!(names.lines().any(|name| name == "requestId*"), "{names}");
}

#[wasm_bindgen_test]
fn an_answer_longer_than_what_was_given_moves_the_room() {
    give("");
    let long = format!(r#"{{"{}":1}}"#, "x".repeat(50_000));
    let refusal = planned(&long).unwrap_err();
    assert!(refusal.contains("unknown_field"));
    assert!(planned(INPUT).is_ok());
}

#[wasm_bindgen_test]
fn webhooks_are_events_only_when_they_are_signed() {
    let settings = "razorpay\nsecrets 7\nsecrets 3\n\n{}";
    give(&format!("{settings}whsec_1old"));
    let reader = webhooks(settings.len(), 10).unwrap();
    let read = |signature: &str| {
        let head = format!("1\nX-Razorpay-Signature\n{signature}\n");
        let body = r#"{"event":"refund.processed"}"#;
        give(&format!("{head}{body}"));
        text(reader.read(head.len(), body.len(), f64::NAN))
    };
    assert!(read(&"0".repeat(64)).unwrap_err().contains("signature_mismatch"));
    // HMAC-SHA256 of the body under whsec_1.
    let event = read("9e02c613576497cac8b70888424e96791ed6dcf8d75f3495077b7c08f91d6eb0").unwrap();
    assert!(event.contains(r#""kind":"refund.processed""#), "{event}");
    assert!(webhooks(give("durianpay\n\n{}"), 0).is_none());
    assert!(text(answered()).unwrap_err().contains("unknown_operation"));
}
