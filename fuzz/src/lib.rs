//! What the fuzz targets do with their bytes. Each finds a panic, an overflow, or an answer that breaks a rule.
//!
//! The bytes of an answer or a delivery are: two bytes that choose, two for the status, lines `name:value`, an empty
//! line, the body. So libFuzzer can change any part of it by itself.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

#[path = "../../tests/proof/mod.rs"]
pub mod proof;

mod webhooks;

pub use webhooks::{Receiver, deliveries};

use proof::cases::{self, Answer, Case};
use proof::inputs::{CURRENCIES, Choices};
use proof::{inputs, reference};
use refund_signer::encode::json::{self, Value, write_value};
use refund_signer::money::{Currency, Money};
use refund_signer::{Attempt, Client, PROVIDERS, Plan, Provider, Settings, encode};
use std::borrow::Cow;
use std::collections::HashMap;

/// A time and a nonce that every scheme takes.
const ATTEMPT: (u64, &str) = (1_700_000_000_000, "41592653589793238462643383279502");

/// The plans of a provider that answers are read for.
pub struct Reader {
    cases: Vec<Case>,
}

impl Reader {
    /// The cases of tests/answers.
    pub fn new(provider: &str) -> Self {
        Reader { cases: cases::of(cases::provider(provider)) }
    }

    /// What the fuzzer starts from: every case as the bytes of an answer.
    pub fn seeds(&self) -> Vec<Vec<u8>> {
        let answers = (0_u8..).zip(&self.cases).filter_map(|(at, case)| Some((at, case.answer.as_ref()?)));
        answers.map(|(at, answer)| answer_bytes(at, answer)).collect()
    }
}

/// Reads any answer for any of the plans.
pub fn answers(reader: &Reader, data: &[u8]) {
    let Some(([plan, flags, high, low], message)) = data.split_first_chunk() else { return };
    let case = &reader.cases[usize::from(*plan) % reader.cases.len()];
    if flags & 2 == 2 {
        case.read(None);
    }
    let (headers, body) = message_of(message);
    let status = u16::from_be_bytes([*high, *low]) % 1000;
    let response = case.response(&Answer { status, headers, body, sign: flags & 1 == 1 });
    case.read(Some(&response));
}

fn answer_bytes(plan: u8, answer: &Answer) -> Vec<u8> {
    let [high, low] = answer.status.to_be_bytes();
    [&[plan, u8::from(answer.sign), high, low], &*message_bytes(&answer.headers, &answer.body)].concat()
}

/// Headers, an empty line, the body.
pub fn message_bytes(headers: &[(String, String)], body: &[u8]) -> Vec<u8> {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    [lines.as_bytes(), b"\n", body].concat()
}

/// The same back; a header that is no text is read as one, since a host gives texts only.
pub fn message_of(bytes: &[u8]) -> (Vec<(String, String)>, Vec<u8>) {
    let mut headers = Vec::new();
    let mut rest = bytes;
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let line = String::from_utf8_lossy(&rest[..end]);
        rest = &rest[(end + 1).min(rest.len())..];
        let Some((name, value)) = line.split_once(':') else { return (headers, rest.to_vec()) };
        headers.push((name.to_owned(), value.to_owned()));
    }
}

/// A stored plan, or where the bytes are none an input that they choose.
pub fn plans(data: &[u8]) {
    match std::str::from_utf8(data).ok().map(|text| Plan::parse(text, PROVIDERS)) {
        Some(Ok(plan)) => comes_back(&plan),
        Some(Err(_)) | None => planned(data),
    }
}

/// A good input: it may be refused for what several fields say together, and otherwise makes a plan.
fn planned(data: &[u8]) {
    let mut choices = Choices(data);
    let operations: Vec<_> = PROVIDERS.iter().flat_map(|known| known.operations).collect();
    let operation = operations[usize::try_from(choices.below(operations.len() as u64)).unwrap()];
    if let Ok(plan) = Plan::new(operation, &inputs::input(operation, &mut choices), None) {
        comes_back(&plan);
    }
}

