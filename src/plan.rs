//! Plan: everything about a request that must not change between two attempts.

use crate::body::{self, Member};
use crate::encode::json::{Value, Writer};
use crate::encode::percent::{self, Query};
use crate::error::{ErrorCode, Problems, RefundError};
use crate::facts::Facts;
use crate::http::Method;
use crate::input::{Field, Input};
use crate::money::Currency;
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
    /// What is known of following it to its end, where it moves money.
    pub follow: Option<Facts>,
    /// The field that says what is refunded or asked about: a payment, or the part of one that has an id of its own.
    pub payment: Option<&'static str>,
    /// The field that is the merchant's own reference of the refund.
    pub reference: Option<&'static str>,
    /// The fields that change how a refund is made, whose money pays it or who is told: what a policy must see.
    pub options: &'static [&'static str],
    /// What it takes. Those of a GET that are neither in the path nor the key are its query, in this order.
    pub fields: &'static [Field],
    /// What its body holds, in this order; nothing for a GET.
    pub body: &'static [Member],
    /// Notes what no single field shows.
    pub check: Option<Check>,
}

/// Notes what no single field of an input shows.
pub type Check = fn(&Input<'_>, &mut Problems);

/// Where a plan has a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A segment of the path, or the choice of one.
    Path,
    /// A parameter of the query.
    Query,
    /// A member of the body.
    Body(&'static str),
    /// The idempotency key, in a header.
    Key,
}

impl Operation {
    /// Where a plan has a field of this operation.
    #[must_use]
    pub fn place(&self, field: &str) -> Place {
        if let Some(member) = self.body.iter().find(|member| member.holds(field)) {
            return Place::Body(member.path);
        }
        if self.idempotency == Some(field) {
            return Place::Key;
        }
        let in_path = field == "path" || self.path.split('/').any(|segment| placeholder(segment) == Some(field));
        if in_path { Place::Path } else { Place::Query }
    }

    /// The fields whose text no two refunds share: the key, and the reference that is asked for later. Two rows of a list
    /// with one text are one refund, or two that nobody can tell apart.
    pub fn unique(&self) -> impl Iterator<Item = &'static str> {
        let names = [self.idempotency, self.reference].map(|name| name.filter(|_| self.moves_money));
        self.fields.iter().map(|field| field.name).filter(move |name| names.contains(&Some(name)))
    }

    /// The template that a path was made from.
    #[must_use]
    pub fn template(&self, path: &str) -> Option<&'static str> {
        let mut templates = core::iter::once(self.path).chain(self.other_paths.iter().copied());
        templates.find(|template| matches_template(template, path))
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
        let is_get = operation.method == Method::Get;
        let query = if is_get { query(operation, &checked) } else { String::new() };
        let body = (!is_get).then(|| body::write(operation.body, &checked, &mut problems));
        if let Some(check) = operation.check {
            check(&checked, &mut problems);
        }
        let key = operation.idempotency.and_then(|name| checked.optional_text(name)).map(String::from);
        let currency = checked.money("amount").map(|amount| amount.currency());
        problems.or(Plan { operation, path, query, body, idempotency_key: key, currency })
    }

    /// The plan as JSON text; `Plan::parse` gives the same plan back.
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

    /// The body read again; `None` when there is none.
    #[must_use]
    pub fn body_value(&self) -> Option<Value<'_>> {
        self.body.as_deref().and_then(Value::parse)
    }

    /// The text that stands for `{field}` in the path, decoded.
    #[must_use]
    pub fn path_field(&self, field: &str) -> Option<String> {
        let template = self.operation.template(&self.path)?;
        let (_, text) = placeholders(template, &self.path).find(|(name, _)| *name == field)?;
        percent::decode(text)
    }
}

/// The names of a template's placeholders, and what stands for each in a path of that template.
pub fn placeholders<'p>(template: &'static str, path: &'p str) -> impl Iterator<Item = (&'static str, &'p str)> {
    template.split('/').zip(path.split('/')).filter_map(|(segment, text)| Some((placeholder(segment)?, text)))
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

/// The query of a GET: what was given of the fields that stand nowhere else.
fn query(operation: &Operation, input: &Input<'_>) -> String {
    let mut query = Query::default();
    for field in operation.fields.iter().filter(|field| operation.place(field.name) == Place::Query) {
        let flag = input.flag(field.name).map(|flag| if flag { "true" } else { "false" });
        query.optional(field.name, flag.or_else(|| input.optional_text(field.name)));
    }
    query.finish()
}

/// Whether the path has the template's segments, and something where it has a placeholder.
fn matches_template(template: &str, path: &str) -> bool {
    let fits =
        |(segment, text): (&str, &str)| if placeholder(segment).is_some() { !text.is_empty() } else { segment == text };
    template.split('/').count() == path.split('/').count() && template.split('/').zip(path.split('/')).all(fits)
}
