//! Plan: everything about a request that must not change between two attempts.

use crate::encode::json::{Value, Writer};
use crate::encode::percent;
use crate::error::{ErrorCode, Problems, RefundError};
use crate::http::Method;
use crate::input::{Field, Input};
use crate::money::Currency;
use crate::provider::Provider;
use alloc::string::String;

/// The version that this build writes and reads.
pub const VERSION: &str = "1";

/// One operation of a provider: how an input becomes a plan.
#[derive(Debug)]
pub struct Operation {
    /// The provider's name in this crate, such as `doku`.
    pub provider: &'static str,
    /// The operation's name in this crate, such as `createRefund`.
    pub name: &'static str,
    /// What it is for, and where the provider documents it.
    pub doc: &'static str,
    /// The method.
    pub method: Method,
    /// The path, with `{field}` where a field's text goes, percent-encoded.
    pub path: &'static str,
    /// Other documented paths of the same operation; the field `path` chooses among them.
    pub other_paths: &'static [&'static str],
    /// Whether it can move money. Answers to one that cannot are never alarming.
    pub moves_money: bool,
    /// The field whose value the provider uses to recognize a repeated request.
    pub idempotency: Option<&'static str>,
    /// What it takes.
    pub fields: &'static [Field],
    /// Writes query and body from a checked input; may note what no single field shows.
    pub draft: fn(&Input<'_>, &mut Problems) -> Draft,
}

/// What an operation writes from its input.
#[derive(Debug, Default)]
pub struct Draft {
    /// The query string, percent-encoded, without its question mark.
    pub query: String,
    /// The exact body.
    pub body: Option<String>,
}

impl Draft {
    /// A draft with a body only.
    #[must_use]
    pub fn body(body: String) -> Self {
        Draft { query: String::new(), body: Some(body) }
    }

    /// A draft with a query only.
    #[must_use]
    pub fn query(query: String) -> Self {
        Draft { query, body: None }
    }
}

/// A request before it is signed. It holds no secret, no clock and no random value made later, so it can
/// be stored, queued, shown and sent to where the key is. Signing the same plan again is the only retry.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The operation it was made by.
    pub operation: &'static Operation,
    /// The path, percent-encoded.
    pub path: String,
    /// The query string, percent-encoded, without its question mark; empty for none.
    pub query: String,
    /// The exact body, as it will be hashed and sent.
    pub body: Option<String>,
    /// What the provider recognizes a repeated request by, where the plan has it.
    pub idempotency_key: Option<String>,
    /// The currency of the amount that was meant. Where it is not sent, an answer in another one is a mismatch.
    pub currency: Option<Currency>,
}

impl Plan {
    /// Makes a plan. `fresh` is a random value (a UUID) from the host for an idempotency field that the
    /// input leaves out; without it such a field is required.
    ///
    /// # Errors
    /// Everything that is wrong with the input, at once.
    pub fn new(operation: &'static Operation, input: &Value<'_>, fresh: Option<&str>) -> Result<Self, RefundError> {
        let mut problems = Problems::default();
        let checked = Input::check(operation.fields, input, fresh, &mut problems);
        // A draft of an input with mistakes would be half made, so its own checks come after all others.
        problems.or(())?;
        let mut problems = Problems::default();
        let path = fill(checked.optional_text("path").unwrap_or(operation.path), &checked, &mut problems);
        let draft = (operation.draft)(&checked, &mut problems);
        let key = operation.idempotency.and_then(|name| checked.optional_text(name)).map(String::from);
        let currency = checked.money("amount").map(|amount| amount.currency());
        problems.or(Plan { operation, path, query: draft.query, body: draft.body, idempotency_key: key, currency })
    }

