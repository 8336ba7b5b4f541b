//! JSON, exactly: a reader that loses nothing, a writer that adds nothing, and SNAP's lexical minify.
//!
//! Numbers stay the text they were, so `100.00000000` and ids beyond 2^53 survive; members keep their
//! order and duplicates are kept. This is why the crate has its own reader: a general one either turns
//! numbers into floats or refuses duplicate members.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// How deep arrays and objects may be nested before a text is refused.
const MAX_DEPTH: u8 = 64;

/// How many values a text may hold before it is refused: a value takes many times the memory of its text, and
/// WebAssembly never gives memory back.
const MAX_VALUES: u32 = 1 << 17;

/// A JSON value that borrows from the text it was read from where it can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as the text it was written in.
    Number(Cow<'a, str>),
    /// A string, unescaped. An unpaired surrogate escape reads as U+FFFD.
    Text(Cow<'a, str>),
    /// An array.
    List(Vec<Value<'a>>),
    /// An object: members in their order, duplicates kept.
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// Reads one JSON text. `None` when it is not JSON (RFC 8259), nested deeper than 64, or of more than 131,072 values.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut reader = Reader { rest: text, values_left: MAX_VALUES };
        let value = reader.value(MAX_DEPTH)?;
        reader.skip_space();
        reader.rest.is_empty().then_some(value)
    }

    /// An object of these members; the natural way to write an input in Rust.
    #[must_use]
    pub fn object<const N: usize>(members: [(&'a str, Value<'a>); N]) -> Self {
        let named = members.into_iter().map(|(name, value)| (Cow::Borrowed(name), value));
        Value::Object(named.collect())
    }

    /// The member of that name. Where a name stands twice the last one counts, as in JavaScript.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        let Value::Object(members) = self else { return None };
        members.iter().rev().find(|(member, _)| member == name).map(|(_, value)| value)
    }

    /// The member at a dotted path, such as `error.code`.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Value<'a>> {
        path.split('.').try_fold(self, |value, name| value.get(name))
    }

    /// The text of a string.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a string or the digits of a number: for fields that providers send either way.
    #[must_use]
    pub fn scalar(&self) -> Option<&str> {
        match self {
            Value::Text(text) | Value::Number(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of an array.
    #[must_use]
    pub fn list(&self) -> Option<&[Value<'a>]> {
        match self {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// Whether it is an object.
    #[must_use]
    pub fn is_object(&self) -> bool {
        matches!(self, Value::Object(_))
    }

    /// Whether any object in it names a member twice.
    #[must_use]
    pub fn has_duplicates(&self) -> bool {
        match self {
            Value::List(items) => items.iter().any(Value::has_duplicates),
            Value::Object(members) => {
                // Sorted, since a hostile object may have very many members.
                let mut names: Vec<&str> = members.iter().map(|(name, _)| &**name).collect();
                names.sort_unstable();
                let twice = names.iter().zip(names.iter().skip(1)).any(|(one, next)| one == next);
                twice || members.iter().any(|(_, value)| value.has_duplicates())
            }
            _ => false,
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(Cow::Owned(text))
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Value::Number(Cow::Owned(super::decimal(number)))
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Value::Bool(flag)
    }
}

struct Reader<'a> {
    rest: &'a str,
    values_left: u32,
}

impl<'a> Reader<'a> {
    fn skip_space(&mut self) {
        // What JSON.stringify writes has no space.
        while let Some((b' ' | b'\t' | b'\n' | b'\r', _)) = self.rest.as_bytes().split_first() {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
    }

    fn take(&mut self, token: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(token)?;
        Some(())
    }

    fn take_until(&mut self, stop: impl Fn(u8) -> bool) -> Option<&'a str> {
        let end = self.rest.bytes().position(stop).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(taken)
    }

    fn value(&mut self, depth: u8) -> Option<Value<'a>> {
        self.skip_space();
        self.values_left = self.values_left.checked_sub(1)?;
        match self.rest.bytes().next()? {
            b'"' => Some(Value::Text(self.string()?)),
            b'{' => self.members(depth.checked_sub(1)?),
            b'[' => self.elements(depth.checked_sub(1)?),
            b't' => self.take("true").map(|()| Value::Bool(true)),
            b'f' => self.take("false").map(|()| Value::Bool(false)),
            b'n' => self.take("null").map(|()| Value::Null),
            _ => {
                let number = self.take_until(|byte| !matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))?;
                is_number(number).then_some(Value::Number(Cow::Borrowed(number)))
            }
        }
    }

    fn members(&mut self, depth: u8) -> Option<Value<'a>> {
        let mut members = Vec::new();
        self.take("{")?;
        self.skip_space();
        if self.take("}").is_some() {
            return Some(Value::Object(members));
        }
        loop {
            self.skip_space();
            let name = self.string()?;
            self.skip_space();
            self.take(":")?;
            members.push((name, self.value(depth)?));
            self.skip_space();
            if self.take(",").is_none() {
                return self.take("}").map(|()| Value::Object(members));
            }
        }
    }

    fn elements(&mut self, depth: u8) -> Option<Value<'a>> {
        let mut items = Vec::new();
        self.take("[")?;
        self.skip_space();
        if self.take("]").is_some() {
            return Some(Value::List(items));
        }
        loop {
            items.push(self.value(depth)?);
            self.skip_space();
            if self.take(",").is_none() {
                return self.take("]").map(|()| Value::List(items));
            }
        }
    }

    fn string(&mut self) -> Option<Cow<'a, str>> {
        self.take("\"")?;
        let plain = self.plain_run()?;
        if self.take("\"").is_some() {
            return Some(Cow::Borrowed(plain));
        }
        let mut text = String::from(plain);
        loop {
            if self.take("\"").is_some() {
                return Some(Cow::Owned(text));
            }
            // A control character stops the run too; it is neither a quote nor an escape, so it is refused here.
            self.take("\\")?;
            text.push(self.escape()?);
            text.push_str(self.plain_run()?);
        }
    }

    fn plain_run(&mut self) -> Option<&'a str> {
        self.take_until(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))
    }

    fn escape(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let escape = chars.next()?;
        self.rest = chars.as_str();
        match escape {
            '"' | '\\' | '/' => Some(escape),
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'u' => {
                let unit = self.four_hex()?;
                Some(self.surrogate_pair(unit).or_else(|| char::from_u32(unit)).unwrap_or('\u{fffd}'))
            }
            _ => None,
        }
    }

    fn four_hex(&mut self) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.rest = rest;
        u32::from_str_radix(digits, 16).ok()
    }

    /// The character of a high surrogate followed by an escaped low one; takes the second escape only then.
    fn surrogate_pair(&mut self, high: u32) -> Option<char> {
        let mut ahead = Reader { rest: self.rest, values_left: 0 };
        ahead.take("\\u")?;
        let low = ahead.four_hex()?;
        let pair = [u16::try_from(high).ok()?, u16::try_from(low).ok()?];
        if !matches!(high, 0xd800..=0xdbff) {
            return None;
        }
        let character = char::decode_utf16(pair).next()?.ok()?;
        self.rest = ahead.rest;
        Some(character)
    }
}

