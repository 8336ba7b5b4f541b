//! Input fields as tables: what an operation or a client takes, checked all at once.
//!
//! One table drives the check, the TypeScript declarations, the documentation pages and the forms of
//! the console, so they cannot disagree.

use crate::encode::decimal;
use crate::encode::json::Value;
use crate::error::{ErrorCode, Problems};
use crate::money::{Currency, Money};
use crate::secret::Secret;
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// The largest integer that a JavaScript number holds exactly, 2^53 - 1.
const MAX_SAFE_INTEGER: u64 = 9_007_199_254_740_991;
/// The largest value of a 64-bit signed integer, what Java servers call a `Long`.
const MAX_LONG: u64 = 9_223_372_036_854_775_807;

/// The longest id of a provider; none documents a limit.
pub const MAX_ID: usize = 64;

/// What becomes of a missing value where it is written as text.
const EMPTY_WORDS: [&str; 4] = ["undefined", "null", "NaN", "[object Object]"];

const NO_VALUE: &str = "is there, but its value is missing: null, or a word such as undefined that stands for it.";

/// How many unknown fields are named in one refusal.
const MOST_STRANGERS: usize = 10;

/// One input field.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name, in the provider's own words and camelCase.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether it must be there.
    pub need: Need,
    /// What it is for, with units and the source of its limits.
    pub doc: &'static str,
}

/// Whether a field must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It must be given.
    Required,
    /// It may be left out; nothing is sent for it then.
    Optional,
    /// Where it is left out the host supplies a fresh random value, once, when the plan is made.
    Made,
}

/// What a field takes.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// One line of text without control characters, so many characters long.
    Text {
        /// The fewest characters.
        min: usize,
        /// The most characters.
        max: usize,
    },
    /// Printable ASCII without a space at either end: what can stand in an HTTP header.
    Header {
        /// The fewest characters.
        min: usize,
        /// The most characters.
        max: usize,
    },
    /// Free text that only ever stands inside a body; line breaks and tabs are allowed.
    Prose {
        /// The most characters.
        max: usize,
    },
    /// Letters, digits, `_` and `-` only: ids in paths and idempotency keys.
    Token {
        /// The fewest characters.
        min: usize,
        /// The most characters.
        max: usize,
    },
    /// An id that the provider made: as [`Kind::Token`], and not one of its ids of other things.
    Id {
        /// How its ids of this thing begin.
        prefix: &'static str,
        /// How its ids of all things begin, as far as it documents them.
        prefixes: &'static [&'static str],
    },
    /// A whole number up to 2^63 - 1: a safe JavaScript integer, a `BigInt` or digits.
    Long,
    /// A whole number in a range.
    Integer {
        /// The smallest.
        min: u64,
        /// The largest.
        max: u64,
    },
    /// A plain decimal number as text, such as a price limit in a search.
    Decimal,
    /// `true` or `false`.
    Flag,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// One or more of these texts, as an array.
    SomeOf(&'static [&'static str]),
    /// An amount of money.
    Money {
        /// The currencies taken; empty for every one of ISO 4217.
        currencies: &'static [&'static str],
        /// How fine it may be.
        decimals: Decimals,
    },
    /// Key-value pairs of text or numbers.
    Notes {
        /// The most pairs.
        pairs: usize,
        /// The most characters in a value.
        max: usize,
    },
    /// An array of objects of these fields.
    List(&'static [Field]),
    /// A secret, as text or bytes (client settings only).
    Secret,
    /// One or more secrets (webhook settings only).
    Secrets,
}

/// How fine an amount may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decimals {
    /// As fine as ISO 4217 says for the currency.
    Iso,
    /// Whole major units only.
    Whole,
    /// At most two decimals, whatever the currency.
    AtMostTwo,
}

impl Field {
    /// A field that must be given.
    #[must_use]
    pub const fn required(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Field { name, kind, need: Need::Required, doc: documentation(doc) }
    }

    /// A field that may be left out.
    #[must_use]
    pub const fn optional(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Field { name, kind, need: Need::Optional, doc: documentation(doc) }
    }

