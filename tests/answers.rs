//! Every answer under tests/answers gives the verdict that its file says, and every row of every
//! provider's verdict table is reached by at least one of them. The same files run again through the
//! npm package (tests/js).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::encode::base64;
use refund_signer::encode::json::{Value, write_value};
use refund_signer::sign::HmacSha256Key;
use refund_signer::verdict::{COMMON_RULES, Rule, Verdict, Wording, state_of};
use refund_signer::{HttpResponse, PROVIDERS, Plan, Provider, Secret, Settings, doku, snap};
use std::fs;
use std::path::Path;

/// Texts of a provider's folder: name and content of each file, the clients' settings apart.
fn files(provider: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers").join(provider);
    let mut cases = Vec::new();
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with('_') {
            let text = fs::read_to_string(path).unwrap();
            cases.extend(alike(&name, &text));
            cases.push((name, text));
        }
    }
    cases
}

/// The other cases that a file stands for: its `alike` lists what may stand in the place of a text.
fn alike(name: &str, text: &str) -> Vec<(String, String)> {
    let case = Value::parse(text).unwrap_or_else(|| panic!("{name} is not JSON"));
    let Some(Value::Object(members)) = case.get("alike") else { return Vec::new() };
    let mut cases = Vec::new();
    for (said, others) in members {
        for other in others.list().unwrap().iter().map(|other| other.text().unwrap()) {
            cases.push((format!("{name} ({other})"), text.replace(&format!("\"{said}\""), &format!("\"{other}\""))));
        }
    }
    cases
}

/// The settings of the client that a case is for: another file of the folder where it names one.
fn client_file(provider: &str, case: &Value<'_>) -> String {
    let name = case.get("client").and_then(Value::text).unwrap_or("_client.json");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers").join(provider);
    fs::read_to_string(folder.join(name)).unwrap()
}

fn settings<'a>(client: &'a Value<'a>) -> Settings<'a> {
    let mut settings = Settings::new(client.get("settings").unwrap().clone());
    if let Some(Value::Object(secrets)) = client.get("secrets") {
        for (name, secret) in secrets {
            settings = settings.secret(name, Secret::from(secret.text().unwrap()));
        }
    }
    settings
}

fn text(value: &Value<'_>) -> String {
    let mut out = String::new();
    write_value(&mut out, value);
    out
}

/// The response as the file gives it, with DOKU's signature added where the file asks for it.
fn response(case: &Value<'_>, client: &Value<'_>, plan: &Plan) -> Option<HttpResponse<'static>> {
    let given = case.get("response").unwrap();
    if *given == Value::Null {
        return None;
    }
    let body = match given.get("json") {
        Some(json) => text(json),
        None => given.get("body").and_then(Value::text).unwrap().to_owned(),
    };
    let mut headers: Vec<(String, String)> = Vec::new();
    if let Some(Value::Object(members)) = given.get("headers") {
        headers.extend(members.iter().map(|(name, value)| (name.to_string(), value.text().unwrap().to_owned())));
    }
    if given.get("sign").is_some() {
        let header = |name: &str| headers.iter().find(|(key, _)| key == name).unwrap().1.clone();
        let signed_body = plan.body.is_some().then_some(body.as_bytes());
        let message = doku::response_string_to_sign(
            &header("Client-Id"),
            &header("Request-Id"),
            &header("Response-Timestamp"),
            &plan.path,
            signed_body,
        );
        let key = HmacSha256Key::new(client.at("secrets.secretKey").unwrap().text().unwrap().as_bytes()).unwrap();
        headers.push(("Signature".into(), format!("HMACSHA256={}", base64(&key.sign(message.as_bytes())))));
    }
    let headers = headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    let status = given.get("status").and_then(Value::scalar).unwrap().parse().unwrap();
    Some(HttpResponse { status, headers, body: body.into_bytes().into() })
}

