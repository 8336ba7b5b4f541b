//! What decides: the lifecycle, and a naive one that the auditor has to catch. Both work on stored texts.

use refund_signer::lifecycle::{Observation, Policy, Record, Step};
use refund_signer::{PROVIDERS, Plan, Value};
use std::collections::BTreeSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// What comes next, as JSON says it.
#[derive(Clone, Debug)]
pub struct Todo {
    /// The whole step.
    pub json: String,
    pub id: u64,
    pub action: String,
    pub until: u64,
    pub outcome: String,
    pub question: String,
    pub answers: Vec<String>,
}

impl Todo {
    fn of(json: String) -> Self {
        let value = Value::parse(&json).expect("a step");
        let number =
            |name: &str| value.get(name).and_then(Value::scalar).map_or(0, |text| text.parse().expect("a number"));
        let text = |path: &str| value.at(path).and_then(Value::text).unwrap_or_default().to_owned();
        let answers = value.get("answers").and_then(Value::list).unwrap_or_default();
        Todo {
            id: number("id"),
            action: text("do"),
            until: number("until"),
            outcome: text("outcome"),
            question: text("question.code"),
            answers: answers.iter().filter_map(Value::text).map(str::to_owned).collect(),
            json,
        }
    }
}

impl Todo {
    /// What is to be signed.
    pub fn plan(&self) -> Plan {
        let value = Value::parse(&self.json).expect("a step");
        Plan::parse(&printed(value.get("plan").expect("a step that sends")), PROVIDERS).expect("a plan")
    }
}

fn printed(value: &Value<'_>) -> String {
    let mut text = String::new();
    refund_signer::encode::json::write_value(&mut text, value);
    text
}

pub trait Machine: Sync {
    fn open(&self, plan: &Plan, now: u64) -> String;
    fn next(&self, stored: &str, now: u64, policy: &Policy) -> Todo;
    /// What to store before the step, or why not.
    fn begin(&self, stored: &str, step: &str, now: u64) -> Result<String, String>;
    /// What to store after an observation, or why not.
    fn observe(&self, stored: &str, observation: &str, now: u64, policy: &Policy) -> Result<String, String>;

    /// What is stored, without its figures: to count how many states a run has seen.
    fn state(&self, stored: &str) -> u64 {
        let value = Value::parse(stored).expect("a record that was stored");
        let mut hasher = DefaultHasher::new();
        let Value::Object(members) = value else { panic!("an object") };
        for (name, value) in &members {
            if !matches!(&**name, "account" | "plan" | "refund" | "history" | "log") {
                (name, form(value)).hash(&mut hasher);
            }
        }
        hasher.finish()
    }
}

/// A value without its numbers, and each kind of a list's entry once.
fn form(value: &Value<'_>) -> BTreeSet<String> {
    match value {
        Value::List(entries) => entries.iter().map(|entry| format!("{:?}", form(entry))).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| format!("{name} {:?}", form(value))).collect(),
        Value::Number(_) => BTreeSet::new(),
        other => BTreeSet::from([printed(other)]),
    }
}

pub struct Lifecycle;

fn record(stored: &str) -> Record {
    Record::parse(stored, PROVIDERS).expect("a record that was stored")
}

impl Machine for Lifecycle {
    fn open(&self, plan: &Plan, now: u64) -> String {
        Record::open(plan, "main", now).expect("a plan that moves money").to_json()
    }

    fn next(&self, stored: &str, now: u64, policy: &Policy) -> Todo {
        let record = record(stored);
        Todo::of(record.next(now, policy).to_json(&record, policy))
    }

    fn begin(&self, stored: &str, step: &str, now: u64) -> Result<String, String> {
        let value = Value::parse(step).expect("a step");
        let (id, action) = Step::parse(&value).map_err(|error| error.to_string())?;
        record(stored).begin(id, action, now).map(|record| record.to_json()).map_err(|error| error.to_string())
    }

    fn observe(&self, stored: &str, observation: &str, now: u64, policy: &Policy) -> Result<String, String> {
        let value = Value::parse(observation).expect("an observation");
        let observation = Observation::from_json(&value).map_err(|error| error.to_string())?;
        let after = record(stored).observe(&observation, now, policy).map_err(|error| error.to_string())?;
        Ok(after.to_json())
    }
}

/// What is often written by hand: send again while nothing is known, believe every answer, give up after five.
#[cfg(test)]
pub struct Naive;

#[cfg(test)]
impl Machine for Naive {
    fn open(&self, plan: &Plan, now: u64) -> String {
        format!(r#"{{"sent":0,"at":{now},"end":"","plan":{}}}"#, plan.to_json())
    }

    fn next(&self, stored: &str, now: u64, _: &Policy) -> Todo {
        let (sent, at, end, plan) = naive(stored);
        let id = sent + 1;
        Todo::of(match (end.as_str(), sent) {
            ("", 0..5) if sent == 0 || now >= at + 60_000 => {
                format!(r#"{{"id":{id},"do":"send","before":{},"plan":{plan}}}"#, now + 60_000)
            }
            ("", 5..) if now >= at + 60_000 => r#"{"id":9,"do":"finish","outcome":"failed"}"#.to_owned(),
            ("", _) => format!(r#"{{"id":{id},"do":"wait","until":{}}}"#, at + 60_000),
            _ => format!(r#"{{"id":{id},"do":"finish","outcome":"{end}"}}"#),
        })
    }

    fn begin(&self, stored: &str, _: &str, now: u64) -> Result<String, String> {
        let (sent, _, end, plan) = naive(stored);
        Ok(format!(r#"{{"sent":{},"at":{now},"end":"{end}","plan":{plan}}}"#, sent + 1))
    }

    fn observe(&self, stored: &str, observation: &str, _: u64, _: &Policy) -> Result<String, String> {
        let (sent, at, end, plan) = naive(stored);
        let value = Value::parse(observation).expect("an observation");
        let end = match value.at("verdict.status").and_then(Value::text) {
            Some(status @ ("succeeded" | "failed" | "rejected")) => status.to_owned(),
            _ => end,
        };
        Ok(format!(r#"{{"sent":{sent},"at":{at},"end":"{end}","plan":{plan}}}"#))
    }
}

#[cfg(test)]
fn naive(stored: &str) -> (u64, u64, String, String) {
    let value = Value::parse(stored).expect("stored");
    let number = |name: &str| value.get(name).and_then(Value::scalar).expect("stored").parse().expect("a number");
    let end = value.get("end").and_then(Value::text).expect("stored").to_owned();
    (number("sent"), number("at"), end, printed(value.get("plan").expect("stored")))
}
