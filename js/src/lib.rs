//! The JavaScript surface: calls that pass numbers, and one buffer that everything else crosses in.
//! The only place that knows JavaScript.
//!
//! It is made for the package's own `lib/`, which checks and copies what callers give and makes plain objects of
//! what comes back. Every call that returns `i32` leaves its answer in the buffer ([`room`]) and returns the number
//! of its bytes, negative when it is a refusal: `[{"code","path","message","userAction"}, …]`.
#![allow(clippy::must_use_candidate, reason = "the one caller is JavaScript")]

mod exchange;
mod lines;
mod wipe;

use crate::exchange::Given;
use crate::wipe::burning;
use refund_signer::encode::json::{Value, Writer, write_list, write_string};
use refund_signer::encode::{base64, decimal};
use refund_signer::error::{ErrorCode, Problems, RefundError};
use refund_signer::http::HttpResponse;
use refund_signer::input::{Field, Need, Settings};
use refund_signer::lifecycle::reconcile::parse_accounts;
use refund_signer::lifecycle::{Observation, Policy, Record, Step, check_time, find_refund, reconcile};
use refund_signer::sign::Explanation;
use refund_signer::webhook::Delivery;
use refund_signer::{Attempt, PROVIDERS, Plan};
use wasm_bindgen::prelude::*;

/// Where the host may write that many bytes. Ask again after every call: the place moves as the buffer grows.
#[wasm_bindgen]
pub fn room(size: usize) -> *const u8 {
    exchange::room(size)
}

/// The memory of this instance: what the buffer is in, and what the loader wipes before it drops a broken instance.
#[wasm_bindgen(js_name = linearMemory)]
pub fn linear_memory() -> JsValue {
    wasm_bindgen::memory()
}

/// What the last call answered: for those that return an object or nothing.
#[wasm_bindgen]
pub fn answered() -> i32 {
    exchange::answered()
}

/// Plans an operation: `doku.createRefund`, a random UUID, and the input as JSON, a line each. Where no input is
/// given the third line is empty. Answers with the lines of the plan.
#[wasm_bindgen]
pub fn plan(length: usize) -> i32 {
    let given = Given::take(length, 0);
    let result = plan_lines(given.text());
    given.answer(result)
}

/// Plans many inputs of one operation: `doku.createRefund`, the number of the first input, a random UUID for each
/// with spaces between them, and the array of the inputs as JSON. Answers for each with the texts of its fields that no
/// other may have, a line each, and the lines of its plan; NUL behind each.
#[wasm_bindgen(js_name = planAll)]
pub fn plan_all(length: usize) -> i32 {
    let given = Given::take(length, 0);
    let result = all_plan_lines(given.text());
    given.answer(result)
}

/// The names of an operation's fields, a line each, with a `*` behind those whose text no two refunds share.
#[wasm_bindgen]
pub fn fields(length: usize) -> i32 {
    let given = Given::take(length, 0);
    let result = field_names(given.text());
    given.answer(result)
}

/// Checks a plan that was stored or sent, as JSON, and answers with its lines.
#[wasm_bindgen(js_name = checkPlan)]
pub fn check_plan(length: usize) -> i32 {
    let given = Given::take(length, 0);
    let result = Plan::parse(given.text(), PROVIDERS).map(|plan| lines::of_plan(&plan));
    given.answer(result)
}

/// The plan that asks what became of another one: a random UUID, and the lines of the other plan. Answers with
/// nothing where the provider has no such plan.
#[wasm_bindgen(js_name = queryFor)]
pub fn query_for(length: usize) -> i32 {
    let given = Given::take(length, 0);
    let result = query_lines(given.text());
    given.answer(result)
}

/// One of the lifecycle's functions: its name, then what it takes as JSON, a line each, and the plan's lines or the
/// stored record behind them. Answers with the record or the step, as JSON.
///
/// - `open`, the account, and the lines of the plan
/// - `next`, the policy or nothing, and the record
/// - `begin`, the step, and the record
/// - `observe`, the policy or nothing, the observation, and the record
/// - `find`, a verdict or an event, and the lines of the plan: answers with what it says of the plan's refund
/// - `reconcile`, the policy or nothing, and the lines of the records and lists: answers with where they disagree
#[wasm_bindgen]
pub fn follow(length: usize, now: f64) -> i32 {
    let given = Given::take(length, 0);
    let result = followed(given.text(), whole_number(now));
    given.answer(result)
}

