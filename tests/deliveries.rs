//! The deliveries of tests/cases/webhooks.json: each is read as the event, or refused for the cause, that stands beside
//! it. The same file runs again through the npm package (tests/js/conformance/deliveries.js), where RSA is verified, too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use refund_signer::http::Headers;
use refund_signer::webhook::Delivery;
use refund_signer::{PROVIDERS, RefundError, Settings, Value};
use std::borrow::Cow;

const CASES: &str = include_str!("cases/webhooks.json");

fn text<'v>(value: &'v Value<'_>, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::text)
}

fn settings<'v>(case: &'v Value<'v>) -> Settings<'v> {
    let Some(Value::Object(members)) = case.get("settings") else { panic!() };
    let is_plain = |(name, _): &&(Cow<str>, Value)| !matches!(&**name, "secrets" | "publicKey");
    let settings = Settings::new(Value::Object(members.iter().filter(is_plain).cloned().collect()));
    let secrets = case.at("settings.secrets").and_then(Value::list).unwrap_or_default();
    secrets.iter().fold(settings, |settings, secret| settings.secret("secrets", secret.text().unwrap()))
}

/// A header that stands several times is a list of its values.
fn headers<'v>(delivery: &'v Value<'v>) -> Headers<'v> {
    let Some(Value::Object(members)) = delivery.get("headers") else { panic!() };
    let one = |name: &'v str, value: &'v Value<'v>| (name.into(), value.text().unwrap().into());
    let each = members.iter().map(|(name, value)| match value.list() {
        Some(values) => values.iter().map(|value| one(name, value)).collect(),
        None => vec![one(name, value)],
    });
    each.collect::<Vec<Vec<_>>>().concat()
}

/// Key of the event and state of its refund.
fn read(case: &Value<'_>, delivery: &Value<'_>) -> Result<(String, Option<String>), RefundError> {
    let provider = PROVIDERS.iter().find(|known| Some(known.name) == text(case, "provider")).unwrap();
    let reader = (provider.webhooks.as_ref().unwrap().reader)(&settings(case)).unwrap();
    let now = delivery.get("now").and_then(Value::scalar).map(|now| now.parse().unwrap());
    let delivery = Delivery { headers: headers(delivery), body: text(delivery, "body").unwrap().as_bytes().into() };
    let event = if case.at("settings.publicKey").is_some() {
        let verifies = case.get("verifies") != Some(&Value::Bool(false));
        reader.prepare(&delivery, now)?;
        reader.finish(&delivery, verifies)?
    } else {
        reader.read(&delivery, now)?
    };
    Ok((event.dedupe_key, event.refund.map(|refund| refund.status.as_str().to_owned())))
}

/// A regular expression of the file: words with anything between them, and alternatives.
fn says(pattern: &str, message: &str) -> bool {
    let message = message.to_lowercase();
    pattern.to_lowercase().replace(".?", ".*").split('|').any(|alternative| {
        let mut words = alternative.split(".*");
        words.try_fold(&*message, |rest, word| rest.split_once(word).map(|(_, rest)| rest)).is_some()
    })
}

fn is_right(want: &Value<'_>, results: &[Result<(String, Option<String>), RefundError>]) -> bool {
    if let Some(error) = want.get("error") {
        let Err(found) = &results[0] else { return false };
        let problem = &found.problems[0];
        let words = format!("{} {}", problem.message, problem.code.user_action());
        return text(error, "code").is_none_or(|code| code == problem.code.as_str())
            && text(error, "path").is_none_or(|path| path == problem.path)
            && says(text(error, "says").unwrap(), &words);
    }
    let Ok(events) = results.iter().map(Result::as_ref).collect::<Result<Vec<_>, _>>() else { return false };
    if let Some(keys) = text(want, "dedupeKeys") {
        let mut found: Vec<_> = events.iter().map(|(key, _)| key).collect();
        found.sort();
        found.dedup();
        return found.len() == if keys == "same" { 1 } else { events.len() };
    }
    let status = want.at("event.refundStatus").and_then(Value::text);
    status.is_none() || events[0].1.as_deref() == status
}

#[test]
fn each_delivery_is_read_or_refused_for_its_cause() {
    let cases = Value::parse(CASES).unwrap();
    for case in cases.list().unwrap() {
        let deliveries = case.get("deliveries").and_then(Value::list).unwrap();
        let results: Vec<_> = deliveries.iter().map(|delivery| read(case, delivery)).collect();
        let want = case.get("want").unwrap();
        let wanted = want.get("either").and_then(Value::list).unwrap_or(std::slice::from_ref(want));
        assert!(wanted.iter().any(|want| is_right(want, &results)), "{:?}: {results:#?}", text(case, "id"));
    }
}