    /// A field for which the host supplies a fresh random value where it is left out.
    #[must_use]
    pub const fn made(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Field { name, kind, need: Need::Made, doc: documentation(doc) }
    }
}

/// A text for people who fill in forms or read the pages; nothing without the feature `docs`, which whoever only
/// signs leaves out to be smaller.
#[must_use]
pub const fn documentation(text: &'static str) -> &'static str {
    if cfg!(feature = "docs") { text } else { "" }
}

/// Settings of a client: plain values, and secrets apart from them so that these are wiped.
#[derive(Debug)]
pub struct Settings<'a> {
    values: Value<'a>,
    secrets: Vec<(Cow<'a, str>, Secret)>,
}

impl<'a> Settings<'a> {
    /// The settings that are no secrets, as an object.
    #[must_use]
    pub fn new(values: Value<'a>) -> Self {
        Settings { values, secrets: Vec::new() }
    }

    /// Whether a setting is there.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.values.get(name).is_some() || self.secrets.iter().any(|(known, _)| known == name)
    }

    /// Adds a secret.
    #[must_use]
    pub fn secret(mut self, name: &'a str, secret: impl Into<Secret>) -> Self {
        self.secrets.push((Cow::Borrowed(name), secret.into()));
        self
    }
}

/// An input that was checked against its table.
#[derive(Debug)]
pub struct Input<'a> {
    fields: Vec<(&'static str, Checked<'a>)>,
    secrets: Vec<(&'static str, &'a Secret)>,
}

#[derive(Debug)]
enum Checked<'a> {
    Text(Cow<'a, str>),
    Flag(bool),
    Money(Money),
    Value(&'a Value<'a>),
    Texts(Vec<&'a str>),
    List(Vec<Input<'a>>),
}

impl<'a> Input<'a> {
    /// Checks an operation's input; `fresh` is the host's random value for a field that is made.
    pub fn check(
        table: &'static [Field],
        value: &'a Value<'a>,
        fresh: Option<&'a str>,
        problems: &mut Problems,
    ) -> Self {
        check_members(table, value, &[], fresh, "", problems)
    }

    /// Checks a client's settings.
    pub fn check_settings(table: &'static [Field], settings: &'a Settings<'a>, problems: &mut Problems) -> Self {
        check_members(table, &settings.values, &settings.secrets, None, "", problems)
    }

    /// The text of a required field (empty only when the check noted a problem).
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.optional_text(name).unwrap_or_default()
    }

    /// The text of a field: text, token, number, decimal or choice.
    #[must_use]
    pub fn optional_text(&self, name: &str) -> Option<&str> {
        match self.field(name) {
            Some(Checked::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The value of a flag.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.field(name) {
            Some(Checked::Flag(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// The amount of a money field.
    #[must_use]
    pub fn money(&self, name: &str) -> Option<Money> {
        match self.field(name) {
            Some(Checked::Money(money)) => Some(*money),
            _ => None,
        }
    }

    /// The key-value pairs of a notes field, as they were given.
    #[must_use]
    pub fn notes(&self, name: &str) -> Option<&Value<'a>> {
        match self.field(name) {
            Some(Checked::Value(value)) => Some(value),
            _ => None,
        }
    }

    /// The texts of a field that takes several.
    #[must_use]
    pub fn texts(&self, name: &str) -> &[&'a str] {
        match self.field(name) {
            Some(Checked::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// The objects of a list field.
    #[must_use]
    pub fn list(&self, name: &str) -> &[Input<'a>] {
        match self.field(name) {
            Some(Checked::List(items)) => items,
            _ => &[],
        }
    }

    /// Whether the field is there.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.field(name).is_some()
    }

    /// The names and texts of all fields that are texts, in the order of the table.
    pub fn all_texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.fields.iter().filter_map(|(name, value)| match value {
            Checked::Text(text) => Some((*name, &**text)),
            _ => None,
        })
    }

    /// A secret setting.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<&Secret> {
        self.secrets.iter().find(|(field, _)| *field == name).map(|(_, secret)| *secret)
    }

    /// All the secrets of a setting that takes several.
    pub fn secrets(&self, name: &str) -> impl Iterator<Item = &'a Secret> {
        self.secrets.iter().filter(move |(field, _)| *field == name).map(|(_, secret)| *secret)
    }

    fn field(&self, name: &str) -> Option<&Checked<'a>> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value)
    }
}

/// Where a value stands: a text only when something is wrong with it.
#[derive(Clone, Copy)]
struct Place<'p> {
    prefix: &'p str,
    name: &'p str,
    part: &'p str,
}

impl<'p> Place<'p> {
    /// A part of the value.
    fn of(self, part: &'p str) -> Self {
        Place { part, ..self }
    }

    fn text(self) -> String {
        [self.prefix, self.name, if self.part.is_empty() { "" } else { "." }, self.part].concat()
    }
}

fn listed(what: &str, names: &[&str]) -> String {
    let mut text = String::from(what);
    for name in names {
        text.push_str(if text.len() > what.len() { ", " } else { "" });
        text.push_str(name);
    }
    text.push('.');
    text
}

fn check_members<'a>(
    table: &'static [Field],
    value: &'a Value<'a>,
    secrets: &'a [(Cow<'a, str>, Secret)],
    fresh: Option<&'a str>,
    prefix: &str,
    problems: &mut Problems,
) -> Input<'a> {
    let mut input = Input { fields: Vec::with_capacity(table.len()), secrets: Vec::new() };
    let Value::Object(members) = value else {
        problems.add(ErrorCode::WrongType, prefix.trim_end_matches('.'), "must be an object.");
        return input;
    };
    refuse_strangers(table, members, secrets, prefix, problems);
    for field in table {
        let path = Place { prefix, name: field.name, part: "" };
        if matches!(field.kind, Kind::Secret | Kind::Secrets) {
            check_secrets(field, secrets, value.get(field.name), path, problems, &mut input);
            continue;
        }
        match value.get(field.name) {
            Some(given) => {
                let checked = check(field.kind, given, path, problems);
                input.fields.extend(checked.map(|checked| (field.name, checked)));
            }
            None => match (field.need, fresh) {
                (Need::Optional, _) => {}
                (Need::Made, Some(fresh)) => input.fields.push((field.name, Checked::Text(Cow::Borrowed(fresh)))),
                (Need::Required | Need::Made, _) => problems.add(ErrorCode::MissingField, &path.text(), "is missing."),
            },
        }
    }
    input
}