fn followed(text: &str, now: u64) -> Result<String, RefundError> {
    let (verb, rest) = lines::first(text);
    let (json, rest) = lines::first(rest);
    match verb {
        "open" => {
            let account = parsed(json)?;
            let account = account.text().unwrap_or_default();
            Record::open(&lines::plan(rest)?, account, now).map(|record| record.to_json())
        }
        "find" => find_refund(&lines::plan(rest)?, &parsed(json)?).map(|found| found.to_json()),
        "reconcile" => {
            let (records, lists) = parse_accounts(rest, PROVIDERS)?;
            Ok(reconcile(&records, &lists, &policy(json)?).to_json())
        }
        "next" => {
            let (record, policy) = (Record::parse(rest, PROVIDERS)?, policy(json)?);
            check_time(now)?;
            Ok(record.next(now, &policy).to_json(&record, &policy))
        }
        "begin" => {
            let record = Record::parse(rest, PROVIDERS)?;
            let (id, action) = Step::parse(&parsed(json)?)?;
            record.begin(id, action, now).map(|record| record.to_json())
        }
        _ => {
            let (observation, record) = lines::first(rest);
            let record = Record::parse(record, PROVIDERS)?;
            let value = parsed(observation)?;
            let observation = Observation::from_json(&value)?;
            record.observe(&observation, now, &policy(json)?).map(|record| record.to_json())
        }
    }
}

fn policy(json: &str) -> Result<Policy, RefundError> {
    if json.is_empty() { Ok(Policy::DEFAULT) } else { Policy::from_json(&parsed(json)?) }
}

/// What a plan says, as JSON, for policies, forms and logs: the lines of the plan.
#[wasm_bindgen]
pub fn describe(length: usize) -> i32 {
    let given = Given::take(length, 0);
    let result = lines::plan(given.text()).and_then(|plan| plan.describe().map(|said| said.to_json()));
    given.answer(result)
}

fn plan_lines(text: &str) -> Result<String, RefundError> {
    let (name, rest) = lines::first(text);
    let (fresh, json) = lines::first(rest);
    let operation = lines::named_operation(name)?;
    let needs_nothing = operation.fields.iter().all(|field| field.need != Need::Required);
    let json = if json.is_empty() && needs_nothing { "{}" } else { json };
    Plan::new(operation, &parsed(json)?, Some(fresh)).map(|plan| lines::of_plan(&plan))
}

fn all_plan_lines(text: &str) -> Result<String, RefundError> {
    let (name, rest) = lines::first(text);
    let (at, rest) = lines::first(rest);
    let (fresh, json) = lines::first(rest);
    let operation = lines::named_operation(name)?;
    let inputs = parsed(json)?;
    let rows = inputs.list().unwrap_or_default().iter().zip(fresh.split(' '));
    let plans = rows.map(|(input, fresh)| Ok((input, Plan::new(operation, input, Some(fresh))?)));
    each(plans, at, json.len(), |(input, plan)| lines::of_row(input, &plan))
}

/// What cannot stand in any text that crosses here: JSON and header values hold no NUL.
const SEPARATOR: char = '\0';

/// The texts of all, or what is wrong with any, under its number.
fn each<T>(
    made: impl Iterator<Item = Result<T, RefundError>>,
    first: &str,
    size: usize,
    text_of: impl Fn(T) -> String,
) -> Result<String, RefundError> {
    let mut problems = Problems::default();
    let mut answer = String::with_capacity(size.saturating_mul(2));
    for (made, at) in made.zip(first.parse().unwrap_or(0_usize)..) {
        match made {
            Ok(made) => {
                answer.push_str(&text_of(made));
                answer.push(SEPARATOR);
            }
            Err(error) => problems.extend_under(&decimal(at), error),
        }
    }
    problems.or(answer)
}

/// What `JSON.stringify` could not write, `undefined`, is no text at all.
fn parsed(json: &str) -> Result<Value<'_>, RefundError> {
    let problem =
        if json.is_empty() { "must be an object." } else { "is no JSON, nested too deeply, or of too many values." };
    Value::parse(json).ok_or_else(|| RefundError::new(ErrorCode::WrongType, "", problem))
}

fn field_names(text: &str) -> Result<String, RefundError> {
    let operation = lines::named_operation(text)?;
    let is_unique = |field: &Field| operation.unique().any(|name| name == field.name);
    let line = |field: &Field| [field.name, if is_unique(field) { "*" } else { "" }].concat();
    let names: Vec<String> = operation.fields.iter().map(line).collect();
    Ok(names.join("\n"))
}

