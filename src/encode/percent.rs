//! Percent-encoding (RFC 3986): everything but unreserved characters is encoded, a space as `%20`.

use alloc::string::String;
use alloc::vec::Vec;

/// Appends `text` with every byte but `A-Z a-z 0-9 - . _ ~` percent-encoded.
pub fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.extend(char::from_digit(u32::from(byte >> 4), 16).map(|digit| digit.to_ascii_uppercase()));
            out.extend(char::from_digit(u32::from(byte & 0xf), 16).map(|digit| digit.to_ascii_uppercase()));
        }
    }
}

/// Decodes every `%XX`; a `+` stays a plus. `None` for a broken escape or bytes that are not UTF-8.
#[must_use]
pub fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend_from_slice(parts.next()?.as_bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

/// Builds a query string, parameter by parameter, in the order of the calls.
#[derive(Debug, Default)]
pub struct Query {
    out: String,
}

impl Query {
    /// Adds `name=value`, the value percent-encoded, or nothing where there is no value.
    pub fn optional(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        if let Some(value) = value {
            if !self.out.is_empty() {
                self.out.push('&');
            }
            self.out.push_str(name);
            self.out.push('=');
            encode(&mut self.out, value);
        }
        self
    }

    /// The query without its question mark; empty when nothing was added.
    #[must_use]
    pub fn finish(self) -> String {
        self.out
    }
}
