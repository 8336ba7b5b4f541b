//! The vectors: every case under tests/vectors/cases, stage by stage, and the key test vectors of others. The same
//! files run through the npm package (tests/vectors/run.js and the conformance suite).
//!
//! `UPDATE=1 cargo test --test vectors` writes the stages that a new case lacks. What is there is never written again.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

mod proof;

use proof::cases::{self, settings, text_at};
use refund_signer::encode::json::{Value, minify};
use refund_signer::encode::{base64, from_base64, from_hex, hex};
use refund_signer::sign::{HmacSha256Key, HmacSha512Key};
use refund_signer::webhook::Delivery;
use refund_signer::{Attempt, Client, HttpRequest, HttpResponse, PROVIDERS, Plan, RefundError, doku, snap};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// One folder.
struct Case {
    folder: PathBuf,
    failures: Vec<String>,
}

impl Case {
    fn name(&self) -> String {
        self.folder.file_name().unwrap().to_string_lossy().into_owned()
    }

    fn file(&self, stage: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(stage)).ok()
    }

    /// Whether somebody else's value stands in this file, by the case's own word.
    fn is_from_a_source(&self, stage: &str) -> bool {
        let sources = self.file("source.txt").unwrap_or_default();
        sources.lines().any(|line| line.strip_prefix(stage).is_some_and(|rest| rest.starts_with(": ")))
    }

    /// The file must hold exactly this. It is written only where it is missing, asked for, and our own.
    fn check(&mut self, stage: &str, found: &str) {
        match self.file(stage) {
            Some(expected) if expected.trim_end_matches('\n') == found => {}
            Some(expected) => {
                self.failures.push(format!("{}/{stage}\n  expected {expected}\n  found    {found}", self.name()));
            }
            None if env::var_os("UPDATE").is_some() && !self.is_from_a_source(stage) => {
                fs::write(self.folder.join(stage), format!("{found}\n")).unwrap();
            }
            None => self.failures.push(format!("{}/{stage} is missing; UPDATE=1 writes it", self.name())),
        }
    }

    /// Input, plan, string to sign, signature, request; and where an answer is there, its verdict.
    fn check_refund(&mut self, input: &Value<'_>) {
        let provider = cases::provider(text_at(input, "provider"));
        let operation = provider.operation(provider.name, text_at(input, "operation")).unwrap();
        let client = (provider.client)(&settings(input)).unwrap();
        let plan = Plan::new(operation, input.get("input").unwrap(), None).unwrap();
        self.check("plan.json", &plan.to_json());
        let attempt = attempt(input.get("attempt").unwrap());
        let explanation = client.explain(&plan, &attempt).unwrap();
        self.check("string-to-sign.txt", &explanation.string_to_sign);
        match self.signed(&*client, &plan, &attempt) {
            Ok(request) => {
                let found = request.headers.iter().find(|(name, _)| *name == explanation.header).unwrap().1.clone();
                self.check("signature.txt", &found);
                self.check("request.json", &request.to_json());
            }
            Err(error) => self.failures.push(format!("{}: {error}", self.name())),
        }
        if let Some(response) = self.file("response.json") {
            let response = Value::parse(&response).and_then(|json| response_of(&json));
            self.check("verdict.json", &client.read(&plan, response.as_ref()).unwrap().to_json());
        }
    }

    /// Signed here, or where an RSA key signs by the signature that stands in its file.
    fn signed(&self, client: &dyn Client, plan: &Plan, attempt: &Attempt<'_>) -> Result<HttpRequest, RefundError> {
        let signature = self.file("signature.txt").and_then(|text| from_base64(text.trim()));
        match (client.sign(plan, attempt), signature) {
            (Err(_), Some(signature)) => Ok(client.prepare(plan, attempt)?.finish(&signature)),
            (signed, _) => signed,
        }
    }

    /// A delivery, and the event or the refusal that comes of it.
    fn check_webhook(&mut self, input: &Value<'_>, delivery: &str) {
        let table = cases::provider(text_at(input, "provider")).webhooks.as_ref().unwrap();
        let reader = (table.reader)(&settings(input)).unwrap();
        let delivery = delivery_of(&Value::parse(delivery).unwrap());
        // RSA is verified by the host: tests/vectors/run.js does that part.
        let genuine = !self.name().ends_with("altered");
        let event = match input.get("publicKey") {
            Some(_) => reader.prepare(&delivery, None).and_then(|_| reader.finish(&delivery, genuine)),
            None => reader.read(&delivery, None),
        };
        match event {
            Ok(event) => self.check("event.json", &event.to_json()),
            Err(error) => self.check("refusal.txt", error.code().as_str()),
        }
    }
}

