//! Stored plans: every plan that an operation makes is taken back, however its body is spelled; no body that the
//! operation could not have made is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

mod proof;

use proof::inputs::{self, Choices};
use proptest::collection::vec;
use proptest::prelude::*;
use refund_signer::body::Form;
use refund_signer::encode::json::{Value, write_value};
use refund_signer::input::{Kind, Need};
use refund_signer::plan::{Operation, Place};
use refund_signer::{ErrorCode, PROVIDERS, Plan};

fn operations() -> impl Iterator<Item = &'static Operation> {
    PROVIDERS.iter().flat_map(|known| known.operations).copied()
}

fn plans() -> impl Strategy<Value = Plan> {
    let choices = (0..operations().count(), vec(any::<u8>(), 0..400));
    choices.prop_filter_map("refused", |(at, bytes)| {
        let operation = operations().nth(at).unwrap();
        Plan::new(operation, &inputs::input(operation, &mut Choices(&bytes)), None).ok()
    })
}

fn json(value: &Value<'_>) -> String {
    let mut text = String::new();
    write_value(&mut text, value);
    text
}

/// The same value with its members the other way round, white space everywhere, and every character escaped.
fn spelled_otherwise(value: &Value<'_>) -> String {
    let escaped = |text: &str| {
        let units: Vec<String> = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        format!("\"{}\"", units.concat())
    };
    match value {
        Value::Text(text) => escaped(text),
        Value::List(items) => {
            format!("[ {} ]", items.iter().map(spelled_otherwise).collect::<Vec<_>>().join(" ,\n"))
        }
        Value::Object(members) => {
            let members = members.iter().rev();
            let spelled = members.map(|(name, value)| format!("{}\t: {}", escaped(name), spelled_otherwise(value)));
            format!("{{\r\n{} }}", spelled.collect::<Vec<_>>().join(" , "))
        }
        other => json(other),
    }
}

fn taken(plan: &Plan) -> bool {
    match Plan::parse(&plan.to_json(), PROVIDERS) {
        Ok(read) => {
            assert_eq!(read.to_json(), plan.to_json(), "what was taken is another plan");
            true
        }
        Err(error) => {
            assert!(error.problems.iter().all(|problem| problem.code == ErrorCode::InvalidPlan), "{error}");
            false
        }
    }
}

fn with_body(plan: &Plan, body: &Value<'_>) -> Plan {
    Plan { body: Some(json(body)), ..plan.clone() }
}

/// The object that a member's path begins with, to change it, and the member's name there.
fn place<'b, 'v>(
    body: &'b mut Value<'v>,
    path: &'static str,
) -> (&'b mut Vec<(std::borrow::Cow<'v, str>, Value<'v>)>, &'static str) {
    let (object, name) = path.split_once('.').unwrap_or(("", path));
    let Value::Object(members) = body else { panic!("no object") };
    if object.is_empty() {
        return (members, name);
    }
    // An object of which nothing was given is not there.
    if !members.iter().any(|(found, _)| found == object) {
        members.push((object.into(), Value::Object(Vec::new())));
    }
    match members.iter_mut().find(|(found, _)| found == object) {
        Some((_, Value::Object(members))) => (members, name),
        _ => panic!("{object} is no object"),
    }
}

fn changed(plan: &Plan, path: &'static str, value: Option<Value<'static>>) -> Plan {
    let mut body = plan.body_value().unwrap();
    let (members, name) = place(&mut body, path);
    members.retain(|(found, _)| found != name);
    members.extend(value.map(|value| (name.into(), value)));
    let is_empty = members.is_empty();
    // An object of which nothing is left is not there.
    if let (true, Some((object, _)), Value::Object(members)) = (is_empty, path.split_once('.'), &mut body) {
        members.retain(|(found, _)| found != object);
    }
    with_body(plan, &body)
}

