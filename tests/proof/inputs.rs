//! Good inputs for any operation, made from its own table of fields. Random bytes choose; so a fuzzer's bytes and
//! proptest's shrink to a small input alike.

use super::reference;
use refund_signer::Value;
use refund_signer::input::{Decimals, Field, Kind, MAX_ID, Need};
use refund_signer::money::Currency;
use refund_signer::plan::Operation;
use std::sync::LazyLock;

/// Choices that a string of bytes makes; the first choice for ever when it has ended.
pub struct Choices<'a>(pub &'a [u8]);

impl Choices<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        let bytes = (64 - (end.max(2) - 1).leading_zeros()).div_ceil(8);
        let number = (0..bytes).fold(0, |number: u64, _| (number << 8) | u64::from(self.byte()));
        number % end.max(1)
    }

    fn between(&mut self, min: usize, max: usize) -> usize {
        min + usize::try_from(self.below((max - min) as u64 + 1)).unwrap()
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.between(0, choices.len() - 1)]
    }

    fn text(&mut self, min: usize, max: usize, alphabet: &str) -> String {
        let characters: Vec<char> = alphabet.chars().collect();
        let length = self.between(min, max.min(min + 24));
        (0..length).map(|_| self.of(&characters)).collect()
    }
}

const PLAIN: &str = "abcXYZ0189_-";
const HEADER: &str = "abcXYZ0189_-.:/+=~!@()\"\\%&'";
const LINE: &str = "aZ0 \"\\/%&?#+.~'<>{}[]:,éß₹😀中\u{301}\u{200d}";
const PROSE: &str = "aZ0 \"\\/%&\n\t\r\u{8}\u{1f}\u{7f}é₹😀\u{2028}\u{2029}";

/// An input that obeys every field's own rule. What several fields forbid together an operation may still refuse.
pub fn input(operation: &Operation, choices: &mut Choices<'_>) -> Value<'static> {
    members(operation.fields, choices)
}

fn members(fields: &[Field], choices: &mut Choices<'_>) -> Value<'static> {
    let mut members = Vec::new();
    for field in fields {
        if field.need != Need::Optional || choices.below(3) == 1 {
            members.push((field.name.into(), value(field.kind, choices)));
        }
    }
    Value::Object(members)
}

fn value(kind: Kind, choices: &mut Choices<'_>) -> Value<'static> {
    match kind {
        Kind::Text { min, max } => choices.text(min, max, LINE).into(),
        Kind::Header { min, max } => choices.text(min, max, HEADER).into(),
        Kind::Prose { max } => choices.text(0, max, PROSE).into(),
        Kind::Token { min, max } => choices.text(min, max, PLAIN).into(),
        Kind::Id { prefix, .. } => (prefix.to_owned() + &choices.text(0, MAX_ID - prefix.len(), PLAIN)).into(),
        Kind::Long => integer(0, i64::MAX.unsigned_abs(), choices),
        Kind::Integer { min, max } => integer(min, max, choices),
        Kind::Decimal => format!("{}.{:02}", choices.below(1 << 40), choices.below(100)).into(),
        Kind::Flag => (choices.below(2) == 1).into(),
        Kind::OneOf(texts) => choices.of(texts).into(),
        Kind::SomeOf(texts) => Value::List(vec![choices.of(texts).into()]),
        Kind::Money { currencies, decimals } => {
            let currency =
                if currencies.is_empty() { any_currency(choices) } else { choices.of(currencies).to_owned() };
            let minor = amount(&currency, decimals, choices);
            money(minor, &currency, choices.below(2) == 1)
        }
        Kind::Notes { pairs, max } => notes(pairs, max, choices),
        Kind::List(fields) => Value::List((0..=choices.below(2)).map(|_| members(fields, choices)).collect()),
        Kind::Secret | Kind::Secrets => unreachable!("an operation takes no secret"),
    }
}

fn integer(min: u64, max: u64, choices: &mut Choices<'_>) -> Value<'static> {
    let number = min + choices.below((max - min).saturating_add(1));
    if number < 1 << 53 && choices.below(2) == 0 { number.into() } else { number.to_string().into() }
}

fn notes(pairs: usize, max: usize, choices: &mut Choices<'_>) -> Value<'static> {
    let count = choices.between(0, pairs.min(3));
    let pair = |at: usize| {
        let note =
            if choices.below(4) == 0 { choices.below(1 << 50).into() } else { choices.text(0, max, PROSE).into() };
        // The number keeps the names apart.
        (format!("{at}{}", choices.text(0, 8, PROSE)).into(), note)
    };
    Value::Object((0..count).map(pair).collect())
}

/// Every currency that the core knows.
pub static CURRENCIES: LazyLock<Vec<String>> =
    LazyLock::new(|| reference::codes().filter(|code| Currency::of(code).is_some()).collect());

fn any_currency(choices: &mut Choices<'_>) -> String {
    CURRENCIES[choices.between(0, CURRENCIES.len() - 1)].clone()
}

/// An amount above zero that is no finer than the field takes.
pub fn amount(currency: &str, decimals: Decimals, choices: &mut Choices<'_>) -> u64 {
    let most = [1 << 7, 1 << 15, 1 << 31, 1 << 53, u64::MAX][choices.between(0, 4)];
    let minor = 1 + choices.below(most);
    let surplus = reference::decimals(currency).saturating_sub(match decimals {
        Decimals::Whole => 0,
        Decimals::AtMostTwo => 2,
        Decimals::Iso => 9,
    });
    let unit = 10_u64.pow(surplus);
    (minor / unit).max(1) * unit
}

/// Money as an input gives it.
pub fn money(minor: u64, currency: &str, in_minor: bool) -> Value<'static> {
    let (name, text) =
        if in_minor { ("minor", minor.to_string()) } else { ("value", reference::major(minor, currency)) };
    Value::object([(name, text.into()), ("currency", currency.to_owned().into())])
}