fn attempt<'a>(value: &'a Value<'_>) -> Attempt<'a> {
    let now = value.get("now").and_then(Value::scalar).unwrap().parse().unwrap();
    Attempt::new(now, text_at(value, "nonce")).unwrap()
}

fn headers_of(value: &Value<'_>) -> refund_signer::http::Headers<'static> {
    let Some(Value::Object(headers)) = value.get("headers") else { return Vec::new() };
    let owned =
        |(name, value): &(Cow<'_, str>, Value<'_>)| (name.to_string().into(), value.text().unwrap().to_owned().into());
    headers.iter().map(owned).collect()
}

fn response_of(value: &Value<'_>) -> Option<HttpResponse<'static>> {
    let status = value.get("status")?.scalar()?.parse().ok()?;
    Some(HttpResponse { status, headers: headers_of(value), body: text_at(value, "body").as_bytes().to_vec().into() })
}

fn delivery_of(value: &Value<'_>) -> Delivery<'static> {
    Delivery { headers: headers_of(value), body: text_at(value, "body").as_bytes().to_vec().into() }
}

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

fn folders() -> Vec<Case> {
    let mut folders: Vec<_> =
        fs::read_dir(vectors().join("cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders.into_iter().map(|folder| Case { folder, failures: Vec::new() }).collect()
}

#[test]
fn every_stage_of_every_case_is_as_its_file_says() {
    let mut failures = Vec::new();
    let mut planned = Vec::new();
    for mut case in folders() {
        let text = case.file("input.json").unwrap_or_else(|| panic!("{}: no input.json", case.name()));
        let input = Value::parse(&text).unwrap();
        if let Some(delivery) = case.file("delivery.json") {
            case.check_webhook(&input, &delivery);
        } else {
            planned.push((text_at(&input, "provider").to_owned(), text_at(&input, "operation").to_owned()));
            case.check_refund(&input);
        }
        failures.append(&mut case.failures);
    }
    for operation in PROVIDERS.iter().flat_map(|known| known.operations) {
        if !planned.contains(&(operation.provider.to_owned(), operation.name.to_owned())) {
            failures.push(format!("no case for {} {}", operation.provider, operation.name));
        }
    }
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}

#[test]
fn what_others_computed_says_where_it_comes_from() {
    let known: Vec<_> = folders().into_iter().filter(|case| case.name().starts_with("known-")).collect();
    assert!(known.len() >= 9, "{}", known.len());
    for case in known {
        assert!(case.is_from_a_source("signature.txt"), "{}", case.name());
    }
}

/// A file of Wycheproof's: each group's tests as `(id, key, message, tag, tag bits, whether it is valid)`.
fn each_mac_test(file: &str, mut check: impl FnMut(u64, &[u8], &[u8], &[u8], bool)) -> usize {
    let text = fs::read_to_string(vectors().join("wycheproof").join(file)).unwrap();
    let json = Value::parse(&text).unwrap();
    let mut count = 0;
    for group in json.get("testGroups").and_then(Value::list).unwrap() {
        for case in group.get("tests").and_then(Value::list).unwrap() {
            let bytes = |name: &str| from_hex(text_at(case, name)).unwrap();
            let id = case.get("tcId").and_then(Value::scalar).unwrap().parse().unwrap();
            check(id, &bytes("key"), &bytes("msg"), &bytes("tag"), text_at(case, "result") == "valid");
            count += 1;
        }
    }
    let said = json.get("numberOfTests").and_then(Value::scalar).unwrap();
    assert_eq!(said, count.to_string());
    count
}

#[test]
fn hmac_sha256_passes_wycheproof() {
    let count = each_mac_test("hmac_sha256_test.json", |id, key, message, tag, valid| {
        let own = HmacSha256Key::new(key).unwrap();
        assert_eq!(own.sign(message).starts_with(tag), valid, "{id}");
        // Some vectors have tags that are cut; the core never takes one.
        assert_eq!(own.verify(message, tag), valid && tag.len() == 32, "{id}");
    });
    assert_eq!(count, 174);
}

#[test]
fn hmac_sha512_passes_wycheproof() {
    let count = each_mac_test("hmac_sha512_test.json", |id, key, message, tag, valid| {
        assert_eq!(HmacSha512Key::new(key).unwrap().sign(message).starts_with(tag), valid, "{id}");
    });
    assert_eq!(count, 174);
}

#[test]
fn hmac_is_that_of_rfc_4231() {
    let text = fs::read_to_string(vectors().join("rfc4231.json")).unwrap();
    let json = Value::parse(&text).unwrap();
    let tests = json.get("tests").and_then(Value::list).unwrap();
    assert_eq!(tests.len(), 7);
    for test in tests {
        let bytes = |name: &str| from_hex(text_at(test, name)).unwrap();
        let (key, message) = (bytes("key"), bytes("data"));
        // Test 5 is cut to 128 bits.
        let found = [
            hex(&HmacSha256Key::new(&key).unwrap().sign(&message)),
            hex(&HmacSha512Key::new(&key).unwrap().sign(&message)),
        ];
        for (found, name) in found.iter().zip(["sha256", "sha512"]) {
            assert!(found.starts_with(text_at(test, name)) && text_at(test, name).len() >= 32, "{test:?}");
        }
    }
}

/// The members of a list of known-steps.json.
fn each_known(list: &str, check: impl Fn(&Value<'_>)) {
    let text = fs::read_to_string(vectors().join("known-steps.json")).unwrap();
    let json = Value::parse(&text).unwrap();
    let known = json.get(list).and_then(Value::list).unwrap();
    assert!(!known.is_empty());
    known.iter().for_each(check);
}

#[test]
fn single_steps_are_as_others_computed_them() {
    each_known("snap", |known| {
        let member = |name: &str| text_at(known, name);
        let (path, token, body) = (member("path"), member("accessToken"), member("body").as_bytes());
        let message = snap::string_to_sign(member("method"), path, Some(token), body, member("timestamp"));
        assert_eq!(message, member("stringToSign"));
        if let Some(key) = known.get("key").and_then(Value::text) {
            let mac = HmacSha512Key::new(key.as_bytes()).unwrap().sign(message.as_bytes());
            assert_eq!(base64(&mac), member("signature"));
        }
    });
    each_known("dokuDigests", |known| {
        let message = doku::request_string_to_sign("", "", "", "", Some(text_at(known, "body")));
        assert_eq!(message.rsplit_once("\nDigest:").unwrap().1, text_at(known, "digest"));
    });
    each_known("hmacSha256", |known| {
        let key = HmacSha256Key::new(text_at(known, "key").as_bytes()).unwrap();
        assert_eq!(base64(&key.sign(text_at(known, "message").as_bytes())), text_at(known, "signature"));
    });
    each_known("minify", |known| {
        let body = text_at(known, "input").as_bytes();
        assert_eq!(*minify(body), *text_at(known, "minified").as_bytes());
        assert_eq!(snap::body_hash(body), text_at(known, "sha256"));
    });
}