/// The number grammar of RFC 8259, section 6.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (integer, fraction) = match mantissa.split_once('.') {
        Some((integer, fraction)) => (integer, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(integer)
        && (integer == "0" || !integer.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(digits)
}

/// Writes one compact JSON text, member by member, in the order of the calls.
///
/// Strings are escaped as `JSON.stringify` does (non-ASCII characters stay as they are), so the bytes
/// equal those of the providers' JavaScript SDKs.
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
}

impl Writer {
    /// Starts an object.
    #[must_use]
    pub fn object() -> Self {
        let mut out = String::with_capacity(256);
        out.push('{');
        Writer { out }
    }

    /// Ends the object and gives its text.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.out.push('}');
        self.out
    }

    /// Opens a nested object.
    pub fn open(&mut self, name: &str) -> &mut Self {
        self.raw(name, "{")
    }

    /// Closes the nested object.
    pub fn close(&mut self) -> &mut Self {
        self.out.push('}');
        self
    }

    /// A string member.
    pub fn text(&mut self, name: &str, value: &str) -> &mut Self {
        self.name(name);
        write_string(&mut self.out, value);
        self
    }

    /// A string member, or nothing where there is no value.
    pub fn optional_text(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        if let Some(value) = value {
            self.text(name, value);
        }
        self
    }

    /// A `true` or `false` member, or nothing where there is no value.
    pub fn optional_flag(&mut self, name: &str, value: Option<bool>) -> &mut Self {
        if let Some(value) = value {
            self.flag(name, value);
        }
        self
    }

    /// A `true` or `false` member.
    pub fn flag(&mut self, name: &str, value: bool) -> &mut Self {
        self.raw(name, if value { "true" } else { "false" })
    }

    /// A member whose text is JSON already: a number, or something this writer wrote.
    pub fn raw(&mut self, name: &str, json: &str) -> &mut Self {
        self.name(name);
        self.out.push_str(json);
        self
    }

    /// A member of any value, written as it was read.
    pub fn value(&mut self, name: &str, value: &Value<'_>) -> &mut Self {
        self.name(name);
        write_value(&mut self.out, value);
        self
    }

    fn name(&mut self, name: &str) {
        if !self.out.ends_with('{') {
            self.out.push(',');
        }
        write_string(&mut self.out, name);
        self.out.push(':');
    }
}

