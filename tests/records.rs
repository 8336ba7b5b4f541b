//! Stored records of every version, with the steps that follow: the same files as in `tests/refunds/records.test.js`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::path::Path;

use refund_signer::lifecycle::{Policy, Record, Step};
use refund_signer::{PROVIDERS, Value};

const HOUR: u64 = 3_600_000;
/// The defaults of today: those of tomorrow are another step.
const POLICY: Policy = Policy {
    lease_ms: 60_000,
    arrival_ms: HOUR,
    memory_ms: 24 * HOUR,
    patience_ms: 72 * HOUR,
    pause_ms: 2000,
    longest_pause_ms: 900_000,
    clock_step_ms: 60_000,
    trust_undocumented_keys: false,
    assumed_list_lag_ms: None,
};
/// What of a step is the same in every build: its texts may be put better.
const DECIDED: [&str; 8] = ["id", "do", "before", "until", "repeat", "renewToken", "outcome", "notRefundedFrom"];

#[test]
fn every_stored_record_is_read_whole_and_goes_on_as_it_did() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/records");
    let mut read = 0;
    for version in fs::read_dir(folder).unwrap() {
        for file in fs::read_dir(version.unwrap().path()).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            let stored = Value::parse(&text).unwrap();
            for case in stored.list().unwrap() {
                let json = json_of(case.get("record").unwrap());
                let record = Record::parse(&json, PROVIDERS).unwrap();
                assert_eq!(record.to_json(), json);
                for expected in case.get("steps").unwrap().list().unwrap() {
                    check_step(&record, expected);
                }
                read += 1;
            }
        }
    }
    assert!(read > 100, "{read} records");
}

fn check_step(record: &Record, expected: &Value<'_>) {
    let now = expected.get("now").and_then(Value::scalar).unwrap().parse().unwrap();
    let step = record.next(now, &POLICY);
    let json = step.to_json(record, &POLICY);
    let shown = Value::parse(&json).unwrap();
    for name in DECIDED {
        assert_eq!(json_of_member(&shown, name), json_of_member(expected, name), "{name} of {json}");
    }
    assert_eq!(json_of_member(&shown, "answers"), json_of_member(expected, "answers"), "{json}");
    let code = shown.get("question").and_then(|question| question.get("code")).and_then(Value::text);
    assert_eq!(code, expected.get("code").and_then(Value::text), "{json}");
    // What a host stores of a step and gives back is the step.
    let (id, action) = Step::parse(&shown).unwrap_or((step.id, step.action));
    assert_eq!((id, action), (step.id, step.action));
}

fn json_of_member(value: &Value<'_>, name: &str) -> Option<String> {
    value.get(name).map(json_of)
}

fn json_of(value: &Value<'_>) -> String {
    let mut json = String::new();
    refund_signer::encode::json::write_value(&mut json, value);
    json
}
