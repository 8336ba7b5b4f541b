//! Text encodings that end up inside signed bytes: JSON, percent-encoding, base64, hex.

pub mod json;
pub mod percent;

use alloc::string::String;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Standard base64 with padding.
#[must_use]
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Strict standard base64: right alphabet, right padding, no white space; `None` otherwise.
#[must_use]
pub fn from_base64(text: &str) -> Option<alloc::vec::Vec<u8>> {
    STANDARD.decode(text).ok()
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