/// Plan, JSON, plan: the same. And signing it gives the plan's own bytes.
fn comes_back(plan: &Plan) {
    let json = plan.to_json();
    let again = Plan::parse(&json, PROVIDERS).unwrap_or_else(|error| panic!("{json}: {error}"));
    assert_eq!(again.to_json(), json);
    let provider = cases::provider(plan.operation.provider);
    CLIENTS.with(|clients| signs(plan, &*clients[plan.operation.provider]));
    if let Some(query) = (provider.query_for)(plan, Some("6cc9f8b1-d83d-4c24-b853-a3223f43a744")) {
        assert!(!query.operation.moves_money);
        assert_eq!(Plan::parse(&query.to_json(), PROVIDERS).unwrap().to_json(), query.to_json());
    }
}

/// What is signed is the plan: its body, its path, and headers that are headers.
fn signs(plan: &Plan, client: &dyn Client) {
    let attempt = Attempt::new(ATTEMPT.0, ATTEMPT.1).unwrap();
    let request = match client.sign(plan, &attempt) {
        Ok(request) => request,
        Err(_) => client.prepare(plan, &attempt).unwrap().finish(&[0; 256]),
    };
    assert_eq!(request.body, plan.body);
    assert!(request.url.starts_with("https://") && request.url.contains(&plan.path));
    assert!(request.headers.iter().all(|(_, value)| value.bytes().all(|byte| (b' '..=b'~').contains(&byte))));
    client.explain(plan, &attempt).unwrap();
}

thread_local! {
    /// The clients of tests/answers; one for all inputs, since making it takes longer than signing.
    static CLIENTS: HashMap<&'static str, Box<dyn Client>> = CLIENT_FILES.into_iter().map(client).collect();
}

