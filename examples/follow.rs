//! A native program that follows a Razorpay refund to its end: it sends, asks after a lost answer, and waits.
//!
//! ```sh
//! export RAZORPAY_KEY_ID=… RAZORPAY_KEY_SECRET=… RAZORPAY_BASE_URL=https://api.razorpay.com
//! cargo run --example follow -- <payment id> <rupees> <your id of the refund>
//! ```
//!
//! Stop it at any moment and run it again with the same id: it goes on where it was, and never refunds twice. Its store
//! is a file, and one process at a time works on a refund; more of them need a database with compare-and-swap.

use std::env;
use std::error::Error;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use refund_signer::lifecycle::steps::Move;
use refund_signer::lifecycle::{Answer, Observation, Policy, Record};
use refund_signer::{Attempt, Client, PROVIDERS, Plan, Settings, Value, razorpay};

mod http;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How long a request may take; a step's lease is longer, so that nobody else goes on meanwhile.
const TIMEOUT: Duration = Duration::from_secs(3);
const POLICY: Policy = Policy { lease_ms: 5_000, ..Policy::DEFAULT };

fn main() -> Result<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [payment, rupees, id] = arguments.as_slice() else {
        return Err("give: payment id, rupees, your id of the refund".into());
    };
    let (key_id, base_url) = (env::var("RAZORPAY_KEY_ID")?, env::var("RAZORPAY_BASE_URL")?);
    let settings = Value::object([("keyId", key_id.as_str().into()), ("baseUrl", base_url.as_str().into())]);
    let secret = env::var("RAZORPAY_KEY_SECRET")?;
    let client = razorpay::Client::new(&Settings::new(settings).secret("keySecret", secret.as_str()))?;

    let path = format!("{id}.json");
    let record = match fs::read_to_string(&path) {
        Ok(stored) => Record::parse(&stored, PROVIDERS)?,
        Err(error) if error.kind() == ErrorKind::NotFound => Record::open(&plan(payment, rupees, id)?, "main", now()?)?,
        // A record that cannot be read is no new refund.
        Err(error) => return Err(error.into()),
    };
    let ended = follow(&client, record, |record| store(&path, record))?;
    println!("{}", ended.next(now()?, &POLICY).to_json(&ended, &POLICY));
    Ok(())
}

fn plan(payment: &str, rupees: &str, id: &str) -> Result<Plan> {
    Ok(razorpay::create_refund(&Value::object([
        ("paymentId", payment.into()),
        ("amount", Value::object([("value", rupees.into()), ("currency", "INR".into())])),
        ("receipt", id.into()),
        ("idempotencyKey", id.into()),
    ]))?)
}

/// Does one step after the other, until nothing is to do or a person has to look. What `begin` gives is stored before a
/// request leaves: a process that dies here finds "sent, nothing heard", and asks.
fn follow(client: &dyn Client, mut record: Record, store: impl Fn(&Record) -> Result<()>) -> Result<Record> {
    store(&record)?;
    loop {
        let step = record.next(now()?, &POLICY);
        match (step.action, step.plan) {
            (Move::Wait { until }, _) => sleep(Duration::from_millis(until.saturating_sub(now()?))),
            (Move::Send { .. } | Move::Query { .. }, Some(plan)) => {
                // Razorpay's scheme uses no nonce; others want one that cannot be guessed.
                let request = client.sign(&plan, &Attempt::new(now()?, &format!("{:016}", now()?))?)?;
                record = record.begin(step.id, step.action, now()?)?;
                store(&record)?;
                let response = http::send(request, TIMEOUT).inspect_err(|error| eprintln!("no answer: {error}")).ok();
                let answer = Answer::of(&client.read(&plan, response.as_ref())?);
                record = record.observe(&Observation::Answer { step: step.id, answer }, now()?, &POLICY)?;
                store(&record)?;
            }
            _ => return Ok(record),
        }
    }
}

/// The whole file, or the one before: never half of it.
fn store(path: &str, record: &Record) -> Result<()> {
    let next = format!("{path}.next");
    let mut file = File::create(&next)?;
    file.write_all(record.to_json().as_bytes())?;
    file.sync_all()?;
    Ok(fs::rename(next, path)?)
}

fn now() -> Result<u64> {
    Ok(u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?)
}