/// Checks one value as one of the table's fields would be.
pub fn check_one<'a>(table: &'static [Field], name: &str, value: &'a Value<'a>, problems: &mut Problems) {
    if let Some(field) = table.iter().find(|field| field.name == name) {
        check(field.kind, value, Place { prefix: "", name, part: "" }, problems);
    }
}

fn refuse_strangers(
    table: &[Field],
    members: &[(Cow<'_, str>, Value<'_>)],
    secrets: &[(Cow<'_, str>, Secret)],
    prefix: &str,
    problems: &mut Problems,
) {
    let strangers = members.iter().filter(|(name, _)| !table.iter().any(|field| field.name == name));
    for (name, _) in strangers.take(MOST_STRANGERS) {
        // A stranger's name is the caller's text: cut, so that no message can grow without bound.
        let path: String = prefix.chars().chain(name.chars()).take(80).collect();
        let names: Vec<&str> = table.iter().map(|field| field.name).collect();
        problems.add(ErrorCode::UnknownField, &path, listed("is no field here. Fields: ", &names));
    }
    for field in table {
        if members.iter().filter(|(name, _)| name == field.name).count() > 1 {
            problems.add(ErrorCode::DuplicateField, &[prefix, field.name].concat(), "stands twice.");
        }
    }
    for (name, _) in secrets {
        if !table.iter().any(|field| field.name == name && matches!(field.kind, Kind::Secret | Kind::Secrets)) {
            problems.add(ErrorCode::UnknownField, name, "is no secret setting here.");
        }
    }
}

fn check_secrets<'a>(
    field: &Field,
    secrets: &'a [(Cow<'a, str>, Secret)],
    misplaced: Option<&Value<'_>>,
    path: Place<'_>,
    problems: &mut Problems,
    input: &mut Input<'a>,
) {
    let mut given = secrets.iter().filter(|(name, _)| name == field.name).map(|(_, secret)| secret).peekable();
    if given.peek().is_none() {
        check_secret(field, None, misplaced, path, problems);
    }
    for (secret, at) in given.zip(0_u16..) {
        check_secret(field, Some(secret), misplaced, path, problems);
        if at > 0 && matches!(field.kind, Kind::Secret) {
            problems.add(ErrorCode::DuplicateField, &path.text(), "stands twice.");
        }
        input.secrets.push((field.name, secret));
    }
}

