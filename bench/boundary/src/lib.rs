//! The same data in and out by every way that was considered: four texts, a time and a nonce in; method, URL, five
//! headers and a body out, as long as those of a DOKU refund. The work between is the least that makes the output
//! depend on the input, so that what is measured is the boundary.

use std::cell::RefCell;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

const URL: &str = "https://api-sandbox.doku.com/cancellation/credit-card/refund";
const SIGNATURE: &str = "HMACSHA256=PbXbORYE8A6TqM+Vyo87ViRTb/TrsS3xEsk2sxeJ4BU=";
const CLIENT_ID: &str = "MCH-0001-10791114622547";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Input {
    invoice_number: String,
    original_request_id: String,
    amount: Amount,
    request_id: String,
}

#[derive(Deserialize)]
pub struct Amount {
    value: String,
    #[allow(dead_code, reason = "it crosses the boundary, which is what is measured")]
    currency: String,
}

#[derive(Serialize)]
pub struct Output {
    method: &'static str,
    url: &'static str,
    headers: Headers,
    body: String,
}

#[derive(Serialize)]
pub struct Headers {
    #[serde(rename = "Content-Type")]
    content_type: &'static str,
    #[serde(rename = "Client-Id")]
    client_id: &'static str,
    #[serde(rename = "Request-Id")]
    request_id: String,
    #[serde(rename = "Request-Timestamp")]
    timestamp: String,
    #[serde(rename = "Signature")]
    signature: &'static str,
}