fn query_lines(text: &str) -> Result<String, RefundError> {
    let (fresh, plan) = lines::first(text);
    let plan = lines::plan(plan)?;
    let query = (lines::provider(plan.operation.provider)?.query_for)(&plan, Some(fresh));
    Ok(query.map_or_else(String::new, |query| lines::of_plan(&query)))
}

/// Signs a provider's plans and reads its answers. Owns memory of the module: `free()` wipes its secrets.
#[wasm_bindgen]
pub struct RawClient {
    client: Box<dyn refund_signer::Client>,
}

/// The signing of one attempt made visible where no secret is: `doku`, the settings as JSON, the nonce, and the lines
/// of the plan. Answers as [`RawClient::explain`].
#[wasm_bindgen]
pub fn explain(length: usize, now: f64) -> i32 {
    let given = Given::take(length, 0);
    let result = explained(given.text(), now).map(|shown| shown.to_json());
    given.answer(result)
}

fn explained(text: &str, now: f64) -> Result<Explanation, RefundError> {
    let (provider, rest) = lines::first(text);
    let (settings, rest) = lines::first(rest);
    let (attempt, plan) = attempt(rest, now)?;
    lines::provider(provider)?.explain(Settings::new(parsed(settings)?), &plan, &attempt)
}

/// Whether a signature is the provider's that comes in no webhook and no answer: `razorpay`, and the fields as the
/// settings of [`client`], with the secrets behind that text. Answers with nothing, or refuses.
#[wasm_bindgen]
pub fn verify(text: usize, secrets: usize) -> i32 {
    let given = Given::take(text, secrets);
    let (provider, rest) = lines::first(given.text());
    let result = burning(|| {
        let missing = || RefundError::new(ErrorCode::UnknownOperation, "provider", "documents no such signature.");
        let table = lines::provider(provider)?.verification.as_ref().ok_or_else(missing)?;
        with_settings(rest, given.more(), |settings| (table.verify)(settings))
    });
    given.answer(result.map(|()| String::new()))
}

/// Makes a client: `doku`, the names and lengths of the secrets, an empty line, and the other settings as JSON; the
/// secrets stand behind that text. Nothing where the settings are refused: [`answered`] then says so.
#[wasm_bindgen]
pub fn client(text: usize, secrets: usize) -> Option<RawClient> {
    let given = Given::take(text, secrets);
    let (provider, rest) = lines::first(given.text());
    let made = burning(|| {
        let known = lines::provider(provider)?;
        with_settings(rest, given.more(), |settings| (known.client)(settings))
    });
    settled(given, made).map(|client| RawClient { client })
}

#[wasm_bindgen]
impl RawClient {
    /// Signs one attempt: a nonce of 8 to 32 letters and digits, new each time, and the lines of the plan. `now`:
    /// milliseconds since 1970. Answers with the names of the headers, the URL and the values of the headers, a line each.
    pub fn sign(&self, length: usize, now: f64) -> i32 {
        let given = Given::take(length, 0);
        let result = burning(|| {
            let (attempt, plan) = attempt(given.text(), now)?;
            self.client.sign(&plan, &attempt).map(|request| lines::of_request(&request))
        });
        given.answer(result)
    }

    /// Signs one attempt of each of many plans: the number of the first plan, and then the texts that
    /// [`Client::sign`] takes, NUL behind each. Answers with what that answers, NUL behind each.
    #[wasm_bindgen(js_name = signAll)]
    pub fn sign_all(&self, length: usize, now: f64) -> i32 {
        let given = Given::take(length, 0);
        let result = burning(|| {
            let (at, texts) = lines::first(given.text());
            let signed = texts.split_terminator(SEPARATOR).map(|text| {
                let (attempt, plan) = attempt(text, now)?;
                self.client.sign(&plan, &attempt)
            });
            each(signed, at, texts.len(), |request| lines::of_request(&request))
        });
        given.answer(result)
    }

    /// One attempt whose message is signed elsewhere: `{ algorithm, message, also?, header, prefix, encoding,
    /// request }`. The signature, encoded and after the prefix, goes into that header of the request.
    pub fn prepare(&self, length: usize, now: f64) -> i32 {
        let given = Given::take(length, 0);
        let result = burning(|| {
            let (attempt, plan) = attempt(given.text(), now)?;
            self.client.prepare(&plan, &attempt).map(|prepared| prepared.to_json())
        });
        given.answer(result)
    }

    /// The signing of one attempt made visible: `{ formula, components, stringToSign, header, headers }`, without secrets.
    pub fn explain(&self, length: usize, now: f64) -> i32 {
        let given = Given::take(length, 0);
        let result = burning(|| {
            let (attempt, plan) = attempt(given.text(), now)?;
            self.client.explain(&plan, &attempt).map(|shown| shown.to_json())
        });
        given.answer(result)
    }