    /// The plan as JSON text; [`Plan::parse`] gives the same plan back.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = Writer::object();
        json.raw("version", VERSION)
            .text("provider", self.operation.provider)
            .text("operation", self.operation.name)
            .text("method", self.operation.method.as_str())
            .text("path", &self.path)
            .text("query", &self.query)
            .optional_text("body", self.body.as_deref())
            .optional_text("idempotencyKey", self.idempotency_key.as_deref())
            .optional_text("currency", self.currency.map(|currency| currency.code()));
        json.finish()
    }

    /// Reads a plan that was stored or sent. It is outside input: version, operation, method, path, query and
    /// key must be such as the operation could have made, and the body one JSON object. Whether its amount is
    /// one that its sender may refund is for the reader's own policy to say.
    ///
    /// # Errors
    /// [`ErrorCode::UnsupportedPlanVersion`] and [`ErrorCode::InvalidPlan`].
    pub fn parse(json: &str, providers: &[&'static Provider]) -> Result<Self, RefundError> {
        let invalid = |path: &str, message: &str| RefundError::new(ErrorCode::InvalidPlan, path, message);
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
        plan.check().map(|()| plan)
    }

    /// The body read again; `None` when there is none.
    #[must_use]
    pub fn body_value(&self) -> Option<Value<'_>> {
        self.body.as_deref().and_then(Value::parse)
    }

    /// The text that stands for `{field}` in the path, decoded.
    #[must_use]
    pub fn path_field(&self, field: &str) -> Option<String> {
        let mut templates = core::iter::once(&self.operation.path).chain(self.operation.other_paths);
        let template = templates.find(|template| matches_template(template, &self.path))?;
        let mut pairs = template.split('/').zip(self.path.split('/'));
        let (_, text) = pairs.find(|(segment, _)| placeholder(segment) == Some(field))?;
        percent::decode(text)
    }

    fn check(&self) -> Result<(), RefundError> {
        let operation = self.operation;
        let invalid = |path: &str, message: &str| Err(RefundError::new(ErrorCode::InvalidPlan, path, message));
        let mut templates = core::iter::once(&operation.path).chain(operation.other_paths);
        let Some(template) = templates.find(|template| matches_template(template, &self.path)) else {
            return invalid("path", "is not this operation's path.");
        };
        for (segment, text) in template.split('/').zip(self.path.split('/')) {
            let field = placeholder(segment).unwrap_or_default();
            let text = Value::from(percent::decode(text).unwrap_or_default());
            let mut problems = Problems::default();
            crate::input::check_one(operation.fields, field, &text, &mut problems);
            if !problems.is_empty() {
                return invalid("path", "holds a value that its field does not take.");
            }
        }
        if !self.query.split(['&', '=']).all(is_encoded) {
            return invalid("query", "is not percent-encoded.");
        }
        if operation.method != Method::Get && !self.query.is_empty() {
            return invalid("query", "is none that this operation makes.");
        }
        if self.body.is_some() == (operation.method == Method::Get) {
            return invalid("body", "must be there exactly when the method is not GET.");
        }
        // No field takes it; in a plan that was stored it is what became of half a character.
        if self.body.as_deref().is_some_and(|body| body.contains('\u{fffd}')) {
            return invalid("body", "holds U+FFFD or an unpaired surrogate: it was damaged before.");
        }
        let readable = |value: Value<'_>| value.is_object() && !value.has_duplicates();
        if self.body.is_some() && !self.body_value().is_some_and(readable) {
            return invalid("body", "is not one JSON object without duplicate members.");
        }
        self.check_key()
    }

    /// The idempotency key obeys the rule of the field that it came from.
    fn check_key(&self) -> Result<(), RefundError> {
        let invalid = |message: &str| Err(RefundError::new(ErrorCode::InvalidPlan, "idempotencyKey", message));
        let Some(key) = &self.idempotency_key else {
            let made = |field: &Field| Some(field.name) == self.operation.idempotency;
            let needed =
                self.operation.fields.iter().any(|field| made(field) && field.need != crate::input::Need::Optional);
            return if needed { invalid("is missing.") } else { Ok(()) };
        };
        let Some(name) = self.operation.idempotency else { return invalid("is not used by this operation.") };
        // Where the key is a member of the body, as with a reference, the two must agree.
        let in_body = self.body_value().and_then(|body| Some(String::from(body.get(name)?.text()?)));
        if in_body.is_some_and(|in_body| in_body != *key) {
            return invalid("is not the one in the body.");
        }
        let text = Value::Text(key.as_str().into());
        let mut problems = Problems::default();
        crate::input::check_one(self.operation.fields, name, &text, &mut problems);
        if problems.is_empty() { Ok(()) } else { invalid("does not obey the rule of its field.") }
    }
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

/// The name inside the braces of a path segment.
fn placeholder(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// Puts the fields' texts, percent-encoded, into the path.
fn fill(template: &str, input: &Input<'_>, problems: &mut Problems) -> String {
    let mut path = String::new();
    for segment in template.split('/').skip(1) {
        path.push('/');
        match placeholder(segment) {
            None => path.push_str(segment),
            Some(name) => {
                let text = input.text(name);
                if matches!(text, "." | "..") {
                    problems.add(ErrorCode::InvalidCharacter, name, "may not be . or .., which are steps in a path.");
                }
                percent::encode(&mut path, text);
            }
        }
    }
    path
}

/// Whether the path could have been made from the template.
fn matches_template(template: &str, path: &str) -> bool {
    let mut expected = template.split('/');
    let mut found = path.split('/');
    loop {
        match (expected.next(), found.next()) {
            (None, None) => return true,
            (Some(segment), Some(text)) if placeholder(segment).is_some() => {
                if text.is_empty() || !is_encoded(text) || matches!(percent::decode(text).as_deref(), Some("." | ".."))
                {
                    return false;
                }
            }
            (Some(segment), Some(text)) if segment == text => {}
            _ => return false,
        }
    }
}

/// Whether a text is exactly what percent-encoding makes of what it stands for.
fn is_encoded(text: &str) -> bool {
    percent::decode(text).is_some_and(|decoded| {
        let mut again = String::new();
        percent::encode(&mut again, &decoded);
        again == text
    })
}