proptest! {
    #[test]
    fn every_plan_is_taken_back_however_it_is_spelled(plan in plans()) {
        prop_assert!(taken(&plan), "{}", plan.to_json());
        if let Some(body) = plan.body_value() {
            // A nested object of which nothing was given is left out.
            for object in plan.operation.body.iter().filter_map(|member| Some(member.path.split_once('.')?.0)) {
                prop_assert_ne!(body.get(object), Some(&Value::Object(Vec::new())), "{}", plan.to_json());
            }
            let spelled = Plan { body: Some(spelled_otherwise(&body)), ..plan.clone() };
            prop_assert!(taken(&spelled), "{}", spelled.to_json());
            prop_assert_eq!(spelled.describe().unwrap().to_json(), plan.describe().unwrap().to_json());
        }
    }

    #[test]
    fn a_changed_member_is_refused_where_no_input_makes_it(plan in plans()) {
        let operation = plan.operation;
        let Some(body) = plan.body_value() else { return Ok(()) };
        for member in operation.body {
            let Some(value) = body.at(member.path) else { continue };
            let field = operation.fields.iter().find(|field| field.name == member.field).unwrap();
            let is_money = matches!(field.kind, Kind::Money { .. });
            // Left out where it may be: nothing is sent for it. An amount may not, since the plan names its currency.
            let may_be_left_out = field.need == Need::Optional && !is_money && !matches!(member.form, Form::TextOr(_));
            let left_out = changed(&plan, member.path, None);
            prop_assert_eq!(taken(&left_out), may_be_left_out, "{}", left_out.to_json());
            let other_types = [Value::Null, Value::List(vec![Value::Null]), Value::object([("amount", 1.into())])];
            let negative = value.scalar().map(|text| Value::Number(format!("-{text}").into()));
            let as_text = Value::from("x".repeat(10_000));
            for wrong in other_types.into_iter().chain(negative).chain([as_text]) {
                // Any object of texts and numbers is notes.
                if matches!((member.form, &wrong), (Form::Notes, Value::Object(_))) { continue; }
                let wrong = changed(&plan, member.path, Some(wrong));
                prop_assert!(!taken(&wrong), "{}", wrong.to_json());
            }
            if is_money {
                for text in ["0", "0.00", "-1", "1e3", "7e9", "1.2345", "01", " 1", "18446744073709551616", "x", ""] {
                    let as_text = changed(&plan, member.path, Some(text.into()));
                    prop_assert!(!taken(&as_text), "{}", as_text.to_json());
                    if Value::parse(text).is_some() {
                        let number = changed(&plan, member.path, Some(Value::Number(text.trim().to_owned().into())));
                        // The one that is a number as minor or major units are written.
                        prop_assert!(text == " 1" || !taken(&number), "{}", number.to_json());
                    }
                }
            }
        }
    }

    #[test]
    fn a_member_that_the_operation_does_not_have_is_refused(plan in plans()) {
        let Some(body) = plan.body_value() else {
            prop_assert!(!taken(&with_body(&plan, &Value::Object(vec![]))));
            return Ok(());
        };
        // Beside each member, and at the top.
        for path in plan.operation.body.iter().map(|member| member.path).chain([""]) {
            let mut more = body.clone();
            place(&mut more, path).0.push(("on_hold".into(), true.into()));
            prop_assert!(!taken(&with_body(&plan, &more)), "{}", json(&more));
        }
    }

    #[test]
    fn an_amount_and_its_currency_belong_together(plan in plans()) {
        let field = plan.operation.fields.iter().find(|field| field.name == "amount");
        let Some(currency) = plan.currency else {
            // Nothing names an amount, so nothing may name a currency.
            let named = Plan { currency: refund_signer::money::Currency::of("IDR"), ..plan };
            prop_assert!(!taken(&named), "{}", named.to_json());
            return Ok(());
        };
        let without = Plan { currency: None, ..plan.clone() };
        prop_assert!(!taken(&without), "{}", without.to_json());
        let Some(Kind::Money { currencies, .. }) = field.map(|field| field.kind) else { panic!("no amount") };
        for other in ["IDR", "TND", "XXX"] {
            let other = refund_signer::money::Currency::of(other).filter(|other| *other != currency);
            let Some(other) = other else { continue };
            let plan = Plan { currency: Some(other), ..plan.clone() };
            // What is not sent only the plan says; it must still be one that the operation takes.
            let sent = plan.operation.body.iter().any(|member| matches!(member.form, Form::Currency));
            if sent || !(currencies.is_empty() || currencies.contains(&other.code())) {
                prop_assert!(!taken(&plan), "{}", plan.to_json());
            }
        }
    }
}

#[test]
fn every_field_stands_somewhere_and_every_fact_is_a_field() {
    for operation in operations() {
        let has = |name: &str| operation.fields.iter().any(|field| field.name == name);
        let named = [operation.payment, operation.reference, operation.idempotency].into_iter().flatten();
        for name in named.chain(operation.options.iter().copied()) {
            assert!(has(name), "{}.{}: {name}", operation.provider, operation.name);
        }
        // A refund says what is refunded.
        assert!(!operation.moves_money || operation.payment.is_some(), "{}", operation.name);
        let is_get = operation.method.as_str() == "GET";
        assert_eq!(is_get, operation.body.is_empty(), "{}", operation.name);
        for field in operation.fields {
            let in_query = operation.place(field.name) == Place::Query;
            assert!(!in_query || is_get, "{}.{}: {}", operation.provider, operation.name, field.name);
        }
    }
}
