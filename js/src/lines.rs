//! What crosses, as lines: a line costs a slice on the other side, where JSON costs a parser on both.
//!
//! Nothing in a line but the last can hold a line break: ids, keys, paths, queries and header values are checked
//! not to. The last is the rest, whatever it holds.

use refund_signer::encode::json::Value;
use refund_signer::error::{ErrorCode, RefundError};
use refund_signer::http::{Headers, HttpRequest};
use refund_signer::money::Currency;
use refund_signer::plan::{Operation, Plan};
use refund_signer::{PROVIDERS, Provider, Secret};

/// The first line, and what stands behind it.
pub fn first(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// `provider, operation, method, idempotency key or nothing, currency or nothing, path, query` and, where there is
/// one, the body.
pub fn of_plan(plan: &Plan) -> String {
    let lines = [
        plan.operation.provider,
        plan.operation.name,
        plan.operation.method.as_str(),
        plan.idempotency_key.as_deref().unwrap_or_default(),
        plan.currency.as_ref().map(Currency::code).unwrap_or_default(),
        &plan.path,
        &plan.query,
    ];
    let body = plan.body.as_deref();
    let mut text = String::with_capacity(body.map_or(160, |body| body.len().saturating_add(160)));
    joined(&mut text, lines.into_iter().chain(body));
    text
}

/// The texts that no other input of a list may have, nothing where one was left out, and the plan of the input.
pub fn of_row(input: &Value<'_>, plan: &Plan) -> String {
    let mut text = String::new();
    for name in plan.operation.unique() {
        text.push_str(input.get(name).and_then(Value::text).unwrap_or_default());
        text.push('\n');
    }
    text.push_str(&of_plan(plan));
    text
}

/// A plan of [`of_plan`]: its lines were made by this module and kept by the host, so they are not checked again.
pub fn plan(text: &str) -> Result<Plan, RefundError> {
    let mut lines = text.splitn(8, '\n');
    let mut next = || lines.next().unwrap_or_default();
    let (provider, name, _method) = (next(), next(), next());
    let (key, currency, path, query) = (next(), next(), next(), next());
    Ok(Plan {
        operation: operation(provider, name)?,
        idempotency_key: Some(key).filter(|key| !key.is_empty()).map(String::from),
        currency: Currency::of(currency),
        path: String::from(path),
        query: String::from(query),
        body: lines.next().map(String::from),
    })
}

/// A provider by its name.
pub fn provider(name: &str) -> Result<&'static Provider, RefundError> {
    let known = PROVIDERS.iter().find(|known| known.name == name).copied();
    known.ok_or_else(|| RefundError::new(ErrorCode::UnknownOperation, "provider", "is none of this build's."))
}

/// An operation by its whole name, such as `doku.createRefund`.
pub fn named_operation(name: &str) -> Result<&'static Operation, RefundError> {
    let (provider, name) = name.split_once('.').unwrap_or_default();
    operation(provider, name)
}

fn operation(provider_name: &str, name: &str) -> Result<&'static Operation, RefundError> {
    provider(provider_name)?
        .operation(provider_name, name)
        .ok_or_else(|| RefundError::new(ErrorCode::UnknownOperation, "operation", "is no operation of this build."))
}

/// The names of the headers with spaces between them, the URL, and the value of each header. Method and body are the
/// plan's, and the host has them; the names are the same every time, and the host knows them by their line.
pub fn of_request(request: &HttpRequest) -> String {
    let mut text = String::with_capacity(512);
    for (name, _) in &request.headers {
        text.push_str(if text.is_empty() { "" } else { " " });
        text.push_str(name);
    }
    text.push('\n');
    joined(&mut text, [&*request.url].into_iter().chain(request.headers.iter().map(|(_, value)| &**value)));
    text
}

fn joined<'a>(text: &mut String, lines: impl Iterator<Item = &'a str>) {
    for (at, line) in lines.enumerate() {
        if at > 0 {
            text.push('\n');
        }
        text.push_str(line);
    }
}

/// `number of headers, name, value, name, value, …` and the rest.
pub fn headers(text: &str) -> (Headers<'_>, &str) {
    let (count, mut rest) = first(text);
    let count = count.parse().unwrap_or(0);
    let mut headers = Headers::new();
    for _ in 0..count {
        let (name, further) = first(rest);
        let (value, further) = first(further);
        headers.push((name.into(), value.into()));
        rest = further;
    }
    (headers, rest)
}

/// Names and lengths of secrets, a line for each and then an empty one, and the rest. The secrets themselves stand
/// one behind the other in `bytes`.
pub fn secrets<'a>(text: &'a str, mut bytes: &[u8]) -> (Vec<(&'a str, Secret)>, &'a str) {
    let mut secrets = Vec::new();
    let (mut line, mut rest) = first(text);
    while let Some((name, length)) = line.split_once(' ') {
        let (secret, further) = bytes.split_at_checked(length.parse().unwrap_or(0)).unwrap_or_default();
        secrets.push((name, Secret::from(secret)));
        bytes = further;
        (line, rest) = first(rest);
    }
    (secrets, rest)
}
