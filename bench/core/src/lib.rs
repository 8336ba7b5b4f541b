//! The core measured without JavaScript: natively, and as a wasm module that is called with numbers only.
//!
//! A case is a name and something to repeat. Requests, answers and deliveries are those of `bench/requests.json`, which
//! the JavaScript contestants read, too.
#![allow(clippy::missing_panics_doc, clippy::unwrap_used, reason = "a benchmark that cannot start has nothing to say")]

use std::fmt::Write as _;
use std::hint::black_box;

use refund_signer::encode::{base64, hex};
use refund_signer::http::Headers;
use refund_signer::input::Kind;
use refund_signer::sign::{HmacSha256Key, sha256};
use refund_signer::webhook::{Delivery, Webhooks};
use refund_signer::{Attempt, Client, HttpResponse, PROVIDERS, Plan, Provider, Settings, Value};

mod exports;

/// The cases that are in every comparison. Besides, `sign:1000`, `read:1000` and `webhook:1000` have bodies of that
/// many bytes.
pub const CASES: [&str; 15] = [
    "doku",
    "doku plan",
    "doku sign",
    "craftgate",
    "craftgate plan",
    "craftgate sign",
    "payermax",
    "payermax plan",
    "payermax sign",
    "razorpay",
    "razorpay plan",
    "razorpay sign",
    "read",
    "webhook",
    "sha256+hmac",
];

/// Something to repeat.
pub type Case = Box<dyn FnMut()>;

/// The case of that name.
#[must_use]
pub fn case(name: &str) -> Option<Case> {
    if let Some((what, size)) = name.split_once(':') {
        let size = size.parse().ok()?;
        return match what {
            "sign" => Some(sign_case(&Refund::of("doku")?, with_body(&Refund::of("doku")?.plan(), size))),
            "read" => Some(read_case(&padded(member("answer", "body"), size))),
            "webhook" => Some(webhook_case(&padded(member("webhook", "body"), size))),
            _ => None,
        };
    }
    match name {
        "read" => return Some(read_case(member("answer", "body"))),
        "webhook" => return Some(webhook_case(member("webhook", "body"))),
        "sha256+hmac" => return Some(hash_case()),
        _ => {}
    }
    let (provider, step) = name.split_once(' ').unwrap_or((name, ""));
    let refund = Refund::of(provider)?;
    Some(match step {
        "plan" => Box::new(move || drop(black_box(refund.plan()))),
        "sign" => {
            let plan = refund.plan();
            sign_case(&refund, plan)
        }
        _ => {
            let client = refund.client();
            Box::new(move || drop(black_box(client.sign(&refund.plan(), &attempt()).unwrap())))
        }
    })
}

fn requests() -> &'static Value<'static> {
    static REQUESTS: std::sync::OnceLock<Value<'static>> = std::sync::OnceLock::new();
    REQUESTS.get_or_init(|| Value::parse(include_str!("../../requests.json")).unwrap())
}

fn member(object: &str, name: &str) -> &'static str {
    requests().get(object).and_then(|object| object.get(name)).and_then(Value::text).unwrap()
}

fn attempt() -> Attempt<'static> {
    let now = requests().at("attempt.now").and_then(Value::scalar).and_then(|now| now.parse().ok());
    Attempt::new(now.unwrap(), member("attempt", "nonce")).unwrap()
}

/// A refund as its provider's tables see it.
struct Refund {
    provider: &'static Provider,
    given: &'static Value<'static>,
    input: Value<'static>,
}

impl Refund {
    fn of(provider: &str) -> Option<Self> {
        let given = requests().get("refunds")?.get(provider)?;
        let provider = PROVIDERS.iter().find(|known| known.name == provider).copied()?;
        let (Value::Object(mut input), Value::Object(fresh)) = (given.get("input")?.clone(), given.get("fresh")?)
        else {
            return None;
        };
        input.extend(fresh.iter().cloned());
        Some(Refund { provider, given, input: Value::Object(input) })
    }

    fn plan(&self) -> Plan {
        let name = self.given.get("operation").and_then(Value::text).unwrap();
        Plan::new(self.provider.operation(self.provider.name, name).unwrap(), &self.input, None).unwrap()
    }

