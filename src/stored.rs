//! Plans that were stored or sent: read, and checked against what their operation makes.
//!
//! The check has no rules of its own. It reads the input back out of the plan, plans that input again, and compares.

use crate::body::{self, Fields};
use crate::encode::json::Value;
use crate::encode::percent;
use crate::error::{ErrorCode, InputProblem, RefundError};
use crate::input::Kind;
use crate::money::Currency;
use crate::plan::{Operation, Place, Plan, VERSION, placeholders};
use crate::provider::Provider;
use alloc::string::String;
use alloc::vec::Vec;

impl Plan {
    /// Reads a plan that was stored or sent. It is outside input: everything in it must be such as its operation
    /// makes from some input. Member order, white space and escapes of the body are free, and stay as they are.
    /// Whether its sender may refund that is for the reader's own policy to say: see `Plan::describe`.
    ///
    /// # Errors
    /// [`ErrorCode::UnsupportedPlanVersion`] and [`ErrorCode::InvalidPlan`].
    pub fn parse(json: &str, providers: &[&'static Provider]) -> Result<Self, RefundError> {
        let value = Value::parse(json).filter(Value::is_object).ok_or_else(|| invalid("", "is not a plan."))?;
        match value.get("version") {
            Some(Value::Number(version)) if version == VERSION => {}
            Some(Value::Number(_)) => {
                let message = ["is not the version ", VERSION, " that this build knows."].concat();
                return Err(RefundError::new(ErrorCode::UnsupportedPlanVersion, "version", message));
            }
            _ => return Err(invalid("version", "is missing or no number.")),
        }
        refuse_other_members(&value)?;
        let text = |name: &str| value.get(name).and_then(Value::text);
        let (provider, name) = (text("provider").unwrap_or_default(), text("operation").unwrap_or_default());
        let operation = providers.iter().find_map(|known| known.operation(provider, name));
        let operation = operation.ok_or_else(|| invalid("operation", "is none of this provider's operations."))?;
        let plan = Plan {
            operation,
            path: String::from(text("path").unwrap_or_default()),
            query: String::from(text("query").unwrap_or_default()),
            body: text("body").map(String::from),
            idempotency_key: text("idempotencyKey").map(String::from),
            currency: text("currency").and_then(Currency::of),
        };
        if plan.currency.is_none() && text("currency").is_some() {
            return Err(invalid("currency", "is no ISO 4217 code."));
        }
        if text("method") != Some(operation.method.as_str()) {
            return Err(invalid("method", "is not this operation's method."));
        }
        plan.check_made().map(|()| plan)
    }

    /// The input that makes this plan: its fields, read back from path, query, key and body.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidPlan`] where something cannot be read back.
    pub fn input(&self) -> Result<Value<'_>, RefundError> {
        let operation = self.operation;
        let template =
            operation.template(&self.path).ok_or_else(|| invalid("path", "is not this operation's path."))?;
        let mut fields: Fields<'_> = Vec::with_capacity(operation.fields.len());
        if !operation.other_paths.is_empty() {
            fields.push(("path".into(), template.into()));
        }
        for (name, text) in placeholders(template, &self.path) {
            fields.push((name.into(), percent::decode(text).unwrap_or_default().into()));
        }
        fields.extend(self.query.split('&').filter_map(|pair| queried(operation, pair)));
        if let Some(key) = &self.idempotency_key
            && let Some(name) = operation.idempotency.filter(|name| operation.place(name) == Place::Key)
        {
            fields.push((name.into(), key.as_str().into()));
        }
        if let Some(body) = &self.body {
            let body = Value::parse(body).filter(|body| body.is_object() && !body.has_duplicates());
            let body = body.ok_or_else(|| invalid("body", "is not one JSON object without duplicate members."))?;
            body::read(operation.body, &body, self.currency, &mut fields)
                .map_err(|(member, message)| invalid(&["body.", member].concat(), message))?;
        }
        Ok(Value::Object(fields))
    }