fn check_secret(
    field: &Field,
    secret: Option<&Secret>,
    misplaced: Option<&Value<'_>>,
    path: Place<'_>,
    problems: &mut Problems,
) {
    match secret.map(Secret::expose) {
        _ if misplaced.is_some() => {
            problems.add(ErrorCode::WrongType, &path.text(), "must be given as a secret: text or bytes.");
        }
        None if field.need == Need::Required => problems.add(ErrorCode::MissingField, &path.text(), "is missing."),
        Some([]) => problems.add(ErrorCode::TooShort, &path.text(), "is empty."),
        Some(bytes) if EMPTY_WORDS.iter().any(|word| word.as_bytes() == bytes) => {
            problems.add(ErrorCode::NoValue, &path.text(), NO_VALUE);
        }
        Some(bytes) if bytes.len() > 8192 => {
            problems.add(ErrorCode::TooLong, &path.text(), "is longer than 8192 bytes.");
        }
        Some(bytes) if bytes.trim_ascii() != bytes => {
            problems.add(ErrorCode::InvalidCharacter, &path.text(), "begins or ends with white space.");
        }
        _ => {}
    }
}

fn check<'a>(kind: Kind, value: &'a Value<'a>, path: Place<'_>, problems: &mut Problems) -> Option<Checked<'a>> {
    // Null has a place in no field; and what names something is never called like a value that is missing.
    let word = value.text().filter(|_| !matches!(kind, Kind::Prose { .. }));
    if matches!(value, Value::Null) || word.is_some_and(|word| EMPTY_WORDS.contains(&word)) {
        problems.add(ErrorCode::NoValue, &path.text(), NO_VALUE);
        return None;
    }
    match kind {
        Kind::Text { min, max } => check_text(value, min, max, is_line_character, path, problems),
        Kind::Header { min, max } => check_header(value, min, max, path, problems),
        Kind::Prose { max } => check_text(value, 0, max, |character| character != '\0', path, problems),
        Kind::Token { min, max } => check_token(value, min, max, path, problems),
        Kind::Id { prefix, prefixes } => check_id(value, prefix, prefixes, path, problems),
        Kind::Long => check_integer(value, 0, MAX_LONG, path, problems),
        Kind::Integer { min, max } => check_integer(value, min, max, path, problems),
        Kind::Decimal => check_decimal(value, path, problems),
        Kind::Flag => match value {
            Value::Bool(flag) => Some(Checked::Flag(*flag)),
            _ => wrong_type("true or false", path, problems),
        },
        Kind::OneOf(choices) => {
            check_choice(value, choices, path, problems).map(|text| Checked::Text(Cow::Borrowed(text)))
        }
        Kind::SomeOf(choices) => check_choices(value, choices, path, problems),
        Kind::Money { currencies, decimals } => {
            check_money(value, currencies, decimals, path, problems).map(Checked::Money)
        }
        Kind::Notes { pairs, max } => check_notes(value, pairs, max, path, problems),
        Kind::List(table) => check_list(value, table, path, problems),
        Kind::Secret | Kind::Secrets => wrong_type("a secret", path, problems),
    }
}

fn wrong_type<T>(expected: &str, path: Place<'_>, problems: &mut Problems) -> Option<T> {
    problems.add(ErrorCode::WrongType, &path.text(), ["must be ", expected, "."].concat());
    None
}

