//! The JavaScript surface: plain objects in, plain objects out. The only place that knows JavaScript.
//!
//! Objects cross the boundary as one JSON text each way: `JSON.stringify` and `JSON.parse` are native code
//! and one crossing, where a walk over the object is a crossing per field. Secrets never travel that way;
//! they are copied straight into buffers that are wiped.
//!
//! Every refusal is thrown as an `Error` with `name: "RefundError"`, `code` and `problems`.
#![allow(clippy::missing_errors_doc, reason = "the crate documentation says once what every function throws")]
#![allow(clippy::needless_pass_by_value, reason = "wasm-bindgen and `map_err` hand values over")]

mod wipe;

use crate::wipe::burning;
use js_sys::{Array, Object, Reflect, Uint8Array};
use refund_signer::encode::base64;
use refund_signer::encode::json::{Value, Writer, write_list, write_string};
use refund_signer::error::{ErrorCode, Problems, RefundError};
use refund_signer::http::{Headers, HttpResponse};
use refund_signer::input::{Field, Kind, Need, Settings};
use refund_signer::webhook::Delivery;
use refund_signer::{Attempt, PROVIDERS, Plan, Provider, Secret};
use wasm_bindgen::intern;
use wasm_bindgen::prelude::*;

/// Inputs and settings above this many UTF-16 units are refused before they are copied.
const MAX_INPUT: u32 = 1 << 20;
/// Answers above this many bytes are not read: their verdict is that of an unreadable one.
const MAX_BODY: u32 = 8 << 20;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = JSON, js_name = stringify)]
    fn stringify(value: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = JSON, js_name = stringify)]
    fn stringify_with(
        value: &JsValue,
        replacer: &mut dyn FnMut(JsValue, JsValue) -> JsValue,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = JSON, js_name = parse)]
    fn parse(text: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Array, js_name = from)]
    fn array_from(iterable: &JsValue) -> Result<Array, JsValue>;
    // A revoked proxy throws even here.
    #[wasm_bindgen(catch, js_namespace = Array, js_name = isArray)]
    fn is_array_of(value: &JsValue) -> Result<bool, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Object, js_name = entries)]
    fn entries(object: &JsValue) -> Result<Array, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Object, js_name = keys)]
    fn keys(object: &JsValue) -> Result<Array, JsValue>;
}

/// Plans an operation, such as `plan("doku.createRefund", input, crypto.randomUUID())`.
/// `fresh` becomes the idempotency value where the operation has one and the input leaves it out.
#[wasm_bindgen]
pub fn plan(operation: &str, input: &JsValue, fresh: Option<String>) -> Result<JsValue, JsValue> {
    let (provider, name) = operation.split_once('.').unwrap_or((operation, ""));
    let found = PROVIDERS.iter().find_map(|known| known.operation(provider, name));
    let found = found
        .ok_or_else(|| RefundError::new(ErrorCode::UnknownOperation, "operation", "is no operation of this build."))
        .map_err(thrown)?;
    let needs_nothing = found.fields.iter().all(|field| field.need != Need::Required);
    let left_out = input.is_undefined() && needs_nothing;
    let text = if left_out { String::from("{}") } else { json_text(input, "").map_err(thrown)? };
    let value = Value::parse(&text)
        .ok_or_else(|| RefundError::new(ErrorCode::WrongType, "", "is nested too deeply."))
        .map_err(thrown)?;
    nothing_lost(found.fields, input, &value).map_err(thrown)?;
    parse(&Plan::new(found, &value, fresh.as_deref()).map_err(thrown)?.to_json())
}

/// The plan that asks what became of another plan; `undefined` where the provider has none. `fresh` as in [`plan`]:
/// what makes this query another one than that before it.
#[wasm_bindgen(js_name = queryFor)]
pub fn query_for(plan: &JsValue, fresh: Option<String>) -> Result<JsValue, JsValue> {
    let plan = read_plan(plan).map_err(thrown)?;
    let provider = PROVIDERS.iter().find(|known| known.name == plan.operation.provider);
    let query = provider.and_then(|known| (known.query_for)(&plan, fresh.as_deref()));
    query.map_or(Ok(JsValue::UNDEFINED), |query| parse(&query.to_json()))
}

/// The memory of this instance, so that the loader can wipe it before it drops a broken one.
#[wasm_bindgen(js_name = linearMemory)]
#[must_use]
pub fn linear_memory() -> JsValue {
    wasm_bindgen::memory()
}