    fn client(&self) -> Box<dyn Client> {
        let mut settings = Settings::new(self.given.get("settings").unwrap().clone());
        for field in self.provider.settings.iter().filter(|field| matches!(field.kind, Kind::Secret)) {
            if let Some(secret) = self.given.get("secrets").unwrap().get(field.name).and_then(Value::text) {
                settings = settings.secret(field.name, secret);
            }
        }
        (self.provider.client)(&settings).unwrap()
    }
}

fn sign_case(refund: &Refund, plan: Plan) -> Case {
    let client = refund.client();
    let attempt = attempt();
    Box::new(move || drop(black_box(client.sign(&plan, &attempt).unwrap())))
}

fn read_case(body: &str) -> Case {
    let refund = Refund::of("doku").unwrap();
    let (client, plan) = (refund.client(), refund.plan());
    let signature = answer_signature(body);
    let headers = headers("answer").into_iter();
    let headers =
        headers.map(|(name, value)| if name == "Signature" { (name, signature.clone().into()) } else { (name, value) });
    let response = HttpResponse { status: 200, headers: headers.collect(), body: body.as_bytes().to_vec().into() };
    assert_eq!(client.read(&plan, Some(&response)).unwrap().signature.as_str(), "verified");
    Box::new(move || drop(black_box(client.read(&plan, Some(black_box(&response))).unwrap())))
}

/// DOKU's signature of an answer, made from the pieces of the core.
fn answer_signature(body: &str) -> String {
    let header =
        |name: &str| requests().at("answer.headers").and_then(|headers| headers.get(name)).and_then(Value::text);
    let mut message = String::new();
    for name in ["Client-Id", "Request-Id", "Response-Timestamp"] {
        let _ = writeln!(message, "{name}:{}", header(name).unwrap());
    }
    let digest = base64(&sha256(&[body.as_bytes()]));
    let _ = write!(message, "Request-Target:/cancellation/credit-card/refund\nDigest:{digest}");
    format!("HMACSHA256={}", base64(&key().sign(message.as_bytes())))
}

fn key() -> HmacSha256Key {
    let secret = requests().at("refunds.doku.secrets.secretKey").and_then(Value::text).unwrap();
    HmacSha256Key::new(secret.as_bytes()).unwrap()
}

fn webhook_case(body: &str) -> Case {
    let reader = webhooks();
    let mac = HmacSha256Key::new(member("webhook", "secret").as_bytes()).unwrap().sign(body.as_bytes());
    let mut headers = headers("webhook");
    headers.retain(|(name, _)| name != "X-Razorpay-Signature");
    headers.push(("X-Razorpay-Signature".into(), hex(&mac).into()));
    let delivery = Delivery { headers, body: body.as_bytes().to_vec().into() };
    Box::new(move || drop(black_box(reader.read(black_box(&delivery), None).unwrap())))
}

fn webhooks() -> Box<dyn Webhooks> {
    let razorpay = PROVIDERS.iter().find(|known| known.name == "razorpay").unwrap();
    let settings = Settings::new(Value::object([])).secret("secrets", member("webhook", "secret"));
    (razorpay.webhooks.as_ref().unwrap().reader)(&settings).unwrap()
}

/// The least that signing a DOKU refund can be: the hash of its body and the MAC of its string to sign, both encoded.
fn hash_case() -> Case {
    let refund = Refund::of("doku").unwrap();
    let prepared = refund.client().prepare(&refund.plan(), &attempt()).unwrap();
    let (body, message, key) = (prepared.request.body.unwrap(), prepared.message, key());
    Box::new(move || {
        black_box(base64(&sha256(&[black_box(body.as_bytes())])));
        black_box(base64(&key.sign(black_box(message.as_bytes()))));
    })
}

fn headers(object: &str) -> Headers<'static> {
    let Some(Value::Object(members)) = requests().get(object).and_then(|object| object.get("headers")) else {
        return Headers::new();
    };
    members.iter().map(|(name, value)| (name.clone(), value.text().unwrap().to_owned().into())).collect()
}

/// A JSON object with one more member, so that it has this many bytes.
fn padded(body: &str, size: usize) -> String {
    let open = body.strip_suffix('}').unwrap();
    let filling = "x".repeat(size.saturating_sub(open.len() + r#","filling":""}"#.len()));
    format!(r#"{open},"filling":"{filling}"}}"#)
}

fn with_body(plan: &Plan, size: usize) -> Plan {
    Plan { body: plan.body.as_deref().map(|body| padded(body, size)), ..plan.clone() }
}