/// No control characters (C0, DEL, C1, line and paragraph separators): the value may end in a header
/// or be one line of a string to sign.
fn is_line_character(character: char) -> bool {
    !character.is_control() && !matches!(character, '\u{2028}' | '\u{2029}')
}

fn check_text<'a>(
    value: &'a Value<'a>,
    min: usize,
    max: usize,
    allowed: fn(char) -> bool,
    path: Place<'_>,
    problems: &mut Problems,
) -> Option<Checked<'a>> {
    let Value::Text(text) = value else { return wrong_type("a text", path, problems) };
    if text.contains('\u{fffd}') {
        problems.add(
            ErrorCode::InvalidCharacter,
            &path.text(),
            "holds U+FFFD or an unpaired surrogate: it was damaged before.",
        );
        return None;
    }
    if !text.chars().all(allowed) {
        problems.add(ErrorCode::ControlCharacter, &path.text(), "holds a control character or line break.");
        return None;
    }
    check_length(text, min, max, path, problems)?;
    Some(Checked::Text(Cow::Borrowed(text)))
}

fn check_length(text: &str, min: usize, max: usize, path: Place<'_>, problems: &mut Problems) -> Option<()> {
    let length = text.chars().count();
    if length < min {
        problems.add(
            ErrorCode::TooShort,
            &path.text(),
            ["has ", &decimal(length), " characters; at least ", &decimal(min), " are needed."].concat(),
        );
    } else if length > max {
        problems.add(
            ErrorCode::TooLong,
            &path.text(),
            ["has ", &decimal(length), " characters; at most ", &decimal(max), " are taken."].concat(),
        );
    }
    (min..=max).contains(&length).then_some(())
}

fn check_token<'a>(
    value: &'a Value<'a>,
    min: usize,
    max: usize,
    path: Place<'_>,
    problems: &mut Problems,
) -> Option<Checked<'a>> {
    let Value::Text(text) = value else { return wrong_type("a text", path, problems) };
    check_length(text, min, max, path, problems)?;
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
        problems.add(ErrorCode::InvalidCharacter, &path.text(), "may hold letters A-Z a-z, digits, _ and - only.");
        return None;
    }
    Some(Checked::Text(Cow::Borrowed(text)))
}

/// Ids of other lengths and forms than the documented one occur in providers' own tests, so only those of other
/// things are refused.
fn check_id<'a>(
    value: &'a Value<'a>,
    prefix: &str,
    prefixes: &[&str],
    path: Place<'_>,
    problems: &mut Problems,
) -> Option<Checked<'a>> {
    let checked = check_token(value, 1, MAX_ID, path, problems)?;
    let Checked::Text(id) = &checked else { return None };
    if let Some(other) = prefixes.iter().find(|other| **other != prefix && id.starts_with(**other)) {
        let message = ["begins with ", other, ": the id of another thing. This field takes ", prefix, "…."].concat();
        problems.add(ErrorCode::NotAllowed, &path.text(), message);
        return None;
    }
    Some(checked)
}

fn check_header<'a>(
    value: &'a Value<'a>,
    min: usize,
    max: usize,
    path: Place<'_>,
    problems: &mut Problems,
) -> Option<Checked<'a>> {
    let checked = check_text(value, min, max, is_line_character, path, problems)?;
    let Checked::Text(text) = &checked else { return None };
    if !text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') || text.trim() != text.as_ref() {
        problems.add(
            ErrorCode::InvalidCharacter,
            &path.text(),
            "may hold printable ASCII only, with no space at either end.",
        );
        return None;
    }
    Some(checked)
}