/// Every provider with its settings, operations and fields, for forms and documentation.
#[wasm_bindgen]
pub fn catalog() -> Result<JsValue, JsValue> {
    let mut json = String::new();
    write_list(&mut json, PROVIDERS, |out, known| out.push_str(&provider_json(known)));
    parse(&json)
}

/// Signs a provider's plans and reads its answers. Owns wasm memory: `free()` wipes its secrets.
#[wasm_bindgen]
pub struct Client {
    client: Box<dyn refund_signer::Client>,
}

#[wasm_bindgen]
impl Client {
    /// `new Client("doku", { clientId, secretKey, environment: "sandbox" })`
    #[wasm_bindgen(constructor)]
    pub fn new(provider: &str, settings: &JsValue) -> Result<Client, JsValue> {
        let known = find_provider(provider).map_err(thrown)?;
        burning(|| {
            let given = split_settings(known.settings, settings)?;
            (known.client)(&given.settings()).map(|client| Client { client })
        })
        .map_err(thrown)
    }

    /// Signs one attempt. `now`: milliseconds since 1970; `nonce`: 8 to 32 letters and digits, new each time.
    pub fn sign(&self, plan: &JsValue, now: f64, nonce: &str) -> Result<JsValue, JsValue> {
        let plan = read_plan(plan).map_err(thrown)?;
        let attempt = Attempt::new(whole_number(now), nonce).map_err(thrown)?;
        parse(&burning(|| self.client.sign(&plan, &attempt).map(|request| request.to_json())).map_err(thrown)?)
    }

    /// One attempt whose message is signed elsewhere: `{ algorithm, message, also?, header, prefix, encoding,
    /// request }`. The signature, encoded and after the prefix, goes into that header of the request.
    pub fn prepare(&self, plan: &JsValue, now: f64, nonce: &str) -> Result<JsValue, JsValue> {
        let plan = read_plan(plan).map_err(thrown)?;
        let attempt = Attempt::new(whole_number(now), nonce).map_err(thrown)?;
        parse(&burning(|| self.client.prepare(&plan, &attempt).map(|prepared| prepared.to_json())).map_err(thrown)?)
    }

    /// The signing of one attempt made visible: `{ formula, components, stringToSign, header }`, without secrets.
    pub fn explain(&self, plan: &JsValue, now: f64, nonce: &str) -> Result<JsValue, JsValue> {
        let plan = read_plan(plan).map_err(thrown)?;
        let attempt = Attempt::new(whole_number(now), nonce).map_err(thrown)?;
        parse(&burning(|| self.client.explain(&plan, &attempt).map(|shown| shown.to_json())).map_err(thrown)?)
    }

    /// Turns `{ status, headers, body }` into a verdict; `null` when no answer arrived.
    pub fn read(&self, plan: &JsValue, response: &JsValue) -> Result<JsValue, JsValue> {
        let plan = read_plan(plan).map_err(thrown)?;
        let response = read_response(response).map_err(thrown)?;
        parse(&burning(|| self.client.read(&plan, response.as_ref()).map(|verdict| verdict.to_json())).map_err(thrown)?)
    }
}

/// Reads a provider's webhooks. Owns wasm memory: `free()` wipes its secrets.
#[wasm_bindgen]
pub struct Webhooks {
    reader: Box<dyn refund_signer::webhook::Webhooks>,
}

#[wasm_bindgen]
impl Webhooks {
    /// `new Webhooks("razorpay", { secrets: ["whsec_…"] })`
    #[wasm_bindgen(constructor)]
    pub fn new(provider: &str, settings: &JsValue) -> Result<Webhooks, JsValue> {
        let table = find_provider(provider).and_then(|known| {
            let missing = || RefundError::new(ErrorCode::UnknownOperation, "provider", "documents no refund webhooks.");
            known.webhooks.as_ref().ok_or_else(missing)
        });
        let table = table.map_err(thrown)?;
        burning(|| {
            let given = split_settings(table.settings, settings)?;
            (table.reader)(&given.settings()).map(|reader| Webhooks { reader })
        })
        .map_err(thrown)
    }

    /// The verified event of `{ headers, body }`. `now`, in milliseconds since 1970, is needed only where
    /// the reader has a window.
    pub fn read(&self, delivery: &JsValue, now: Option<f64>) -> Result<JsValue, JsValue> {
        let delivery = read_delivery(delivery).map_err(thrown)?;
        let now = now.map(whole_number);
        parse(&burning(|| self.reader.read(&delivery, now).map(|event| event.to_json())).map_err(thrown)?)
    }