/// Appends a value, numbers in the text they were read in.
pub fn write_value(out: &mut String, value: &Value<'_>) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => out.push_str(number),
        Value::Text(text) => write_string(out, text),
        Value::List(items) => write_list(out, items, write_value),
        Value::Object(members) => {
            let mut separator = '{';
            for (name, member) in members {
                out.push(separator);
                write_string(out, name);
                out.push(':');
                write_value(out, member);
                separator = ',';
            }
            out.push_str(if members.is_empty() { "{}" } else { "}" });
        }
    }
}

/// Appends an array, each element by `write`.
pub fn write_list<T>(out: &mut String, items: &[T], write: impl Fn(&mut String, &T)) {
    let mut separator = '[';
    for item in items {
        out.push(separator);
        write(out, item);
        separator = ',';
    }
    out.push_str(if items.is_empty() { "[]" } else { "]" });
}

/// Appends a string in quotes, escaped as `JSON.stringify` does.
pub fn write_string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    // Runs of what needs no escape are copied whole.
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
        let (plain, further) = rest.split_at_checked(at).unwrap_or_default();
        let (escaped, further) = further.split_at_checked(1).unwrap_or_default();
        out.push_str(plain);
        write_escaped(out, escaped.bytes().next().unwrap_or_default());
        rest = further;
    }
    out.push_str(rest);
    out.push('"');
}

fn write_escaped(out: &mut String, byte: u8) {
    let short = match byte {
        b'"' | b'\\' => char::from(byte),
        b'\n' => 'n',
        b'\r' => 'r',
        b'\t' => 't',
        8 => 'b',
        12 => 'f',
        _ => {
            out.push_str(if byte < 16 { "\\u000" } else { "\\u001" });
            return out.extend(char::from_digit(u32::from(byte) & 0xf, 16));
        }
    };
    out.push('\\');
    out.push(short);
}

/// SNAP's minify: drops space, tab, CR and LF outside strings and nothing else.
///
/// Lexical on purpose: member order, number text, escapes and nulls stay as they are
/// (PayerMax SNAP guide, section 2: keep the original order and values).
#[must_use]
pub fn minify(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.iter().any(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut in_string = false;
    let mut escaped = false;
    for &byte in text {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
        } else if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
            continue;
        } else {
            in_string = byte == b'"';
        }
        out.push(byte);
    }
    Cow::Owned(out)
}