/// The verdict without what the files do not repeat: details, and what follows from the rest.
fn comparable(verdict: &str) -> String {
    let Some(Value::Object(members)) = Value::parse(verdict) else { panic!("a verdict is an object") };
    let kept = members.into_iter().filter(|(name, _)| !matches!(&**name, "details" | "final" | "repeatable")).map(
        |(name, value)| {
            let value = match &*name {
                "problem" => without(value, &["message", "userAction"]),
                "ifFirst" => without(value, &["problem"]),
                _ => value,
            };
            (name, value)
        },
    );
    text(&Value::Object(kept.collect()))
}

fn without<'a>(value: Value<'a>, names: &[&str]) -> Value<'a> {
    let Value::Object(members) = value else { panic!("no object") };
    Value::Object(members.into_iter().filter(|(name, _)| !names.contains(&&**name)).collect())
}

/// Which of a provider's wordings an answer has: the first that stands in its message, or its code.
fn worded(provider: &Provider, verdict: &Verdict<'_>) -> Option<&'static str> {
    let problem = verdict.problem.as_ref()?;
    let message = problem.provider_message.as_deref().unwrap_or_default();
    let code = problem.provider_code.as_deref().unwrap_or_default();
    let is = |wording: &&Wording| state_of(&[**wording], message).is_some() || wording.0.eq_ignore_ascii_case(code);
    provider.wordings.iter().find(is).map(|(words, _)| *words)
}

/// Checks every answer of a provider; gives how many there were, the rules that decided and the wordings.
fn check(provider: &Provider) -> (usize, Vec<&'static Rule>, Vec<&'static str>, Vec<String>) {
    let cases = files(provider.name);
    let (mut reached, mut words, mut failures) = (Vec::new(), Vec::new(), Vec::new());
    for (name, case) in &cases {
        let case = Value::parse(case).unwrap();
        let client_text = client_file(provider.name, &case);
        let client_file = Value::parse(&client_text).unwrap();
        let client = (provider.client)(&settings(&client_file)).unwrap();
        let operation = case.get("operation").unwrap().text().unwrap();
        let operation = provider.operation(provider.name, operation).unwrap_or_else(|| panic!("{name}: {operation}"));
        let plan =
            Plan::new(operation, case.get("input").unwrap(), None).unwrap_or_else(|error| panic!("{name}: {error}"));
        let response = response(&case, &client_file, &plan);
        let verdict = client.read(&plan, response.as_ref()).unwrap();
        reached.extend(verdict.rule);
        words.extend(worded(provider, &verdict));
        let (found, expected) = (comparable(&verdict.to_json()), text(case.get("verdict").unwrap()));
        if found != expected {
            failures.push(format!("{}/{name}\n  expected {expected}\n  found    {found}", provider.name));
        }
        if let Some(details) = case.get("details") {
            let found = text(&refund_signer::verdict::script_safe(verdict.details.as_ref().unwrap()));
            if found != text(details) {
                failures.push(format!("{}/{name}: details\n  found    {found}", provider.name));
            }
        }
    }
    (cases.len(), reached, words, failures)
}

#[test]
fn every_answer_gives_its_verdict_and_every_rule_has_an_answer() {
    let mut problems = Vec::new();
    let mut reached_by_all = Vec::new();
    let mut shared: Vec<&Rule> = COMMON_RULES.iter().chain(snap::RULES).collect();
    for provider in PROVIDERS {
        let (count, reached, words, failures) = check(provider);
        let unsaid = provider.wordings.iter().filter(|(said, _)| !words.contains(said));
        problems.extend(unsaid.map(|(said, _)| format!("{}: no answer says {said:?}", provider.name)));
        problems.extend(failures);
        if count < 25 {
            problems.push(format!("{}: only {count} answers", provider.name));
        }
        for rule in provider.rules {
            if !reached.contains(&rule) && !shared.contains(&rule) {
                problems.push(format!("{}: no answer reaches {rule:?}", provider.name));
            }
        }
        reached_by_all.extend(reached);
    }
    shared.retain(|rule| !reached_by_all.contains(rule));
    problems.extend(shared.iter().map(|rule| format!("no answer reaches the shared {rule:?}")));
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}