    /// What the host verifies with the provider's public key: `{ algorithm, messages, signature }`, the
    /// signature in base64. Then `finish`.
    pub fn prepare(&self, delivery: &JsValue, now: Option<f64>) -> Result<JsValue, JsValue> {
        let delivery = read_delivery(delivery).map_err(thrown)?;
        let unverified = self.reader.prepare(&delivery, now.map(whole_number)).map_err(thrown)?;
        let mut messages = String::new();
        write_list(&mut messages, &unverified.messages, |out, message| write_string(out, message));
        let mut json = Writer::object();
        json.text("algorithm", unverified.algorithm.as_str())
            .raw("messages", &messages)
            .text("signature", &base64(&unverified.signature));
        parse(&json.finish())
    }

    /// The event of a delivery that the host has verified.
    pub fn finish(&self, delivery: &JsValue, verified: bool) -> Result<JsValue, JsValue> {
        let delivery = read_delivery(delivery).map_err(thrown)?;
        parse(&self.reader.finish(&delivery, verified).map_err(thrown)?.to_json())
    }
}

fn find_provider(name: &str) -> Result<&'static Provider, RefundError> {
    let known = PROVIDERS.iter().find(|known| known.name == name).copied();
    known.ok_or_else(|| RefundError::new(ErrorCode::UnknownOperation, "provider", "is none of this build's."))
}

/// The error as JavaScript throws it: an `Error` with `name`, `code` and `problems`.
fn thrown(error: RefundError) -> JsValue {
    let object = js_sys::Error::new(&error.to_string());
    object.set_name("RefundError");
    let problems = parse(&error.problems_json()).unwrap_or(JsValue::NULL);
    // Setting properties of a fresh Error cannot fail.
    let _ = Reflect::set(&object, &intern("code").into(), &error.code().as_str().into());
    let _ = Reflect::set(&object, &intern("problems").into(), &problems);
    object.into()
}

/// The object as JSON text, or the text itself where a text is given. `BigInt`s become their digits.
fn json_text(value: &JsValue, path: &str) -> Result<String, RefundError> {
    let wrong = |message: &str| RefundError::new(ErrorCode::WrongType, path, message);
    if value.is_null() || !(value.is_object() || value.is_string()) || is_array(value) {
        return Err(wrong("must be an object."));
    }
    let text = if value.is_string() {
        value.clone()
    } else {
        stringify(value)
            .or_else(|_| stringify_with(value, &mut digits_of_big_int))
            .map_err(|_| wrong("cannot be read: it is cyclic, or one of its getters throws."))?
    };
    let text = text.dyn_into::<js_sys::JsString>().map_err(|_| wrong("must be an object."))?;
    if text.length() > MAX_INPUT {
        return Err(RefundError::new(ErrorCode::TooLong, path, "is larger than 1 MiB as JSON."));
    }
    Ok(String::from(text))
}

/// Refuses a field that the object has and its JSON has not: a function, a symbol, something inherited. An
/// `undefined` counts as left out, but not for an amount: without one some operations refund everything.
fn nothing_lost(fields: &[Field], input: &JsValue, value: &Value<'_>) -> Result<(), RefundError> {
    let mut problems = Problems::default();
    for field in fields.iter().filter(|field| value.get(field.name).is_none()) {
        let name = JsValue::from(intern(field.name));
        if !input.is_object() || !Reflect::has(input, &name).unwrap_or(true) {
            continue;
        }
        let is_undefined = Reflect::get(input, &name).is_ok_and(|given| given.is_undefined());
        if !is_undefined || matches!(field.kind, Kind::Money { .. }) {
            let message = "is there, but has no value that can be sent: undefined, a function or inherited.";
            problems.add(ErrorCode::WrongType, field.name, message);
        }
    }
    problems.or(())
}

fn digits_of_big_int(_: JsValue, value: JsValue) -> JsValue {
    value.dyn_ref::<js_sys::BigInt>().and_then(|big| big.to_string(10).ok()).map_or(value.clone(), JsValue::from)
}

fn is_array(value: &JsValue) -> bool {
    is_array_of(value).unwrap_or(false)
}

fn read_plan(plan: &JsValue) -> Result<Plan, RefundError> {
    let text =
        json_text(plan, "plan").map_err(|error| RefundError::new(ErrorCode::InvalidPlan, "plan", message(error)))?;
    Plan::parse(&text, PROVIDERS)
}

fn message(error: RefundError) -> String {
    error.problems.into_iter().next().map(|problem| problem.message).unwrap_or_default()
}

