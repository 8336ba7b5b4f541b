//! Text encodings that end up inside signed bytes: JSON, percent-encoding, base64, hex.

pub mod json;
pub mod percent;

use alloc::string::String;
use base64ct::{Base64, Encoding as _};

/// Standard base64 with padding.
#[must_use]
pub fn base64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

/// Strict standard base64: right alphabet, right padding, no white space; `None` otherwise.
#[must_use]
pub fn from_base64(text: &str) -> Option<alloc::vec::Vec<u8>> {
    Base64::decode_vec(text).ok()
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(bytes)
}

/// Strict lower-case hexadecimal, two digits a byte; `None` otherwise.
#[must_use]
pub fn from_hex(text: &str) -> Option<alloc::vec::Vec<u8>> {
    base16ct::lower::decode_vec(text).ok()
}

/// A whole number in decimal digits.
#[must_use]
pub fn decimal(number: impl TryInto<u64>) -> String {
    let mut rest = number.try_into().unwrap_or(u64::MAX);
    let mut digits = [b'0'; 20];
    let mut first = digits.len();
    for (at, digit) in digits.iter_mut().enumerate().rev() {
        *digit |= u8::try_from(rest % 10).unwrap_or_default();
        (rest, first) = (rest / 10, at);
        if rest == 0 {
            break;
        }
    }
    String::from(digits.get(first..).and_then(|digits| core::str::from_utf8(digits).ok()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_strict() {
        assert_eq!(from_base64("QQ==").as_deref(), Some(&b"A"[..]));
        // Without padding, with bits that nothing stands for, with white space, of the other alphabet.
        for text in ["QQ", "QR==", "QQ==\n", " QQ==", "Q Q=", "-_-_", "Q", "===="] {
            assert_eq!(from_base64(text), None, "{text:?}");
        }
    }

    #[test]
    fn numbers_have_their_digits() {
        for number in [0, 7, 10, 1_234_567_890, u64::MAX] {
            assert_eq!(decimal(number), alloc::format!("{number}"));
        }
    }
}