fn client((name, text): (&'static str, &str)) -> (&'static str, Box<dyn Client>) {
    (name, (cases::provider(name).client)(&cases::settings(&Value::parse(text).unwrap())).unwrap())
}

const CLIENT_FILES: [(&str, &str); 5] = [
    ("craftgate", include_str!("../../tests/answers/craftgate/_client.json")),
    ("doku", include_str!("../../tests/proof/doku-client.json")),
    ("durianpay", include_str!("../../tests/answers/durianpay/_client.json")),
    ("payermax", include_str!("../../tests/answers/payermax/_client.json")),
    ("razorpay", include_str!("../../tests/answers/razorpay/_client.json")),
];

/// A currency, and an amount as text.
pub fn money(data: &[u8]) {
    let Some((choice, text)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let code = &CURRENCIES[usize::from(*choice) % CURRENCIES.len()];
    let currency = Currency::of(code).unwrap();
    assert_eq!(Money::parse_major(text, currency).ok().map(|money| money.minor()), reference::minor(text, code));
    for money in [Money::parse_major(text, currency), Money::parse_minor(text, currency)].into_iter().flatten() {
        assert_eq!(money.major(), reference::major(money.minor(), code));
        for written in [money.major(), money.major_trimmed()] {
            assert_eq!(Money::parse_major(&written, currency), Ok(money));
        }
        assert_eq!(Money::parse_minor(&money.minor().to_string(), currency), Ok(money));
        assert!(money.whole_major().is_none_or(|whole| Money::parse_major(&whole, currency) == Ok(money)));
    }
}

/// Any bytes.
pub fn minify(data: &[u8]) {
    let minified = json::minify(data);
    assert_eq!(*minified, *reference::minify(data));
    assert_eq!(*json::minify(&minified), *minified);
    assert_eq!(reference::strings(&minified), reference::strings(data));
    let Some(value) = std::str::from_utf8(data).ok().and_then(Value::parse) else { return };
    let again = std::str::from_utf8(&minified).ok().and_then(Value::parse);
    assert_eq!(again.as_ref(), Some(&value), "minified it is another value");
    let mut written = String::new();
    write_value(&mut written, &value);
    assert_eq!(Value::parse(&written), Some(value), "written and read it is another value");
    assert_eq!(*json::minify(written.as_bytes()), *written.as_bytes(), "what is written is minified");
}

/// Any text; also as an encoded one, and as base64 and hex.
pub fn percent(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut encoded = String::new();
    encode::percent::encode(&mut encoded, text);
    assert_eq!(encoded, reference::percent_encode(text));
    assert_eq!(encode::percent::decode(&encoded).as_deref(), Some(text));
    if let Some(decoded) = encode::percent::decode(text) {
        assert_eq!(encode::percent::decode(&reference::percent_encode(&decoded)), Some(decoded));
    }
    // Strict: one text for each value, or a signature could be written in several ways.
    if let Some(bytes) = encode::from_base64(text) {
        assert_eq!(encode::base64(&bytes), text);
    }
    if let Some(bytes) = encode::from_hex(text) {
        assert_eq!(encode::hex(&bytes), text);
    }
    assert_eq!(encode::from_base64(&encode::base64(data)).as_deref(), Some(data));
    assert_eq!(encode::from_hex(&encode::hex(data)).as_deref(), Some(data));
}

/// Settings as lines `name:value`, secrets as `!name:value`: a client comes out, or every mistake, and no secret is in it.
pub fn settings(data: &[u8]) {
    let Some(([choice], lines)) = data.split_first_chunk() else { return };
    let provider = PROVIDERS[usize::from(*choice) % PROVIDERS.len()];
    let (lines, _) = message_of(lines);
    let is_secret = |name: &str| name.starts_with('!');
    let plain = lines.iter().filter(|(name, _)| !is_secret(name));
    let plain = plain.map(|(name, value)| (Cow::from(name.as_str()), setting(value))).collect();
    let mut settings = Settings::new(Value::Object(plain));
    for (name, value) in lines.iter().filter(|(name, _)| is_secret(name)) {
        settings = settings.secret(&name[1..], value.as_str());
    }
    let shown = match (provider.client)(&settings) {
        Ok(client) => signs_its_own(provider, &*client),
        Err(error) => format!("{error} {error:?} {}", error.problems_json()),
    };
    let reader = provider.webhooks.as_ref().map(|table| (table.reader)(&settings).map(drop));
    let shown = format!("{shown} {reader:?} {settings:?}");
    for (_, secret) in lines.iter().filter(|(name, value)| is_secret(name) && value.len() > 12) {
        // A message has a colon behind the setting's name, and `Debug` has quotes around its value: found by fuzzing,
        // with secrets that read like the end of either.
        let elsewhere = lines.iter().any(|(name, value)| {
            let shown = if is_secret(name) { String::new() } else { format!("{value} {value:?}") };
            shown.contains(secret.as_str()) || format!("{name}: ").contains(secret.as_str())
        });
        assert!(elsewhere || !shown.contains(secret.as_str()), "a secret in {shown}");
    }
}

fn setting(text: &str) -> Value<'_> {
    match text {
        "true" => true.into(),
        "false" => false.into(),
        text => text.into(),
    }
}

/// Whatever was taken as settings makes headers that are headers, for a request to a host that is one.
fn signs_its_own(provider: &Provider, client: &dyn Client) -> String {
    let operation = provider.operations[0];
    let input = inputs::input(operation, &mut Choices(&[]));
    let Ok(plan) = Plan::new(operation, &input, None) else { return String::new() };
    let attempt = Attempt::new(ATTEMPT.0, ATTEMPT.1).unwrap();
    if let Ok(request) = client.sign(&plan, &attempt) {
        assert!(request.headers.iter().all(|(_, value)| value.bytes().all(|byte| (b' '..=b'~').contains(&byte))));
        let local = ["http://localhost", "http://127.0.0.1"].iter().any(|host| request.url.starts_with(host));
        assert!(request.url.starts_with("https://") || local || request.url.contains(".localhost"), "{}", request.url);
    }
    client.explain(&plan, &attempt).map(|shown| shown.to_json()).unwrap_or_default()
}