    /// The verdict, as JSON, on an answer: its headers and then the lines of the plan, with the body behind that
    /// text; status 0 when no answer arrived.
    pub fn read(&self, text: usize, body: usize, status: u16) -> i32 {
        let given = Given::take(text, body);
        let result = burning(|| {
            let (headers, plan) = lines::headers(given.text());
            let response = HttpResponse { status, headers, body: given.more().into() };
            let arrived = Some(&response).filter(|_| status > 0);
            self.client.read(&lines::plan(plan)?, arrived).map(|verdict| verdict.to_json())
        });
        given.answer(result)
    }
}

/// Reads a provider's webhooks. Owns memory of the module: `free()` wipes its secrets.
#[wasm_bindgen]
pub struct RawWebhooks {
    reader: Box<dyn refund_signer::webhook::Webhooks>,
}

/// Makes a webhook reader, as [`client`] makes a client.
#[wasm_bindgen]
pub fn webhooks(text: usize, secrets: usize) -> Option<RawWebhooks> {
    let given = Given::take(text, secrets);
    let (provider, rest) = lines::first(given.text());
    let made = burning(|| {
        let missing = || RefundError::new(ErrorCode::UnknownOperation, "provider", "documents no refund webhooks.");
        let table = lines::provider(provider)?.webhooks.as_ref().ok_or_else(missing)?;
        with_settings(rest, given.more(), |settings| (table.reader)(settings))
    });
    settled(given, made).map(|reader| RawWebhooks { reader })
}

#[wasm_bindgen]
impl RawWebhooks {
    /// The verified event, as JSON, of a delivery: its headers, with the body behind that text. `now`, in
    /// milliseconds since 1970, counts only where the reader has a window.
    pub fn read(&self, text: usize, body: usize, now: f64) -> i32 {
        let given = Given::take(text, body);
        let delivery = delivery(&given);
        let result = burning(|| self.reader.read(&delivery, Some(whole_number(now))).map(|event| event.to_json()));
        drop(delivery);
        given.answer(result)
    }

    /// What the host verifies with the provider's public key: `{ algorithm, messages, signature }`, the
    /// signature in base64. Then `finish`.
    pub fn prepare(&self, text: usize, body: usize, now: f64) -> i32 {
        let given = Given::take(text, body);
        let result = self.reader.prepare(&delivery(&given), Some(whole_number(now))).map(|unverified| {
            let mut messages = String::new();
            write_list(&mut messages, &unverified.messages, |out, message| write_string(out, message));
            let mut json = Writer::object();
            json.text("algorithm", unverified.algorithm.as_str())
                .raw("messages", &messages)
                .text("signature", &base64(&unverified.signature));
            json.finish()
        });
        given.answer(result)
    }

    /// The event, as JSON, of a delivery that the host has verified.
    pub fn finish(&self, text: usize, body: usize, verified: bool) -> i32 {
        let given = Given::take(text, body);
        let delivery = delivery(&given);
        let result = self.reader.finish(&delivery, verified).map(|event| event.to_json());
        drop(delivery);
        given.answer(result)
    }
}

fn with_settings<T>(
    text: &str,
    bytes: &[u8],
    make: impl FnOnce(&Settings<'_>) -> Result<T, RefundError>,
) -> Result<T, RefundError> {
    let (secrets, json) = lines::secrets(text, bytes);
    let settings = Settings::new(parsed(json)?);
    make(&secrets.into_iter().fold(settings, |settings, (name, secret)| settings.secret(name, secret)))
}

/// What was made; where it was refused, the refusal becomes the answer.
fn settled<T>(given: Given, made: Result<T, RefundError>) -> Option<T> {
    match made {
        Ok(made) => {
            given.answer(Ok(String::new()));
            Some(made)
        }
        Err(error) => {
            given.answer(Err(error));
            None
        }
    }
}

fn attempt(text: &str, now: f64) -> Result<(Attempt<'_>, Plan), RefundError> {
    let (nonce, plan) = lines::first(text);
    Ok((Attempt::new(whole_number(now), nonce)?, lines::plan(plan)?))
}

fn delivery(given: &Given) -> Delivery<'_> {
    Delivery { headers: lines::headers(given.text()).0, body: given.more().into() }
}

/// A clock as a whole number; 0, which every check refuses, for what is none.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the casts saturate, and 0 is refused")]
fn whole_number(number: f64) -> u64 {
    if number.is_finite() { number as u64 } else { 0 }
}