fn body(invoice: &str, original: &str, value: &str) -> String {
    let mut out = String::with_capacity(192);
    out.push_str(r#"{"order":{"invoice_number":""#);
    out.push_str(invoice);
    out.push_str(r#""},"payment":{"original_request_id":""#);
    out.push_str(original);
    out.push_str(r#""},"refund":{"amount":"#);
    out.push_str(value);
    out.push_str("}}");
    out
}

fn timestamp(now: f64) -> String {
    // Twenty characters that depend on the time; which ones does not matter here.
    let mut out = String::with_capacity(20);
    let _ = write!(out, "{:020}", now as u64);
    out
}

fn output(input: &Input, now: f64) -> Output {
    Output {
        method: "POST",
        url: URL,
        headers: Headers {
            content_type: "application/json",
            client_id: CLIENT_ID,
            request_id: input.request_id.clone(),
            timestamp: timestamp(now),
            signature: SIGNATURE,
        },
        body: body(&input.invoice_number, &input.original_request_id, &input.amount.value),
    }
}

/// Objects, walked member by member from inside the module.
#[wasm_bindgen]
pub fn by_serde(input: JsValue, now: f64, _nonce: &str) -> JsValue {
    let input: Input = serde_wasm_bindgen::from_value(input).unwrap_throw();
    serde_wasm_bindgen::to_value(&output(&input, now)).unwrap_throw()
}

/// One JSON text each way; stringify and parse are called outside.
#[wasm_bindgen]
pub fn by_json(input: &str, now: f64, _nonce: &str) -> String {
    let input: Input = serde_json::from_str(input).unwrap_throw();
    serde_json::to_string(&output(&input, now)).unwrap_throw()
}

/// One text each way, its parts separated by line feeds, which none of them may hold.
#[wasm_bindgen]
pub fn by_packed(input: &str, now: f64) -> String {
    let mut parts = input.split('\n');
    let mut part = || parts.next().unwrap_or_default();
    let (invoice, original, value, _currency, id) = (part(), part(), part(), part(), part());
    let body = body(invoice, original, value);
    [URL, id, &timestamp(now), SIGNATURE, &body].join("\n")
}

/// The same, but only what JavaScript does not know already comes out: time and signature.
#[wasm_bindgen]
pub fn by_packed_least(input: &str, now: f64) -> String {
    let mut parts = input.split('\n');
    let mut part = || parts.next().unwrap_or_default();
    let (invoice, original, value, _currency, _id) = (part(), part(), part(), part(), part());
    KEPT.with_borrow_mut(|kept| *kept = body(invoice, original, value));
    [&timestamp(now), SIGNATURE].join("\n")
}

/// What comes out by getters.
#[wasm_bindgen]
pub struct Request {
    id: String,
    timestamp: String,
    body: String,
}

#[wasm_bindgen]
impl Request {
    #[wasm_bindgen(getter)]
    pub fn url(&self) -> String {
        URL.to_owned()
    }
    #[wasm_bindgen(getter)]
    pub fn id(&self) -> String {
        self.id.clone()
    }
    #[wasm_bindgen(getter)]
    pub fn timestamp(&self) -> String {
        self.timestamp.clone()
    }
    #[wasm_bindgen(getter)]
    pub fn signature(&self) -> String {
        SIGNATURE.to_owned()
    }
    #[wasm_bindgen(getter)]
    pub fn body(&self) -> String {
        self.body.clone()
    }
}

/// One argument per text, one getter per text.
#[wasm_bindgen]
pub fn by_arguments(
    invoice: &str,
    original: &str,
    value: &str,
    _currency: &str,
    id: &str,
    now: f64,
    _nonce: &str,
) -> Request {
    Request { id: id.to_owned(), timestamp: timestamp(now), body: body(invoice, original, value) }
}

/// An object built from inside the module, with names that are known to JavaScript since the first call.
#[wasm_bindgen]
pub fn by_interned(input: &str, now: f64) -> js_sys::Object {
    let mut parts = input.split('\n');
    let mut part = || parts.next().unwrap_or_default();
    let (invoice, original, value, _currency, id) = (part(), part(), part(), part(), part());
    let set = |object: &js_sys::Object, name: &str, value: &JsValue| {
        let _ = js_sys::Reflect::set(object, &JsValue::from_str(wasm_bindgen::intern(name)), value);
    };
    let constant = |text: &'static str| JsValue::from_str(wasm_bindgen::intern(text));
    let (request, headers) = (js_sys::Object::new(), js_sys::Object::new());
    set(&headers, "Content-Type", &constant("application/json"));
    set(&headers, "Client-Id", &constant(CLIENT_ID));
    set(&headers, "Request-Id", &id.into());
    set(&headers, "Request-Timestamp", &timestamp(now).into());
    set(&headers, "Signature", &SIGNATURE.into());
    set(&request, "method", &constant("POST"));
    set(&request, "url", &constant(URL));
    set(&request, "headers", &headers);
    set(&request, "body", &body(invoice, original, value).into());
    request
}

const BUFFER: usize = 1 << 16;

thread_local! {
    static KEPT: RefCell<String> = const { RefCell::new(String::new()) };
    static SHARED: RefCell<Vec<u8>> = RefCell::new(vec![0; BUFFER]);
    static PLANS: RefCell<Vec<[String; 5]>> = const { RefCell::new(Vec::new()) };
}

/// Where the buffer is that both sides write to: it never moves.
#[wasm_bindgen]
pub fn buffer() -> *const u8 {
    SHARED.with_borrow(|shared| shared.as_ptr())
}

#[wasm_bindgen]
pub fn linear_memory() -> JsValue {
    wasm_bindgen::memory()
}

/// Reads as many bytes as are given from the shared buffer, and leaves its answer there: no allocation of the glue.
/// What JavaScript knows already does not come back.
#[wasm_bindgen]
pub fn by_buffer(length: usize, now: f64) -> usize {
    SHARED.with_borrow_mut(|shared| {
        let text = std::str::from_utf8(shared.get(..length).unwrap_or_default()).unwrap_or_default();
        let mut parts = text.split('\n');
        let mut part = || parts.next().unwrap_or_default();
        let (invoice, original, value) = (part(), part(), part());
        let out = [&timestamp(now), SIGNATURE, &body(invoice, original, value)].join("\n");
        shared.get_mut(..out.len()).unwrap_or_default().copy_from_slice(out.as_bytes());
        out.len()
    })
}

/// Keeps what a plan holds, for [`by_handle`].
#[wasm_bindgen]
pub fn keep(invoice: String, original: String, value: String, currency: String, id: String) -> usize {
    PLANS.with_borrow_mut(|plans| {
        plans.push([invoice, original, value, currency, id]);
        plans.len() - 1
    })
}

/// A plan that the module has kept: a number goes in, time and signature come out through the shared buffer.
#[wasm_bindgen]
pub fn by_handle(plan: usize, now: f64) -> usize {
    PLANS.with_borrow(|plans| {
        let [invoice, original, value, ..] = &plans[plan];
        KEPT.with_borrow_mut(|kept| *kept = body(invoice, original, value));
    });
    SHARED.with_borrow_mut(|shared| {
        let out = [&timestamp(now), SIGNATURE].join("\n");
        shared.get_mut(..out.len()).unwrap_or_default().copy_from_slice(out.as_bytes());
        out.len()
    })
}

/// The work alone, with nothing passed but a number: what every other way costs more is the boundary.
#[wasm_bindgen]
pub fn inside(plan: usize, now: f64) -> usize {
    PLANS.with_borrow(|plans| {
        let [invoice, original, value, ..] = &plans[plan];
        let text = body(invoice, original, value);
        let time = timestamp(now);
        let length = text.len() + time.len();
        KEPT.with_borrow_mut(|kept| *kept = text);
        length
    })
}