/// Settings as JSON text, and apart from it the secrets.
struct Given {
    values: String,
    secrets: Vec<(&'static str, Secret)>,
}

impl Given {
    fn settings(&self) -> Settings<'_> {
        let settings = Settings::new(Value::parse(&self.values).unwrap_or(Value::Null));
        self.secrets.iter().fold(settings, |settings, (name, secret)| settings.secret(name, secret.clone()))
    }
}

/// Takes the secrets out of the settings: those fields that the table says are.
fn split_settings(table: &'static [Field], settings: &JsValue) -> Result<Given, RefundError> {
    let refuse = |path: &str, message: &str| RefundError::new(ErrorCode::WrongType, path, message);
    if !settings.is_object() || is_array(settings) {
        return Err(refuse("", "must be an object."));
    }
    let plain = Object::new();
    let mut secrets = Vec::new();
    for name in keys(settings).map_err(|_| refuse("", "cannot be read."))?.iter() {
        let value = Reflect::get(settings, &name).map_err(|_| refuse("", "has a getter that throws."))?;
        let field = table.iter().find(|field| name == field.name);
        match field.map(|field| (field.name, field.kind)) {
            Some((_, Kind::Secret | Kind::Secrets)) if value.is_undefined() => {}
            Some((name, Kind::Secret)) => secrets.push((name, read_secret(&value, name)?)),
            Some((name, Kind::Secrets)) if is_array(&value) => {
                for item in Array::from(&value).iter() {
                    secrets.push((name, read_secret(&item, name)?));
                }
            }
            Some((name, Kind::Secrets)) => return Err(refuse(name, "must be an array of secrets.")),
            _ => drop(Reflect::set(&plain, &name, &value)),
        }
    }
    Ok(Given { values: json_text(&plain, "")?, secrets })
}

/// Copies a secret from text or bytes straight into its final buffer.
fn read_secret(value: &JsValue, name: &str) -> Result<Secret, RefundError> {
    if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
        return Ok(Secret::new(bytes.to_vec().into_boxed_slice()));
    }
    let text = value
        .as_string()
        .ok_or_else(|| RefundError::new(ErrorCode::WrongType, name, "must be text or a Uint8Array."))?;
    Ok(Secret::new(text.into_bytes().into_boxed_slice()))
}

/// `{ status, headers, body }` of a host; `None` for null: no answer arrived.
fn read_response(response: &JsValue) -> Result<Option<HttpResponse<'static>>, RefundError> {
    if response.is_null() || response.is_undefined() {
        return Ok(None);
    }
    let mut problems = Problems::default();
    let status = member(response, "status").as_f64().map(whole_number).and_then(|status| u16::try_from(status).ok());
    if !status.is_some_and(|status| (100..=999).contains(&status)) {
        problems.add(ErrorCode::InvalidResponse, "status", "is not an HTTP status code.");
    }
    let raw_body = "is not the raw body: give bytes or the exact text, not a stream and not a parsed object.";
    let received = read_received(response, ErrorCode::InvalidResponse, raw_body, &mut problems);
    let response = status.zip(received);
    problems
        .complete(response.map(|(status, (headers, body))| Some(HttpResponse { status, headers, body: body.into() })))
}

/// `{ headers, body }` of a webhook request.
fn read_delivery(delivery: &JsValue) -> Result<Delivery<'static>, RefundError> {
    let mut problems = Problems::default();
    let raw_body = "is not the raw body. A parsed object cannot be verified: the signature covers the exact bytes.";
    let received = read_received(delivery, ErrorCode::InvalidWebhook, raw_body, &mut problems);
    problems.complete(received.map(|(headers, body)| Delivery { headers, body: body.into() }))
}

/// Headers and raw body, which answers and deliveries have alike.
fn read_received(
    message: &JsValue,
    code: ErrorCode,
    raw_body: &str,
    problems: &mut Problems,
) -> Option<(Headers<'static>, Vec<u8>)> {
    let headers = read_headers(&member(message, "headers"));
    if headers.is_none() {
        problems.add(code, "headers", "is not a Headers object, a plain object or an array of pairs.");
    }
    let body = read_body(&member(message, "body"));
    if body.is_none() {
        problems.add(code, "body", raw_body);
    }
    headers.zip(body)
}

fn member(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &intern(name).into()).unwrap_or(JsValue::UNDEFINED)
}