    /// Refuses what the operation makes from no input.
    fn check_made(&self) -> Result<(), RefundError> {
        let made = Plan::new(self.operation, &self.input()?, None).map_err(|error| in_plan(self.operation, error))?;
        if made.path != self.path {
            return Err(invalid("path", "is not percent-encoded as this operation does it."));
        }
        if made.query != self.query {
            return Err(invalid("query", "is none that this operation makes."));
        }
        if made.idempotency_key != self.idempotency_key {
            return Err(invalid("idempotencyKey", "is not the one in the body, or not used by this operation."));
        }
        match (made.body_value(), self.body_value()) {
            (Some(made), Some(body)) => same(&body, &made, "body")?,
            (None, None) => {}
            _ => return Err(invalid("body", "must be there exactly when the method is not GET.")),
        }
        if made.currency != self.currency {
            return Err(invalid("currency", "is there without an amount in the body."));
        }
        Ok(())
    }
}

fn invalid(path: &str, message: &str) -> RefundError {
    RefundError::new(ErrorCode::InvalidPlan, path, message)
}

/// A parameter of a query as the field that it was made from.
fn queried<'a>(operation: &Operation, pair: &'a str) -> Option<(alloc::borrow::Cow<'a, str>, Value<'a>)> {
    let (name, text) = pair.split_once('=')?;
    let field = operation.fields.iter().find(|field| field.name == name && operation.place(name) == Place::Query)?;
    let text = percent::decode(text)?;
    let value = if matches!(field.kind, Kind::Flag) { Value::Bool(text == "true") } else { text.into() };
    Some((name.into(), value))
}

/// The refusal of an input as one of the plan that it was read from.
fn in_plan(operation: &Operation, error: RefundError) -> RefundError {
    let moved = |problem: InputProblem| {
        let field = problem.path.split(['.', '[']).next().unwrap_or_default();
        let path = match operation.place(field) {
            Place::Path => String::from("path"),
            Place::Query => String::from("query"),
            Place::Key => String::from("idempotencyKey"),
            Place::Body(member) => ["body.", member].concat(),
        };
        InputProblem { code: ErrorCode::InvalidPlan, path, message: problem.message }
    };
    RefundError { problems: error.problems.into_iter().map(moved).collect() }
}

/// Refuses a value that is not the one made, but for the order of members.
fn same(value: &Value<'_>, made: &Value<'_>, path: &str) -> Result<(), RefundError> {
    let (members, expected) = match (value, made) {
        (Value::Object(members), Value::Object(expected)) => (members, expected),
        (Value::List(items), Value::List(expected)) if items.len() == expected.len() => {
            return items.iter().zip(expected).try_for_each(|(item, expected)| same(item, expected, path));
        }
        _ if value == made => return Ok(()),
        _ => return Err(invalid(path, "is not as this operation writes it.")),
    };
    // A name of a stored body is outside text: cut, so that no message can grow without bound.
    let under = |name: &str| path.chars().chain(".".chars()).chain(name.chars().take(40)).collect::<String>();
    if let Some((name, _)) = expected.iter().find(|(name, _)| !members.iter().any(|(found, _)| found == name)) {
        return Err(invalid(&under(name), "is missing."));
    }
    members.iter().try_for_each(|(name, member)| match made.get(name) {
        Some(expected) => same(member, expected, &under(name)),
        None => Err(invalid(&under(name), "is no member that this operation sends.")),
    })
}

fn refuse_other_members(value: &Value<'_>) -> Result<(), RefundError> {
    const MEMBERS: [(&str, bool); 9] = [
        ("version", false),
        ("provider", true),
        ("operation", true),
        ("method", true),
        ("path", true),
        ("query", true),
        ("body", true),
        ("idempotencyKey", true),
        ("currency", true),
    ];
    let Value::Object(members) = value else { return Ok(()) };
    for (name, member) in members {
        let known = MEMBERS.iter().find(|(known, _)| known == name);
        if known.is_none_or(|(_, is_text)| *is_text && member.text().is_none()) {
            let name: String = name.chars().take(40).collect();
            return Err(RefundError::new(ErrorCode::InvalidPlan, &name, "is no member of a plan, or not a text."));
        }
    }
    let twice =
        members.iter().enumerate().any(|(at, (name, _))| members.iter().take(at).any(|(other, _)| other == name));
    if twice { Err(RefundError::new(ErrorCode::InvalidPlan, "", "names a member twice.")) } else { Ok(()) }
}