fn check_integer<'a>(
    value: &'a Value<'a>,
    min: u64,
    max: u64,
    path: Place<'_>,
    problems: &mut Problems,
) -> Option<Checked<'a>> {
    let (Value::Number(digits) | Value::Text(digits)) = value else {
        return wrong_type("a whole number, a BigInt or digits", path, problems);
    };
    let plain = !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'));
    if !plain {
        return wrong_type("a whole number without sign, decimals or leading zeros", path, problems);
    }
    let number: Option<u64> = digits.parse().ok();
    if matches!(value, Value::Number(_)) && number.is_none_or(|number| number > MAX_SAFE_INTEGER) {
        problems.add(
            ErrorCode::OutOfRange,
            &path.text(),
            "is beyond 2^53 and was rounded: give it as text or a BigInt.",
        );
        return None;
    }
    if !number.is_some_and(|number| (min..=max).contains(&number)) {
        problems.add(
            ErrorCode::OutOfRange,
            &path.text(),
            ["must lie between ", &decimal(min), " and ", &decimal(max), "."].concat(),
        );
        return None;
    }
    Some(Checked::Text(Cow::Borrowed(digits)))
}

fn check_decimal<'a>(value: &'a Value<'a>, path: Place<'_>, problems: &mut Problems) -> Option<Checked<'a>> {
    match value {
        Value::Number(_) => {
            problems.add(
                ErrorCode::NumberAmount,
                &path.text(),
                "is a number; a float cannot hold it exactly. Give text.",
            );
            None
        }
        Value::Text(text) => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
            let plain = text.len() <= 24
                && text.starts_with(|first: char| first.is_ascii_digit())
                && text.ends_with(|last: char| last.is_ascii_digit())
                && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
            if !plain {
                problems.add(ErrorCode::InvalidAmount, &path.text(), "is not a plain decimal number.");
            }
            plain.then_some(Checked::Text(Cow::Borrowed(text)))
        }
        _ => wrong_type("a decimal number as text", path, problems),
    }
}

fn check_choice(
    value: &Value<'_>,
    choices: &'static [&'static str],
    path: Place<'_>,
    problems: &mut Problems,
) -> Option<&'static str> {
    let Value::Text(text) = value else { return wrong_type("a text", path, problems) };
    let choice = choices.iter().find(|choice| *choice == text);
    if choice.is_none() {
        problems.add(ErrorCode::NotAllowed, &path.text(), listed("must be one of: ", choices));
    }
    choice.copied()
}

fn check_choices<'a>(
    value: &'a Value<'a>,
    choices: &'static [&'static str],
    path: Place<'_>,
    problems: &mut Problems,
) -> Option<Checked<'a>> {
    let Value::List(items) = value else { return wrong_type("an array of texts", path, problems) };
    if items.is_empty() {
        problems.add(ErrorCode::TooShort, &path.text(), "is empty.");
    }
    let texts = items.iter().filter_map(|item| check_choice(item, choices, path, problems)).collect();
    Some(Checked::Texts(texts))
}

/// `{ value: "12.34", currency: "INR" }` or `{ minor: 1234n, currency: "INR" }`.
fn check_money(
    value: &Value<'_>,
    currencies: &[&str],
    decimals: Decimals,
    path: Place<'_>,
    problems: &mut Problems,
) -> Option<Money> {
    let Value::Object(members) = value else {
        let code = if matches!(value, Value::Number(_)) { ErrorCode::NumberAmount } else { ErrorCode::WrongType };
        let currency = currencies.first().unwrap_or(&"INR");
        let message = ["must be an object such as { value: \"1000\", currency: \"", currency, "\" }."].concat();
        problems.add(code, &path.text(), message);
        return None;
    };
    for (name, _) in members.iter().take(MOST_STRANGERS) {
        if !matches!(&**name, "value" | "minor" | "currency") {
            let name: String = name.chars().take(40).collect();
            problems.add(ErrorCode::UnknownField, &path.of(&name).text(), "is no field of money.");
        }
    }
    if value.has_duplicates() {
        problems.add(ErrorCode::DuplicateField, &path.text(), "names a member twice.");
    }
    let currency = check_currency(value.get("currency"), currencies, path.of("currency"), problems);
    let (name, amount) = match (value.get("value"), value.get("minor")) {
        (Some(major), None) => ("value", major),
        (None, Some(minor)) => ("minor", minor),
        (None, None) => {
            problems.add(ErrorCode::MissingField, &path.of("value").text(), "is missing.");
            return None;
        }
        (Some(_), Some(_)) => {
            problems.add(ErrorCode::Conflict, &path.text(), "has both value and minor: give one.");
            return None;
        }
    };
    let path = path.of(name);
    let text = match amount {
        Value::Text(text) => text,
        Value::Number(_) => {
            problems.add(ErrorCode::NumberAmount, &path.text(), "is a number; a float cannot hold money exactly.");
            return None;
        }
        _ => return wrong_type("a text", path, problems),
    };
    let currency = currency?;
    let parsed = if name == "value" { parse_value(text, currency) } else { Money::parse_minor(text, currency) };
    let most_decimals = most_decimals(decimals, currency);
    match parsed.and_then(|money| check_fineness(money, most_decimals)) {
        Ok(money) => Some(money),
        Err(code) => {
            problems.add(code, &path.text(), amount_message(code, text, currency, most_decimals));
            None
        }
    }
}