/// Names and values of a `Headers` object, of an array of pairs or of a plain object.
fn read_headers(headers: &JsValue) -> Option<Headers<'static>> {
    if !headers.is_object() {
        return None;
    }
    let iterator = Reflect::get(headers, &js_sys::Symbol::iterator()).ok()?;
    let pairs = if iterator.is_function() { array_from(headers).ok()? } else { entries(headers).ok()? };
    let mut found = Headers::new();
    for pair in pairs.iter() {
        let pair = pair.dyn_into::<Array>().ok()?;
        let value = pair.get(1);
        // Node's headers give an array for a header that stands several times.
        let values = if is_array(&value) { Array::from(&value) } else { Array::of1(&value) };
        for value in values.iter().filter(|value| !value.is_undefined()) {
            found.push((pair.get(0).as_string()?.into(), value.as_string()?.into()));
        }
    }
    Some(found)
}

fn read_body(body: &JsValue) -> Option<Vec<u8>> {
    if let Some(text) = body.dyn_ref::<js_sys::JsString>() {
        return Some(if text.length() > MAX_BODY { vec![0] } else { String::from(text).into_bytes() });
    }
    let bytes = match body.dyn_ref::<js_sys::ArrayBuffer>() {
        Some(buffer) => Uint8Array::new(buffer),
        None => body.dyn_ref::<Uint8Array>()?.clone(),
    };
    // An oversized answer is not copied; no byte of it can be read as JSON then.
    Some(if bytes.length() > MAX_BODY { vec![0] } else { bytes.to_vec() })
}

/// A clock or a status as a whole number; 0, which every check refuses, for what is none.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the casts saturate, and 0 is refused")]
fn whole_number(number: f64) -> u64 {
    if number.is_finite() { number as u64 } else { 0 }
}

fn provider_json(known: &Provider) -> String {
    let mut json = Writer::object();
    json.text("name", known.name).text("title", known.title).raw("settings", &fields_json(known.settings));
    let mut operations = String::new();
    write_list(&mut operations, known.operations, |out, operation| {
        let mut json = Writer::object();
        json.text("name", operation.name)
            .text("doc", operation.doc)
            .text("method", operation.method.as_str())
            .text("path", operation.path)
            .flag("movesMoney", operation.moves_money)
            .raw("fields", &fields_json(operation.fields));
        out.push_str(&json.finish());
    });
    json.raw("operations", &operations);
    json.finish()
}

fn fields_json(fields: &[Field]) -> String {
    let mut list = String::new();
    write_list(&mut list, fields, |out, field| {
        let need = match field.need {
            Need::Required => "required",
            Need::Optional => "optional",
            Need::Made => "made",
        };
        let mut json = Writer::object();
        json.text("name", field.name).text("need", need).text("doc", field.doc);
        write_kind(&mut json, field.kind);
        out.push_str(&json.finish());
    });
    list
}

fn write_kind(json: &mut Writer, kind: Kind) {
    let range = |json: &mut Writer, name: &str, min: usize, max: usize| {
        json.text("kind", name).raw("min", &min.to_string()).raw("max", &max.to_string());
    };
    let texts = |values: &[&str]| {
        let mut list = String::new();
        write_list(&mut list, values, |out, value| write_string(out, value));
        list
    };
    match kind {
        Kind::Text { min, max } => range(json, "text", min, max),
        Kind::Header { min, max } => range(json, "header", min, max),
        Kind::Prose { max } => range(json, "prose", 0, max),
        Kind::Token { min, max } => range(json, "token", min, max),
        Kind::Long => drop(json.text("kind", "long")),
        Kind::Integer { min, max } => {
            json.text("kind", "integer").raw("min", &min.to_string()).raw("max", &max.to_string());
        }
        Kind::Decimal => drop(json.text("kind", "decimal")),
        Kind::Flag => drop(json.text("kind", "flag")),
        Kind::OneOf(choices) => drop(json.text("kind", "oneOf").raw("choices", &texts(choices))),
        Kind::SomeOf(choices) => drop(json.text("kind", "someOf").raw("choices", &texts(choices))),
        Kind::Money { currencies, .. } => drop(json.text("kind", "money").raw("currencies", &texts(currencies))),
        Kind::Notes { pairs, max } => {
            json.text("kind", "notes").raw("pairs", &pairs.to_string()).raw("max", &max.to_string());
        }
        Kind::List(fields) => drop(json.text("kind", "list").raw("fields", &fields_json(fields))),
        Kind::Secret => drop(json.text("kind", "secret")),
        Kind::Secrets => drop(json.text("kind", "secrets")),
    }
}