fn most_decimals(decimals: Decimals, currency: Currency) -> usize {
    match decimals {
        Decimals::Iso => currency.decimals(),
        Decimals::Whole => 0,
        Decimals::AtMostTwo => currency.decimals().min(2),
    }
}

fn check_currency(
    value: Option<&Value<'_>>,
    currencies: &[&str],
    path: Place<'_>,
    problems: &mut Problems,
) -> Option<Currency> {
    let text = match value {
        None => {
            problems.add(ErrorCode::MissingField, &path.text(), "is missing.");
            return None;
        }
        Some(Value::Text(text)) => text,
        Some(_) => return wrong_type("a text such as \"IDR\"", path, problems),
    };
    let currency = Currency::of(text).filter(|_| currencies.is_empty() || currencies.contains(&&**text));
    if currency.is_none() {
        let message = if currencies.is_empty() {
            String::from("must be an ISO 4217 code in capitals.")
        } else {
            listed("must be one of: ", currencies)
        };
        problems.add(ErrorCode::UnsupportedCurrency, &path.text(), message);
    }
    currency
}

fn check_fineness(money: Money, most_decimals: usize) -> Result<Money, ErrorCode> {
    if money.is_zero() {
        return Err(ErrorCode::NotPositive);
    }
    let fraction = money.major_trimmed().split_once('.').map_or(0, |(_, fraction)| fraction.len());
    if fraction > most_decimals { Err(ErrorCode::TooManyDecimals) } else { Ok(money) }
}

/// `30.000` is thirty to some and thirty thousand to others: integer and group of an amount whose point may group
/// thousands. Not where a currency has three decimals, and amounts are written like this.
fn thousands(text: &str, currency: Currency) -> Option<(&str, &str)> {
    let (integer, group) = text.split_once('.')?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let groups = matches!(integer.len(), 1..=3) && group.len() == 3 && !integer.starts_with('0');
    (currency.decimals() < 3 && groups && digits(integer) && digits(group)).then_some((integer, group))
}

/// Of an amount that may be grouped only the larger reading makes sense where it is a whole number, and always in
/// rupiah, whose hundredth is not in use. Another one, such as 12.340, is what a column of three decimals gives.
fn parse_value(text: &str, currency: Currency) -> Result<Money, ErrorCode> {
    match thousands(text, currency) {
        Some((_, group)) if group == "000" || currency.code() == "IDR" => Err(ErrorCode::AmbiguousAmount),
        _ => Money::parse_major(text, currency),
    }
}

fn amount_message(code: ErrorCode, text: &str, currency: Currency, most_decimals: usize) -> Cow<'static, str> {
    let grouped = thousands(text, currency).map(|(integer, group)| [integer, group].concat());
    Cow::Borrowed(match (code, grouped) {
        (ErrorCode::AmbiguousAmount, Some(grouped)) => {
            let fraction = text.trim_end_matches('0').trim_end_matches('.');
            return Cow::Owned(["may be ", fraction, " or ", &grouped, ": a point can group thousands."].concat());
        }
        (ErrorCode::TooManyDecimals, grouped) => {
            let most = match most_decimals {
                0 => String::from("may have no decimals"),
                most => ["may have at most ", &decimal(most), " decimals"].concat(),
            };
            let or = grouped.map(|grouped| ["; if the point groups thousands, write ", &grouped].concat());
            return Cow::Owned([&most, or.as_deref().unwrap_or_default(), "."].concat());
        }
        (ErrorCode::NotPositive, _) => "must be above zero.",
        (ErrorCode::TooLong, _) => "is too large.",
        _ => "is not a plain decimal number.",
    })
}

fn check_notes<'a>(
    value: &'a Value<'a>,
    pairs: usize,
    max: usize,
    path: Place<'_>,
    problems: &mut Problems,
) -> Option<Checked<'a>> {
    let Value::Object(members) = value else { return wrong_type("an object of texts", path, problems) };
    if members.len() > pairs {
        problems.add(
            ErrorCode::TooLong,
            &path.text(),
            ["has ", &decimal(members.len()), " pairs; at most ", &decimal(pairs), " are taken."].concat(),
        );
        return None;
    }
    for (name, note) in members {
        let short: String = name.chars().take(40).collect();
        let path = path.of(&short);
        let name = Value::Text(name.clone());
        check_text(&name, 1, max, |character| character != '\0', path, problems);
        match note {
            Value::Text(_) => {
                check_text(note, 0, max, |character| character != '\0', path, problems);
            }
            Value::Number(_) => {}
            _ => problems.add(ErrorCode::WrongType, &path.text(), "must be a text or a number."),
        }
    }
    if value.has_duplicates() {
        problems.add(ErrorCode::DuplicateField, &path.text(), "names a key twice.");
    }
    Some(Checked::Value(value))
}

fn check_list<'a>(
    value: &'a Value<'a>,
    table: &'static [Field],
    path: Place<'_>,
    problems: &mut Problems,
) -> Option<Checked<'a>> {
    let Value::List(items) = value else { return wrong_type("an array of objects", path, problems) };
    if items.is_empty() || items.len() > 100 {
        problems.add(ErrorCode::OutOfRange, &path.text(), "must hold between 1 and 100 entries.");
        return None;
    }
    let inputs = items.iter().zip(0_u8..);
    Some(Checked::List(
        inputs
            .map(|(item, at)| {
                check_members(table, item, &[], None, &[&path.text(), "[", &decimal(at), "]."].concat(), problems)
            })
            .collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    const TABLE: &[Field] = &[
        Field::required("reference", Kind::Text { min: 1, max: 5 }, ""),
        Field::required("amount", Kind::Money { currencies: &["IDR"], decimals: Decimals::Whole }, ""),
        Field::optional("paymentId", Kind::Long, ""),
    ];

    fn codes(json: &str) -> Vec<(String, &'static str)> {
        let value = Value::parse(json).unwrap();
        let mut problems = Problems::default();
        Input::check(TABLE, &value, None, &mut problems);
        let error = problems.or(()).err();
        let found = error.into_iter().flat_map(|error| error.problems);
        found.map(|problem| (problem.path, problem.code.as_str())).collect()
    }

    #[test]
    fn several_mistakes_are_reported_together() {
        let found = codes(r#"{"reference":"too long","amount":{"value":90.5,"currency":"IDR"},"extra":1}"#);
        let expected = [("extra", "unknown_field"), ("reference", "too_long"), ("amount.value", "number_amount")];
        assert_eq!(found, expected.map(|(path, code)| (path.into(), code)));
    }

    #[test]
    fn a_rounded_id_is_refused_and_its_text_is_taken() {
        let with = |id: &str| {
            codes(&format!(r#"{{"reference":"r","amount":{{"minor":"100","currency":"IDR"}},"paymentId":{id}}}"#))
        };
        assert_eq!(with("9223372036854776000"), [("paymentId".into(), "out_of_range")]);
        assert_eq!(with("\"9223372036854775807\""), []);
        assert_eq!(with("\"9223372036854775808\""), [("paymentId".into(), "out_of_range")]);
    }
}
